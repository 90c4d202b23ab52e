"""The step "Count the workforce": a dated count by sex and age."""

from django.utils.translation import gettext_lazy

from core.wording import shown
from peers.actions import workplaces
from peers.forms.workplaces import WorkforceForm
from peers.views.versioned_steps import VersionedStep


class CountWorkforce(VersionedStep):
    """Adds a count; one of the same day is replaced, older ones stay."""

    name = "workforce"
    label = gettext_lazy("Count the workforce")
    intro = gettext_lazy(
        "Write the workers by sex; open the table if their ages are known. Count each worker once. "
        "A count of the same day is replaced, older ones stay."
    )
    form_class = WorkforceForm
    template = "peers/workplaces/workforce.html"

    def words(self) -> dict:
        days = sorted({row.counted_on for row in self.record.workforce.all()}, reverse=True)
        return super().words() | {"submit_label": gettext_lazy("Save"), "days": [shown(day) for day in days[:6]]}

    def do(self, form):
        data = form.cleaned_data
        workplaces.count_workforce(
            workplace=self.record,
            on=data["counted_on"],
            count=form.count(),
            version=data["version"],
            by=self.request.user,
        )
