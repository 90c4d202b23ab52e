"""What can be done with supervision: record a visit, amend, void, and say that what was agreed is done."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import bulk
from core.actions.records import Changed, Outcome, Refused
from core.actions.writing import Link, Writer
from core.models import Organisation, User
from peers.models import AgreedAction, PeerEducator, Session, SupervisionVisit
from peers.rules import supervision as rules
from peers.rules.supervision import Agreed, SupervisionEntry


class Supervision(Writer):
    """Visits, with what was agreed in rows of their own."""

    model = SupervisionVisit
    entry = SupervisionEntry
    links = {
        "peer_id": Link(
            lambda organisation: PeerEducator.objects.filter(organisation=organisation),
            gettext_lazy("There is no such peer educator here. Choose one from the list."),
        ),
        "session_id": Link(
            lambda organisation: Session.objects.filter(organisation=organisation),
            gettext_lazy("There is no such session here. Choose one from the list, or leave it out."),
        ),
    }

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def readings(self, queryset):
        return queryset.prefetch_related("agreed")

    def derive(self, record, entry):
        record.score = rules.score_of(entry.checklist)

    def follow(self, pairs: Sequence[tuple[SupervisionVisit, SupervisionEntry]], *, by, fresh):
        if not fresh:
            AgreedAction.objects.filter(visit_id__in=[visit.pk for visit, _entry in pairs]).delete()
        bulk.create(
            AgreedAction(visit=visit, place=place, text=one.text, due_on=one.due_on, done_on=one.done_on)
            for visit, entry in pairs
            for place, one in enumerate(entry.agreed)
        )

    def entry_of(self, record, **changed):
        rows = tuple(agreed(row) for row in record.agreed.all())
        return super().entry_of(record, **({"agreed": rows} | changed))


def agreed(row: AgreedAction) -> Agreed:
    return Agreed(text=row.text, due_on=row.due_on, done_on=row.done_on)


writer = Supervision()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of


class ActionKey(NamedTuple):
    """One agreed action as somebody saw it: in which visit, the how manieth, and the visit's version then."""

    visit: UUID
    place: int
    version: int


@transaction.atomic
def record_visit(
    *, entry: SupervisionEntry, done: Iterable[ActionKey] = (), by: User, organisation: Organisation
) -> Outcome:
    """Record a visit and say that these actions of earlier ones are done; sent again, it says so only once.

    Raises Changed if one of the earlier visits was changed meanwhile, InvalidEntries if the entry breaks a rule.
    """
    outcome = record(entry=entry, by=by, organisation=organisation)
    if outcome == Outcome.CREATED:
        mark_done(actions=done, on=entry.occurred_on, by=by, organisation=organisation)
    return outcome


@transaction.atomic
def mark_done(*, actions: Iterable[ActionKey], on: date, by: User, organisation: Organisation) -> int:
    """Say that agreed actions were done on a day; answers how many visits say something new now.

    What was agreed after that day counts as done on the day of its visit; what is done already stays as it is.
    Raises Changed if a visit isn't in the version named, Refused if one isn't there or is void.
    """
    wanted: dict[UUID, set[ActionKey]] = {}
    for key in actions:
        wanted.setdefault(key.visit, set()).add(key)
    if not wanted:
        return 0
    rows = writer.readings(SupervisionVisit.objects.filter(organisation=organisation, pk__in=wanted))
    visits = list(rows.select_for_update(no_key=True))
    if len(visits) != len(wanted):
        raise Refused(_("This visit isn't there any more. Open the list again."))
    return amend_many(
        entries=[_with_done(visit, wanted[visit.pk], on) for visit in visits], by=by, organisation=organisation
    )


def _with_done(visit: SupervisionVisit, keys: set[ActionKey], on: date) -> SupervisionEntry:
    stands = entry_of(visit)
    places = {key.place for key in keys}
    if any(key.version != visit.version for key in keys) or not places <= set(range(len(stands.agreed))):
        raise Changed
    day = max(on, visit.occurred_on)
    rows = tuple(
        Agreed(text=one.text, due_on=one.due_on, done_on=one.done_on or day) if place in places else one
        for place, one in enumerate(stands.agreed)
    )
    return entry_of(visit, agreed=rows)
