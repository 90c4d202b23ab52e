"""The screens of schools and lessons: lists, the school's page, steps; whose they are."""

from datetime import date

import pytest
from django.utils import timezone

from core.models.users import system_user
from core.permissions import Role
from peers import school_years
from peers.actions import lessons
from peers.models import School
from peers.rules.schools import Pupils, Teachers
from tests.factories.people import member
from tests.factories.schools import lesson_of, school_of

pytestmark = pytest.mark.usefixtures("lists")
LIST = "/app/groups/schools/"
COVERAGE = f"{LIST}coverage/"


def now():
    return school_years.year_of(timezone.localdate())


@pytest.fixture
def desk(client):
    client.force_login(member(Role.SUPERVISOR))
    return client


def rows_of(response):
    """Texts of each row of a list."""
    return [[value for _label, value in cells] for _url, cells in response.context["rows"]]


def counted(day, *cells):
    return tuple(Pupils(day, grade, sex, number) for grade, sex, number in cells)


def test_list_says_pupils_classes_and_teachers(desk):
    today = timezone.localdate()
    old, new = date(2023, 11, 6), date(2024, 11, 4)
    school = school_of(
        pupils=(*counted(old, (4, "F", 50), (5, "F", 90)), *counted(new, (5, "F", 20), (5, "M", 22))),
        teachers=(Teachers(old, "F", 2), Teachers(new, "M", 1)),
    )
    for heads in ({"F": 10}, {"F": 12, "M": 3}):
        lesson_of(school, occurred_on=today, heads=heads)
    lesson_of(school, occurred_on=today, grade=6, heads={"U": 5})
    lessons.void(record=lesson_of(school, occurred_on=today, heads={"U": 99}), by=system_user(), reason="wrong")
    lesson_of(school, occurred_on=school_years.period_of(now() - 1).start, class_name="Z")

    found = rows_of(desk.get(LIST))

    # Grade 4 was counted last in 2023, grade 5 in 2024.
    assert found == [["Primary school SCHOOL-1", "Ba Phnum", "Prey Veng", "1–6", 92, 2, 20, 3]]


@pytest.mark.parametrize("number", [1, 3])
def test_lists_cost_as_many_queries_for_one_row_as_for_three(desk, number, django_assert_num_queries):
    for place in range(number):
        school = school_of(f"S{place}", pupils=counted(date(2024, 11, 4), (5, "F", 9)))
        lesson_of(school, occurred_on=timezone.localdate())
    desk.get(LIST)

    with django_assert_num_queries(10):
        desk.get(LIST)
    with django_assert_num_queries(9):
        desk.get("/app/groups/lessons/")
    with django_assert_num_queries(9):
        desk.get(COVERAGE)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["S1", "S2", "S3"]),
        ("province=14", ["S1", "S2"]),
        ("district=1402", ["S2"]),
        ("grade=9", ["S3"]),
        ("grade=1", ["S1", "S2"]),
        ("lessons=yes", ["S1"]),
        ("lessons=no", ["S2", "S3"]),
        ("name=school s2", ["S2"]),
        ("sort=-site__district_id", ["S3", "S2", "S1"]),
    ],
)
def test_list_is_filtered(desk, query, names):
    lesson_of(school_of("S1"), occurred_on=timezone.localdate())
    lesson_of(school_of("S2", district="1402"), occurred_on=school_years.period_of(now() - 1).start)
    school_of("S3", district="2001", first_grade=7, last_grade=9)

    found = rows_of(desk.get(f"{LIST}?{query}"))

    assert [row[0].removeprefix("Primary school ") for row in found] == names


@pytest.mark.parametrize(
    "query", ["grade=13", "grade=%00", "province=99", "lessons=maybe", "name=%00", "nonsense=1", "sort=note"]
)
def test_list_with_an_odd_filter_answers_400(desk, query):
    school_of()

    assert desk.get(f"{LIST}?{query}").status_code == 400


