"""The frame of every register's form: organisation, the record's own number, version and reason."""

import uuid

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.rules.problems import InvalidEntries, Problem

FRAME = ("id", "version", "organisation", "change_reason")


def day_input() -> forms.DateInput:
    """A date field that browsers draw as a calendar and that reads ISO dates."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def day_field(label, **kwargs) -> forms.DateField:
    """A day, read in ISO form only: 05/01 is a day of May to some people and of January to others."""
    text = _("Write the day as year-month-day, such as 2025-03-14.")
    messages = {"invalid": text, **kwargs.pop("error_messages", {})}
    return forms.DateField(
        label=label, widget=day_input(), input_formats=["%Y-%m-%d"], error_messages=messages, **kwargs
    )


def note_field() -> forms.CharField:
    """A short note, which anybody who sees the record reads."""
    return forms.CharField(
        label=_("Note"),
        required=False,
        max_length=280,
        help_text=_("No names and no telephone numbers."),
        widget=forms.Textarea({"rows": 3}),
    )


class RegisterForm(forms.Form):
    """A form of a register.

    It knows the person's `scope`, the `organisations` that the person may write in, and the `record` that it
    changes (None for a new one). With several organisations it asks which. `layout` lists (legend, field
    names, folded); fields that it doesn't name stand in a first group.
    """

    layout: list[tuple] = []
    renamed: dict[str, str] = {}  # field of the rules → the field of this form that asks for it

    def __init__(self, *args, scope, organisations, record=None, **kwargs):
        self.scope, self.organisations, self.record = scope, list(organisations), record
        super().__init__(*args, **kwargs)
        if record is None and len(self.organisations) > 1:
            choices = [("", _("Choose")), *((str(row.pk), row.name) for row in self.organisations)]
            self.fields = {
                "organisation": forms.ChoiceField(label=_("Organisation"), choices=choices),
                **self.fields,
            }

    @classmethod
    def initial_of(cls, record) -> dict:
        """What the form shows of a record that is to be changed."""
        return {name: getattr(record, name) for name in cls.base_fields if hasattr(record, name)}

    @property
    def organisation(self):
        """The organisation to write in; None while none is chosen."""
        if "organisation" not in self.fields:
            return self.organisations[0] if self.organisations else None
        chosen = self.cleaned_data.get("organisation")
        return next((row for row in self.organisations if str(row.pk) == chosen), None)

    def asked_for(self, name: str) -> set[uuid.UUID]:
        """Rows that a field was posted with, or offers first: they stay choosable, whatever else is left out."""
        texts = (self.data.get(self.add_prefix(name), ""), self.initial.get(name, ""))
        return {found for text in texts if (found := _uuid(str(text or "")))}

    def values(self) -> dict:
        """What was typed, without the frame's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in FRAME}

    def add_problems(self, problems: list[Problem] | InvalidEntries) -> None:
        """Show what a rule says beside its field, or on top where the form has no such field."""
        if isinstance(problems, InvalidEntries):
            problems = [problem for found in problems.problems.values() for problem in found]
        for problem in problems:
            field = self.renamed.get(problem.field, problem.field)
            field = field if field in self.fields else None
            if problem.message not in self.errors.get(field or NON_FIELD_ERRORS, []):
                self.add_error(field, problem.message)

    def drawn_apart(self, name: str) -> bool:
        """Whether the concept's own template draws this field."""
        return False

    @cached_property
    def fieldsets(self) -> list[tuple[str, list[BoundField], bool]]:
        """Groups of bound fields, for the template."""
        named = {name for _legend, names, _folded in self.layout for name in names}
        rest = [name for name in self.fields if name not in named and not self[name].is_hidden]
        rest = [name for name in rest if not self.drawn_apart(name)]
        groups = [("", [name for name in rest if name != "change_reason"], False), *self.layout]
        if "change_reason" in rest:
            groups.append(("", ["change_reason"], False))
        bound = [(legend, [self[n] for n in names if n in self.fields], folded) for legend, names, folded in groups]
        return [group for group in bound if group[1]]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


class RecordForm(RegisterForm):
    """A form that records or amends a Record: its number is made when the form opens, so a retry is safe.

    A form for many records posts `version`, the one that was opened, and may say why it is changed.
    """

    id = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": _("Open the form again.")})
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    change_reason = forms.CharField(label=_("Why is this changed?"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.record is None:
            del self.fields["version"], self.fields["change_reason"]
            self.initial.setdefault("id", uuid.uuid4())
        else:
            del self.fields["id"]
            self.initial.setdefault("version", self.record.version)

    @property
    def record_id(self) -> uuid.UUID:
        return self.record.pk if self.record else self.cleaned_data["id"]

    def entry(self):
        """The entry that the concept's rules and actions take; asked once the fields themselves are in order."""
        raise NotImplementedError

    def problems(self, entry) -> list[Problem]:
        """What the concept's rules say of the entry."""
        return []

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            self.add_problems(list(self.problems(self.entry())))
        return cleaned


class VoidForm(forms.Form):
    """Why a record is void."""

    reason = forms.CharField(
        label=_("Why is it void?"),
        max_length=200,
        help_text=_("A few words, such as “recorded twice”."),
        error_messages={"required": _("Say in a few words why this record is void.")},
    )


class ExportForm(forms.Form):
    """Why and how a register's list is taken out."""

    CSV, XLSX = "csv", "xlsx"

    format = forms.ChoiceField(
        label=_("File"),
        choices=[(XLSX, _("Excel workbook")), (CSV, _("CSV file"))],
        widget=forms.RadioSelect,
        initial=XLSX,
    )
    reason = forms.CharField(
        label=_("What is this for?"),
        max_length=200,
        help_text=_("Kept with your name and the time."),
        error_messages={"required": _("Say in a few words what the file is for.")},
    )
    personal = forms.BooleanField(
        label=_("With personal fields"),
        required=False,
        help_text=_(
            "Nicknames, birth dates, card codes and notes. Leave this off unless the work can't be done without."
        ),
    )

    def __init__(self, *args, may_have_personal: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_have_personal:
            del self.fields["personal"]

    def reasons(self) -> dict:
        """What the audit line keeps of it."""
        return {"format": self.cleaned_data["format"], "reason": self.cleaned_data["reason"]}
