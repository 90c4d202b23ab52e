"""What can be done with contacts: record, amend, void. Every one of them works on many at once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import bulk, turns
from core.actions import audit, records
from core.actions.records import Outcome, Refused
from core.batches import portions
from core.models import Organisation, Record, Site, User
from core.models.users import SYSTEM_USERNAME
from core.rules.problems import InvalidEntries, Problem
from outreach import owned_contacts
from outreach.actions import facts, referrals, stock_moves
from outreach.models import Client, CommodityLine, Contact, ServiceGiven
from outreach.rules import contacts as rules
from outreach.rules.contacts import ContactEntry, KnownClient
from outreach.rules.referrals import ReferralEntry


def record(*, entry: ContactEntry, by: User, organisation: Organisation, source: str = Record.Source.WEB) -> Outcome:
    """Record one contact. Sent again with the same content it is a duplicate, with other content a conflict.

    Raises InvalidEntries if the entry breaks a rule.
    """
    return records.twice(lambda: record_many(entries=[entry], by=by, organisation=organisation, source=source))[0]


@transaction.atomic
def record_with_referral(
    *,
    entry: ContactEntry,
    referral: ReferralEntry | None,
    by: User,
    organisation: Organisation,
    source: str = Record.Source.WEB,
) -> Outcome:
    """Record one contact and the referral issued with it: both or neither. Sent again they are one duplicate.

    Raises InvalidEntries if one of them breaks a rule.
    """
    outcome = record(entry=entry, by=by, organisation=organisation, source=source)
    if referral is None or outcome not in (Outcome.CREATED, Outcome.DUPLICATE):
        return outcome
    issued = referrals.record(entry=referral, by=by, organisation=organisation, source=source)
    return outcome if outcome == Outcome.CREATED else issued


@transaction.atomic
def record_many(
    *,
    entries: Sequence[ContactEntry],
    by: User,
    organisation: Organisation,
    source: str = Record.Source.WEB,
    checked: bool = False,
) -> list[Outcome]:
    """Record contacts in a constant number of queries for each portion; one outcome an entry, in order.

    `checked` says that the caller has just asked `problems_of` in this transaction.
    Raises InvalidEntries with every problem of every entry.
    """
    turns.beside_others(organisation.pk)
    if not checked and (wrong := problems_of(entries=entries, organisation=organisation)):
        raise InvalidEntries(wrong)
    done = records.sort_out(model=Contact, entries=entries, organisation=organisation, by=by, source=source)
    now = timezone.now()
    pairs = [(_new(entry, digest, organisation, by, source, now), entry) for entry, digest in done.fresh]
    for portion in portions(pairs, 1000):
        bulk.create(contact for contact, _entry in portion)
        _write_lines(portion)
        _write_what_follows([contact for contact, _entry in portion], organisation, fresh=True)
    audit.write(organisation_id=organisation.pk, by=by, entries=done.lines)
    return done.outcomes


def problems_of(*, entries: Sequence[ContactEntry], organisation: Organisation) -> dict[int, list[Problem]]:
    """Every problem of every entry, by its place in the list: rules, and links to what isn't the organisation's."""
    today = timezone.localdate()
    clients = _known_clients({entry.client_id for entry in entries if entry.client_id}, organisation)
    wanted = {entry.site_id for entry in entries if entry.site_id}
    sites = records.known_ids(Site.objects.filter(organisation=organisation), wanted)
    workers = _known_workers({entry.worker_id for entry in entries if entry.worker_id}, organisation)
    wrong: dict[int, list[Problem]] = {}
    for place, entry in enumerate(entries):
        client = clients.get(entry.client_id) if entry.client_id else None
        found = list(rules.problems(entry, today=today, client=client))
        if entry.client_id and client is None:
            found.append(
                Problem("client", _("There is no such client. Look the person up again."), str(entry.client_id))
            )
        if entry.site_id and entry.site_id not in sites:
            found.append(Problem("site", _("There is no such site. Choose one from the list."), str(entry.site_id)))
        if entry.worker_id and entry.worker_id not in workers:
            found.append(Problem("worker", _("This person doesn't work here. Choose one from the list."), ""))
        if found:
            wrong[place] = found
    return wrong


def workers_of(organisation: Organisation):
    """Whoever works, or worked, in the organisation; and the built-in user, whose name imports leave behind."""
    works_here = Q(memberships__organisation=organisation) | Q(username=SYSTEM_USERNAME)
    return User.objects.filter(works_here).distinct()


def _known_workers(ids: set[int], organisation: Organisation) -> set[int]:
    """Those of the users who work, or worked, in the organisation; whoever already recorded there among them."""
    if not ids:
        return set()
    found = set(workers_of(organisation).filter(pk__in=ids).values_list("pk", flat=True))
    if left := ids - found:
        rows = Contact.objects.filter(organisation=organisation, worker_id__in=left)
        found.update(rows.order_by().values_list("worker_id", flat=True).distinct())
    return found


def _known_clients(ids: Iterable[UUID], organisation: Organisation) -> dict[UUID, KnownClient]:
    clients = Client.objects.countable().filter(organisation=organisation).select_related("survivor")
    people = {pk: client.survivor or client for pk, client in records.by_id(clients, ids).items()}
    return {pk: KnownClient(person.birth_date, person.birth_precision) for pk, person in people.items()}


def _new(entry: ContactEntry, digest: str, organisation, by, source, now) -> Contact:
    contact = Contact(
        id=entry.id, organisation=organisation, recorded_by=by, recorded_at=now, source=source, digest=digest
    )
    _fill(contact, entry)
    if entry.void:
        contact.voided_at, contact.voided_by, contact.void_reason = now, by, "import"
    return contact


def _fill(contact: Contact, entry: ContactEntry) -> None:
    contact.reference = entry.reference
    contact.occurred_on = entry.occurred_on
    contact.client_id = entry.client_id
    contact.kind = entry.kind
    contact.group_size = entry.group_size
    contact.site_id = entry.site_id
    contact.hts_outcome = entry.hts_outcome
    contact.overdose_reported = entry.overdose_reported
    contact.worker_id = entry.worker_id or contact.recorded_by_id
    contact.arrived_at = entry.arrived_at
    contact.left_at = entry.left_at
    contact.centre_services = sorted(entry.centre_services)
    contact.for_others = entry.for_others
    contact.return_method = entry.return_method
    contact.note = entry.note


FIELDS = [
    "reference",
    "occurred_on",
    "client",
    "kind",
    "group_size",
    "site",
    "hts_outcome",
    "overdose_reported",
    "worker",
    "arrived_at",
    "left_at",
    "centre_services",
    "for_others",
    "return_method",
    "note",
    "version",
]


def _write_lines(pairs: list[tuple[Contact, ContactEntry]]) -> None:
    """Write services and commodities, and leave them at hand on the contacts for the facts."""
    services, lines = [], []
    for contact, entry in pairs:
        given = [ServiceGiven(contact=contact, service=code) for code in sorted(entry.services)]
        moved = [CommodityLine(contact=contact, commodity=c, given=g, taken_back=t) for c, g, t in entry.lines()]
        contact._prefetched_objects_cache = {"services": given, "commodities": moved}  # noqa: SLF001 - Django's own place for them
        services += given
        lines += moved
    bulk.create(services)
    bulk.create(lines)


def _write_what_follows(contacts: list[Contact], organisation: Organisation, *, fresh: bool = False) -> None:
    """The facts that figures are counted from, and the moves of stock: both mirror the contacts."""
    facts.refresh(contacts, fresh=fresh)
    stock_moves.of_contacts(contacts, organisation=organisation, fresh=fresh)


@transaction.atomic
def amend(*, contact: Contact, entry: ContactEntry, version: int, by: User, reason: str = "") -> Contact:
    """Change a contact into a new version; the old one stays readable.

    Raises Changed if `version` isn't the newest, Refused if it is void or belongs to another record, InvalidEntries
    if a rule is broken.
    """
    turns.beside_others(contact.organisation_id)
    current = records.lock_version(contact, version)
    _refuse_owned(contact)
    amend_many(entries=[entry], by=by, organisation=current.organisation, reason=reason)
    return Contact.objects.get(pk=contact.pk)


@transaction.atomic
def amend_many(
    *,
    entries: Sequence[ContactEntry],
    by: User,
    organisation: Organisation,
    reason: str = "",
    checked: bool = False,
) -> int:
    """Change contacts, named by their entries' ids; what says the same already is left alone. Answers how many changed.

    Raises Refused if one of them is void, InvalidEntries if a rule is broken.
    """
    turns.beside_others(organisation.pk)
    if not checked and (wrong := problems_of(entries=entries, organisation=organisation)):
        raise InvalidEntries(wrong)
    return sum(_amend_portion(portion, by, organisation, reason) for portion in portions(entries, 1000))


def _amend_portion(entries: list[ContactEntry], by: User, organisation: Organisation, reason: str) -> int:
    mine = Contact.objects.filter(organisation=organisation).prefetch_related("services", "commodities")
    change = records.begin_change(queryset=mine, entries=entries, by=by, reason=reason)
    for contact, entry in change.pairs:
        _fill(contact, entry)
    if change.pairs:
        Contact.objects.bulk_update(change.records, _fields_changed(change))
    ids = [contact.pk for contact in change.records]
    ServiceGiven.objects.filter(contact_id__in=ids).delete()
    CommodityLine.objects.filter(contact_id__in=ids).delete()
    _write_lines(change.pairs)
    _write_what_follows(change.records, organisation)
    audit.write(organisation_id=organisation.pk, by=by, entries=change.lines())
    return len(change.pairs)


def _fields_changed(change: records.Change) -> list[str]:
    """The fields in which any of the contacts differs: written one by one they take most of the time."""
    changed = {
        name
        for contact, entry in change.pairs
        for name in records.changed_fields(change.before[contact.pk], entry.content())
    }
    return [name for name in FIELDS if name in changed or name == "version"]


@transaction.atomic
def void(*, contact: Contact, by: User, reason: str) -> Contact:
    """Void a contact: it stays readable and counts nowhere.

    Raises Refused if it is void already, belongs to another record, or the reason is empty.
    """
    turns.beside_others(contact.organisation_id)
    _refuse_owned(contact)
    contact = records.mark_void(record=contact, by=by, reason=reason)
    _write_what_follows([contact], contact.organisation)
    audit.write(organisation_id=contact.organisation_id, by=by, entries=[records.void_entry(contact)])
    return contact


def _refuse_owned(contact: Contact) -> None:
    """By itself nobody changes what another record keeps in line."""
    if owner := owned_contacts.owners([contact.pk]).get(contact.pk):
        raise Refused(str(owner.refusal))


@transaction.atomic
def void_many(*, ids: Sequence[UUID], by: User, organisation: Organisation, reason: str) -> int:
    """Void many contacts for one reason; those that are void already are left alone."""
    turns.beside_others(organisation.pk)
    lines = []
    for portion in portions(ids):
        contacts = list(Contact.objects.countable().filter(pk__in=portion, organisation=organisation))
        records.mark_many_void(contacts, by=by, reason=reason)
        _write_what_follows(contacts, organisation)
        lines += [records.void_entry(contact) for contact in contacts]
    audit.write(organisation_id=organisation.pk, by=by, entries=lines)
    return len(lines)


def entry_of(contact: Contact, **changed) -> ContactEntry:
    """The entry that would record the contact as it stands, or with some of it changed."""
    lines = list(contact.commodities.all())
    stands = ContactEntry(
        id=contact.pk,
        occurred_on=contact.occurred_on,
        kind=contact.kind,
        client_id=contact.client_id,
        group_size=contact.group_size,
        site_id=contact.site_id,
        services=frozenset(row.service for row in contact.services.all()),
        hts_outcome=contact.hts_outcome,
        given={line.commodity: line.given for line in lines if line.given},
        taken_back={line.commodity: line.taken_back for line in lines if line.taken_back},
        overdose_reported=contact.overdose_reported,
        worker_id=contact.worker_id,
        arrived_at=contact.arrived_at,
        left_at=contact.left_at,
        centre_services=frozenset(contact.centre_services),
        for_others=contact.for_others,
        return_method=contact.return_method,
        note=contact.note,
        reference=contact.reference,
    )
    return replace(stands, **changed)
