"""The form of a committee's meeting: who came, the minutes, decisions, and what is to be done or was done."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import codes, wording
from core.forms.entries import EntryForm
from core.forms.registers import day_field
from peers import committee_actions
from peers.actions import committee_meetings
from peers.models import Committee
from peers.rules import committee_meetings as rules
from peers.rules.committee_meetings import MOST_ACTIONS, MOST_PRESENT, CommitteeMeetingEntry

SPARE_ROWS = 4
PARTS = ("text", "role", "due", "done")
_TICK = re.compile(r"tick_([0-9a-f]{32})_([0-9]{1,3})")


class CommitteeMeetingForm(EntryForm):
    """One meeting. Fields `text_0`, `role_0`, `due_0`, `done_0` are its first action, and so on.

    `tick_<meeting>_<place>` says that an open action of an earlier meeting is done.
    """

    writer = committee_meetings.writer

    committee = forms.ModelChoiceField(
        label=gettext_lazy("Committee"), queryset=Committee.objects.none(), empty_label=gettext_lazy("Choose")
    )
    occurred_on = day_field(gettext_lazy("Date"))
    minutes = forms.CharField(
        label=gettext_lazy("Minutes, in short"),
        required=False,
        max_length=280,
        help_text=gettext_lazy("What was talked about. No names and no telephone numbers."),
        widget=forms.Textarea({"rows": 4}),
    )
    minutes_on_paper = forms.BooleanField(label=gettext_lazy("The minutes are kept on paper"), required=False)
    decisions = forms.CharField(
        label=gettext_lazy("Decisions"),
        required=False,
        max_length=rules.MOST_DECISIONS * (rules.LONGEST_TEXT + 2) * 2,
        help_text=gettext_lazy("One on each line, such as “Condom box by the infirmary”."),
        widget=forms.Textarea({"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Committee.objects.countable().filter(organisation__in=self.organisations)
        field = self.fields["committee"]
        field.queryset = mine.select_related("workplace").order_by("workplace__enterprise", "occurred_on", "pk")
        field.label_from_instance = committee_actions.name_of
        self.came = []
        for sex, label in codes.choices("sex"):
            widget = forms.NumberInput({"inputmode": "numeric", "min": 0, "max": MOST_PRESENT, "data-stepper": "1"})
            self.fields[f"present_{sex}"] = forms.IntegerField(
                label=label, required=False, min_value=0, max_value=MOST_PRESENT, widget=widget
            )
            self.came.append(f"present_{sex}")
        self._add_actions()
        self._add_ticks()
        minutes = (_("Minutes"), ["minutes", "minutes_on_paper", "decisions"], False)
        self.layout = [(_("Members present"), self.came, False), minutes]
        self.renamed = {"present": self.came[0], "actions": "text_0"}

    def _add_actions(self) -> None:
        held = list(self.record.actions.all()) if self.record else []
        self.rows = min(len(held) + SPARE_ROWS, MOST_ACTIONS)
        roles = {action.role for action in held}
        table = codes.table("committee_role").items()
        offered = [(key, row.label) for key, row in table if row.retired_on is None or key in roles]
        for number in range(self.rows):
            words = {"number": number + 1}
            self.fields |= {
                f"text_{number}": forms.CharField(
                    label=_("Action %(number)s: what is to be done") % words,
                    required=False,
                    max_length=rules.LONGEST_TEXT,
                ),
                f"role_{number}": forms.ChoiceField(
                    label=gettext_lazy("By whom"), required=False, choices=[("", _("Not said")), *offered]
                ),
                f"due_{number}": day_field(pgettext_lazy("term", "Until"), required=False),
                f"done_{number}": day_field(gettext_lazy("Done on"), required=False),
            }
            if self.record is None:
                del self.fields[f"done_{number}"]

    def _add_ticks(self) -> None:
        """A tick for each open action of the committees that may be chosen; for a new meeting only."""
        self.earlier: list[str] = []
        if self.record is not None or not self.asked_committee:
            return
        for action in committee_actions.open_actions(self.fields["committee"].queryset, committee=self.asked_committee):
            name = f"tick_{action.meeting_id.hex}_{action.place}"
            due = _("%(what)s (until %(day)s)") % {"what": action.text, "day": wording.shown(action.due_on)}
            self.fields[name] = forms.BooleanField(label=due, required=False)
            self.earlier.append(name)

    @property
    def asked_committee(self) -> UUID | None:
        """The committee that the form or the address names; None where there is none yet."""
        value = self.data.get("committee") if self.is_bound else self.initial.get("committee")
        try:
            return value if isinstance(value, UUID) else UUID(str(value))
        except ValueError:
            return None

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        initial = super().initial_of(record) | {"committee": record.committee_id}
        initial |= {"decisions": "\n".join(record.decisions)}
        initial |= {f"present_{sex}": number for sex, number in record.present.items()}
        for number, action in enumerate(record.actions.all()):
            values = (action.text, action.role, action.due_on, action.done_on)
            initial |= {f"{part}_{number}": value for part, value in zip(PARTS, values, strict=True)}
        return initial

    def drawn_apart(self, name: str) -> bool:
        return name.rpartition("_")[0] in PARTS or name.startswith("tick_")

    def action_rows(self) -> list[list[BoundField]]:
        """The fields of each action, for the template."""
        names = [[f"{part}_{number}" for part in PARTS] for number in range(self.rows)]
        return [[self[name] for name in row if name in self.fields] for row in names]

    def ticks(self) -> list[BoundField]:
        """What earlier meetings left open."""
        return [self[name] for name in self.earlier]

    def clean(self) -> dict:
        for number in range(self.rows):
            self._check_row(number)
        return super().clean()

    def _check_row(self, number: int) -> None:
        data = self.cleaned_data
        text, due = data.get(f"text_{number}"), data.get(f"due_{number}")
        if text and not due and f"due_{number}" not in self.errors:
            self.add_error(f"due_{number}", _("Action %(number)s: say until when.") % {"number": number + 1})
        if due and not text and f"text_{number}" not in self.errors:
            self.add_error(f"text_{number}", _("Write what is to be done, or take the rest of this row out."))

    def done(self) -> list[tuple[UUID, int]]:
        """(meeting, place) of the earlier actions that were ticked."""
        found = [_TICK.fullmatch(name) for name in self.earlier if self.cleaned_data.get(name)]
        return [(UUID(hex=match[1]), int(match[2])) for match in found if match]

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        rows = [tuple(data.get(f"{part}_{number}") for part in PARTS) for number in range(self.rows)]
        present = {name.removeprefix("present_"): data.get(name) for name in self.came}
        return super().said() | {
            "present": {sex: number for sex, number in present.items() if number},
            "decisions": tuple(filter(None, map(str.strip, data["decisions"].splitlines()))),
            "actions": tuple((text, role or "", due, done) for text, role, due, done in rows if text and due),
        }

    def problems(self, entry: CommitteeMeetingEntry) -> list:
        return list(rules.problems(entry, today=timezone.localdate()))
