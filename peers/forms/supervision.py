"""The form of a supervision visit: the checklist of its kind, coaching, what was agreed and what is done by now."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import codes
from core.forms.entries import EntryForm
from core.forms.registers import day_field
from core.wording import shown
from peers.actions import supervision
from peers.actions.supervision import ActionKey
from peers.models import AgreedAction, PeerEducator, Session, SupervisionVisit
from peers.rules import supervision as rules
from peers.rules.supervision import ACTION_LENGTH, MOST_ACTIONS, Agreed, SupervisionEntry

FIRST_ROWS, ROWS = 3, 8
OBSERVED_WITHIN = timedelta(days=60)
ANSWERS = [
    ("2", pgettext_lazy("checklist", "Yes")),
    ("1", pgettext_lazy("checklist", "Partly")),
    ("0", pgettext_lazy("checklist", "Not yet")),
    ("", pgettext_lazy("checklist", "Left out")),
]


def key_text(action: AgreedAction) -> str:
    """An action as a browser sends it back. Its `visit` must be at hand."""
    return f"{action.visit_id}.{action.place}.{action.visit.version}"


def key_of(text: str) -> ActionKey | None:
    """The action that a browser named; None for anything else."""
    try:
        visit, place, version = text.split(".")
        return ActionKey(UUID(visit), int(place), int(version))
    except ValueError:
        return None


class DoneField(forms.MultipleChoiceField):
    """Actions of earlier visits that are done. What became of them meanwhile is asked when they are written."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        return key_of(value) is not None


