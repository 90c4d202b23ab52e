"""Supervision visits: their rules, their actions, and that form and file say the same."""

import uuid
from datetime import date, timedelta

import pytest

from core import codes
from core.actions.memberships import scope_of
from core.actions.records import Changed, Outcome, Refused
from core.models import AuditLine, Organisation, RecordVersion
from core.models.users import system_user
from core.permissions import Role
from core.resources.workbooks import csv_bytes, workbook_bytes
from core.rules.problems import InvalidEntries
from peers import coaching
from peers.actions import supervision
from peers.actions.supervision import ActionKey
from peers.forms.supervision import SupervisionForm
from peers.models import AgreedAction, SupervisionVisit
from peers.resources.parted import joined, parted
from peers.resources.supervision import SupervisionResource
from peers.rules.supervision import items_of, problems, score_of
from tests.factories.files import bring, counted, refused, text_file
from tests.factories.peers import peer
from tests.factories.people import member, organisation
from tests.peers.courses import agreed, visit, visited

pytestmark = pytest.mark.usefixtures("lists")
DAY, TODAY = date(2025, 3, 3), date(2025, 3, 31)


@pytest.fixture
def somebody(lists):
    return peer("PE-1")


def who():
    return {"by": system_user(), "organisation": organisation()}


def fields(found):
    return [problem.field for problem in found]


class Nobody:
    pk = uuid.UUID(int=7)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"occurred_on": TODAY}, []),
        ({"occurred_on": TODAY + timedelta(days=1)}, ["occurred_on"]),
        ({"occurred_on": date.min}, ["occurred_on"]),
        ({"kind": "picnic"}, ["kind"]),
        ({"checklist": {"records": 0, "private": 1, "refers": 2}}, []),
        ({"checklist": {"records": 3}}, ["checklist"]),
        ({"checklist": {"records": -1}}, ["checklist"]),
        ({"checklist": {"recount": 1}}, ["checklist"]),
        ({"checklist": {"fishing": 1}}, ["checklist"]),
        ({"note": "ring 012 345 678"}, ["note"]),
        ({"next_on": DAY}, ["next_on"]),
        ({"next_on": DAY + timedelta(days=1)}, []),
        ({"next_on": DAY + timedelta(days=732)}, ["next_on"]),
        ({"next_on": date.max}, ["next_on"]),
        ({"agreed": (agreed(due=DAY),)}, []),
        ({"agreed": (agreed(due=DAY - timedelta(days=1)),)}, ["agreed"]),
        ({"agreed": (agreed(due=date.max),)}, ["agreed"]),
        ({"agreed": (agreed(" "),)}, ["agreed"]),
        ({"agreed": (agreed("x" * 200),)}, []),
        ({"agreed": (agreed("x" * 201),)}, ["agreed"]),
        ({"agreed": (agreed("ring 012 345 678"),)}, ["agreed"]),
        ({"agreed": (agreed(done=DAY),)}, []),
        ({"agreed": (agreed(done=TODAY),)}, []),
        ({"agreed": (agreed(done=DAY - timedelta(days=1)),)}, ["agreed"]),
        ({"agreed": (agreed(done=TODAY + timedelta(days=1)),)}, ["agreed"]),
        ({"agreed": (agreed(),) * 20}, []),
        ({"agreed": (agreed(),) * 21}, ["agreed"]),
    ],
)
def test_rules_name_the_field_that_is_wrong(changed, wrong):
    assert fields(problems(visit(Nobody, **changed), today=TODAY)) == wrong


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ([], None),
        ([0], 0),
        ([0, 0, 0], 0),
        ([2, 2], 100),
        ([1], 50),
        ([2, 1, 0], 50),
        ([2, 2, 1], 83),
        ([1, 0, 0], 17),
        ([1, 0, 0, 0], 13),
    ],
)
def test_score_is_points_out_of_what_could_be_reached(answers, score):
    items = dict(zip(items_of("observed_session"), answers, strict=False))

    assert score_of(items) == score


def test_items_of_a_kind_are_those_that_name_it():
    naive = [
        key
        for key, row in codes.table("supervision_item").items()
        if "data_check" in row.attributes["kinds"].split(";")
    ]

    assert list(items_of("data_check")) == naive == ["records", "recount"]


