"""A file of attendance: who came to which session; and what a file of sessions says of people and leaders."""

import pytest

from core.models import RecordVersion
from core.permissions import Role
from core.resources.workbooks import csv_bytes
from outreach.models import Contact
from outreach.resources.contacts import ContactResource
from peers.models import Session, SessionAttendance
from peers.resources.sessions import SessionResource
from tests.factories.files import bring, counted, refused, text_file
from tests.factories.peers import peer
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.peers.groups_met import CHECK, contacts_of, held

pytestmark = pytest.mark.usefixtures("lists")
NGO = "NGO-A"


@pytest.fixture
def programme(lists):
    return Programme(NGO)


@pytest.fixture
def world(programme):
    """Four clients P1 to P4; two sessions S1 and S2 with unnamed heads."""
    people = {f"P{n}": programme.person(reference=f"P{n}", born="1990-01-01") for n in range(1, 5)}
    found = {
        name: held(programme, on=on, heads=5, reference=name)
        for name, on in (("S1", "2025-03-01"), ("S2", "2025-03-08"))
    }
    return programme, people, found


def lists_now():
    """Who is on the list of which session."""
    rows = SessionAttendance.objects.values_list("session__reference", "client__reference")
    return sorted(rows)


def test_rows_put_people_on_lists_and_change_each_session_once(world):
    content = text_file("session,client", "S1,P1", "S2,P1", "S1,P2")

    report = bring("attendance", content, code=NGO)

    assert counted(report) == (3, 0, 0)
    assert lists_now() == [("S1", "P1"), ("S1", "P2"), ("S2", "P1")]
    assert RecordVersion.objects.filter(record_kind="session").count() == 2
    assert {c.group_size for c in contacts_of(Session.objects.get(reference="S1"))} == {7}


def test_same_file_again_changes_nothing(world):
    content = text_file("session,client", "S1,P1", "S2,P1", "S1,P2")
    bring("attendance", content, code=NGO)
    versions = RecordVersion.objects.count()

    report = bring("attendance", content, code=NGO)

    assert (counted(report), RecordVersion.objects.count(), Contact.objects.count()) == ((0, 0, 3), versions, 3)


def test_void_takes_a_person_off_and_twice_is_once(world):
    bring("attendance", text_file("session,client", "S1,P1", "S1,P2"), code=NGO)
    content = text_file("session,client,void", "S1,P1,1", "S1,P2,0", "S1,P3,1")

    first = bring("attendance", content, code=NGO)
    second = bring("attendance", content, code=NGO)

    assert (counted(first), counted(second)) == ((0, 1, 2), (0, 0, 3))
    assert lists_now() == [("S1", "P2")]
    assert Contact.objects.countable().count() == 1


def test_every_bad_row_is_told_and_nothing_is_written(world):
    programme, _people, _found = world
    held(programme, heads=4, reference="S9", void=True)
    lines = ("S1,P1", "S7,P1", "S1,P99", ",P1", "S1,", "S9,P1", "S1,P1", "S2,P2", "S1,P3,maybe")
    content = text_file("session,client,void", *(line if line.count(",") == 2 else f"{line}," for line in lines))

    wrong = refused("attendance", content, code=NGO)

    assert wrong == [
        (3, "session", "S7"),
        (4, "client", "P99"),
        (5, "session", ""),
        (6, "client", ""),
        (7, "session", "S9"),
        (8, "client", "P1"),
        (10, "void", "maybe"),
    ]
    assert lists_now() == []


def test_each_person_too_young_for_a_topic_is_a_line(world):
    programme, _people, _found = world
    held(programme, heads=3, reference="S3", topics={"condom"})
    programme.person(reference="C1", born="2012-01-01")
    programme.person(reference="C2", born="2013-01-01")

    wrong = refused("attendance", text_file("session,client", "S3,C1", "S3,P1", "S3,C2", "S1,C1"), code=NGO)

    assert wrong == [(2, "client", "C1"), (4, "client", "C2")]
    assert lists_now() == []


def test_last_one_cannot_be_taken_off(world):
    programme, people, _found = world
    held(programme, [people["P1"]], reference="S4")

    assert refused("attendance", text_file("session,client,void", "S4,P1,1"), code=NGO) == [(2, "session", "S4")]


def test_merged_record_is_the_person_it_leads_to(world):
    programme, people, _found = world
    bring("attendance", text_file("session,client", "S1,P1"), code=NGO)
    programme.merge(people["P1"], people["P2"])

    again = bring("attendance", text_file("session,client", "S1,P2"), code=NGO)
    twice = refused("attendance", text_file("session,client", "S2,P1", "S2,P2"), code=NGO)
    off = bring("attendance", text_file("session,client,void", "S1,P2,1"), code=NGO)

    assert (counted(again), twice, counted(off)) == ((0, 0, 1), [(3, "client", "P2")], (0, 1, 0))
    assert lists_now() == []