class SupervisionForm(EntryForm):
    """One visit to `peer`. `item_<code>` is the checklist's; `text_0`, `due_0`, `done_0` the first thing agreed.

    The checklist follows `kind`, which the address or the form sent says.
    """

    writer = supervision.writer
    renamed = {"agreed": "text_0"}

    kind = forms.ChoiceField(widget=forms.HiddenInput)
    occurred_on = day_field(gettext_lazy("Date"))
    session = forms.ModelChoiceField(
        label=gettext_lazy("Session observed"),
        queryset=Session.objects.none(),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    note = forms.CharField(
        label=gettext_lazy("Coaching note"),
        required=False,
        max_length=280,
        help_text=gettext_lazy("The peer educator reads it. No names and no telephone numbers."),
        widget=forms.Textarea({"rows": 3}),
    )
    next_on = day_field(gettext_lazy("Next visit"), required=False)
    reference = forms.CharField(label=gettext_lazy("Own reference"), required=False, max_length=64)
    done = DoneField(required=False)

    def __init__(self, *args: Any, peer: PeerEducator | None = None, kind: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.peer = self.record.peer if self.record else peer
        self.fields["kind"].choices = self.offered("kind", "supervision_type")[1:]
        self.kind = self.data.get("kind") or kind or getattr(self.record, "kind", "")
        self.initial["kind"] = self.kind
        self.fields["session"].queryset = self.sessions()
        self.fields["session"].label_from_instance = session_text
        self._add_items()
        self._add_rows()
        self.open = [] if self.record else self.open_before()
        self.fields["done"].choices = [(key_text(action), open_text(action)) for action in self.open]
        if self.record:
            del self.fields["done"]

    def sessions(self):
        """What the peer educator led or recorded lately, and the session that the record already names."""
        led = Q(facilitators=self.peer)
        if self.peer.user_id:
            led |= Q(recorded_by=self.peer.user_id)
        rows = Session.objects.visible_to(self.scope).filter(organisation=self.peer.organisation_id)
        lately = rows.countable().filter(led, occurred_on__gte=timezone.localdate() - OBSERVED_WITHIN)
        held = self.record.session_id if self.record else None
        found = Session.objects.filter(Q(pk__in=lately.order_by().values("pk")) | Q(pk=held))
        return found.select_related("site").order_by("-occurred_on", "pk")

    def _add_items(self) -> None:
        held = self.record.checklist if self.record else {}
        items = rules.items_of(self.kind).items()
        self.items = [key for key, row in items if row.retired_on is None or key in held]
        for item in self.items:
            self.fields[f"item_{item}"] = forms.ChoiceField(
                label=codes.label("supervision_item", item), choices=ANSWERS, required=False, widget=forms.RadioSelect
            )
            self.initial.setdefault(f"item_{item}", str(held.get(item, "")))

    def _add_rows(self) -> None:
        held = len(self.record.agreed.all()) if self.record else 0
        self.first_rows = min(held + FIRST_ROWS, MOST_ACTIONS)
        self.rows = min(held + ROWS, MOST_ACTIONS)
        for number in range(self.rows):
            words = {"number": number + 1}
            self.fields |= {
                f"text_{number}": forms.CharField(
                    label=_("What was agreed, line %(number)s") % words, required=False, max_length=ACTION_LENGTH
                ),
                f"due_{number}": day_field(_("Until, line %(number)s") % words, required=False),
            }
            if number < held:
                self.fields[f"done_{number}"] = day_field(_("Done on, line %(number)s") % words, required=False)

    def open_before(self) -> list[AgreedAction]:
        """What was agreed at earlier visits and isn't done, the earliest day first."""
        rows = AgreedAction.objects.filter(visit__peer=self.peer, visit__voided_at=None, done_on=None)
        return list(rows.select_related("visit").order_by("due_on", "pk"))

    @classmethod
    def initial_of(cls, record: SupervisionVisit) -> dict[str, Any]:
        initial = super().initial_of(record) | {"session": record.session_id}
        for number, row in enumerate(record.agreed.all()):
            initial |= {f"text_{number}": row.text, f"due_{number}": row.due_on, f"done_{number}": row.done_on}
        return initial

    # --- for the template ------------------------------------------------------------------------

    def drawn_apart(self, name: str) -> bool:
        return name not in ("occurred_on", "session", "change_reason")

    def item_fields(self) -> list[BoundField]:
        return [self[f"item_{item}"] for item in self.items]

    def action_rows(self) -> list[dict[str, BoundField]]:
        return [self._row(number) for number in range(self.first_rows)]

    def more_rows(self) -> list[dict[str, BoundField]]:
        return [self._row(number) for number in range(self.first_rows, self.rows)]

    def more_open(self) -> bool:
        return any(row["text"].value() or row["due"].value() for row in self.more_rows())

    def _row(self, number: int) -> dict[str, BoundField]:
        names = {part: f"{part}_{number}" for part in ("text", "due", "done")}
        return {part: self[name] for part, name in names.items() if name in self.fields}

    # --- reading what was typed ------------------------------------------------------------------

    def clean_done(self) -> list[ActionKey]:
        keys = [key_of(value) for value in self.cleaned_data["done"]]
        own = set(SupervisionVisit.objects.filter(peer=self.peer).values_list("pk", flat=True))
        if any(key.visit not in own for key in keys):
            raise forms.ValidationError(_("This was agreed with somebody else. Open the form again."))
        return keys

    def clean(self) -> dict[str, Any]:
        self.agreed = self._read_rows()
        return super().clean()

    def _read_rows(self) -> tuple[Agreed, ...]:
        found = []
        for number in range(self.rows):
            text, due, done = (self.cleaned_data.get(f"{part}_{number}") for part in ("text", "due", "done"))
            if (text or done) and not due and f"due_{number}" not in self.errors:
                self.add_error(f"due_{number}", _("Say until when."))
            if due:
                found.append(Agreed(text=text or "", due_on=due, done_on=done))
        return tuple(found)

    def said(self) -> dict[str, Any]:
        answers = {item: self.cleaned_data.get(f"item_{item}") for item in self.items}
        checklist = {item: int(answer) for item, answer in answers.items() if answer}
        return super().said() | {"peer_id": self.peer.pk, "checklist": checklist, "agreed": self.agreed}

    def problems(self, entry: SupervisionEntry) -> list:
        return list(rules.problems(entry, today=timezone.localdate()))


def open_text(action: AgreedAction) -> str:
    words = {"what": action.text, "day": shown(action.due_on)}
    if action.due_on < timezone.localdate():
        return _("%(what)s (overdue since %(day)s)") % words
    return _("%(what)s (until %(day)s)") % words


def session_text(session: Session) -> str:
    parts = [shown(session.occurred_on), codes.label("contact_type", session.kind), session.site]
    return " · ".join(str(part) for part in parts if part)