def test_record_keeps_everything(somebody, recorded):
    sent = visit(
        somebody,
        kind="observed_session",
        session_id=recorded().pk,
        checklist={"prepared": 2, "respect": 1},
        note="Well done; go on",
        next_on=date(2025, 4, 3),
        reference="V-1",
        agreed=(agreed("Second", due=date(2025, 4, 1)), agreed("First", done=date(2025, 3, 5))),
    )

    outcome = supervision.record(entry=sent, **who())

    stored = SupervisionVisit.objects.get()
    assert (outcome, stored.score) == (Outcome.CREATED, 75)
    assert stored.content() == sent.content()
    assert stored.content()["agreed"] == [["Second", "2025-04-01", ""], ["First", "2025-03-20", "2025-03-05"]]
    assert supervision.entry_of(stored).content() == sent.content()


def test_record_about_another_organisations_peer_or_session_is_refused(somebody, recorded):
    stranger, theirs = peer("PE-9", organisation="NGO-B"), recorded("NGO-B")

    with pytest.raises(InvalidEntries) as refusal:
        supervision.record_many(entries=[visit(stranger), visit(somebody, session_id=theirs.pk)], **who())

    assert {place: fields(found) for place, found in refusal.value.problems.items()} == {0: ["peer"], 1: ["session"]}


def test_record_visit_twice_marks_what_is_done_once(somebody):
    before = visited(somebody, agreed=(agreed(), agreed("Other")))
    sent, done = visit(somebody, occurred_on=date(2025, 3, 10)), [ActionKey(before.pk, 0, 1)]

    outcomes = [supervision.record_visit(entry=sent, done=done, **who()) for _ in range(2)]

    before.refresh_from_db()
    assert outcomes == [Outcome.CREATED, Outcome.DUPLICATE]
    assert [row.done_on for row in before.agreed.all()] == [date(2025, 3, 10), None]
    assert (before.version, RecordVersion.objects.count()) == (2, 1)


def test_record_visit_is_all_or_nothing(somebody):
    before = visited(somebody, agreed=(agreed(),))
    supervision.amend(record=before, entry=supervision.entry_of(before, note="Go on"), version=1, by=system_user())

    with pytest.raises(Changed):
        supervision.record_visit(
            entry=visit(somebody, occurred_on=date(2025, 3, 10)), done=[ActionKey(before.pk, 0, 1)], **who()
        )

    assert (SupervisionVisit.objects.count(), AgreedAction.objects.get().done_on) == (1, None)


@pytest.mark.parametrize("number", [1, 10])
def test_record_visit_takes_the_same_queries_for_any_number(somebody, number, django_assert_num_queries):
    before = [visited(somebody, agreed=(agreed(), agreed())) for _ in range(number)]
    done = [ActionKey(one.pk, place, 1) for one in before for place in (0, 1)]
    sent = visit(somebody, occurred_on=date(2025, 3, 10))
    codes.table("")
    arguments = who()

    with django_assert_num_queries(30):
        supervision.record_visit(entry=sent, done=done, **arguments)

    assert AgreedAction.objects.filter(done_on=date(2025, 3, 10)).count() == 2 * number


def test_mark_done_of_what_is_done_changes_nothing(somebody):
    before = visited(somebody, agreed=(agreed(done=date(2025, 3, 5)),))

    number = supervision.mark_done(actions=[ActionKey(before.pk, 0, 1)], on=TODAY, **who())

    assert (number, AgreedAction.objects.get().done_on) == (0, date(2025, 3, 5))


def test_mark_done_before_the_visit_counts_on_the_visits_day(somebody):
    before = visited(somebody, agreed=(agreed(),))

    supervision.mark_done(actions=[ActionKey(before.pk, 0, 1)], on=DAY - timedelta(days=9), **who())

    assert AgreedAction.objects.get().done_on == DAY
    assert AuditLine.objects.latest("pk").detail == {"fields": ["agreed"], "version": 2}


