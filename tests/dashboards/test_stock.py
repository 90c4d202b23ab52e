"""STOCK: what lay in the places at the end of a period, counted again from source rows."""

import json
import random
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core import codes
from core.models.users import system_user
from core.periods import Period
from core.permissions import Role
from core.scope import SYSTEM
from dashboards import counting
from dashboards.results import WrongTotal
from fixtures.actions import reference
from outreach.actions import contacts, stock_documents
from outreach.models import Contact, StockDocument
from tests.dashboards import naive_stock
from tests.factories.people import member
from tests.factories.programme import Programme, scope_of
from tests.outreach.stock import Store

HALF = ("2025-01-01", "2025-06-30")


@pytest.fixture
def store(programme):
    return Store(programme)


@pytest.fixture
def centre(programme):
    return programme.site("DIC-1", "1201")


@pytest.fixture
def told(store, programme, centre):
    """A receipt, a transfer, a loss, a count, contacts and a session; something before and after the half-year."""
    store.receipt("2024-12-01", [("COND_M", 1000)], reference="D1")
    store.transfer("2025-02-01", [("COND_M", 300)], to=centre, reference="D2")
    store.receipt("2025-02-01", [("LUBE_S", 50)], reference="D3")
    store.loss("2025-03-01", [("COND_M", 40)], reference="D4")
    programme.met(None, "2025-04-10", given={"COND_M": 30}, site=centre, reference="M1")
    programme.met(None, "2025-06-10", given={"COND_M": 30, "LUBE_S": 5}, site=centre, reference="M2")
    programme.talk("2025-05-10", 20, given={"COND_M": 60}, site=centre, reference="T1")
    store.count("2025-06-30", {"COND_M": (170, "not_recorded")}, at=centre, reference="C1")
    store.receipt("2025-07-01", [("COND_M", 999)], reference="D5")


def test_stock_is_what_lies_there_at_the_end(told, count, cells):
    result = count("STOCK", *HALF)

    assert (cells(result), result.total, result.additivity) == ({"COND_M": 830, "LUBE_S": 45}, None, "never")


def test_stock_by_kind_and_site_shows_what_is_below_zero(told, count, cells):
    by_kind, by_site = count("STOCK", *HALF, by="kind"), count("STOCK", *HALF, by="site")

    assert cells(by_kind) == {
        "COND_M|store": 660,
        "COND_M|site": 170,
        "LUBE_S|store": 50,
        "LUBE_S|site": -5,
    }
    assert cells(by_site) == {"COND_M|DIC-1": 170, "COND_M|unknown": 660, "LUBE_S|DIC-1": -5, "LUBE_S|unknown": 50}


def test_stock_of_a_place_or_commodity(told, count, cells):
    assert cells(count("STOCK", *HALF, where={"district": ["1201"]})) == {"COND_M": 170, "LUBE_S": -5}
    assert cells(count("STOCK", *HALF, where={"commodity": ["LUBE_S"], "kind": ["store"]})) == {"LUBE_S": 50}


def test_stock_tells_what_came_and_went_beside_it(told, count):
    extra = count("STOCK", *HALF).extra

    assert {key: extra[key] for key in ("received", "given_out", "lost", "variance")} == {
        "received": {"LUBE_S": 50},
        "given_out": {"COND_M": 120, "LUBE_S": 5},
        "lost": {"COND_M": 40},
        "variance": {"COND_M": -10},
    }
    assert extra["months_of_stock"] == {"COND_M": 830 * 3 / 120, "LUBE_S": 45 * 3 / 5}


def test_stock_outs_are_days_of_places_without_what_they_give(store, programme, centre, count):
    store.receipt("2025-01-01", [("COND_M", 10)], to=centre)
    programme.met(None, "2025-01-11", given={"COND_M": 10}, site=centre)
    store.receipt("2025-01-21", [("COND_M", 10)], to=centre)

    assert count("STOCK", "2025-01-01", "2025-01-31").extra["stock_outs"] == {"COND_M": 10}


