"""The form of violence that somebody told of: every question but the first can stay open."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.entries import EntryForm
from core.forms.registers import day_field
from core.models import Site
from core.rules.problems import Problem
from outreach.actions import violence
from outreach.models import Client, ViolenceEvent
from outreach.rules import violence as rules
from outreach.rules.violence import HELP, OLDEST, ViolenceEntry

UNKNOWN_SEX = "U"


def sex_field() -> forms.ChoiceField:
    """The sex of somebody who isn't a client."""
    return forms.ChoiceField(label=gettext_lazy("Sex"), required=False, widget=forms.RadioSelect)


def age_field(help_text: Any = "") -> forms.IntegerField:
    """The age, or a guess, of somebody whose birth date isn't known."""
    return forms.IntegerField(
        label=gettext_lazy("Age, or a guess"),
        required=False,
        min_value=0,
        max_value=OLDEST,
        help_text=help_text,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )


def note_field() -> forms.CharField:
    """A short note without a name."""
    return forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=280,
        help_text=gettext_lazy("No names and no telephone numbers."),
        widget=forms.Textarea({"rows": 3}),
    )


def leave_out_what_is_known(form: forms.Form, client: Client | None) -> None:
    """A client's sex and birth date aren't asked again."""
    if client is None:
        form.fields["sex"].choices = codes.choices("sex")
        form.initial.setdefault("sex", UNKNOWN_SEX)
        return
    del form.fields["sex"]
    if (client.survivor or client).birth_date:
        del form.fields["age"]


class ViolenceForm(EntryForm):
    """One event of violence. `client` is the person who told, or None."""

    writer = violence.writer
    code_lists = {"types": "violence_type"}

    types = forms.MultipleChoiceField(
        label=gettext_lazy("What happened"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Say what kind of violence it was.")},
    )
    happened_on = day_field(
        gettext_lazy("Day it happened"), required=False, help_text=gettext_lazy("Leave it empty if it isn't known.")
    )
    happened_at = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": gettext_lazy("Write the time as hours:minutes, such as 14:30.")},
    )
    pep = forms.ChoiceField(
        label=gettext_lazy("PEP: medicine that prevents HIV, begun within 72 hours"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Free of charge, for 28 days. The sooner it begins the better it works."),
    )
    help_wanted = forms.MultipleChoiceField(
        label=gettext_lazy("Help that they want"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each one ticked is sent as an urgent referral. No help wanted is a good answer too."),
    )
    sex = sex_field()
    age = age_field(
        gettext_lazy("Under 18: when you save, we tell the safeguarding lead. A guess is better than nothing.")
    )
    occurred_on = day_field(gettext_lazy("Told on"))
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"), queryset=Site.objects.none(), required=False, empty_label=gettext_lazy("Not said")
    )
    note = note_field()

    def __init__(self, *args: Any, client: Client | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = self.record.client if self.record else client
        leave_out_what_is_known(self, self.client)
        help_codes = codes.table("referral_type")
        self.fields["help_wanted"].choices = [(code, help_codes[code].label) for code in HELP if code in help_codes]
        self.fields["pep"].choices = [("", _("Not asked yet")), *ViolenceEvent.Pep.choices]
        self.layout = [
            ("", ["organisation", "types", "happened_on", "happened_at", "pep", "help_wanted", "sex", "age"], False),
            (_("More"), ["occurred_on", "site", "note"], True),
        ]
        if not self.client:
            self.fields["help_wanted"].help_text = _(
                "Nothing is sent for somebody anonymous: tell them where to go, or find the person first."
            )

    @property
    def tells_lead(self) -> bool:
        """Whether the person is known to be a child, so that saving tells the safeguarding lead."""
        return violence.child_on(self.client, timezone.localdate())

    def said(self) -> dict[str, Any]:
        said = super().said()
        if "sex" in said:
            said["sex"] = said["sex"] or UNKNOWN_SEX
        return said

    def entry(self) -> ViolenceEntry:
        if self.record:
            return self.writer.entry_of(self.record, **self.said())
        who = {"client_id": self.client.pk} if self.client else {}
        return ViolenceEntry(id=self.record_id, **who, **self.said())

    def problems(self, entry: ViolenceEntry) -> list[Problem]:
        return list(rules.problems(entry, today=timezone.localdate()))