@pytest.mark.parametrize("key", [(0, 2), (1, 1), (-1, 1), (10**30, 1)])
def test_mark_done_of_what_is_not_there_is_refused(somebody, key):
    before = visited(somebody, agreed=(agreed(),))

    with pytest.raises(Changed):
        supervision.mark_done(actions=[ActionKey(before.pk, *key)], on=TODAY, **who())


def test_mark_done_elsewhere_or_void_is_refused(somebody):
    theirs = visited(peer("PE-9", organisation="NGO-B"), code="NGO-B", agreed=(agreed(),))
    void = visited(somebody, agreed=(agreed(),))
    supervision.void(record=void, by=system_user(), reason="twice")

    for gone in (theirs, void):
        with pytest.raises(Refused):
            supervision.mark_done(actions=[ActionKey(gone.pk, 0, 1)], on=TODAY, **who())

    assert AgreedAction.objects.exclude(done_on=None).count() == 0


def test_amend_derives_the_score_anew(somebody):
    before = visited(somebody, checklist={"records": 2})

    supervision.amend(
        record=before, entry=supervision.entry_of(before, checklist={"records": 0}), version=1, by=system_user()
    )

    assert (SupervisionVisit.objects.get().score, RecordVersion.objects.get().content["checklist"]) == (
        0,
        {"records": 2},
    )


# --- what others ask ---------------------------------------------------------------------------------


def test_open_actions_are_those_of_countable_visits_the_longest_overdue_first(somebody):
    other = peer("PE-2")
    visited(somebody, agreed=(agreed("c", due=date(2025, 5, 1)), agreed("a"), agreed("x", done=DAY)))
    visited(other, agreed=(agreed("b"),))
    void = visited(other, agreed=(agreed("y"),))
    supervision.void(record=void, by=system_user(), reason="twice")
    visited(other, occurred_on=date(2025, 3, 30), agreed=(agreed("z", due=date(2025, 4, 1)),))

    found = coaching.open_actions([somebody.pk, other.pk], date(2025, 3, 29))

    assert [row.text for row in found] == ["a", "b", "c"]
    assert [row.text for row in coaching.open_actions([other.pk], TODAY)] == ["b", "z"]


def test_last_visits_and_trend(somebody):
    other = peer("PE-2")
    for day in range(1, 9):
        visited(somebody, occurred_on=date(2025, 3, day), checklist={"records": day % 3})
    void = visited(somebody, occurred_on=date(2025, 3, 9))
    supervision.void(record=void, by=system_user(), reason="twice")

    assert coaching.last_visits([somebody.pk, other.pk]) == {somebody.pk: date(2025, 3, 8)}
    assert coaching.last_visits([somebody.pk], date(2025, 3, 4)) == {somebody.pk: date(2025, 3, 4)}
    assert [(row.occurred_on.day, row.score) for row in coaching.trend(somebody)] == [
        (8, 100),
        (7, 50),
        (6, 0),
        (5, 100),
        (4, 50),
        (3, 0),
    ]


# --- form and file give equal verdicts ---------------------------------------------------------------


def typed(somebody, **changed):
    data = {"id": str(uuid.uuid4()), "kind": "one_to_one", "occurred_on": "2025-03-03", **changed}
    return SupervisionForm(
        data,
        scope=scope_of(member(Role.SUPERVISOR)),
        organisations=Organisation.objects.filter(code="NGO-A"),
        peer=somebody,
    )


