"""What can be done with sessions: record, amend, void. Every one of them works on many at once."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import bulk
from core.actions import audit, records
from core.actions.records import Outcome
from core.batches import portions
from core.models import Organisation, Record, Site, User
from core.rules.problems import InvalidEntries, Problem
from outreach.actions import stock_moves
from peers.models import Session, SessionCommodity, SessionHeadcount
from peers.rules import sessions as rules
from peers.rules.sessions import SessionEntry

FIELDS = ["reference", "occurred_on", "kind", "site", "topics", "services", "minutes", "note", "version"]


def record(*, entry: SessionEntry, by: User, organisation: Organisation, source: str = Record.Source.WEB) -> Outcome:
    """Record one session. Sent again with the same content it is a duplicate, with other content a conflict.

    Raises InvalidEntries if the entry breaks a rule.
    """
    return records.twice(lambda: record_many(entries=[entry], by=by, organisation=organisation, source=source))


@transaction.atomic
def record_many(
    *,
    entries: Sequence[SessionEntry],
    by: User,
    organisation: Organisation,
    source: str = Record.Source.WEB,
    checked: bool = False,
) -> list[Outcome]:
    """Record sessions in a constant number of queries for each portion; one outcome an entry, in order.

    `checked` says that the caller has just asked `problems_of` in this transaction.
    Raises InvalidEntries with every problem of every entry.
    """
    if not checked and (wrong := problems_of(entries=entries, organisation=organisation)):
        raise InvalidEntries(wrong)
    done = records.sort_out(model=Session, entries=entries, organisation=organisation, by=by, source=source)
    now = timezone.now()
    pairs = [(_new(entry, digest, organisation, by, source, now), entry) for entry, digest in done.fresh]
    for portion in portions(pairs, 1000):
        bulk.create(session for session, _entry in portion)
        _write_lines(portion)
        stock_moves.of_sessions([session for session, _entry in portion], organisation=organisation, fresh=True)
    audit.write(organisation_id=organisation.pk, by=by, entries=done.lines)
    return done.outcomes


def problems_of(*, entries: Sequence[SessionEntry], organisation: Organisation) -> dict[int, list[Problem]]:
    """Every problem of every entry, by its place in the list: rules, and sites that aren't the organisation's."""
    today = timezone.localdate()
    wanted = {entry.site_id for entry in entries if entry.site_id}
    sites = records.known_ids(Site.objects.filter(organisation=organisation), wanted)
    wrong: dict[int, list[Problem]] = {}
    for place, entry in enumerate(entries):
        found = list(rules.problems(entry, today=today))
        if entry.site_id and entry.site_id not in sites:
            found.append(Problem("site", _("There is no such site. Choose one from the list."), str(entry.site_id)))
        if found:
            wrong[place] = found
    return wrong


def _new(entry: SessionEntry, digest: str, organisation, by, source, now) -> Session:
    session = Session(
        id=entry.id, organisation=organisation, recorded_by=by, recorded_at=now, source=source, digest=digest
    )
    _fill(session, entry)
    if entry.void:
        session.voided_at, session.voided_by, session.void_reason = now, by, "import"
    return session


def _fill(session: Session, entry: SessionEntry) -> None:
    session.reference = entry.reference
    session.occurred_on = entry.occurred_on
    session.kind = entry.kind
    session.site_id = entry.site_id
    session.topics = sorted(entry.topics)
    session.services = sorted(entry.services)
    session.minutes = entry.minutes
    session.note = entry.note


def _write_lines(pairs: list[tuple[Session, SessionEntry]]) -> None:
    bulk.create(
        SessionHeadcount(session=session, sex=sex, age_band=band, heads=heads)
        for session, entry in pairs
        for sex, band, heads in entry.head_rows()
    )
    lines = []
    for session, entry in pairs:
        moved = [SessionCommodity(session=session, commodity=c, given=g, taken_back=t) for c, g, t in entry.lines()]
        session._prefetched_objects_cache = {"commodities": moved}  # noqa: SLF001 - Django's own place for them
        lines += moved
    bulk.create(lines)


@transaction.atomic
def amend(*, session: Session, entry: SessionEntry, version: int, by: User, reason: str = "") -> Session:
    """Change a session into a new version; the old one stays readable.

    Raises Changed if `version` isn't the newest, Refused if it is void, InvalidEntries if a rule is broken.
    """
    current = records.lock_version(session, version)
    amend_many(entries=[entry], by=by, organisation=current.organisation, reason=reason)
    return Session.objects.get(pk=session.pk)


@transaction.atomic
def amend_many(
    *,
    entries: Sequence[SessionEntry],
    by: User,
    organisation: Organisation,
    reason: str = "",
    checked: bool = False,
) -> int:
    """Change sessions, named by their entries' ids; what says the same already is left alone. Answers how many changed.

    Raises Refused if one of them is void, InvalidEntries if a rule is broken.
    """
    if not checked and (wrong := problems_of(entries=entries, organisation=organisation)):
        raise InvalidEntries(wrong)
    return sum(_amend_portion(portion, by, organisation, reason) for portion in portions(entries, 1000))


def _amend_portion(entries: list[SessionEntry], by: User, organisation: Organisation, reason: str) -> int:
    mine = Session.objects.filter(organisation=organisation).prefetch_related("headcounts", "commodities")
    change = records.begin_change(queryset=mine, entries=entries, by=by, reason=reason)
    for session, entry in change.pairs:
        _fill(session, entry)
    Session.objects.bulk_update(change.records, FIELDS)
    ids = [session.pk for session in change.records]
    SessionHeadcount.objects.filter(session_id__in=ids).delete()
    SessionCommodity.objects.filter(session_id__in=ids).delete()
    _write_lines(change.pairs)
    stock_moves.of_sessions(change.records, organisation=organisation)
    audit.write(organisation_id=organisation.pk, by=by, entries=change.lines())
    return len(change.pairs)


@transaction.atomic
def void(*, session: Session, by: User, reason: str) -> Session:
    """Void a session: it stays readable and counts nowhere.

    Raises Refused if it is void already or the reason is empty.
    """
    session = records.mark_void(record=session, by=by, reason=reason)
    stock_moves.of_sessions([session], organisation=session.organisation)
    audit.write(organisation_id=session.organisation_id, by=by, entries=[records.void_entry(session)])
    return session


@transaction.atomic
def void_many(*, ids: Sequence[UUID], by: User, organisation: Organisation, reason: str) -> int:
    """Void many sessions for one reason; those that are void already are left alone."""
    lines = []
    for portion in portions(ids):
        sessions = list(Session.objects.countable().filter(pk__in=portion, organisation=organisation))
        now = timezone.now()
        for session in sessions:
            session.voided_at, session.voided_by, session.void_reason = now, by, reason
        Session.objects.bulk_update(sessions, ["voided_at", "voided_by", "void_reason"])
        stock_moves.of_sessions(sessions, organisation=organisation)
        lines += [records.void_entry(session) for session in sessions]
    audit.write(organisation_id=organisation.pk, by=by, entries=lines)
    return len(lines)
