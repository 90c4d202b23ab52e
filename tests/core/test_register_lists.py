"""The lists of registers: words, order, filters, pages, void records."""

from datetime import date, timedelta

import pytest

from core import codes
from core.models import Site
from core.models.users import system_user
from core.permissions import Role
from peers.actions import sessions
from peers.rules.sessions import SessionEntry
from tests.factories.people import member, organisation
from tests.factories.registers import at, session

pytestmark = pytest.mark.usefixtures("lists")


def dates(response):
    return [cells[0][1] for _url, cells in response.context["rows"]]


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_the_same_queries_for_any_number(signed_in, number, django_assert_num_queries):
    for _ in range(number):
        session(heads={("F", "A15"): 3, ("M", "A15"): 2}, given={"COND_M": 2})
    session("NGO-B")
    client = signed_in()
    codes.table("sex")

    with django_assert_num_queries(15):
        response = client.get(at("list"))

    assert response.context["result_count"] == number


def test_list_shows_words_not_codes(signed_in):
    site = Site.objects.create(organisation=organisation(), code="F1", name="Factory 1")
    session(site_id=site.pk, topics=frozenset({"sti", "tb"}), heads={("F", "A15"): 3, ("M", "A15"): 2})

    response = signed_in().get(at("list"))

    cells = [(str(label), value) for label, value in response.context["rows"][0][1]]
    assert cells == [
        ("Date", "1 March 2025"),
        ("Kind of session", "Large-group / general promotion (>25)"),
        ("Site", "Factory 1"),
        ("Named people", 0),
        ("Heads", 5),
        ("Topics", "STIs, Tuberculosis"),
    ]


def test_list_is_ordered_newest_first_and_by_what_is_asked(signed_in):
    for day, heads in [(1, 20), (3, 10), (2, 30)]:
        session(occurred_on=date(2025, 3, day), heads={("U", "AUNK"): heads})
    client = signed_in()

    orders = [dates(client.get(at("list", query=query))) for query in ("", "?sort=heads_total", "?sort=-heads_total")]

    assert orders == [
        ["3 March 2025", "2 March 2025", "1 March 2025"],
        ["3 March 2025", "1 March 2025", "2 March 2025"],
        ["2 March 2025", "1 March 2025", "3 March 2025"],
    ]


@pytest.mark.parametrize(
    "query", ["?sort=note", "?sort=organisation__code", "?note=x", "?recorded_by=1", "?sort=--date"]
)
def test_list_refuses_orders_and_filters_that_are_not_declared(signed_in, query):
    response = signed_in().get(at("list", query=query))

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("?occurred_on_after=2025-03-02", ["3 March 2025", "2 March 2025"]),
        ("?occurred_on_before=2025-03-02", ["2 March 2025", "1 March 2025"]),
        ("?occurred_on_after=2025-03-02&occurred_on_before=2025-03-02", ["2 March 2025"]),
        ("?kind=event", ["3 March 2025"]),
        ("?kind=", ["3 March 2025", "2 March 2025", "1 March 2025"]),
        ("?page=7", ["3 March 2025", "2 March 2025", "1 March 2025"]),
    ],
)
def test_list_is_filtered(signed_in, query, days):
    for day, kind in [(1, "large_group"), (2, "large_group"), (3, "event")]:
        session(occurred_on=date(2025, 3, day), kind=kind)

    response = signed_in().get(at("list", query=query))

    assert (response.status_code, dates(response)) == (200, days)


@pytest.mark.parametrize("query", ["?occurred_on_after=yesterday", "?kind=picnic"])
def test_list_with_a_wrong_filter_says_so_and_shows_nothing(signed_in, query):
    session()

    response = signed_in().get(at("list", query=query))

    assert (response.status_code, response.context["result_count"]) == (400, 0)
    assert response.context["filter"].form.errors != {}


def test_list_does_not_filter_by_another_organisations_site(signed_in):
    theirs = Site.objects.create(organisation=organisation("NGO-B"), code="X", name="Their secret place")

    response = signed_in().get(at("list", query=f"?site={theirs.pk}"))

    assert response.status_code == 400
    assert "Their secret place" not in response.content.decode()


def test_list_leaves_void_records_out_until_asked(signed_in):
    kept, void = session(), session()
    sessions.void(record=void, by=system_user(), reason="twice")
    client = signed_in()

    def listed(query):
        return {url for url, _cells in client.get(at("list", query=query)).context["rows"]}

    urls = {record.get_absolute_url(): record for record in (kept, void)}
    found = [{urls[url] for url in listed(query)} for query in ("", "?void=with", "?void=only")]
    marked = client.get(at("list", query="?void=only")).context["rows"][0][1][-1]
    assert found == [{kept}, {kept, void}, {void}]
    assert marked == ("Void because", "twice")


def test_list_shows_fifty_a_page(signed_in):
    entries = [
        SessionEntry(occurred_on=date(2025, 1, 1) + timedelta(n), kind="event", heads={("U", "AUNK"): 2})
        for n in range(51)
    ]
    sessions.record_many(entries=entries, by=system_user(), organisation=organisation())
    client = signed_in()

    pages = [client.get(at("list", query=f"?page={page}")) for page in (1, 2)]

    assert [len(page.context["rows"]) for page in pages] == [50, 1]
    assert "51 records" in pages[0].content.decode()


def test_list_offers_the_organisation_only_to_those_who_work_in_several(client):
    user = member(Role.SUPERVISOR, "NGO-A", "two-places")
    client.force_login(user)
    alone = "organisation" in client.get(at("list")).context["filter"].form.fields
    member(Role.SUPERVISOR, "NGO-B", "two-places")
    organisation("NGO-C")

    both = client.get(at("list")).context["filter"].form.fields["organisation"].queryset

    assert (alone, [row.code for row in both]) == (False, ["NGO-A", "NGO-B"])