@pytest.mark.parametrize(
    ("form_says", "file_says", "wrong_in_form", "wrong_in_file"),
    [
        ({}, {}, [], []),
        ({"occurred_on": "2999-01-01"}, {"date": "2999-01-01"}, ["occurred_on"], ["date"]),
        ({"kind": "picnic"}, {"kind": "picnic"}, ["kind"], ["kind"]),
        ({"item_records": "3"}, {"checklist": "records:3"}, ["item_records"], ["checklist"]),
        ({"next_on": "2025-03-03"}, {"next_on": "2025-03-03"}, ["next_on"], ["next_on"]),
        ({"note": "ring 012345678"}, {"note": "ring 012345678"}, ["note"], ["note"]),
        ({"text_0": "Plan", "due_0": "2025-03-02"}, {"agreed": "Plan|2025-03-02"}, ["text_0"], ["agreed"]),
        ({"text_0": "Plan"}, {"agreed": "Plan"}, ["due_0"], ["agreed"]),
        ({"due_0": "2025-03-04"}, {"agreed": "|2025-03-04"}, ["text_0"], ["agreed"]),
        (
            {"item_records": "2", "item_safe": "", "text_7": "Plan", "due_7": "2025-03-03"},
            {"checklist": "records:2", "agreed": "Plan|2025-03-03|"},
            [],
            [],
        ),
    ],
)
def test_form_and_file_give_equal_verdicts(somebody, form_says, file_says, wrong_in_form, wrong_in_file):
    cells = {"id": "V1", "date": "2025-03-03", "peer": "PE-1", "kind": "one_to_one", **file_says}
    content = text_file(",".join(cells), ",".join(cells.values()))

    form = typed(somebody, **form_says)

    assert sorted(form.errors) == wrong_in_form
    if wrong_in_file:
        assert [column for _row, column, _value in refused("supervision", content, code="NGO-A")] == wrong_in_file
    else:
        assert counted(bring("supervision", content, code="NGO-A")) == (1, 0, 0)
        stored = SupervisionVisit.objects.get().content()
        assert stored == form.entry().content() | {"reference": "V1"}


@pytest.mark.parametrize("text", ["", "a", "a;b", "a\\", "\\;", ";\\;", "\\\\", "a|b;c\\|", ";;", "“;” នោះ", "\\n"])
@pytest.mark.parametrize("sign", [";", "|"])
def test_joined_is_parted_again(text, sign):
    assert parted(joined(["x", text, text], sign), sign) == ["x", text, text]


def exported(form="csv", code="NGO-A", personal=True):
    queryset = SupervisionVisit.objects.filter(organisation__code=code).order_by("reference")
    rows = list(SupervisionResource().rows(queryset, personal=personal))
    return workbook_bytes([("rows", rows)]) if form == "xlsx" else csv_bytes(rows)


@pytest.fixture
def visits(somebody, recorded):
    session = recorded(reference="S-1")
    odd = (agreed("a;b|c\\d; “e”"), agreed("=sum", done=date(2025, 3, 3)), agreed("ends in \\"))
    visited(somebody, reference="V-1", kind="observed_session", session_id=session.pk, agreed=odd)
    visited(somebody, reference="V-2", checklist={"records": 2, "safe": 0}, note="; go|on\\", next_on=date(2025, 4, 1))
    void = visited(somebody, reference="V-3", agreed=(agreed(),))
    supervision.void(record=void, by=system_user(), reason="twice")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("personal", [True, False])
@pytest.mark.usefixtures("visits")
def test_export_brought_in_again_leaves_every_row_alone(form, personal):
    report = bring("supervision", exported(form, personal=personal), code="NGO-A")

    assert (counted(report), report.ignored, report.warnings) == ((0, 0, 3), [], [])


@pytest.mark.usefixtures("visits")
def test_export_brought_into_an_empty_organisation_says_the_same(recorded):
    peer("PE-1", organisation="NGO-B")
    recorded("NGO-B", reference="S-1")

    bring("supervision", exported(), code="NGO-B")

    assert exported(code="NGO-B") == exported()


@pytest.mark.usefixtures("visits")
def test_export_without_personal_fields_has_no_words():
    header = exported(personal=False).decode("utf-8-sig").splitlines()[0].split(",")

    assert header == ["id", "date", "void", "peer", "kind", "session", "checklist", "score", "next_on"]


def test_file_with_a_score_that_does_not_fit_the_answers_is_refused(somebody):
    content = text_file(
        "id,date,peer,kind,checklist,score",
        "1,2025-03-03,PE-1,one_to_one,records:2,100",
        "2,2025-03-03,PE-1,one_to_one,records:2,90",
        "3,2025-03-03,PE-1,one_to_one,,0",
        "4,2025-03-03,PE-7,one_to_one,,",
    )

    found = [(row, column) for row, column, _value in refused("supervision", content, code="NGO-A")]

    assert found == [(3, "score"), (4, "score"), (5, "peer")]
