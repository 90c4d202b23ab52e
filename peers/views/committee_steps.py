"""The steps of a committee's life, each a small form: form, form anew, train, close, take back, change members."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.views.screens import Screen
from peers import committee_actions, committee_standing
from peers.actions import committees
from peers.forms.committees import SPARE_ROWS, ClosingForm, DayForm, MembersForm, StepForm
from peers.views.committee_pages import sitting
from peers.views.versioned_steps import VersionedStep


class Form(VersionedStep):
    """The members were appointed."""

    name = "form"
    label = gettext_lazy("Form the committee")
    intro = gettext_lazy("The members are appointed, and the letter is signed.")
    form_class = DayForm

    @staticmethod
    def fits(record):
        return not (record.is_void or record.formed_on or record.closed_on)

    def do(self, form):
        data = form.cleaned_data
        committees.form(committee=self.record, on=data["on"], version=data["version"], by=self.request.user)


class FormAnew(VersionedStep):
    """Formed anew after it had gone quiet."""

    name = "form-anew"
    label = gettext_lazy("Form anew")
    intro = gettext_lazy("It had gone quiet: members are appointed again, and its 90 days begin anew.")
    form_class = DayForm

    @staticmethod
    def fits(record):
        stands = committee_standing.standing_of([record], timezone.localdate())[record.pk]
        return not record.is_void and stands.status == committee_standing.INACTIVE

    def do(self, form):
        data = form.cleaned_data
        committees.form_anew(committee=self.record, on=data["on"], version=data["version"], by=self.request.user)


class Train(VersionedStep):
    """The members were trained."""

    name = "train"
    label = gettext_lazy("Train members")
    intro = gettext_lazy("On which day was the training of the members finished?")
    form_class = DayForm

    @staticmethod
    def fits(record):
        return bool(record.formed_on) and not (record.is_void or record.closed_on)

    def do(self, form):
        data = form.cleaned_data
        committees.train(committee=self.record, on=data["on"], version=data["version"], by=self.request.user)


class Close(VersionedStep):
    """Closed, with a reason."""

    name = "close"
    label = gettext_lazy("Close")
    intro = gettext_lazy("The committee was dissolved or the factory closed. Everything stays readable.")
    form_class = ClosingForm
    danger = True

    @staticmethod
    def fits(record):
        return not (record.is_void or record.closed_on)

    def do(self, form):
        data = form.cleaned_data
        said = {"on": data["on"], "because": data["closed_because"], "version": data["version"]}
        committees.close(committee=self.record, by=self.request.user, **said)


class Reopen(VersionedStep):
    """The closing was a mistake, or the factory opened again."""

    name = "reopen"
    label = gettext_lazy("Take the closing back")
    intro = gettext_lazy("The committee goes on as if it had not been closed.")
    form_class = StepForm

    @staticmethod
    def fits(record):
        return bool(record.closed_on) and not record.is_void

    def do(self, form):
        committees.reopen(committee=self.record, version=form.cleaned_data["version"], by=self.request.user)


class ChangeMembers(VersionedStep):
    """Who sits in the committee. The button "More rows" only shows the form again."""

    name = "members"
    label = gettext_lazy("Change members")
    intro = gettext_lazy(
        "One row for each seat. No names: role, side, sex and term are enough. Choose “Nobody” to take a row out."
    )
    form_class = MembersForm
    template = "peers/committees/members.html"

    def post(self, request, pk):
        if "more" in request.POST and self.fits(self.record):
            return self.page(self.with_more_rows(request.POST))
        return super().post(request, pk)

    def with_more_rows(self, data):
        """What was typed, with more rows and nothing said against it yet."""
        rows = self.form(data).number + SPARE_ROWS
        names = self.form(None, number=rows).fields
        return self.form(None, number=rows, initial={name: data[name] for name in names if data.get(name)})

    def words(self) -> dict:
        return super().words() | {"submit_label": gettext_lazy("Save")}

    def do(self, form):
        version = form.cleaned_data["version"]
        committees.change_members(committee=self.record, members=form.members, version=version, by=self.request.user)


# The sheet for the next meeting fills one A4 page.
FIT_ON_PAPER = 6
STEPS = (Form, FormAnew, Train, Close, Reopen, ChangeMembers)


class NextSheet(Screen):
    """The sheet for the next meeting: a blank form on A4, with what is still open."""

    def get(self, request, pk):
        due = list(committee_actions.open_actions([self.record]))
        context = {
            "heading": self.register.title(self.record),
            "actions": due[:FIT_ON_PAPER],
            "more": max(0, len(due) - FIT_ON_PAPER),
            "members": len(sitting(self.record)),
            "back_url": self.register.url("detail", self.record),
            "lines": range(4),
        }
        return self.show("peers/committees/sheet.html", context)
