"""Trainings: their rules, their actions, and that form, sheet and file say the same."""

import uuid
from datetime import date, timedelta

import pytest

from core.actions.memberships import scope_of
from core.actions.records import Changed, Outcome, Refused
from core.models import AuditLine, Organisation, RecordVersion
from core.models.users import system_user
from core.permissions import Role
from core.resources.workbooks import csv_bytes, workbook_bytes
from core.rules.problems import InvalidEntries
from peers.actions import trainings
from peers.forms.trainings import TrainingForm
from peers.models import Training, TrainingAttendance
from peers.resources.trainings import TrainingResource
from peers.rules.trainings import Attended, problems, recruited_problems, usual_hours
from tests.factories.files import bring, counted, refused, text_file
from tests.factories.peers import peer
from tests.factories.people import member, organisation
from tests.peers.courses import FIRST, LAST, came, course, taught

pytestmark = pytest.mark.usefixtures("lists")
TODAY = date(2025, 3, 31)
SOMEBODY = uuid.UUID(int=7)


def fields(found):
    return [problem.field for problem in found]


def line(*days, **said):
    return (Attended(peer_id=SOMEBODY, days=frozenset(days), **said),)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"ends_on": FIRST}, []),
        ({"ends_on": FIRST - timedelta(days=1)}, ["ends_on"]),
        ({"ends_on": FIRST + timedelta(days=59)}, []),
        ({"ends_on": FIRST + timedelta(days=60)}, ["ends_on"]),
        ({"ends_on": date.max}, ["ends_on"]),
        ({"occurred_on": date.min, "ends_on": date.min}, ["occurred_on"]),
        ({"topics": frozenset()}, ["topics"]),
        ({"topics": frozenset({"fishing"})}, ["topics"]),
        ({"hours": 1}, []),
        ({"hours": 0}, ["hours"]),
        ({"hours": 400}, []),
        ({"hours": 401}, ["hours"]),
        ({"hours": None}, ["hours"]),
        ({"title": "x" * 120}, []),
        ({"title": "x" * 121}, ["title"]),
        ({"title": "ring 012 345 678"}, ["title"]),
        ({"note": "a@b.org"}, ["note"]),
        ({"attendances": line(FIRST, LAST)}, []),
        ({"attendances": line(FIRST - timedelta(days=1))}, ["attendances"]),
        ({"attendances": line(LAST + timedelta(days=1))}, ["attendances"]),
        ({"attendances": line(score_before=0, score_after=100)}, []),
        ({"attendances": line(score_before=-1)}, ["attendances"]),
        ({"attendances": line(score_after=101)}, ["attendances"]),
        ({"attendances": line(FIRST) + line(LAST)}, ["attendances"]),
    ],
)
def test_rules_name_the_field_that_is_wrong(changed, wrong):
    found = list(problems(course(**changed), today=TODAY))

    assert fields(found) == wrong


def test_rules_refuse_days_that_have_not_been():
    running = course(attendances=line(FIRST, FIRST + timedelta(days=1)))

    assert fields(problems(running, today=FIRST)) == ["attendances"]
    assert fields(problems(running, today=FIRST + timedelta(days=1))) == []
    assert fields(problems(running, today=FIRST - timedelta(days=1))) == ["occurred_on", "attendances", "attendances"]


@pytest.mark.parametrize(
    ("recruited", "wrong"),
    [({SOMEBODY: LAST}, []), ({SOMEBODY: LAST + timedelta(days=1)}, ["attendances"]), ({}, ["attendances"])],
)
def test_rules_ask_when_somebody_was_recruited(recruited, wrong):
    assert fields(recruited_problems(course(attendances=line(FIRST)), recruited)) == wrong


def test_usual_hours_add_up_over_topics_and_are_unknown_for_none():
    assert (usual_hours({"pe_basic", "overdose"}), usual_hours(()), usual_hours({"fishing"})) == (44, None, None)


def test_record_keeps_everything(site):
    first, second = peer("PE-1"), peer("PE-2")
    sent = course(
        title="Spring course",
        topics=frozenset({"pe_basic", "safeguarding"}),
        site_id=site.pk,
        note="In the canteen",
        reference="T-1",
        attendances=(came(second, 4, 3, score_before=40, score_after=85, signed_off=True), came(first, 3)),
    )

    outcome = trainings.record(entry=sent, by=system_user(), organisation=organisation())

    training = Training.objects.get()
    assert outcome == Outcome.CREATED
    assert training.content() == sent.content()
    assert training.content()["attendances"] == sorted(
        [
            [str(first.pk), ["2025-03-03"], "", "", False],
            [str(second.pk), ["2025-03-03", "2025-03-04"], 40, 85, True],
        ]
    )
    assert trainings.entry_of(training).content() == sent.content()


