"""The store's pages: every place at a glance, the ledger, what expires; its card of the Today page; bags."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.actions import organisations
from core.models.users import system_user
from core.permissions import Role
from outreach import today_stock
from tests.outreach.stock import Store


@pytest.fixture
def store(programme):
    return Store(programme)


@pytest.fixture
def centre(programme):
    return programme.site("DIC-1")


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
