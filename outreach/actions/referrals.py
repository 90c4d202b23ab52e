"""What can be done with referrals: issue, say what came of them, amend, void."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import bulk, turns
from core.actions import audit, records
from core.actions.records import Outcome, Refused
from core.batches import portions
from core.models import Organisation, Record, ServicePoint, User
from core.rules.problems import InvalidEntries, Problem
from outreach.models import Client, Contact, Referral, ReferralEvent
from outreach.rules import referrals as rules
from outreach.rules.referrals import ReferralEntry

SAID_BY = {
    "completed": "slip",
    "self_reported": "client",
    "partly": "client",
    "rejected": "facility",
    "accepted": "facility",
}
STEP = {
    "issued": ReferralEvent.Step.ISSUED,
    "accepted": ReferralEvent.Step.ACCEPTED,
    "completed": ReferralEvent.Step.SERVED,
    "self_reported": ReferralEvent.Step.SERVED,
    "partly": ReferralEvent.Step.SERVED,
}


def record(*, entry: ReferralEntry, by: User, organisation: Organisation, source: str = Record.Source.WEB) -> Outcome:
    """Record one referral. Sent again with the same content it is a duplicate, with other content a conflict.

    Raises InvalidEntries if the entry breaks a rule.
    """
    return records.twice(lambda: record_many(entries=[entry], by=by, organisation=organisation, source=source))


@transaction.atomic
def record_many(
    *,
    entries: Sequence[ReferralEntry],
    by: User,
    organisation: Organisation,
    source: str = Record.Source.WEB,
    checked: bool = False,
) -> list[Outcome]:
    """Record referrals, each with the dated events that its state tells; one outcome an entry, in order.

    Raises InvalidEntries with every problem of every entry.
    """
    turns.beside_others(organisation.pk)
    if not checked and (wrong := problems_of(entries=entries, organisation=organisation)):
        raise InvalidEntries(wrong)
    done = records.sort_out(model=Referral, entries=entries, organisation=organisation, by=by, source=source)
    rows, events, now = [], [], timezone.now()
    for entry, digest in done.fresh:
        referral = Referral(id=entry.id, organisation=organisation, recorded_by=by, recorded_at=now, source=source)
        referral.digest = digest
        _fill(referral, entry)
        rows.append(referral)
        events += _events(entry, by)
    bulk.create(rows)
    bulk.create(events)
    audit.write(organisation_id=organisation.pk, by=by, entries=done.lines)
    return done.outcomes


def _events(entry: ReferralEntry, by: User) -> list[ReferralEvent]:
    events = [_event(entry.id, "issued", entry.occurred_on, ReferralEvent.SaidBy.STAFF, by)]
    if entry.status != "issued":
        day = entry.closed_on or entry.occurred_on
        events.append(_event(entry.id, entry.status, day, SAID_BY.get(entry.status, "staff"), by))
    return events


def _event(referral_id: UUID, status: str, day: date, said_by: str, by: User) -> ReferralEvent:
    return ReferralEvent(
        referral_id=referral_id,
        step=STEP.get(status, ReferralEvent.Step.CLOSED),
        status=status,
        happened_on=day,
        said_by=said_by,
        recorded_by=by,
        recorded_at=timezone.now(),
    )


def problems_of(*, entries: Sequence[ReferralEntry], organisation: Organisation) -> dict[int, list[Problem]]:
    """Every problem of every entry, by its place in the list: rules, and links to what isn't the organisation's."""
    today = timezone.localdate()
    clients = Client.objects.countable().filter(organisation=organisation)
    clients = records.known_ids(clients, {entry.client_id for entry in entries})
    contacts = Contact.objects.filter(organisation=organisation)
    contacts = records.known_ids(contacts, {entry.contact_id for entry in entries if entry.contact_id})
    wanted = {entry.destination_id for entry in entries if entry.destination_id}
    points = ServicePoint.objects.filter(Q(public=True) | Q(site__organisation=organisation))
    points = records.known_ids(points, wanted)
    taken = records.references(Referral, [entry.reference for entry in entries], organisation)
    wrong: dict[int, list[Problem]] = {}
    for place, entry in enumerate(entries):
        found = list(rules.problems(entry, today=today))
        if taken.get(entry.reference, entry.id) != entry.id:
            text = _("Another referral has this reference already. Use another one, or leave it empty.")
            found.append(Problem("reference", text, entry.reference))
        if entry.client_id not in clients:
            found.append(
                Problem("client", _("There is no such client. Look the person up again."), str(entry.client_id))
            )
        if entry.contact_id and entry.contact_id not in contacts:
            found.append(Problem("contact", _("There is no such contact."), str(entry.contact_id)))
        if entry.destination_id and entry.destination_id not in points:
            found.append(
                Problem(
                    "destination",
                    _("There is no such service. Choose one from the list."),
                    str(entry.destination_id),
                )
            )
        if found:
            wrong[place] = found
    return wrong


def _fill(referral: Referral, entry: ReferralEntry) -> None:
    referral.reference = entry.reference
    referral.occurred_on = entry.occurred_on
    referral.client_id = entry.client_id
    referral.contact_id = entry.contact_id
    referral.type = entry.type
    referral.destination_id = entry.destination_id
    referral.urgent = entry.urgent
    referral.status = entry.status
    referral.closed_on = entry.closed_on
    referral.not_completed_because = entry.not_completed_because
    referral.share_consent = entry.share_consent
    referral.arrived_on = entry.arrived_on


FIELDS = [
    "reference",
    "occurred_on",
    "client",
    "contact",
    "type",
    "destination",
    "urgent",
    "status",
    "closed_on",
    "not_completed_because",
    "share_consent",
    "arrived_on",
    "version",
]


@transaction.atomic
def update_status(
    *,
    referral: Referral,
    status: str,
    on: date,
    said_by: str,
    version: int,
    by: User,
    not_completed_because: str = "",
) -> Referral:
    """Say what became of a referral, on which day and by whose word: a new version and a dated event.

    Raises Changed, Refused or InvalidEntries as `amend` does.
    """
    closed_on = None if status in rules.OPEN_STATES else on
    entry = replace(entry_of(referral), status=status, closed_on=closed_on, not_completed_because=not_completed_because)
    if not referral.occurred_on <= on <= timezone.localdate():
        text = _("Give a day from the day of issue to today.")
        raise InvalidEntries({0: [Problem("happened_on", text, str(on))]})
    amended = amend(referral=referral, entry=entry, version=version, by=by)
    if amended.is_void:
        raise Refused(_("A void record can't be changed."))
    _event(referral.pk, status, on, said_by, by).save()
    return amended


@transaction.atomic
def amend(*, referral: Referral, entry: ReferralEntry, version: int, by: User, reason: str = "") -> Referral:
    """Change a referral into a new version; the old one stays readable.

    Raises Changed if `version` isn't the newest, Refused if it is void, InvalidEntries if a rule is broken.
    """
    current = records.lock_version(referral, version)
    amend_many(entries=[entry], by=by, organisation=current.organisation, reason=reason)
    return Referral.objects.get(pk=referral.pk)


@transaction.atomic
def amend_many(
    *,
    entries: Sequence[ReferralEntry],
    by: User,
    organisation: Organisation,
    reason: str = "",
    checked: bool = False,
) -> int:
    """Change referrals, named by their entries' ids; what says the same is left alone. Answers how many changed.

    Raises Refused if one of them is void, InvalidEntries if a rule is broken.
    """
    if not checked and (wrong := problems_of(entries=entries, organisation=organisation)):
        raise InvalidEntries(wrong)
    return sum(_amend_portion(portion, by, organisation, reason) for portion in portions(entries, 1000))


def _amend_portion(entries: list[ReferralEntry], by: User, organisation: Organisation, reason: str) -> int:
    mine = Referral.objects.filter(organisation=organisation)
    change = records.begin_change(queryset=mine, entries=entries, by=by, reason=reason)
    for referral, entry in change.pairs:
        _fill(referral, entry)
    Referral.objects.bulk_update(change.records, FIELDS)
    audit.write(organisation_id=organisation.pk, by=by, entries=change.lines())
    return len(change.pairs)


@transaction.atomic
def void(*, referral: Referral, by: User, reason: str) -> Referral:
    """Void a referral that was recorded by mistake.

    Raises Refused if it is void already or the reason is empty.
    """
    referral = records.mark_void(record=referral, by=by, reason=reason)
    audit.write(organisation_id=referral.organisation_id, by=by, entries=[records.void_entry(referral)])
    return referral


def entry_of(referral: Referral, **changed) -> ReferralEntry:
    """The entry that would record the referral as it stands, or with some of it changed."""
    stands = ReferralEntry(
        id=referral.pk,
        occurred_on=referral.occurred_on,
        client_id=referral.client_id,
        type=referral.type,
        contact_id=referral.contact_id,
        destination_id=referral.destination_id,
        urgent=referral.urgent,
        status=referral.status,
        closed_on=referral.closed_on,
        not_completed_because=referral.not_completed_because,
        share_consent=referral.share_consent,
        arrived_on=referral.arrived_on,
        reference=referral.reference,
    )
    return replace(stands, **changed)