def test_record_twice_is_one_row_and_other_content_a_conflict():
    one = peer("PE-1")
    sent = course(attendances=(came(one, 3),))
    who = {"by": system_user(), "organisation": organisation()}

    outcomes = [
        trainings.record(entry=entry, **who) for entry in (sent, sent, course(id=sent.id, attendances=(came(one, 4),)))
    ]

    assert outcomes == [Outcome.CREATED, Outcome.DUPLICATE, Outcome.CONFLICT]
    assert list(TrainingAttendance.objects.values_list("days", flat=True)) == [["2025-03-03"]]


def test_record_with_somebody_of_another_organisation_is_refused():
    stranger = peer("PE-9", organisation="NGO-B")

    with pytest.raises(InvalidEntries) as refusal:
        taught(came(stranger, 3))

    assert fields(refusal.value.problems[0]) == ["attendances"]
    assert Training.objects.count() == 0


@pytest.mark.parametrize("number", [1, 30])
def test_record_many_takes_the_same_queries_for_any_number(number, django_assert_num_queries):
    people = [peer(f"PE-{place}") for place in range(3)]
    who = {"by": system_user(), "organisation": organisation()}
    taught()
    sent = [course(attendances=tuple(came(one, 3, 4) for one in people)) for _ in range(number)]

    with django_assert_num_queries(11):
        trainings.record_many(entries=sent, **who)


def test_amend_keeps_who_came_and_the_old_text():
    training = taught(came(peer("PE-1"), 3))

    trainings.amend(
        record=training, entry=trainings.entry_of(training, hours=32), version=1, by=system_user(), reason="shorter"
    )

    training.refresh_from_db()
    kept = RecordVersion.objects.get()
    assert (training.hours, training.version, kept.content["hours"], kept.reason) == (32, 2, 40, "shorter")
    assert training.attendances.count() == 1
    assert AuditLine.objects.latest("pk").detail == {"fields": ["hours"], "version": 2}


def test_amend_to_days_on_which_nobody_came_is_refused():
    training = taught(came(peer("PE-1"), 7))

    entry = trainings.entry_of(training, ends_on=date(2025, 3, 6))

    with pytest.raises(InvalidEntries):
        trainings.amend(record=training, entry=entry, version=1, by=system_user())

    assert Training.objects.get().ends_on == LAST


def test_fill_in_leaves_the_lines_of_others_alone():
    mine, gone, theirs = peer("PE-1"), peer("PE-2"), peer("PE-3")
    training = taught(came(mine, 3), came(gone, 3), came(theirs, 3, score_after=70))

    trainings.fill_in(
        training=training,
        lines=[came(mine, 3, 4, score_after=90)],
        about=[mine.pk, gone.pk],
        version=1,
        by=system_user(),
    )

    rows = TrainingAttendance.objects.order_by("peer__reference").values_list("peer__reference", "days", "score_after")
    assert list(rows) == [("PE-1", ["2025-03-03", "2025-03-04"], 90), ("PE-3", ["2025-03-03"], 70)]
    assert AuditLine.objects.latest("pk").detail == {"fields": ["attendances"], "version": 2}


def test_fill_in_of_an_old_version_or_a_void_course_is_refused():
    one = peer("PE-1")
    training = taught(came(one, 3))
    trainings.fill_in(training=training, lines=[came(one, 4)], about=[one.pk], version=1, by=system_user())

    with pytest.raises(Changed):
        trainings.fill_in(training=training, lines=[], about=[one.pk], version=1, by=system_user())
    trainings.void(record=training, by=system_user(), reason="twice")
    with pytest.raises(Refused):
        trainings.fill_in(training=training, lines=[], about=[one.pk], version=2, by=system_user())

    assert TrainingAttendance.objects.get().days == ["2025-03-04"]


# --- form and file give equal verdicts ---------------------------------------------------------------


