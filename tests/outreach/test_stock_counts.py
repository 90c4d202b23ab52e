"""Counts: rules, what they do to the books, screens, files."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from core.permissions import Role
from core.rules.problems import InvalidEntries
from outreach.actions import stock_counts
from outreach.models import StockCount, StockMove
from outreach.resources.stock_counts import StockCountResource
from outreach.resources.stock_documents import StockDocumentResource
from outreach.rules import stock_counts as rules
from outreach.views.stock_counts import variances
from tests.factories.files import bring, counted, refused, text_file
from tests.outreach.stock import Store

TODAY = date(2025, 6, 30)


@pytest.fixture
def store(programme):
    return Store(programme)


@pytest.fixture
def centre(programme):
    return programme.site("DIC-1")


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"occurred_on": date(2025, 7, 1)}, ["occurred_on"]),
        ({"lines": ()}, ["lines"]),
        ({"lines": (("COND_M", -1, ""),)}, ["lines"]),
        ({"lines": (("COND_M", 10_000_001, ""),)}, ["lines"]),
        ({"lines": (("GUM", 1, ""),)}, ["lines"]),
        ({"lines": (("COND_M", 1, ""), ("COND_M", 2, ""))}, ["lines"]),
        ({"lines": (("COND_M", 1, "magic"),)}, ["lines"]),
        ({"note": "ring 012 345 678"}, ["note"]),
    ],
)
def test_bad_count_is_told_by_field(store, changed, fields):
    entry = replace(store.count_entry("2025-06-01", {"COND_M": 0}), **changed)

    assert [problem.field for problem in rules.problems(entry, today=TODAY)] == fields


def test_first_count_opens_the_books_without_a_reason(store):
    count = store.count("2025-01-31", {"COND_M": 120, "LUBE_S": 0})

    assert (store.balance(), variances(count)) == (120, {"COND_M": 120})


def test_count_that_agrees_moves_nothing(store):
    store.receipt("2025-01-10", [("COND_M", 100)])

    store.count("2025-01-31", {"COND_M": 100})

    assert StockMove.objects.filter(count__isnull=False).count() == 0


def test_difference_without_a_reason_is_refused(store):
    store.count("2025-01-31", {"COND_M": 100})
    entry = store.count_entry("2025-02-28", {"COND_M": 90})

    with pytest.raises(InvalidEntries) as wrong:
        stock_counts.record(entry=entry, by=store.by, organisation=store.organisation)

    assert [(problem.field, problem.value) for problem in wrong.value.problems[0]] == [("reason", "COND_M")]


@pytest.mark.parametrize("pieces", [90, 0, 130])
def test_count_makes_the_balance_of_its_day_what_was_counted(store, pieces):
    store.count("2025-01-31", {"COND_M": 100})
    store.receipt("2025-03-01", [("COND_M", 50)])

    count = store.count("2025-02-28", {"COND_M": (pieces, "damaged")})

    assert (store.balance(until="2025-02-28"), store.balance()) == (pieces, pieces + 50)
    assert variances(count) == {"COND_M": pieces - 100}


def test_later_entry_of_an_earlier_day_does_not_change_the_difference(store, programme):
    store.count("2025-01-31", {"COND_M": 100})
    count = store.count("2025-02-28", {"COND_M": (90, "damaged")})

    programme.met(None, "2025-02-10", given={"COND_M": 10})

    assert (variances(count), store.balance(until="2025-02-28")) == ({"COND_M": -10}, 80)


def test_amended_count_is_reckoned_anew(store, programme):
    store.count("2025-01-31", {"COND_M": 100})
    count = store.count("2025-02-28", {"COND_M": (90, "not_recorded")})
    programme.met(None, "2025-02-10", given={"COND_M": 10})
    entry = replace(stock_counts.entry_of(count), note="found the sheet", lines=(("COND_M", 90, ""),))

    stock_counts.amend(record=count, entry=entry, version=1, by=store.by)

    assert (store.balance(until="2025-02-28"), StockMove.objects.filter(count=count).count()) == (90, 0)


def test_void_count_takes_its_difference_back(store):
    store.count("2025-01-31", {"COND_M": 100})
    count = store.count("2025-02-28", {"COND_M": (90, "stolen")})

    stock_counts.void(record=count, by=store.by, reason="test")

    assert store.balance() == 100


def test_counts_of_one_file_build_on_each_other_in_the_order_of_their_days(store):
    entries = [
        store.count_entry("2025-03-31", {"COND_M": (70, "stolen")}),
        store.count_entry("2025-01-31", {"COND_M": 100}),
        store.count_entry("2025-02-28", {"COND_M": (90, "stolen")}),
    ]

    stock_counts.record_many(entries=entries, by=store.by, organisation=store.organisation)

    assert [store.balance(until=on) for on in ("2025-01-31", "2025-02-28", "2025-03-31")] == [100, 90, 70]
    assert sorted(move.quantity for move in StockMove.objects.all()) == [10, 20, 100]


# --- screens ----------------------------------------------------------------------------------------


def posted(store, numbers, *, at="store", on="2025-02-28", **more):
    """The form as a browser posts it."""
    counted_fields = {f"counted_{code}": str(pieces) for code, pieces in numbers.items()}
    where = f"{store.organisation.pk}:store" if at == "store" else f"{store.organisation.pk}:site:{at.pk}"
    return {"id": str(uuid4()), "occurred_on": on, "place": where, "note": "", **counted_fields, **more}


def test_count_without_a_place_offers_the_places(store, programme, centre, signed_in):
    programme.site("DIC-2")
    store.receipt("2025-01-10", [("COND_M", 123)], to=centre)
    response = signed_in(Role.OUTREACH_WORKER).get(reverse("stock-counts:create"))

    offered = [[place["name"] for place in response.context[name]] for name in ("places", "others")]
    assert offered == [["Store", "DIC-1"], ["DIC-2"]]


def test_form_asks_for_what_lies_there_and_hides_the_books(store, centre, signed_in):
    store.receipt("2025-01-10", [("COND_M", 123), ("LUBE_S", 5)], to=centre)

    response = signed_in().get(f"{reverse('stock-counts:create')}?place={store.place(centre)}")

    groups = response.context["form"].line_groups()
    assert [counted_field.name for counted_field, _reason in groups["first"]] == ["counted_COND_M", "counted_LUBE_S"]
    assert "123" not in response.content.decode()


def test_first_count_on_the_screen_needs_no_reason(store, centre, signed_in):
    signed_in(Role.OUTREACH_WORKER).post(reverse("stock-counts:create"), posted(store, {"COND_M": 80}, at=centre))

    assert StockCount.objects.get().lines == [["COND_M", 80, "opening"]]
    assert store.balance(of=centre) == 80


def test_difference_brings_the_form_back_and_asks_why(store, signed_in):
    store.count("2025-01-31", {"COND_M": 100, "LUBE_S": 50})
    browser = signed_in(Role.OUTREACH_WORKER)
    data = posted(store, {"COND_M": 90, "LUBE_S": 50})

    asked = browser.post(reverse("stock-counts:create"), data)
    saved = browser.post(reverse("stock-counts:create"), data | {"reason_COND_M": "damaged"})

    form = asked.context["form"]
    assert (list(form.errors), form["counted_LUBE_S"].value()) == (["reason_COND_M"], "50")
    assert [reason is not None for _counted, reason in form.line_groups()["first"]] == [True, False]
    assert saved.status_code == 302
    assert StockCount.objects.order_by("occurred_on").last().lines == [["COND_M", 90, "damaged"], ["LUBE_S", 50, ""]]


def test_count_posted_twice_is_one_count(store, signed_in):
    data = posted(store, {"COND_M": 90})
    browser = signed_in()

    for _time in range(2):
        browser.post(reverse("stock-counts:create"), data)

    assert (StockCount.objects.count(), store.balance()) == (1, 90)


def test_empty_count_is_refused(store, signed_in):
    response = signed_in().post(reverse("stock-counts:create"), posted(store, {}))

    assert (response.status_code, StockCount.objects.count()) == (200, 0)


@pytest.mark.parametrize("place", ["", "x", "1:store:2", "0:store", "1:site:zz"])
def test_place_that_is_not_there_is_refused(store, signed_in, place):
    response = signed_in().post(reverse("stock-counts:create"), posted(store, {"COND_M": 1}) | {"place": place})

    assert (list(response.context["form"].errors), StockCount.objects.count()) == (["place"], 0)


def test_place_of_another_organisation_cannot_be_counted(store, other, signed_in):
    foreign = Store(other)
    browser = signed_in()

    shown = browser.get(f"{reverse('stock-counts:create')}?place={foreign.place()}")
    response = browser.post(reverse("stock-counts:create"), posted(foreign, {"COND_M": 1}))

    assert "places" in shown.context
    assert (list(response.context["form"].errors), StockCount.objects.count()) == (["place"], 0)


def test_count_page_tells_the_difference_and_what_came_late(store, programme, signed_in):
    store.count("2025-01-31", {"COND_M": 100})
    count = store.count("2025-02-28", {"COND_M": (90, "damaged")})
    programme.met(None, "2025-02-10", given={"COND_M": 3})

    response = signed_in().get(count.get_absolute_url())

    assert [text for _label, text in response.context["counted"]["rows"][0][1]] == [
        "Male (external) condom",
        100,
        90,
        "−10",
        "Damaged or wet",
        "−3",
    ]


def test_count_is_amended_on_the_screen(store, signed_in):
    store.count("2025-01-31", {"COND_M": 100})
    count = store.count("2025-02-28", {"COND_M": (90, "damaged")})
    browser = signed_in()
    url = reverse("stock-counts:amend", args=[count.pk])
    form = browser.get(url).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}

    response = browser.post(url, data | {"counted_COND_M": "95"})

    count.refresh_from_db()
    assert (response.status_code, count.lines, store.balance()) == (302, [["COND_M", 95, "damaged"]], 95)
    assert browser.get(reverse("stock-counts:history", args=[count.pk])).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_queries(store, signed_in, django_assert_num_queries, number):
    for place in range(number):
        store.count("2025-02-28", {"COND_M": 90}, at=store.programme.site(f"DIC-{place}"))
    browser = signed_in()
    browser.get(reverse("stock-counts:list"))

    with django_assert_num_queries(7):
        response = browser.get(reverse("stock-counts:list"))

    assert len(response.context["rows"]) == number


@pytest.mark.parametrize(("query", "number"), [("differing=COND_M", 2), ("differing=LUBE_S", 0)])
def test_list_is_filtered_by_what_differed(store, signed_in, query, number):
    store.count("2025-01-31", {"COND_M": 100})
    store.count("2025-02-28", {"COND_M": (90, "damaged")})
    store.count("2025-03-31", {"COND_M": 90})

    response = signed_in().get(f"{reverse('stock-counts:list')}?{query}")

    assert len(response.context["rows"]) == number


# --- files ------------------------------------------------------------------------------------------

HEADER = "id,date,place,lines"


def test_file_brings_counts_in_and_warns_where_a_reason_is_missing(store, centre):
    lines = ["C1,2025-01-31,store,COND_M=100", "C2,2025-02-28,store,COND_M=90", "C3,2025-02-28,DIC-1,LUBE_S=5:found"]

    report = bring("stock_counts", text_file(HEADER, *lines), code="NGO-A")

    assert (counted(report), [(warning.row, warning.column) for warning in report.warnings]) == (
        (3, 0, 0),
        [(3, "lines")],
    )
    assert (store.balance(), store.balance("LUBE_S", centre)) == (90, 5)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("C1,2025-01-31,FAR,COND_M=1", ("place", "FAR")),
        ("C1,2025-01-31,store,COND_M", ("lines", "COND_M")),
        ("C1,2025-01-31,store,COND_M=1:magic", ("lines", "COND_M=1:magic")),
        ("C1,2025-01-31,,COND_M=1", ("place", "")),
        ("C1,2999-01-31,store,COND_M=1", ("date", "2999-01-31")),
    ],
)
def test_bad_row_is_named(store, line, problem):
    assert refused("stock_counts", text_file(HEADER, line), code="NGO-A") == [(2, *problem)]


def lines_of(rows):
    return [",".join(f'"{cell}"' for cell in row) for row in rows]


@pytest.mark.parametrize(
    ("kind", "resource"), [("stock_documents", StockDocumentResource), ("stock_counts", StockCountResource)]
)
def test_export_comes_back_the_same_in_an_empty_organisation(store, other, centre, kind, resource):
    other.site("DIC-1")
    store.receipt("2025-01-10", [("COND_M", 100, "B 1", "2027-01-31"), ("LUBE_S", 5)], reference="D1", note="van")
    store.transfer("2025-01-11", [("COND_M", 30, "B 1")], to=centre, reference="D2")
    store.loss("2025-01-12", [("COND_M", 3, "", "2027-01-31")], source=centre, reference="D3", void=True)
    store.count("2025-01-31", {"COND_M": (26, "damaged"), "LUBE_S": 0}, at=centre, reference="C1")
    store.count("2025-02-28", {"COND_M": (25, "stolen")}, at=centre, reference="C2", note="again")
    model = resource._meta.model
    exported = list(resource().rows(model.objects.filter(organisation=store.organisation), personal=True))

    first = bring(kind, text_file(*lines_of(exported)), code="NGO-B")
    again = bring(kind, text_file(*lines_of(exported)), code="NGO-B")

    number = len(exported) - 1
    back = list(resource().rows(model.objects.filter(organisation=other.organisation), personal=True))
    assert (counted(first), counted(again)) == ((number, 0, 0), (0, 0, number))
    assert sorted(back) == sorted(exported)
