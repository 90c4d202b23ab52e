"""The forms of an overdose: the event, and the follow-up."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms.entries import EntryForm
from core.forms.registers import RegisterForm, day_field
from core.models import Site
from outreach.actions import overdoses
from outreach.models import Client, Overdose
from outreach.rules import overdoses as rules
from outreach.rules.overdoses import MOST_DOSES, OverdoseEntry


def time_input() -> forms.TimeInput:
    """A time of day, read as hours and minutes."""
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class OverdoseForm(EntryForm):
    """One overdose; `client` is the person, or None. The kit that was used is replaced unless somebody says no."""

    writer = overdoses.writer
    code_lists = {"substances": "substance"}

    occurred_on = day_field(_("Date"))
    happened_at = forms.TimeField(
        label=_("Time, if known"),
        required=False,
        widget=time_input(),
        error_messages={"invalid": _("Write the time as hours:minutes, such as 14:30.")},
    )
    site = forms.ModelChoiceField(
        label=_("Where"), queryset=Site.objects.none(), required=False, empty_label=_("Not at a listed place")
    )
    helped_by = forms.ChoiceField(
        label=_("Who helped"),
        choices=[*Overdose.Helper.choices, ("", _("Not known"))],
        required=False,
        widget=forms.RadioSelect,
    )
    doses = forms.IntegerField(
        label=_("Doses of naloxone used"),
        required=False,
        min_value=0,
        max_value=MOST_DOSES,
        initial=0,
        widget=forms.NumberInput({"inputmode": "numeric", "min": 0, "max": MOST_DOSES, "data-stepper": "1"}),
    )
    outcome = forms.ChoiceField(label=_("How it ended"), choices=Overdose.Outcome.choices, widget=forms.RadioSelect)
    replace_kit = forms.BooleanField(
        label=_("Replace what was used: give as many doses of naloxone"),
        required=False,
        initial=True,
        help_text=_("Only where doses were used, and never after a death."),
    )
    substances = forms.MultipleChoiceField(label=_("Drugs used"), required=False, widget=forms.CheckboxSelectMultiple)
    layout = [("", ["doses", "outcome", "replace_kit", "substances"], False)]

    def __init__(self, *args: Any, client: Client | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = self.record.client if self.record else client

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data["doses"] = data.get("doses") or 0
        # The tick stands from the beginning: it means something only where there is a kit to replace.
        if not data["doses"] or data.get("outcome") == Overdose.Outcome.DIED:
            data["replace_kit"] = False
        return super().clean()

    def said(self) -> dict[str, Any]:
        said = super().said()
        return said if self.record else said | {"client_id": self.client.pk if self.client else None}

    def problems(self, entry: OverdoseEntry) -> list:
        return list(rules.problems(entry, today=timezone.localdate()))


class FollowUpForm(RegisterForm):
    """How somebody was when they were looked after again. `record` is the overdose."""

    renamed = {"followed_up_on": "on", "follow_up": "outcome"}

    outcome = forms.ChoiceField(
        label=_("How the person was"), choices=Overdose.FollowUp.choices, widget=forms.RadioSelect
    )
    on = day_field(_("On which day"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stands = {"outcome": self.record.follow_up, "on": self.record.followed_up_on or timezone.localdate()}
        self.initial = {"version": self.record.version, **stands, **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            said = {"followed_up_on": cleaned["on"], "follow_up": cleaned["outcome"]}
            entry = overdoses.entry_of(self.record, **said)
            self.add_problems(list(rules.problems(entry, today=timezone.localdate())))
        return cleaned