def test_other_organisations_people_and_sessions_arent_known(world):
    other = Programme("NGO-B")
    other.person(reference="Q1")
    session = held(other, heads=3, reference="T1")

    wrong = refused("attendance", text_file("session,client", "T1,P1", "S1,Q1", f"{session.pk},P1"), code=NGO)

    assert wrong == [(2, "session", "T1"), (3, "client", "Q1"), (4, "session", str(session.pk))]


# --- the file of sessions ------------------------------------------------------------------------------


def exported(resource, model, code=NGO):
    queryset = model.objects.filter(organisation__code=code).order_by("reference")
    return csv_bytes(list(resource().rows(queryset, personal=True)))


@pytest.fixture
def whole(world):
    programme, people, _found = world
    leaders = [peer("PE-1"), peer("PE-2")]
    named = [people["P1"], people["P3"]]
    held(programme, named, heads=6, reference="S5", facilitators=leaders, place="Canteen", knowledge=CHECK)
    return programme


def test_export_of_a_session_brought_in_again_leaves_it_alone(whole):
    content = exported(SessionResource, Session)

    report = bring("sessions", content, code=NGO)

    assert (counted(report), report.ignored, report.warnings) == ((0, 0, 3), [], [])
    row = content.decode().splitlines()[-1]
    assert "PE-1;PE-2,P1;P3" in row
    assert "before.answered:6;before.right.condom:5;before.right.faithful:4" in row


@pytest.mark.parametrize("order", [("contacts", "sessions"), ("sessions", "contacts")])
def test_sessions_and_their_contacts_are_one_each_in_another_organisation(whole, order):
    session = Session.objects.get(reference="S5")
    other = Programme("NGO-B")
    for name in ("P1", "P2", "P3", "P4"):
        other.person(reference=name, born="1990-01-01")
    peer("PE-1", organisation="NGO-B")
    peer("PE-2", organisation="NGO-B")
    files = {"contacts": (ContactResource, Contact), "sessions": (SessionResource, Session)}

    for kind in order:
        bring(kind, exported(*files[kind]), code="NGO-B", sites=True)

    assert exported(*files["sessions"], code="NGO-B") == exported(*files["sessions"])
    assert exported(*files["contacts"], code="NGO-B") == exported(*files["contacts"])
    assert Contact.objects.filter(organisation=other.organisation).count() == contacts_of(session).count() == 2


def test_file_of_contacts_doesnt_change_what_a_session_holds(whole):
    contact = contacts_of(Session.objects.get(reference="S5"))[0]
    header = "id,date,client,contact_type,headcount"
    name = contact.reference

    same = bring("contacts", text_file(header, f"{name},2025-03-01,P1,small_group,8"), code=NGO)
    wrong = refused("contacts", text_file(header, f"{name},2025-03-02,P1,small_group,8"), code=NGO)
    void = refused("contacts", text_file(f"{header},void", f"{name},2025-03-01,P1,small_group,8,1"), code=NGO)

    assert (counted(same), wrong, void) == ((0, 0, 1), [(2, "id", name)], [(2, "id", name)])


def test_person_put_on_again_has_a_contact_of_another_name(whole):
    bring("attendance", text_file("session,client,void", "S5,P1,1"), code=NGO)
    bring("attendance", text_file("session,client", "S5,P1"), code=NGO)
    bring("attendance", text_file("session,client,void", "S5,P1,1"), code=NGO)
    bring("attendance", text_file("session,client", "S5,P1"), code=NGO)

    mine = Contact.objects.filter(client__reference="P1").order_by("recorded_at")
    first = mine[0].reference
    assert list(mine.values_list("reference", flat=True)) == [first, f"{first}-2", f"{first}-3"]
    assert [contact.is_void for contact in mine] == [True, True, False]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("facilitators", "PE-7"),
        ("attendees", "P1;P77"),
        ("campaign", "none"),
        ("knowledge", "before.answered=x"),
        ("knowledge", "before.answered:3"),
        ("place", "ring 012 345 678"),
    ],
)
def test_file_of_sessions_names_the_cell_that_is_wrong(whole, column, value):
    content = text_file(f"id,date,kind,heads,{column}", f"S6,2025-03-01,event,9,{value}")

    assert [row[:2] for row in refused("sessions", content, code=NGO)] == [(2, column)]


@pytest.mark.parametrize(("role", "hidden"), [(Role.DATA_OFFICER, False), (Role.PROGRAMME_MANAGER, True)])
def test_preview_names_nobody_to_whom_people_may_be_hidden(whole, role, hidden):
    content = text_file("id,date,kind,attendees", "S5,2025-03-01,small_group,P1")

    report = bring("sessions", content, code=NGO, by=member(role))

    [cells] = [sample["cells"] for sample in report.samples["changed"]]
    assert cells == [["attendees", "…" if hidden else "P1;P3", "P1"]]


def test_file_of_attendance_has_a_template(client, lists):
    client.force_login(member(Role.DATA_OFFICER))

    answer = client.get("/app/data/import/template/attendance.csv")

    assert answer.content.decode("utf-8-sig").splitlines()[0] == "session,client,void"
