"""What can be done with sessions: record, amend, void. Every one of them works on many at once."""

from collections.abc import Sequence

from core import bulk
from core.actions.writing import SITE, Writer
from core.batches import portions
from outreach.actions import stock_moves
from outreach.actions.campaigns import CAMPAIGN
from peers.actions import attendances, session_people
from peers.actions.session_people import LED
from peers.models import Session, SessionCommodity, SessionHeadcount
from peers.rules import sessions as rules
from peers.rules.sessions import SessionEntry


class Sessions(Writer):
    """Sessions: unnamed heads and commodities in rows of their own, the stock that these move, and named people."""

    model = Session
    entry = SessionEntry
    links = {"site_id": SITE, "campaign_id": CAMPAIGN}
    beside_people = True

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries, organisation):
        return session_people.known(entries, organisation)

    def rule_with(self, entry, known, *, today):
        return session_people.problems(entry, known)

    def readings(self, queryset):
        return queryset.prefetch_related("headcounts", "commodities", "facilitators", "attendances")

    def follow(self, pairs: Sequence[tuple[Session, SessionEntry]], *, by, fresh):
        for portion in portions(pairs, 200):
            self._follow(portion, by=by, fresh=fresh)

    def _follow(self, pairs: list[tuple[Session, SessionEntry]], *, by, fresh):
        rows = [session for session, _entry in pairs]
        led_before = {}
        if not fresh:
            ids = [session.pk for session in rows]
            led_before = session_people.leaders(ids)
            SessionHeadcount.objects.filter(session_id__in=ids).delete()
            SessionCommodity.objects.filter(session_id__in=ids).delete()
            LED.objects.filter(session_id__in=ids).delete()
        _write_lines(pairs)
        stock_moves.of_sessions(rows, organisation=rows[0].organisation, fresh=fresh)
        attendances.write(pairs, by=by, fresh=fresh, led_before=led_before)

    def voided(self, rows, *, by):
        if rows:
            stock_moves.of_sessions(rows, organisation=rows[0].organisation)
            attendances.void(rows, by=by)

    def entry_of(self, record, **changed):
        lines = list(record.commodities.all())
        apart = {
            "heads": {(row.sex, row.age_band): row.heads for row in record.headcounts.all()},
            "given": {line.commodity: line.given for line in lines if line.given},
            "taken_back": {line.commodity: line.taken_back for line in lines if line.taken_back},
            "facilitators": frozenset(peer.pk for peer in record.facilitators.all()),
            "attendees": frozenset(row.client_id for row in record.attendances.all()),
        }
        return super().entry_of(record, **(apart | changed))


def _write_lines(pairs: Sequence[tuple[Session, SessionEntry]]) -> None:
    bulk.create(
        SessionHeadcount(session=session, sex=sex, age_band=band, heads=heads)
        for session, entry in pairs
        for sex, band, heads in entry.head_rows()
    )
    bulk.create(
        LED(session_id=session.pk, peereducator_id=peer)
        for session, entry in pairs
        for peer in sorted(entry.facilitators)
    )
    lines = []
    for session, entry in pairs:
        moved = [SessionCommodity(session=session, commodity=c, given=g, taken_back=t) for c, g, t in entry.lines()]
        session._prefetched_objects_cache = {"commodities": moved}  # noqa: SLF001 - Django's own place for them
        lines += moved
    bulk.create(lines)


writer = Sessions()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
