"""The forms of the data-quality desk: what is looked at, and why findings are closed."""

import uuid
from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import Site, User
from core.rules.free_text import note_problems
from outreach.models import ClosedFinding
from outreach.quality import Row


class NarrowForm(forms.Form):
    """Whose findings, and where: only those are offered who have some."""

    worker = forms.TypedChoiceField(label=_("Worker"), required=False, coerce=int, empty_value=None)
    site = forms.TypedChoiceField(label=_("Site"), required=False, coerce=uuid.UUID, empty_value=None)

    def __init__(self, *args, rows: Iterable[Row], at_sites: bool, **kwargs):
        super().__init__(*args, **kwargs)
        rows = list(rows)
        users = User.objects.filter(pk__in={row.worker for row in rows}).order_by("username")
        self.fields["worker"].choices = [("", _("All")), *users.values_list("pk", "username")]
        if not at_sites:
            del self.fields["site"]
            return
        sites = Site.objects.filter(pk__in={row.site for row in rows if row.site}).order_by("name")
        self.fields["site"].choices = [
            ("", _("All")),
            *((str(pk), name) for pk, name in sites.values_list("pk", "name")),
        ]


class CloseForm(forms.Form):
    """Why the findings ticked are closed."""

    reason = forms.ChoiceField(
        label=_("Why is it closed?"),
        choices=ClosedFinding.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why these are closed.")},
    )
    note = forms.CharField(
        label=_("Note"), max_length=280, required=False, help_text=_("No names and no telephone numbers.")
    )

    def clean_note(self):
        note = self.cleaned_data["note"]
        for problem in note_problems(note):
            raise forms.ValidationError(problem.message)
        return note