@pytest.mark.parametrize(
    ("query", "number"),
    [("", 3), ("topic=goals", 2), ("topic=hygiene", 1), ("grade=6", 1), ("school_year=2024", 3), ("school_year=1", 0)],
)
def test_lessons_are_filtered(desk, query, number):
    school = school_of()
    lesson_of(school)
    lesson_of(school, grade=6)
    lesson_of(school, topics=frozenset({"hygiene"}), class_name="B")

    assert len(rows_of(desk.get(f"/app/groups/lessons/?{query}"))) == number


# --- the school's page -----------------------------------------------------------------------------


def years_on(response):
    return {
        one.year: (one.pupils, {(c.grade, c.name): (c.best.pk, len(c.lessons)) for c in one.classes})
        for one in response.context["years"]
    }


def test_page_counts_each_class_once_a_year(desk):
    school = school_of()
    low = lesson_of(school, heads={"F": 10}, occurred_on=date(2025, 1, 6))
    best = lesson_of(school, heads={"F": 30}, occurred_on=date(2025, 1, 7), class_name="5a")
    other = lesson_of(school, heads={"F": 8}, class_name="B")
    next_year = lesson_of(school, heads={"F": 9}, occurred_on=date(2025, 10, 1))
    lessons.void(record=lesson_of(school, heads={"F": 99}), by=system_user(), reason="wrong")

    page = desk.get(school.get_absolute_url())

    assert years_on(page) == {
        2025: (9, {(5, "Grade 5 A"): (next_year.pk, 1)}),
        2024: (38, {(5, "Grade 5 A"): (best.pk, 2), (5, "Grade 5 B"): (other.pk, 1)}),
    }
    assert low.pk != best.pk


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2024, 11, 4), "30 of 40 · 75 %"),
        (date(2023, 10, 1), "30 of 40 · 75 %"),
        (date(2023, 9, 30), "30 · roll not counted"),
        (date(2025, 10, 1), "30 · roll not counted"),
    ],
)
def test_page_holds_pupils_against_a_roll_of_this_year_or_the_one_before(desk, day, text):
    school = school_of(pupils=counted(day, (5, "F", 19), (5, "M", 21), (6, "F", 70)))
    lesson_of(school, heads={"F": 30})

    (year,) = desk.get(school.get_absolute_url()).context["years"]

    assert [cells[1][0].replace("\N{NO-BREAK SPACE}", " ") for _grade, cells in year.table["rows"]] == [text]


def test_page_asks_for_a_new_count_where_more_were_reached_than_are_on_the_roll(desk):
    school = school_of(pupils=counted(date(2024, 11, 4), (5, "F", 19)))
    lesson_of(school, heads={"F": 30})

    (year,) = desk.get(school.get_absolute_url()).context["years"]

    assert year.table["rows"][0][1][1][0] == "30 of 19 · count again"


@pytest.mark.parametrize("number", [1, 3])
def test_page_costs_as_many_queries_for_one_lesson_as_for_three(desk, number, django_assert_num_queries):
    school = school_of(pupils=counted(date(2024, 11, 4), (5, "F", 19)))
    for place in range(number):
        lesson_of(school, class_name="ABC"[place])
    desk.get(school.get_absolute_url())

    with django_assert_num_queries(8):
        desk.get(school.get_absolute_url())


def test_lesson_says_whether_it_counts(desk):
    school = school_of()
    low = lesson_of(school, heads={"F": 10})
    best = lesson_of(school, heads={"F": 30})

    pages = [desk.get(lesson.get_absolute_url()) for lesson in (low, best)]

    assert [page.context["best"] for page in pages] == [best, best]
    assert "This lesson adds nobody." in pages[0].text
    assert "This lesson counts" in pages[1].text


# --- steps -----------------------------------------------------------------------------------------


def test_pupils_are_counted_corrected_and_taken_away(desk):
    school = school_of()
    url = f"{school.get_absolute_url()}count/"

    desk.post(url, {"on": "2024-11-04", "pupils_5_F": "20", "pupils_5_M": "0"})
    shown = desk.get(f"{url}?day=2024-11-04").context["form"]
    first = School.objects.get().content()["pupils"]
    desk.post(url, {"on": "2024-11-05", "was": "2024-11-04", "pupils_5_F": "21"})
    second = School.objects.get().content()["pupils"]
    desk.post(url, {"on": "2024-11-05", "was": "2024-11-05"})

    assert (shown["pupils_5_F"].value(), shown["was"].value()) == (20, date(2024, 11, 4))
    assert first == [["2024-11-04", 5, "F", 20], ["2024-11-04", 5, "M", 0]]
    assert second == [["2024-11-05", 5, "F", 21]]
    assert School.objects.get().content()["pupils"] == []


