"""What lies where: batches, months of stock, days without, late entries; the store's pages; the audit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
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


# --- pages -------------------------------------------------------------------------------------------


def test_overview_shows_places_by_commodity_and_what_to_do(store, programme, centre, signed_in):
    store.receipt("2025-01-10", [("COND_M", 1000)])
    programme.met(None, "2025-01-12", given={"COND_M": 10}, site=centre)

    response = signed_in().get(reverse("stock"))

    rows = [(name, [cell["value"] for cell in cells]) for name, _url, cells in response.context["rows"]]
    assert rows == [("Store", [1000]), ("DIC-1", [-10])]
    assert [(alarm["name"], alarm["kind"]) for alarm in response.context["alarms"]] == [
        ("Male (external) condom · DIC-1", "danger")
    ]
    assert "−10 by the books" in response.content.decode()


def test_overview_asks_the_store_to_begin_where_only_contacts_moved(programme, centre, signed_in):
    programme.met(None, "2025-01-12", given={"COND_M": 10}, site=centre)

    response = signed_in().get(reverse("stock"))

    assert (response.context["begun"], response.context["alarms"], response.context["due"]) == (False, [], [])


@pytest.mark.parametrize("number", [1, 3])
def test_overview_asks_the_same_number_of_queries(store, programme, signed_in, django_assert_num_queries, number):
    for place in range(number):
        site = programme.site(f"DIC-{place}")
        store.receipt("2025-01-10", [("COND_M", 100, "B1", "2030-01-01")], to=site)
        store.count("2025-01-31", {"COND_M": 100}, at=site)
        programme.met(None, "2025-02-02", given={"COND_M": 10}, site=site)
    browser = signed_in()
    browser.get(reverse("stock"))

    with django_assert_num_queries(13):
        response = browser.get(reverse("stock"))

    assert len(response.context["rows"]) == number


@pytest.mark.parametrize("number", [1, 3])
def test_ledger_asks_the_same_number_of_queries(store, programme, centre, signed_in, django_assert_num_queries, number):
    for _time in range(number):
        store.receipt("2025-01-10", [("COND_M", 100)], to=centre)
        store.count("2025-01-31", {"COND_M": (20, "stolen")}, at=centre)
        programme.met(None, "2025-02-02", given={"COND_M": 10}, site=centre)
        programme.talk("2025-02-03", 5, given={"COND_M": 10}, site=centre)
    browser = signed_in()
    url = reverse("stock-ledger", args=[store.place(centre), "COND_M"])
    browser.get(url)

    with django_assert_num_queries(9):
        response = browser.get(url)

    assert len(response.context["rows"]) == number * 4


def test_ledger_tells_every_move_with_the_balance_after_it(store, programme, centre, signed_in):
    document = store.receipt("2025-01-10", [("COND_M", 100, "B1")], to=centre)
    contact = programme.met(None, "2025-01-12", given={"COND_M": 10}, site=centre)
    session = programme.talk("2025-01-13", 5, given={"COND_M": 20}, site=centre)
    count = store.count("2025-01-31", {"COND_M": (65, "damaged")}, at=centre)

    response = signed_in().get(reverse("stock-ledger", args=[store.place(centre), "COND_M"]))

    assert [(url, *[text for _label, text in cells[1:]]) for url, cells in response.context["rows"]] == [
        (count.get_absolute_url(), "Count", "", 5, "65"),
        (session.get_absolute_url(), "Given at a session", "", 20, "70"),
        (contact.get_absolute_url(), "Given at a contact", "", 10, "90"),
        (document.get_absolute_url(), "Received from a supplier · Suppliers · batch B1", 100, "", "100"),
    ]


def test_ledger_reckons_the_balance_of_an_older_page(store, programme, centre, signed_in):
    for number in range(60):
        store.receipt(str(date(2025, 1, 1) + timedelta(days=number)), [("COND_M", 1)], to=centre)

    response = signed_in().get(f"{reverse('stock-ledger', args=[store.place(centre), 'COND_M'])}?page=2")

    assert [cells[-1][1] for _url, cells in response.context["rows"]] == [str(n) for n in range(10, 0, -1)]


def test_place_page_tells_late_entries(store, programme, centre, signed_in):
    store.receipt("2025-01-10", [("COND_M", 100)], to=centre)
    store.count("2025-01-31", {"COND_M": 100}, at=centre)
    programme.met(None, "2025-01-30", given={"COND_M": 10}, site=centre)

    response = signed_in().get(f"{reverse('stock')}?place={store.place(centre)}")

    cells = dict(response.context["rows"][0][1])
    assert (cells["There now"], cells["Entered after the count"]) == ("90", "−10")


def test_expiries_tell_what_is_past_and_what_comes(store, centre, signed_in, today):
    soon, later = today + timedelta(days=30), today + timedelta(days=150)
    past = today - timedelta(days=1)
    store.receipt(
        "2025-01-10", [("COND_M", 10, "A", str(past)), ("COND_M", 20, "B", str(soon)), ("LUBE_S", 5, "C", str(later))]
    )
    browser = signed_in()

    found = {
        months: [
            (dict(cells)["Batch"], dict(cells)["Pieces"], dict(cells)["State"])
            for _url, cells in browser.get(f"{reverse('stock-expiries')}?months={months}").context["rows"]
        ]
        for months in (3, 6)
    }

    assert found[3] == [("A", 10, "expired"), ("B", 20, "")]
    assert found[6] == [("A", 10, "expired"), ("B", 20, ""), ("C", 5, "")]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("?place=999999", 404),
        ("?place=x", 404),
        ("?other=1", 400),
        ("expiries/?months=9", 400),
        ("expiries/?months=x", 400),
        ("outs/?first=2025-01-01&last=2024-01-01", 400),
        ("outs/?first=2020-01-01&last=2025-01-01", 400),
        ("outs/?first=x", 400),
        ("outs/?first=2025-01-01&last=2025-02-01", 200),
        ("999999/COND_M/", 404),
    ],
)
def test_bad_addresses_are_answered(store, signed_in, url, status):
    assert signed_in().get(f"/app/data/stock/{url}").status_code == status


def test_places_of_another_organisation_are_not_there(store, other, signed_in):
    foreign = Store(other)
    foreign.receipt("2025-01-10", [("COND_M", 100)])
    store.receipt("2025-01-10", [("COND_M", 7)])
    browser = signed_in()

    overview = browser.get(reverse("stock"))

    assert [[cell["value"] for cell in cells] for _name, _url, cells in overview.context["rows"]] == [[7]]
    assert browser.get(f"{reverse('stock')}?place={foreign.place()}").status_code == 404
    assert browser.get(reverse("stock-ledger", args=[foreign.place(), "COND_M"])).status_code == 404
    assert browser.get(f"{reverse('stock-documents:list')}?place={foreign.place()}").status_code == 400


@pytest.mark.parametrize("name", ["stock", "stock-expiries", "stock-outs"])
def test_pages_take_no_posts(store, signed_in, name):
    assert signed_in().post(reverse(name)).status_code == 405


# --- today -------------------------------------------------------------------------------------------


def lines_of(response):
    """(number, address) of the lines on the store's card."""
    from outreach import today_stock  # noqa: PLC0415 - beside the card that it asks

    found = today_stock.stock(response.wsgi_request)
    return [(line["number"], line["url"]) for line in found["lines"]] if found else None


