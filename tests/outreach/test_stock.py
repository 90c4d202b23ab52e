"""What lies where: batches, months of stock, days without, late entries; the store's pages; the audit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.actions import organisations
from core.models.users import system_user
from core.permissions import Role
from fixtures.actions import reference
from outreach import stock_levels
from outreach.actions import contacts, stock_counts, stock_documents
from outreach.models import Contact, StockCount, StockDocument, StockMove, StockPlace
from outreach.stock import Batch, Event, days_without, full_months_before, months_of_stock, on_hand
from peers.actions import sessions
from peers.models import Session
from tests.factories.people import member
from tests.factories.programme import Programme, day
from tests.outreach.stock import Store, booked_balances, naive_balances

EARLY, LATE = Batch("E", date(2025, 3, 31)), Batch("L", date(2026, 3, 31))


NOBODY_WROTE = Batch()


def into(on, pieces, batch=LATE):
    return Event(day(on), pieces, batch)


def out(on, pieces, batch=NOBODY_WROTE, given=True):
    return Event(day(on), -pieces, batch, given)


# --- pure -------------------------------------------------------------------------------------------


def test_what_expires_first_leaves_first():
    events = [into("2025-01-01", 10), into("2025-01-01", 10, EARLY), out("2025-02-01", 12)]

    assert on_hand(events) == [(LATE, 8)]


def test_batch_named_leaves_before_what_expires_first():
    events = [into("2025-01-01", 10), into("2025-01-01", 10, EARLY), out("2025-02-01", 4, LATE, given=False)]

    assert on_hand(events) == [(EARLY, 10), (LATE, 6)]


def test_what_came_later_is_not_taken_earlier():
    events = [into("2025-01-01", 10), out("2025-02-01", 10), into("2025-02-02", 10, EARLY)]

    assert on_hand(events) == [(EARLY, 10)]


def test_people_get_nothing_expired_while_something_else_is_there():
    events = [into("2025-01-01", 10), into("2025-01-01", 10, EARLY), out("2025-04-01", 12)]

    assert on_hand(events) == [(EARLY, 8)]


def test_last_day_is_still_good():
    events = [into("2025-01-01", 10), into("2025-01-01", 10, EARLY), out("2025-03-31", 3)]

    assert on_hand(events) == [(EARLY, 7), (LATE, 10)]


def test_thrown_away_takes_the_expired_first():
    events = [into("2025-01-01", 10), into("2025-01-01", 10, EARLY), out("2025-04-01", 12, given=False)]

    assert on_hand(events) == [(LATE, 8)]


def test_pieces_without_a_batch_are_taken_last():
    events = [into("2025-01-01", 10, Batch()), into("2025-01-01", 10), out("2025-02-01", 12)]

    assert on_hand(events) == [(Batch(), 8)]


def test_what_was_missing_is_made_up_by_the_next_to_come():
    events = [out("2025-01-01", 5), into("2025-01-02", 8)]

    assert on_hand(events) == [(LATE, 3)]


def test_what_comes_on_a_day_can_leave_on_it():
    events = [out("2025-01-01", 5), into("2025-01-01", 8)]

    assert on_hand(events) == [(LATE, 3)]


@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(-30, 30), st.sampled_from([EARLY, LATE, Batch()]), st.booleans())
    )
)
def test_batches_add_up_to_the_balance_or_nothing_is_there(rows):
    events = [Event(date(2025, 3, 20) + timedelta(days=n), pieces, batch, g) for n, pieces, batch, g in rows]

    held = on_hand(events)

    assert sum(pieces for _batch, pieces in held) == max(sum(event.pieces for event in events), 0)
    assert all(pieces > 0 for _batch, pieces in held)


@pytest.mark.parametrize(
    ("balance", "used", "months"), [(300, 300, 3), (50, 300, 0.5), (0, 300, 0), (-5, 300, 0), (10, 0, None)]
)
def test_months_of_stock(balance, used, months):
    assert months_of_stock(balance, used) == months


@pytest.mark.parametrize(
    ("today", "months"),
    [("2025-04-15", ("2025-01-01", "2025-03-31")), ("2025-01-01", ("2024-10-01", "2024-12-31"))],
)
def test_full_months_before(today, months):
    assert full_months_before(day(today)) == tuple(map(day, months))


@pytest.mark.parametrize(
    ("opening", "changes", "days"),
    [
        (5, {}, 0),
        (0, {}, 10),
        (5, {"2025-01-04": -5}, 7),
        (5, {"2025-01-04": -5, "2025-01-08": 5}, 4),
        (0, {"2025-01-01": 5}, 0),
        (5, {"2025-01-10": -9}, 1),
        (5, {"2024-12-31": -5, "2025-01-11": -5}, 0),
    ],
)
def test_days_without(opening, changes, days):
    found = days_without(opening, {day(k): v for k, v in changes.items()}, day("2025-01-01"), day("2025-01-10"))

    assert found == days


# --- levels -----------------------------------------------------------------------------------------

TODAY = date(2025, 6, 15)


@pytest.fixture
def store(programme):
    return Store(programme)


@pytest.fixture
def centre(programme):
    return programme.site("DIC-1")


def level_of(store, of, commodity="COND_M", today=TODAY):
    places = list(StockPlace.objects.holding().select_related("organisation", "site", "worker"))
    return stock_levels.levels(places, today)[store.place(of), commodity]


def test_level_tells_balance_use_and_months(store, programme, centre):
    store.receipt("2025-02-01", [("COND_M", 500)])
    store.transfer("2025-02-02", [("COND_M", 200)], to=centre)
    for on, pieces in (("2025-02-28", 5), ("2025-03-01", 30), ("2025-05-31", 60), ("2025-06-01", 7)):
        programme.met(None, on, given={"COND_M": pieces}, site=centre)

    at_centre, at_store = level_of(store, centre), level_of(store, "store")

    assert (at_centre.balance, at_centre.used, at_centre.months) == (98, 90, 98 * 3 / 90)
    assert (at_store.balance, at_store.used, at_store.months) == (300, 90, 10)


def test_level_tells_what_was_entered_after_the_count(store, programme, centre):
    store.receipt("2025-01-10", [("COND_M", 100), ("LUBE_S", 50)], to=centre)
    store.count("2025-01-31", {"COND_M": 100, "LUBE_S": 50}, at=centre)
    programme.met(None, "2025-01-30", given={"COND_M": 10}, site=centre)
    programme.met(None, "2025-02-01", given={"COND_M": 5}, site=centre)

    assert (level_of(store, centre).late, level_of(store, centre, "LUBE_S").late) == (-10, 0)
    assert level_of(store, centre).balance == 85


def test_level_tells_batches_and_what_is_expired(store, programme, centre):
    store.receipt("2025-01-10", [("COND_M", 100, "B1", "2025-03-31"), ("COND_M", 100, "B2", "2026-03-31")], to=centre)
    programme.met(None, "2025-03-01", given={"COND_M": 30}, site=centre)
    programme.met(None, "2025-04-01", given={"COND_M": 30}, site=centre)

    found = level_of(store, centre)

    assert [(batch.number, pieces) for batch, pieces in found.batches] == [("B1", 70), ("B2", 70)]
    assert (found.expired(TODAY), found.next_expiry, found.state(TODAY)) == (70, date(2025, 3, 31), "expired")


@pytest.mark.parametrize(
    ("there", "state"), [(59, "below"), (60, "out"), (61, "low"), (79, "low"), (80, ""), (500, "")]
)
def test_state_of_a_level(store, programme, centre, there, state):
    store.receipt("2025-01-10", [("COND_M", there)], to=centre)
    programme.met(None, "2025-03-01", given={"COND_M": 60}, site=centre)

    assert level_of(store, centre).state(TODAY) == state


def test_count_is_due_where_something_lies_and_nobody_counted_this_month(store, centre, programme):
    far = programme.site("DIC-2")
    store.receipt("2025-01-10", [("COND_M", 100)])
    store.receipt("2025-01-10", [("COND_M", 100)], to=centre)
    store.count("2025-06-01", {"COND_M": 100}, at=centre)
    store.count("2025-05-31", {"COND_M": 3}, at=far)
    places = list(StockPlace.objects.holding())

    due = stock_levels.counts_due(places, stock_levels.levels(places, TODAY).values(), TODAY)

    assert {place.pk for place in due} == {store.place(), store.place(far)}


def test_stock_outs_tell_days_without_what_people_are_given(store, programme, centre):
    store.receipt("2025-05-01", [("COND_M", 10), ("LUBE_S", 1)], to=centre)
    programme.met(None, "2025-06-03", given={"COND_M": 10}, site=centre)
    store.receipt("2025-06-08", [("COND_M", 10)], to=centre)
    store.loss("2025-06-01", [("LUBE_S", 1)], source=centre)
    places = list(StockPlace.objects.holding())

    found = stock_levels.stock_outs(places, date(2025, 6, 1), date(2025, 6, 10))

    assert [(level.place.pk, level.commodity, level.balance, days) for level, days in found] == [
        (store.place(centre), "COND_M", 10, 5)
    ]


# --- the audit ---------------------------------------------------------------------------------------


def test_every_move_has_two_ends(store, programme, centre):
    store.receipt("2025-01-10", [("COND_M", 100)])
    store.transfer("2025-01-11", [("COND_M", 50)], to=centre)
    programme.met(None, "2025-01-12", given={"COND_M": 10}, back={"SYR_1ML_FIX": 4}, site=centre)
    store.count("2025-01-31", {"COND_M": 38}, at=centre)

    everywhere = StockMove.objects.balances(StockPlace.objects.values_list("pk", flat=True))

    assert {code: sum(n for (_p, c), n in everywhere.items() if c == code) for _place, code in everywhere} == {
        "COND_M": 0,
        "SYR_1ML_FIX": 0,
    }


GOODS = ["COND_M", "LUBE_S"]
EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["contact", "session", "receipt", "transfer", "loss", "count", "amend", "move", "void", "bags"]
        ),
        st.integers(0, 40),
        st.integers(1, 60),
        st.sampled_from(GOODS),
        st.integers(0, 2),
        st.integers(0, 30),
    ),
    min_size=4,
    max_size=30,
)


class Played:
    """Random events in one organisation, and of each contact and session whether bags were on when it was written."""

    def __init__(self):
        self.programme = Programme("NGO-A")
        self.store = Store(self.programme)
        self.sites = [None, self.programme.site("DIC-1"), self.programme.site("DIC-2")]
        self.worker = member(Role.OUTREACH_WORKER, "NGO-A")
        self.bagged = {}

    def places(self):
        return ["store", *self.sites[1:], self.worker]

    def play(self, kind, back, pieces, code, where, which):
        on = str(date(2025, 6, 15) - timedelta(days=back))
        site = self.sites[where]
        if kind == "contact":
            made = self.programme.met(None, on, given={code: pieces}, back={"SYR_1ML_FIX": 1}, site=site)
            self.bagged[made.pk] = self.bags()
        elif kind == "session":
            made = self.programme.talk(on, 5, given={code: pieces}, site=site)
            self.bagged[made.pk] = self.bags()
        elif kind == "bags":
            organisations.amend(
                organisation=self.programme.organisation, by=system_user(), stock_in_bags=not self.bags()
            )
            self.programme.organisation.refresh_from_db()
        elif kind == "receipt":
            self.store.receipt(on, [(code, pieces)], to=self.places()[which % 4])
        elif kind == "transfer":
            self.store.transfer(on, [(code, pieces)], to=self.places()[1 + which % 3], source="store")
        elif kind == "loss":
            self.store.loss(on, [(code, pieces)], source=self.places()[which % 4])
        elif kind == "count":
            self.store.count(on, {code: (pieces, "other")}, at=self.places()[which % 4])
        else:
            self.change(kind, pieces, code, site, which)

    def bags(self):
        return self.programme.organisation.stock_in_bags

    def change(self, kind, pieces, code, site, which):
        """Amend, move to another site or void one of what is there."""
        rows = [*Contact.objects.order_by("pk"), *Session.objects.order_by("pk")]
        rows += [*StockDocument.objects.order_by("pk"), *StockCount.objects.order_by("pk")]
        rows = [row for row in rows if row.voided_at is None]
        if not rows:
            return
        row, by = rows[which % len(rows)], self.programme.by
        verbs = {Contact: contacts, Session: sessions, StockDocument: stock_documents, StockCount: stock_counts}
        verb, name = verbs[type(row)], "contact" if isinstance(row, Contact) else "record"
        if kind == "void":
            verb.void(**{name: row}, by=by, reason="test")
            return
        entry = verb.entry_of(row)
        if isinstance(row, Contact | Session):
            changed = {"site_id": site.pk if site else None} if kind == "move" else {"given": {code: pieces}}
            self.bagged[row.pk] = (
                self.bags() if replace(entry, **changed).content() != entry.content() else self.bagged[row.pk]
            )
        elif isinstance(row, StockCount):
            changed = {"lines": ((code, pieces, "other"),)}
        else:
            changed = {"lines": ((code, pieces, "", ""),)}
        verb.amend(**{name: row}, entry=replace(entry, **changed), version=row.version, by=by)


class Audit(TestCase):
    """Stock audited against a recount after random events."""

    @classmethod
    def setUpTestData(cls):
        reference.load(by=system_user())

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(EVENTS)
    def test_books_equal_a_recount_of_source_rows(self, events):
        played = Played()

        for event in events:
            played.play(*event)

        home = played.programme.organisation
        assert booked_balances(home) == naive_balances(home, in_bags=lambda record: played.bagged[record.pk])
        everywhere = StockMove.objects.balances(StockPlace.objects.values_list("pk", flat=True))
        totals = {}
        for (_place, code), pieces in everywhere.items():
            totals[code] = totals.get(code, 0) + pieces
        assert {code: pieces for code, pieces in totals.items() if pieces} == {}

    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    @given(EVENTS, st.sampled_from(GOODS), st.integers(0, 60))
    def test_count_makes_the_books_say_what_was_counted(self, events, code, pieces):
        played = Played()
        for event in events:
            played.play(*event)

        played.store.count("2025-06-15", {code: (pieces, "other")})

        assert played.store.balance(code, until="2025-06-15") == pieces