def test_void_records_and_other_organisations_are_left_out(told, store, count, cells):
    Store(Programme("NGO-B")).receipt("2025-01-01", [("COND_M", 77)])
    stock_documents.void(record=StockDocument.objects.get(reference="D4"), by=store.by, reason="test")
    scope = scope_of(member(Role.SUPERVISOR, store.organisation.code))

    assert cells(count("STOCK", *HALF, scope=scope)) == {"COND_M": 870, "LUBE_S": 45}
    assert cells(count("STOCK", *HALF, by="organisation")) == {
        "COND_M|DEMO-NGO": 870,
        "COND_M|NGO-B": 77,
        "LUBE_S|DEMO-NGO": 45,
    }


def test_list_holds_what_moved_in_the_period(told, names):
    assert sorted(names("STOCK", *HALF)) == ["C1", "D2", "D3", "D4", "M1", "M2", "T1"]
    assert sorted(names("STOCK", *HALF, where={"commodity": ["LUBE_S"]})) == ["D3", "M2"]


def test_stock_of_two_periods_never_adds_up(told, count):
    with pytest.raises(WrongTotal):
        count("STOCK", "2025-01-01", "2025-03-31").add(count("STOCK", "2025-04-01", "2025-06-30"))


def test_stock_cannot_be_split_by_people_or_months(told, count):
    for key in ("sex", "month", "service"):
        with pytest.raises(counting.Refused):
            count("STOCK", *HALF, by=key)


def test_unknown_kind_of_place_is_refused(told, count):
    with pytest.raises(counting.Refused):
        count("STOCK", *HALF, where={"kind": ["clients"]})


def test_command_tells_stock(told):
    out = StringIO()

    call_command("count", "STOCK", "--from", HALF[0], "--to", HALF[1], "--by", "commodity", stdout=out)

    answer = json.loads(out.getvalue())
    assert (answer["measure"], answer["cells"]) == (
        "units",
        [{"commodity": "COND_M", "value": 830}, {"commodity": "LUBE_S", "value": 45}],
    )


GOODS = ["COND_M", "LUBE_S"]


def play(chance):
    """Random events of two organisations; some are amended, moved or void afterwards."""
    for code in ("NGO-A", "NGO-B"):
        programme = Programme(code)
        store, sites = Store(programme), [None, programme.site("X-1", "1201"), programme.site("X-2", None)]
        for _event in range(chance.randrange(12)):
            on = str(date(2025, 1, 1) + timedelta(days=chance.randrange(200)))
            site, lines = chance.choice(sites), [(chance.choice(GOODS), chance.randrange(1, 99))]
            what = chance.choice(["met", "talk", "receipt", "transfer", "loss"])
            if what in ("met", "talk"):
                who = (None, on) if what == "met" else (on, 5)
                void = chance.random() < 0.2
                getattr(programme, what)(*who, given=dict(lines), site=site, reference=f"{code}{_event}", void=void)
            elif what == "transfer":
                store.transfer(on, lines, to=chance.choice(sites[1:]), source="store")
            else:
                where = site or "store"
                (store.receipt(on, lines, to=where) if what == "receipt" else store.loss(on, lines, source=where))
        for contact in Contact.objects.countable().filter(organisation=programme.organisation)[:2]:
            moved = contacts.entry_of(contact, site_id=getattr(chance.choice(sites), "pk", None))
            contacts.amend_many(entries=[moved], by=programme.by, organisation=programme.organisation)


class Recount(TestCase):
    """STOCK against a naive recount on random data."""

    @classmethod
    def setUpTestData(cls):
        reference.load(by=system_user())
        codes.clear()

    @settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 2**32))
    def test_stock_equals_the_naive_recount(self, seed):
        chance = random.Random(seed)
        play(chance)
        keys = ["province", "district", "site", "organisation", "kind"]
        values = {"kind": ["store", "site"], "commodity": GOODS, "district": ["1201", "unknown"]}

        for _turn in range(4):
            end = date(2025, 1, 1) + timedelta(days=chance.randrange(220))
            by = ["commodity", *chance.sample(keys, chance.randrange(3))]
            where = {key: [chance.choice(values[key])] for key in chance.sample(sorted(values), chance.randrange(3))}
            result = counting.count("STOCK", Period(date(2025, 1, 1), end), by=by, where=where, scope=SYSTEM)

            found = {tuple(cell[key] for key in result.by): cell["value"] for cell in result.cells}
            assert found == naive_stock.count(end, result.by, where)