def test_today_says_what_waits_in_the_store(store, programme, centre, signed_in, today):
    soon = today + timedelta(days=30)
    store.receipt("2025-01-10", [("COND_M", 100, "B1", str(soon))])
    programme.met(None, "2025-01-12", given={"COND_M": 10}, site=centre)
    store.loss("2025-01-12", [("COND_M", 1)], source=centre)

    found = lines_of(signed_in(Role.OUTREACH_WORKER).get(reverse("today")))

    due = 2
    assert found == [(1, reverse("stock")), (1, reverse("stock-expiries")), (due, reverse("stock"))]


def test_today_says_nothing_where_no_stock_is_kept(programme, centre, signed_in):
    programme.met(None, "2025-01-12", given={"COND_M": 10}, site=centre)

    assert lines_of(signed_in(Role.OUTREACH_WORKER).get(reverse("today"))) is None


def test_today_says_nothing_to_those_who_keep_no_stock(store, signed_in):
    store.loss("2025-01-12", [("COND_M", 1)])

    assert lines_of(signed_in(Role.PROGRAMME_MANAGER).get(reverse("today"))) is None


# --- bags --------------------------------------------------------------------------------------------


def test_bags_are_filled_by_transfer_and_emptied_by_contacts(store, programme, centre):
    programme.met(None, "2025-01-12", given={"COND_M": 10}, site=centre)
    organisations.amend(organisation=programme.organisation, by=system_user(), stock_in_bags=True)
    programme.organisation.refresh_from_db()
    store.receipt("2025-01-10", [("COND_M", 100)])
    store.transfer("2025-01-11", [("COND_M", 30)], to=programme.by)
    programme.met(None, "2025-01-12", given={"COND_M": 4}, site=centre)

    assert [store.balance(of=of) for of in ("store", programme.by, centre)] == [70, 26, -10]


def test_administrator_switches_bags_on_the_form(store, signed_in):
    browser = signed_in(Role.ADMINISTRATOR)
    home = store.organisation
    data = {"name": home.name, "provider_type": home.provider_type, "active": "on", "stock_in_bags": "on"}

    browser.post(reverse("organisations:amend", args=[home.pk]), data)

    home.refresh_from_db()
    assert home.stock_in_bags is True