def typed(**changed):
    data = {
        "id": str(uuid.uuid4()),
        "occurred_on": "2025-03-03",
        "ends_on": "2025-03-07",
        "topics": ["pe_basic"],
        "hours": "40",
        **changed,
    }
    return TrainingForm(
        data, scope=scope_of(member(Role.SUPERVISOR)), organisations=Organisation.objects.filter(code="NGO-A")
    )


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"topics": []}, ["topics"]),
        ({"topics": ["fishing"]}, ["topics"]),
        ({"ends_on": "2025-03-02"}, ["ends_on"]),
        ({"ends_on": "2025-05-02"}, ["ends_on"]),
        ({"ends_on": "9999-12-31"}, ["ends_on"]),
        ({"occurred_on": "0001-01-01"}, ["ends_on", "occurred_on"]),
        ({"hours": "401"}, ["hours"]),
        ({"hours": "0"}, ["hours"]),
        ({"hours": ""}, []),
        ({"title": "ring 012345678"}, ["title"]),
        ({"note": "x" * 281}, ["note"]),
    ],
)
def test_form_and_file_give_equal_verdicts(changed, wrong):
    organisation()
    said = {"occurred_on": "2025-03-03", "ends_on": "2025-03-07", "topics": ["pe_basic"], "hours": "40", **changed}
    cells = ["T1", said["occurred_on"], said["ends_on"], ";".join(said["topics"]), said["hours"]]
    row = ",".join([*cells, said.get("title", ""), said.get("note", "")])
    content = text_file("id,date,ends_on,topics,hours,title,note", row)

    form = typed(**changed)

    assert sorted(form.errors) == wrong
    if wrong:
        columns = {column for _row, column, _value in refused("trainings", content, code="NGO-A")}
        assert sorted(columns) == sorted("date" if field == "occurred_on" else field for field in wrong)
    else:
        assert counted(bring("trainings", content, code="NGO-A")) == (1, 0, 0)
        assert Training.objects.get().hours == form.entry().hours == 40


def exported(form="csv", code="NGO-A"):
    queryset = Training.objects.filter(organisation__code=code).order_by("reference")
    rows = list(TrainingResource().rows(queryset, personal=True))
    return workbook_bytes([("rows", rows)]) if form == "xlsx" else csv_bytes(rows)


@pytest.fixture
def courses(site):
    """Courses with everything that can be said."""
    first, second = peer("PE-1"), peer("PE-2")
    taught(
        came(first, 3, 4, score_before=0, score_after=100, signed_off=True),
        came(second, 5),
        reference="T-1",
        site_id=site.pk,
        title="=Spring",
        note="Bring; pens",
        topics=frozenset({"pe_basic", "waste"}),
    )
    taught(reference="T-2")
    training = taught(came(second, score_before=20), reference="T-3")
    trainings.void(record=training, by=system_user(), reason="twice")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.usefixtures("courses")
def test_export_brought_in_again_leaves_every_row_alone(form):
    report = bring("trainings", exported(form), code="NGO-A")

    assert (counted(report), report.ignored, report.warnings) == ((0, 0, 3), [], [])


@pytest.mark.usefixtures("courses")
def test_export_brought_into_an_empty_organisation_says_the_same(site):
    peer("PE-1", organisation="NGO-B")
    peer("PE-2", organisation="NGO-B")
    type(site).objects.create(organisation=organisation("NGO-B"), code=site.code, name=site.name, kind=site.kind)

    bring("trainings", exported(), code="NGO-B")

    assert exported(code="NGO-B") == exported()


def test_file_says_who_came_is_unknown_or_written_wrongly():
    peer("PE-1")
    content = text_file(
        "id,date,ends_on,topics,hours,attendances",
        "1,2025-03-03,2025-03-07,waste,4,PE-7|2025-03-03",
        "2,2025-03-03,2025-03-07,waste,4,PE-1|3 March",
        "3,2025-03-03,2025-03-07,waste,4,PE-1|2025-03-03|101",
        "4,2025-03-03,2025-03-07,waste,4,PE-1|2025-03-08",
        "5,2025-03-03,2025-03-07,waste,4,PE-1|2025-03-03;PE-1|2025-03-04",
        "6,2025-03-03,2025-03-07,waste,4,PE-1|2025-03-03|||2",
    )

    found = refused("trainings", content, code="NGO-A")

    assert [(row, column) for row, column, _value in found] == [(n, "attendances") for n in (2, 3, 4, 5, 6, 7)]


def test_file_without_the_column_leaves_who_came_alone():
    taught(came(peer("PE-1"), 3), reference="T-1")

    report = bring("trainings", text_file("id,date,topics,hours", "T-1,2025-03-03,pe_basic,30"), code="NGO-A")

    assert counted(report) == (0, 1, 0)
    assert (Training.objects.get().hours, TrainingAttendance.objects.count()) == (30, 1)


def test_file_with_an_empty_end_and_no_hours_fills_them_in():
    organisation()
    bring("trainings", text_file("id,date,topics", "T-1,2025-03-03,overdose;waste"), code="NGO-A")

    training = Training.objects.get()
    assert (training.ends_on, training.hours) == (date(2025, 3, 3), 8)
