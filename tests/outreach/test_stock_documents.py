"""Deliveries, transfers, losses: rules, moves, screens, files."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.actions.records import Outcome
from core.permissions import Role
from core.rules.problems import InvalidEntries
from outreach.actions import stock_documents
from outreach.models import StockDocument, StockMove, StockPlace
from outreach.rules import stock_documents as rules
from tests.factories.files import bring, counted, refused, text_file
from tests.factories.people import member
from tests.factories.programme import day
from tests.outreach.stock import Store

TODAY = date(2025, 6, 30)


@pytest.fixture
def store(programme):
    return Store(programme)


@pytest.fixture
def centre(programme):
    return programme.site("DIC-1")


def messages(entry):
    return [(problem.field, problem.value) for problem in rules.problems(entry, today=TODAY)]


# --- rules ------------------------------------------------------------------------------------------


def test_receipt_with_a_place_and_a_line_is_sound(store):
    assert messages(store.entry("receipt", "2025-06-01", [("COND_M", 1)], to="store")) == []


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"occurred_on": date(2025, 7, 1)}, ["occurred_on"]),
        ({"kind": "gift"}, ["kind"]),
        ({"destination_place_id": None}, ["destination_place"]),
        ({"kind": "transfer"}, ["source_place"]),
        ({"kind": "loss", "destination_place_id": None}, ["source_place", "note"]),
        ({"kind": "sent_back"}, ["source_place", "destination_place"]),
        ({"source_place_id": 999_999}, ["source_place"]),
        ({"lines": ()}, ["lines"]),
        ({"lines": (("COND_M", 0, "", ""),)}, ["lines"]),
        ({"lines": (("COND_M", 10_000_001, "", ""),)}, ["lines"]),
        ({"lines": (("GUM", 1, "", ""),)}, ["lines"]),
        ({"lines": (("COND_M", 1, "B;1", ""),)}, ["lines"]),
        ({"lines": (("COND_M", 1, "B" * 41, ""),)}, ["lines"]),
        ({"lines": (("COND_M", 1, "B1", ""), ("COND_M", 2, "B1", ""))}, ["lines"]),
        ({"lines": (("COND_M", 1, "B1", "1899-01-01"),)}, ["lines"]),
        ({"note": "ring 012 345 678"}, ["note"]),
    ],
)
def test_bad_document_is_told_by_field(store, changed, fields):
    entry = replace(store.entry("receipt", "2025-06-01", [("COND_M", 5)], to="store"), **changed)

    assert [field for field, _value in messages(entry)] == fields


def test_same_commodity_twice_with_different_batches_is_sound(store):
    lines = [("COND_M", 5, "B1", "2027-01-31"), ("COND_M", 5, "B2", "2027-01-31"), ("COND_M", 5, "B1", "2028-01-31")]

    assert messages(store.entry("receipt", "2025-06-01", lines, to="store")) == []


def test_transfer_to_the_same_place_is_refused(store):
    entry = store.entry("transfer", "2025-06-01", [("COND_M", 5)], source="store", to="store")

    assert messages(entry) == [("destination_place", "")]


def test_place_of_another_organisation_is_refused(store, other):
    entry = replace(
        store.entry("receipt", "2025-06-01", [("COND_M", 5)], to="store"), destination_place_id=Store(other).place()
    )

    with pytest.raises(InvalidEntries) as wrong:
        stock_documents.record(entry=entry, by=store.by, organisation=store.organisation)

    assert [problem.field for problem in wrong.value.problems[0]] == ["destination_place"]


def test_place_outside_is_no_place_to_choose(store):
    waste = StockPlace.objects.create(organisation=store.organisation, kind="waste")
    entry = replace(store.entry("receipt", "2025-06-01", [("COND_M", 5)], to="store"), destination_place_id=waste.pk)

    with pytest.raises(InvalidEntries):
        stock_documents.record(entry=entry, by=store.by, organisation=store.organisation)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "receipt", "source_place": True},
        {"kind": "receipt", "destination_place": None},
        {"kind": "loss"},
        {"kind": "transfer"},
    ],
)
def test_database_refuses_places_that_do_not_fit_the_kind(store, wrong):
    document = store.receipt("2025-06-01", [("COND_M", 5)])
    changes = {key: document.destination_place if value is True else value for key, value in wrong.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        StockDocument.objects.filter(pk=document.pk).update(**changes)


# --- moves ------------------------------------------------------------------------------------------


def test_documents_move_between_places(store, centre):
    store.receipt("2025-01-10", [("COND_M", 100, "B1", "2027-01-31"), ("LUBE_S", 50)])
    store.transfer("2025-01-11", [("COND_M", 30, "B1", "2027-01-31")], to=centre)
    store.loss("2025-01-12", [("COND_M", 5)], source=centre)
    store.document("sent_back", "2025-01-13", [("LUBE_S", 20)], source="store")

    found = [store.balance(code, of) for code in ("COND_M", "LUBE_S") for of in ("store", centre)]
    assert found == [70, 25, 30, 0]
    assert StockMove.objects.balances(StockPlace.objects.values_list("pk", flat=True)).keys() >= {
        (store.place(), "COND_M")
    }
    assert StockMove.objects.filter(batch="B1", expires_on=day("2027-01-31")).count() == 2


def test_amended_document_moves_anew(store, centre):
    document = store.transfer("2025-01-11", [("COND_M", 30)], to=centre)
    changed = replace(stock_documents.entry_of(document), lines=(("COND_M", 20, "", ""), ("LUBE_S", 5, "", "")))

    stock_documents.amend(record=document, entry=changed, version=1, by=store.by)

    assert [store.balance(code, centre) for code in ("COND_M", "LUBE_S")] == [20, 5]


def test_void_document_moves_nothing(store):
    document = store.receipt("2025-01-10", [("COND_M", 100)])

    stock_documents.void(record=document, by=store.by, reason="test")

    assert (store.balance(), StockMove.objects.count()) == (0, 0)


def test_document_sent_twice_moves_once(store):
    entry = store.entry("receipt", "2025-01-10", [("COND_M", 100)], to="store")

    outcomes = [stock_documents.record(entry=entry, by=store.by, organisation=store.organisation) for _time in range(2)]

    assert (outcomes, store.balance()) == ([Outcome.CREATED, Outcome.DUPLICATE], 100)


# --- screens ----------------------------------------------------------------------------------------


def posted(store, kind, lines, **more):
    """The form as a browser posts it; lines are (commodity, pieces, batch, last day)."""
    data = {"id": more.pop("id", "6f5b3c52-0d0e-4f0a-9a67-2f4f6d3a1c10"), "kind": kind, "occurred_on": "2025-01-15"}
    for number, line in enumerate(lines):
        names = ("commodity", "pieces", "batch", "expires")
        data |= {f"{name}_{number}": value for name, value in zip(names, line, strict=False)}
    return {**data, "source_place": "", "destination_place": "", "note": "", **more}


def key(store, of="store"):
    home = store.organisation.pk
    return f"{home}:store" if of == "store" else f"{home}:site:{of.pk}"


def test_delivery_is_recorded_on_the_screen(store, signed_in):
    browser = signed_in(Role.OUTREACH_WORKER)
    data = posted(store, "receipt", [("COND_M", "100", "B1", "2027-01-31"), ("LUBE_S", "50")])

    response = browser.post(reverse("stock-documents:create"), data | {"destination_place": key(store)})

    document = StockDocument.objects.get()
    assert response["Location"] == document.get_absolute_url()
    assert document.lines == [["COND_M", 100, "B1", "2027-01-31"], ["LUBE_S", 50, "", ""]]
    assert (store.balance(), store.balance("LUBE_S")) == (100, 50)


def test_more_than_there_is_is_asked_about_and_recorded_when_confirmed(store, centre, signed_in):
    store.receipt("2025-01-10", [("COND_M", 40)])
    browser = signed_in(Role.OUTREACH_WORKER)
    places = {"source_place": key(store), "destination_place": key(store, centre)}
    data = posted(store, "transfer", [("COND_M", "60")], **places)

    asked = browser.post(reverse("stock-documents:create"), data)
    recorded = browser.post(reverse("stock-documents:create"), data | {"anyway": "on"})

    assert asked.status_code == 200
    assert asked.context["form"].short == ["Male (external) condom: only 40 there by the books."]
    assert asked.context["form"]["pieces_0"].value() == "60"
    assert (recorded.status_code, store.balance(), store.balance(of=centre)) == (302, -20, 60)


def test_more_than_is_left_after_later_moves_is_asked_about_too(store, centre, signed_in):
    store.receipt("2025-01-10", [("COND_M", 40)])
    store.loss("2025-01-20", [("COND_M", 30)])
    data = posted(store, "loss", [("COND_M", "20")], source_place=key(store), note="wet")

    asked = signed_in().post(reverse("stock-documents:create"), data)

    assert asked.context["form"].short == ["Male (external) condom: only 10 there by the books."]


def test_known_batch_brings_its_last_day_along(store, centre, signed_in):
    store.receipt("2025-01-10", [("COND_M", 40, "B1", "2027-01-31")])
    places = {"source_place": key(store), "destination_place": key(store, centre)}

    signed_in().post(reverse("stock-documents:create"), posted(store, "transfer", [("COND_M", "10", "B1")], **places))

    assert StockDocument.objects.get(kind="transfer").lines == [["COND_M", 10, "B1", "2027-01-31"]]


def test_half_a_line_is_told_beside_its_field(store, signed_in):
    data = posted(store, "receipt", [("COND_M", ""), ("", "5"), ("LUBE_S", "x")], destination_place=key(store))

    response = signed_in().post(reverse("stock-documents:create"), data)

    assert sorted(response.context["form"].errors) == ["commodity_1", "pieces_0", "pieces_2"]


def test_form_offers_no_place_of_another_organisation(store, other, signed_in):
    foreign = other.site("FAR")
    data = posted(store, "receipt", [("COND_M", "5")], destination_place=f"{other.organisation.pk}:site:{foreign.pk}")

    response = signed_in().post(reverse("stock-documents:create"), data)

    assert (list(response.context["form"].errors), StockDocument.objects.count()) == (["destination_place"], 0)


def test_amended_on_the_screen_keeps_lines_and_places(store, centre, signed_in):
    store.receipt("2025-01-10", [("COND_M", 100)])
    document = store.transfer("2025-01-11", [("COND_M", 30, "B1", "2027-01-31")], to=centre)
    browser = signed_in()
    url = reverse("stock-documents:amend", args=[document.pk])
    form = browser.get(url).context["form"]
    names = [name for name in form.fields if form[name].value() not in (None, "", False)]
    data = {name: form[name].value() for name in names} | {"pieces_0": "35"}

    browser.post(url, data)

    document.refresh_from_db()
    assert (document.lines, document.version) == ([["COND_M", 35, "B1", "2027-01-31"]], 2)
    assert (store.balance(), store.balance(of=centre)) == (65, 35)
    assert browser.get(reverse("stock-documents:history", args=[document.pk])).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_queries(store, centre, signed_in, django_assert_num_queries, number):
    for _time in range(number):
        store.transfer("2025-01-11", [("COND_M", 30)], to=centre)
    browser = signed_in()
    browser.get(reverse("stock-documents:list"))

    with django_assert_num_queries(7):
        response = browser.get(reverse("stock-documents:list"))

    assert len(response.context["rows"]) == number


@pytest.mark.parametrize(
    ("query", "number"),
    [("kind=loss", 1), ("commodity=LUBE_S", 1), ("commodity=COND_M", 2), ("occurred_on_after=2025-01-11", 2)],
)
def test_list_is_filtered(store, centre, signed_in, query, number):
    store.receipt("2025-01-10", [("COND_M", 100)])
    store.transfer("2025-01-11", [("COND_M", 30)], to=centre)
    store.loss("2025-01-12", [("LUBE_S", 3)])

    response = signed_in().get(f"{reverse('stock-documents:list')}?{query}")

    assert len(response.context["rows"]) == number


def test_list_is_filtered_by_place_on_either_side(store, centre, signed_in):
    store.receipt("2025-01-10", [("COND_M", 100)])
    store.transfer("2025-01-11", [("COND_M", 30)], to=centre)

    response = signed_in().get(f"{reverse('stock-documents:list')}?place={store.place(centre)}")

    assert [dict(cells)["To"] for _url, cells in response.context["rows"]] == ["DIC-1"]


# --- files ------------------------------------------------------------------------------------------

HEADER = "id,date,kind,source_place,destination_place,lines"


def test_file_brings_documents_in(store, centre):
    lines = [
        "D1,2025-01-10,receipt,,store,COND_M=100@B12/2027-03-31;LUBE_S=50",
        "D2,2025-01-11,transfer,store,DIC-1,COND_M=40@B12",
        "D3,2025-01-12,receipt,,bag:worker-1,COND_M=7/2027-03-31",
    ]
    worker = member(Role.OUTREACH_WORKER, "NGO-A", "worker-1")

    report = bring("stock_documents", text_file(HEADER, *lines), code="NGO-A")

    assert counted(report) == (3, 0, 0)
    assert [store.balance(of=of) for of in ("store", centre, worker)] == [60, 40, 7]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("D1,2025-01-10,receipt,,FAR,COND_M=1", ("destination_place", "FAR")),
        ("D1,2025-01-10,gift,,store,COND_M=1", ("kind", "gift")),
        ("D1,2025-01-10,receipt,,store,COND_M", ("lines", "COND_M")),
        ("D1,2025-01-10,receipt,,store,COND_M=1/2027", ("lines", "COND_M=1/2027")),
        ("D1,2025-01-10,receipt,,store,", ("lines", "")),
        ("D1,2025-01-10,transfer,,store,COND_M=1", ("source_place", "")),
        ("D1,2025-01-10,receipt,,bag:nobody,COND_M=1", ("destination_place", "bag:nobody")),
    ],
)
def test_bad_row_is_named(store, other, line, problem):
    other.site("FAR")

    assert refused("stock_documents", text_file(HEADER, line), code="NGO-A") == [(2, *problem)]
    assert StockDocument.objects.count() == 0
