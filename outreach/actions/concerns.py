"""What can be done with safeguarding concerns: raise one, say what was done, close it, open it again, void it.

Whoever may raise one can't read it again: only the safeguarding lead of the organisation does.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions.records import Outcome, Refused
from core.actions.writing import Link, Writer
from core.models import User
from core.rules.problems import InvalidEntries
from outreach.models import Client, Concern, ViolenceEvent
from outreach.rules import concerns as rules
from outreach.rules.concerns import ConcernEntry

CLIENT = Link(
    lambda organisation: Client.objects.countable().filter(organisation=organisation),
    gettext_lazy("There is no such client. Look the person up again."),
)
VIOLENCE = Link(
    lambda organisation: ViolenceEvent.objects.filter(organisation=organisation),
    gettext_lazy("There is no such record of violence."),
)


class Concerns(Writer):
    """Concerns as they are raised and as they go on: each thing done is a new version."""

    model, entry = Concern, ConcernEntry
    links = {"client_id": CLIENT, "violence_id": VIOLENCE}

    def rule(self, entry: ConcernEntry, *, today: date):
        return rules.problems(entry, now=timezone.now())

    def derive(self, record: Concern, entry: ConcernEntry) -> None:
        record.raised_at = rules.to_the_minute(entry.raised_at or record.recorded_at)
        record.respond_by = record.raised_at + rules.respond_within(entry.concerns)
        record.first_action_at = rules.first_action_at(entry.actions)


writer = Concerns()
record, record_many, void = writer.record, writer.record_many, writer.void


def raise_for(
    *,
    client: Client,
    concerns: Collection[str],
    by: User,
    note: str = "",
    concern_id: UUID | None = None,
    violence: ViolenceEvent | None = None,
) -> Outcome:
    """Raise a concern about a client, now. `concerns` are codes of `safeguarding_concern.csv`.

    The same `concern_id` again is a duplicate, so that a retry is safe. Raises InvalidEntries.
    """
    entry = ConcernEntry(
        id=concern_id or uuid4(),
        occurred_on=timezone.localdate(),
        client_id=client.pk,
        violence_id=violence.pk if violence else None,
        concerns=frozenset(concerns),
        note=note,
    )
    return writer.record(entry=entry, by=by, organisation=client.organisation)


@transaction.atomic
def act(*, concern: Concern, done_at: datetime, what: str, by: User, note: str = "") -> Concern:
    """Say what was done about a concern, and when; the same twice is said once.

    Raises Refused if it is closed or void, InvalidEntries for a moment before it was raised or in the future.
    """
    current = _locked(concern)
    if current.closed_on:
        raise Refused(_("This concern is closed. Open it again first."))
    done = rules.action(done_at, what, note)
    if wrong := list(rules.action_problems(done, raised=current.raised_at, now=timezone.now())):
        raise InvalidEntries({0: wrong})
    stands = writer.entry_of(current).actions
    return _change(current, by, actions=tuple(sorted({*stands, done})))


@transaction.atomic
def close(*, concern: Concern, outcome: str, on: date, by: User) -> Concern:
    """Close a concern with what came of it.

    Raises Refused if it is closed or void, InvalidEntries if nothing was done yet or the day can't be.
    """
    current = _locked(concern)
    if current.closed_on:
        raise Refused(_("This concern is closed already."))
    return _change(current, by, closed_on=on, outcome=outcome)


@transaction.atomic
def reopen(*, concern: Concern, reason: str, by: User) -> Concern:
    """Open a closed concern again. Raises Refused if it is open or void, or without a reason."""
    current = _locked(concern)
    if not current.closed_on:
        raise Refused(_("This concern is open."))
    if not reason.strip():
        raise Refused(_("Say in a few words why it is opened again."))
    return _change(current, by, reason=reason.strip(), closed_on=None, outcome="")


def _locked(concern: Concern) -> Concern:
    current = Concern.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    found = current.get(pk=concern.pk)
    if found.is_void:
        raise Refused(_("A void record can't be changed."))
    return found


def _change(concern: Concern, by: User, *, reason: str = "", **changed: Any) -> Concern:
    entry = writer.entry_of(concern, **changed)
    # A client merged or made void since can't be chosen any more; what the concern says of them stays.
    problems = list(writer.rule(entry, today=timezone.localdate()))
    if problems:
        raise InvalidEntries({0: problems})
    writer.amend_many(entries=[entry], by=by, organisation=concern.organisation, reason=reason, checked=True)
    return Concern.objects.get(pk=concern.pk)
