"""Workplaces, committees and meetings in files: what goes out comes in again, whole, and says the same elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import Site
from core.models.users import system_user
from core.resources.workbooks import csv_bytes, workbook_bytes
from peers.actions import committees
from peers.models import Committee, CommitteeMeeting, WorkforceCount, Workplace
from peers.resources.committee_meetings import ActionsCell, CommitteeMeetingResource, PresentCell
from peers.resources.committees import CommitteeResource, DaysCell, MembersCell
from peers.resources.lists_in_cells import joined, parted
from peers.resources.workplaces import WorkforceCell, WorkplaceResource
from tests.factories.files import bring, counted, organisation, refused, text_file
from tests.factories.programme import day
from tests.factories.workplaces import committee, meeting, workplace

pytestmark = pytest.mark.usefixtures("lists")
CODE = "DEMO-NGO"
REGISTERS = [
    ("workplaces", WorkplaceResource, Workplace),
    ("committees", CommitteeResource, Committee),
    ("committee_meetings", CommitteeMeetingResource, CommitteeMeeting),
]
ODD = 'Condom box; by the "infirmary" | back\\door, ទ្វារ'


@pytest.fixture
def example(lists):
    """Two workplaces with counts, committees open, closed and void, and meetings with awkward texts."""
    counts = [("2024-01-31", "F", "AUNK", 900), ("2025-01-31", "F", "A18", 0), ("2025-01-31", "M", "A21", 30)]
    one = workplace(CODE, workforce=counts, agreement_on=day("2024-01-01"), agreement_until=day("2030-01-01"))
    two = workplace(CODE, site="FACT-2", policy_on=day("2024-02-01"), note="=by the river", enterprise="រោងចក្រ ២")
    seats = (("chair", "employer", "F", day("2024-03-01"), None), ("member", "worker", "U", None, day("2026-01-01")))
    kept = {"formed": "2024-03-01", "reformed_on": ("2024-09-01", "2025-02-01"), "members": seats, "note": "quiet"}
    of = committee(one, trained_on="2024-03-02", **kept)
    committee(two, formed="2024-03-01", closed_on="2024-05-01", closed_because="moved; sold")
    committees.void(record=committee(two, noted="2024-06-01"), by=system_user(), reason="twice")
    actions = [(ODD, "health", "2024-05-01", "2024-05-02"), ("Ask; then\\", "", "2024-05-01", None)]
    meeting(of, "2024-04-01", present={"F": 5, "M": 2}, decisions=(ODD, "\\", ";", "a;b"), actions=actions)
    meeting(of, "2024-05-01", minutes="", minutes_on_paper=True)


def exported(resource, model, *, personal=True, form="csv", code=CODE):
    queryset = model.objects.filter(organisation=organisation(code)).order_by("occurred_on", "recorded_at", "reference")
    rows = list(resource().rows(queryset, personal=personal))
    return workbook_bytes([("rows", rows)]) if form == "xlsx" else csv_bytes(rows)


@pytest.mark.parametrize("personal", [True, False])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(("kind", "resource", "model"), REGISTERS)
def test_export_brought_in_again_leaves_every_row_alone(example, kind, resource, model, form, personal):
    content = exported(resource, model, personal=personal, form=form)

    report = bring(kind, content)

    expected = (0, 0, model.objects.count())
    assert (counted(report), [c for c in report.ignored if c not in ("site_name", "district")], report.warnings) == (
        expected,
        [],
        [],
    )


def test_export_brought_into_an_empty_organisation_says_the_same(example):
    contents = {kind: exported(resource, model) for kind, resource, model in REGISTERS}
    sites = list(Site.objects.filter(organisation__code=CODE).order_by("code").values_list("code", "name", "kind"))
    organisation("OTHER")

    for kind, content in contents.items():
        bring(kind, content, code="OTHER", sites=True)

    copies = {kind: exported(resource, model, code="OTHER") for kind, resource, model in REGISTERS}
    made = Site.objects.filter(organisation__code="OTHER").order_by("code").values_list("code", "name", "kind")
    assert {kind: sorted(text.splitlines()) for kind, text in copies.items()} == {
        kind: sorted(text.splitlines()) for kind, text in contents.items()
    }
    assert list(made) == sites


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1).map(str.strip).filter(bool)))
def test_texts_in_a_cell_come_out_as_they_went_in(texts):
    assert parted(joined(texts)) == tuple(texts)


@pytest.mark.parametrize(
    ("cell", "texts"), [("", ()), (";;", ()), ("a; b ;", ("a", "b")), ("a\\;b", ("a;b",)), ("a\\", ("a\\",))]
)
def test_texts_typed_by_hand(cell, texts):
    assert parted(cell) == texts


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (WorkforceCell(), "2025-01-31 F"),
        (WorkforceCell(), "2025-02-30 F A18:1"),
        (WorkforceCell(), "2025-01-31 F A18:-1"),
        (WorkforceCell(), "2025-01-31 F A18:99999999"),
        (DaysCell(), "2025-01-31;soon"),
        (MembersCell(), "chair"),
        (MembersCell(), "chair:employer:F:soon:"),
        (MembersCell(), "chair:employer:F:::more"),
        (PresentCell(), "F"),
        (PresentCell(), "F:many"),
        (ActionsCell(), "Poster"),
        (ActionsCell(), "soon|health||Poster"),
        (ActionsCell(), "2025-01-31|health|soon|Poster"),
    ],
)
def test_cell_that_cannot_be_read_says_how_to_write_it(cell, text):
    with pytest.raises(ValueError, match="Write"):
        cell.clean(text)


@pytest.mark.parametrize(
    ("cell", "text", "value"),
    [
        (WorkforceCell(), " 2025-01-31 F A18:120 ; 2025-01-31 M AUNK=4;", "2025-01-31 F A18:120;2025-01-31 M AUNK:4"),
        (MembersCell(), "chair:employer", "chair:employer:U::"),
        (PresentCell(), "M:1; F:2;F:3", "F:5;M:1"),
        (ActionsCell(), "2025-01-31|| |Poster | big", "2025-01-31|||Poster | big"),
    ],
)
def test_cell_is_read_generously_and_written_strictly(cell, text, value):
    assert cell.render(cell.clean(text)) == value


def test_workplaces_make_their_sites_where_they_may():
    lines = text_file(
        "id,date,site,site_name,district,enterprise,sector,workforce",
        "W1,2024-01-01,F-1,Gate 3,1205,Big Garment,garment,2024-06-30 F AUNK:900",
        "W2,2024-01-01,F-2,,,Small Garment,garment,",
    )

    without = refused("workplaces", lines)
    report = bring("workplaces", lines, sites=True)

    assert [column for _row, column, _value in without] == ["site", "site"]
    assert (counted(report), report.new_sites) == ((2, 0, 0), ["F-1", "F-2"])
    sites = Site.objects.order_by("code").values_list("code", "name", "kind", "district_id")
    assert list(sites) == [("F-1", "Gate 3", "workplace", "1205"), ("F-2", "Small Garment", "workplace", None)]
    assert list(Workplace.objects.order_by("reference").values_list("site__code", flat=True)) == ["F-1", "F-2"]
    assert counted(bring("workplaces", lines, sites=True)) == (0, 0, 2)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("W1,2024-01-01,F-1,9999,Big,garment,,", "district"),
        ("W1,2024-01-01,,,Big,garment,,", "site"),
        ("W1,2024-01-01,F-1,,Big,mining,,", "sector"),
        ("W1,2999-01-01,F-1,,Big,garment,,", "date"),
        ("W1,2024-01-01,F-1,,Big,garment,2024-01-31 Q A18:1,", "workforce"),
        ("W1,2024-01-01,F-1,,Big,garment,,012 345 678", "note"),
        ("W1,2024-01-01,TAKEN,,Big,garment,,", "site"),
    ],
)
def test_wrong_row_is_refused_beside_its_column(row, column):
    workplace(CODE, site="TAKEN")
    lines = text_file("id,date,site,district,enterprise,sector,workforce,note", row)

    assert [found for _row, found, _value in refused("workplaces", lines, sites=True)] == [column]
    assert Site.objects.count() == 1


def test_new_site_named_by_two_workplaces_is_refused():
    rows = [f"W{number},2024-01-01,F-1,Big,garment" for number in (1, 2)]
    lines = text_file("id,date,site,enterprise,sector", *rows)

    assert refused("workplaces", lines, sites=True) == [(3, "site", "F-1")]


def test_columns_that_are_absent_leave_counts_members_and_actions_alone(example):
    place = Workplace.objects.get(site__code="FACT-1")
    of = Committee.objects.get(workplace=place)
    held = CommitteeMeeting.objects.get(occurred_on="2024-04-01")

    bring("workplaces", text_file("id,date,site,enterprise,sector", f"{place.pk},2008-01-01,FACT-1,New,garment"))
    bring("committees", text_file("id,date,workplace,note", f"{of.pk},2008-01-01,{place.pk},loud"))
    bring("committee_meetings", text_file("id,date,committee,minutes", f"{held.pk},2024-04-01,{of.pk},Other"))

    for record in (place, of, held):
        record.refresh_from_db()
    assert (place.enterprise, WorkforceCount.objects.filter(workplace=place).count()) == ("New", 3)
    assert (of.note, of.members.count(), held.minutes, held.actions.count()) == ("loud", 2, "Other", 2)


def test_void_of_what_others_point_to_is_refused_in_a_file(example):
    place = Workplace.objects.get(site__code="FACT-1")
    of = Committee.objects.get(workplace=place)
    lines = {
        "workplaces": text_file("id,date,site,enterprise,sector,void", f"{place.pk},2008-01-01,FACT-1,X,garment,1"),
        "committees": text_file("id,date,workplace,void", f"{of.pk},2008-01-01,{place.pk},1"),
    }

    found = {kind: [column for _row, column, _value in refused(kind, text)] for kind, text in lines.items()}

    assert found == {"workplaces": ["void"], "committees": ["void"]}


def test_second_open_committee_is_refused_in_a_file(example):
    place = Workplace.objects.get(site__code="FACT-1")

    found = refused("committees", text_file("id,date,workplace,formed_on", f"C9,2025-01-01,{place.pk},2025-01-01"))

    assert [(row, column) for row, column, _value in found] == [(2, "workplace")]


def test_meeting_before_the_forming_is_refused_in_a_file(example):
    of = Committee.objects.get(workplace__site__code="FACT-1")

    found = refused("committee_meetings", text_file("id,date,committee", f"M9,2024-02-29,{of.pk}"))

    assert found == [(2, "date", "2024-02-29")]


def test_workplace_of_another_organisation_has_no_number_here(example):
    theirs = workplace("OTHER", site="F-9")

    found = refused("committees", text_file("id,date,workplace", f"C9,2025-01-01,{theirs.pk}"))

    assert [column for _row, column, _value in found] == ["workplace"]


def test_minutes_decisions_and_actions_are_kept_from_files_without_personal_columns(example):
    header = exported(CommitteeMeetingResource, CommitteeMeeting, personal=False).decode("utf-8-sig").splitlines()[0]

    assert header.split(",") == ["id", "date", "void", "committee", "present", "minutes_on_paper"]
