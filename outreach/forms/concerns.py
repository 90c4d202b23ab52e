"""The forms of a safeguarding concern: raised in a minute, acted on, closed, opened again."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.entries import EntryForm
from core.forms.registers import day_field
from core.forms.steps import StepForm
from core.rules.problems import InvalidEntries, Problem
from outreach.actions import concerns
from outreach.forms.violence import UNKNOWN_SEX, age_field, leave_out_what_is_known, note_field, sex_field
from outreach.models import Client, Concern
from outreach.rules import concerns as rules
from outreach.rules.concerns import ConcernEntry

SOON = {"now": 0, "24h": 1}


class ConcernForm(EntryForm):
    """What somebody is worried about. `client` is the person, or None. The moment is that of saving."""

    writer = concerns.writer
    code_lists = {"concerns": rules.CONCERNS}

    concerns = forms.MultipleChoiceField(
        label=gettext_lazy("What are you worried about?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Say what you are worried about.")},
    )
    sex = sex_field()
    age = age_field()
    note = note_field()

    def __init__(self, *args: Any, client: Client | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = client
        leave_out_what_is_known(self, client)
        table = codes.table(rules.CONCERNS)
        # What can't wait stands first.
        self.fields["concerns"].choices = sorted(
            self.fields["concerns"].choices,
            key=lambda pair: SOON.get(table[pair[0]].attributes.get("respond_within"), 2),
        )

    def entry(self) -> ConcernEntry:
        said = self.said()
        if "sex" in said:
            said["sex"] = said["sex"] or UNKNOWN_SEX
        who = {"client_id": self.client.pk} if self.client else {}
        return ConcernEntry(id=self.record_id, occurred_on=timezone.localdate(), **who, **said)

    def problems(self, entry: ConcernEntry) -> list[Problem]:
        return list(rules.problems(entry, now=timezone.now()))


class ProblemsShown(StepForm):
    """A step's form that shows what a rule says beside its field."""

    def add_problems(self, wrong: InvalidEntries) -> None:
        for problem in (one for found in wrong.problems.values() for one in found):
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)


class ActionForm(ProblemsShown):
    """One thing that was done, and when."""

    what = forms.ChoiceField(
        label=gettext_lazy("What was done"), choices=Concern.What.choices, widget=forms.RadioSelect
    )
    done_at = forms.DateTimeField(
        label=gettext_lazy("When"),
        initial=lambda: timezone.localtime().replace(second=0, microsecond=0),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        error_messages={"invalid": gettext_lazy("Write the day and time as in 2025-01-31 14:30.")},
    )
    note = note_field()

    def clean_done_at(self):
        moment = self.cleaned_data["done_at"]
        if not date.min.year < moment.year < date.max.year:
            # At the edges of the calendar a moment is none in another zone.
            raise forms.ValidationError(self.fields["done_at"].error_messages["invalid"])
        return moment


class CloseForm(ProblemsShown):
    """What came of a concern."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it"), choices=Concern.Outcome.choices, widget=forms.RadioSelect
    )
    closed_on = day_field(gettext_lazy("Closed on"), initial=timezone.localdate)


class ReopenForm(ProblemsShown):
    """Why a closed concern is opened again."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it opened again?"),
        max_length=200,
        error_messages={"required": gettext_lazy("Say in a few words why it is opened again.")},
    )
