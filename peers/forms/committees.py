"""The forms of workplace committees: what one is, each step of its life, and who sits in it."""

from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import codes
from core.forms.entries import EntryForm
from core.forms.registers import RegisterForm, day_field, note_field
from peers.actions import committees
from peers.models import Workplace
from peers.models.committees import CommitteeMember
from peers.rules import committees as rules
from peers.rules.committees import MOST_MEMBERS, CommitteeEntry, Member

SPARE_ROWS = 4
PARTS = ("role", "side", "sex", "since", "until")


class CommitteeForm(EntryForm):
    """One committee. The steps of its life have buttons of their own; changed here, they are mended."""

    writer = committees.writer

    workplace = forms.ModelChoiceField(
        label=gettext_lazy("Workplace"), queryset=Workplace.objects.none(), empty_label=gettext_lazy("Choose")
    )
    occurred_on = day_field(gettext_lazy("Planned, or first noted, on"))
    formed_on = day_field(
        gettext_lazy("Formed on"),
        required=False,
        help_text=gettext_lazy("When its members were appointed. Leave it empty while it is only planned."),
    )
    trained_on = day_field(gettext_lazy("Members trained on"), required=False)
    closed_on = day_field(gettext_lazy("Closed on"), required=False)
    closed_because = forms.CharField(
        label=gettext_lazy("Closed because"), max_length=rules.LONGEST_REASON, required=False
    )
    note = note_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Workplace.objects.countable().filter(organisation__in=self.organisations)
        self.fields["workplace"].queryset = mine.order_by("enterprise")
        held = self.record.reformed_on if self.record else []
        self.formings = [f"reformed_{number}" for number in range(len(held) + 1)] if self.record else []
        for number, name in enumerate(self.formings):
            self.fields[name] = day_field(_("Formed anew on"), required=False)
            self.initial.setdefault(name, held[number] if number < len(held) else None)
        if self.record:
            closing = (_("Formed anew, or closed"), [*self.formings, "closed_on", "closed_because"], True)
            self.layout = [closing, ("", ["note"], False)]
            self.renamed = {"reformed_on": self.formings[0]}
        else:
            del self.fields["closed_on"], self.fields["closed_because"]
            self.layout = [("", ["note"], False)]

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return super().initial_of(record) | {"workplace": record.workplace_id}

    def said(self) -> dict[str, Any]:
        days = [self.cleaned_data.get(name) for name in self.formings]
        anew = {"reformed_on": tuple(str(day) for day in days if day)} if self.record else {}
        return super().said() | anew

    def problems(self, entry: CommitteeEntry) -> list:
        return list(rules.problems(entry, today=timezone.localdate()))


class StepForm(RegisterForm):
    """A step of a committee's life: the version that was open, and nothing else."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", self.record.version)


class DayForm(StepForm):
    """A step that happened on a day."""

    renamed = dict.fromkeys(("formed_on", "reformed_on", "trained_on", "closed_on"), "on")
    on = day_field(gettext_lazy("On which day?"), initial=timezone.localdate)


class ClosingForm(DayForm):
    """When and why a committee was closed."""

    closed_because = forms.CharField(
        label=gettext_lazy("Why is it closed?"),
        max_length=rules.LONGEST_REASON,
        help_text=gettext_lazy("A few words, such as “the factory moved away”. No names."),
        error_messages={"required": gettext_lazy("Say in a few words why the committee was closed.")},
    )


class MembersForm(StepForm):
    """Who sits in the committee. Fields `role_0`, `side_0`, … are the first seat, and so on.

    The button `more` asks for further empty rows; `rows` says how many there are.
    """

    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    def __init__(self, *args: Any, number: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = list(self.record.members.all())
        asked = str(self.data.get("rows", "")) if self.is_bound else str(number or "")
        rows = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else len(held) + SPARE_ROWS
        self.number = min(max(rows, len(held) + 1), MOST_MEMBERS + SPARE_ROWS)
        self.initial["rows"] = self.number
        roles = {member.role for member in held}
        table = codes.table("committee_role").items()
        self.roles = [(key, row.label) for key, row in table if row.retired_on is None or key in roles]
        for place in range(self.number):
            self._add_row(place)
        for place, member in enumerate(held if not number else ()):
            self.initial |= {f"{part}_{place}": getattr(member, part) for part in PARTS}

    def _add_row(self, number: int) -> None:
        nobody, usual = [("", _("Nobody"))], [("", _("As usual for the role"))]
        self.fields |= {
            f"role_{number}": forms.ChoiceField(
                label=gettext_lazy("Role"), choices=[*nobody, *self.roles], required=False
            ),
            f"side_{number}": forms.ChoiceField(
                label=gettext_lazy("Side"), choices=[*usual, *CommitteeMember.Side.choices], required=False
            ),
            f"sex_{number}": forms.ChoiceField(
                label=gettext_lazy("Sex"), choices=codes.choices("sex"), required=False, initial="U"
            ),
            f"since_{number}": day_field(pgettext_lazy("term", "From"), required=False),
            f"until_{number}": day_field(pgettext_lazy("term", "Until"), required=False),
        }

    def drawn_apart(self, name: str) -> bool:
        return name.rpartition("_")[0] in PARTS

    def member_rows(self) -> list[list[BoundField]]:
        """The fields of each seat, for the template."""
        return [[self[f"{part}_{number}"] for part in PARTS] for number in range(self.number)]

    def clean(self) -> dict:
        cleaned = super().clean()
        usual = {key: row.attributes.get("usual_side", "") for key, row in codes.table("committee_role").items()}
        self.members: list[Member] = []
        for number in range(self.number):
            role, side, sex, since, until = (cleaned.get(f"{part}_{number}") for part in PARTS)
            if not role:
                if side or since or until:
                    self._refuse("role", number, _("Member %(number)s: choose the role, or empty the row."))
                continue
            if not (side or usual.get(role)):
                self._refuse("side", number, _("Member %(number)s: say whose side this member is on."))
            self._check_term(number, since, until)
            self.members.append((role, side or usual.get(role, ""), sex or "U", since, until))
        if not self.errors:
            self.add_problems([p for p in self._problems() if p.field == "members"])
        return cleaned

    def _check_term(self, number: int, since: date | None, until: date | None) -> None:
        if since and until and until < since:
            text = _("Member %(number)s: the term ends before it begins. Mend one of the days.")
            self._refuse("until", number, text)

    def _refuse(self, part: str, number: int, text: str) -> None:
        """The list above the form names no rows: the sentence itself says which member it means."""
        self.add_error(f"{part}_{number}", text % {"number": number + 1})

    def _problems(self) -> list:
        entry = committees.entry_of(self.record, members=tuple(self.members))
        return list(rules.problems(entry, today=timezone.localdate()))