def test_teachers_are_said_by_sex(desk):
    school = school_of()

    desk.post(f"{school.get_absolute_url()}teachers/", {"on": "2024-11-04", "teachers_F": "2", "teachers_M": "0"})

    assert School.objects.get().content()["teachers"] == [["2024-11-04", "F", 2]]


@pytest.mark.parametrize("step", ["count", "teachers"])
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"on": "2024-11-04"},
        {"on": "9999-12-31", "pupils_5_F": "1", "teachers_F": "1"},
        {"on": "0001-01-01", "pupils_5_F": "1", "teachers_F": "1"},
        {"on": "2024-11-04", "was": "x", "pupils_5_F": "1", "teachers_F": "1"},
        {"on": "2024-11-04", "pupils_5_F": "99999999999", "teachers_F": "99999999999"},
        {"on": "2024-11-04", "pupils_5_F": "\x00", "teachers_F": "\x00"},
    ],
)
def test_step_with_nonsense_is_shown_again(desk, step, data):
    school = school_of()

    response = desk.post(f"{school.get_absolute_url()}{step}/", data)

    assert (response.status_code, School.objects.get().version) == (200, 1)
    assert response.context["form"].errors


@pytest.mark.parametrize("day", ["x", "%00", "9999-12-31", "2024-13-45"])
def test_step_opened_for_an_odd_day_is_an_empty_one(desk, day):
    school = school_of()

    assert desk.get(f"{school.get_absolute_url()}count/?day={day}").status_code == 200


def test_school_is_made_through_the_screen_and_twice_is_once(desk):
    data = {
        "id": "11111111-1111-4111-8111-111111111111",
        "new_name": "Primary school 1",
        "new_district": "1401",
        "new_code": "PS-1",
        "first_grade": "1",
        "last_grade": "6",
        "occurred_on": "2024-10-01",
        "note": "",
    }

    answers = [desk.post(f"{LIST}new/", data).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert School.objects.get().site.code == "PS-1"


def test_lesson_form_opens_at_the_school_of_last_time_or_of_the_address(desk):
    first, second = school_of("S1"), school_of("S2")
    entry = lessons.entry_of(lesson_of(second))
    lessons.record(
        entry=type(entry)(**{**vars(entry), "id": first.pk}),
        by=member(Role.SUPERVISOR),
        organisation=first.organisation,
    )

    asked = ["", f"?school={first.pk}", "?school=x", "?school=%00", f"?school={entry.id}"]
    forms = [desk.get(f"/app/groups/lessons/new/{query}").context["form"] for query in asked]

    last = str(second.pk)
    assert [form["school"].value() for form in forms] == [last, str(first.pk), last, last, last]


def test_void_of_a_school_with_lessons_says_why_not(desk):
    school = school_of()
    lesson_of(school)

    response = desk.post(f"{school.get_absolute_url()}void/", {"reason": "twice"})

    assert "This school has lessons. Make those void first" in response.text
    assert not School.objects.get().is_void


# --- whose they are --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.OUTREACH_WORKER, Role.SUPERVISOR, Role.PROGRAMME_MANAGER, Role.DATA_OFFICER])
def test_schools_of_another_organisation_are_not_there(client, role):
    school = school_of(home="NGO-B")
    lesson = lesson_of(school)
    client.force_login(member(role))

    own = [school.get_absolute_url(), f"{school.get_absolute_url()}history/", lesson.get_absolute_url()]
    answers = [client.get(url).status_code for url in own]

    assert answers == [404, 404, 404]
    assert rows_of(client.get(LIST)) == rows_of(client.get("/app/groups/lessons/")) == []
    posted = client.post(f"{school.get_absolute_url()}count/", {"on": "2024-11-04", "pupils_5_F": "20"})
    assert posted.status_code == 404
    assert School.objects.get().version == 1
