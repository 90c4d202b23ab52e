"""Schools: their rules, their actions, counts and trainings, and that form and bulk path say the same."""

from datetime import date

import pytest

from core.actions.memberships import scope_of
from core.actions.records import Changed, Outcome, Refused
from core.models import AuditLine, District, Organisation, RecordVersion, Site
from core.models.users import system_user
from core.permissions import Role
from core.rules.problems import InvalidEntries
from peers.actions import lessons, schools
from peers.forms.schools import SchoolForm
from peers.models import School
from peers.rules.schools import Pupils, SchoolEntry, Teachers, problems
from tests.factories.people import member, organisation
from tests.factories.schools import lesson_of, school_entry, school_of, school_site
from tests.outreach.taken import with_turns

pytestmark = pytest.mark.usefixtures("lists")
DAY = date(2024, 11, 4)


def pupils_of(*rows):
    return tuple(Pupils(*row) for row in rows)


def wrong_fields(found):
    return [problem.field for problem in found]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"site_id": None}, ["site"]),
        ({"occurred_on": date(1989, 12, 31)}, ["occurred_on"]),
        ({"occurred_on": date(2025, 3, 2)}, ["occurred_on"]),
        ({"first_grade": 1, "last_grade": 12}, []),
        ({"first_grade": 6, "last_grade": 6}, []),
        ({"first_grade": 0}, ["first_grade"]),
        ({"last_grade": 13}, ["last_grade"]),
        ({"first_grade": 7}, ["last_grade"]),
        ({"first_grade": None}, ["first_grade"]),
        ({"note": "ring 012 345 678"}, ["note"]),
        ({"pupils": pupils_of((DAY, 5, "F", 0), (DAY, 5, "M", 5000))}, []),
        ({"pupils": pupils_of((DAY, 5, "F", 5001))}, ["pupils"]),
        ({"pupils": pupils_of((DAY, 5, "F", -1))}, ["pupils"]),
        ({"pupils": pupils_of((DAY, 7, "F", 1))}, ["pupils"]),
        ({"pupils": pupils_of((DAY, 5, "Q", 1))}, ["pupils"]),
        ({"pupils": pupils_of((DAY, 5, "F", 1), (DAY, 5, "F", 2))}, ["pupils"]),
        ({"pupils": pupils_of((date(2025, 3, 2), 5, "F", 1))}, ["pupils"]),
        ({"teachers": (Teachers(DAY, "F", 500),)}, []),
        ({"teachers": (Teachers(DAY, "F", 501),)}, ["teachers"]),
        ({"teachers": (Teachers(DAY, "F", 0),)}, ["teachers"]),
        ({"teachers": (Teachers(DAY, "F", 1), Teachers(DAY, "F", 2))}, ["teachers"]),
        ({"teachers": (Teachers(date(1989, 1, 1), "F", 1),)}, ["teachers"]),
    ],
)
def test_rules_name_the_field_that_is_wrong(changed, fields):
    found = list(problems(school_entry(**changed), today=date(2025, 3, 1)))

    assert wrong_fields(found) == fields


def test_record_keeps_everything():
    sent = school_entry(
        first_grade=5,
        last_grade=9,
        note="By the pagoda",
        reference="SC-1",
        pupils=pupils_of((DAY, 6, "M", 22), (DAY, 5, "F", 20)),
        teachers=(Teachers(DAY, "M", 1), Teachers(DAY, "F", 2)),
    )

    outcome = schools.record(entry=sent, by=system_user(), organisation=organisation())

    school = School.objects.get()
    assert outcome == Outcome.CREATED
    assert school.content() == sent.content()
    assert school.content()["pupils"] == [["2024-11-04", 5, "F", 20], ["2024-11-04", 6, "M", 22]]
    assert school.content()["teachers"] == [["2024-11-04", "F", 2], ["2024-11-04", "M", 1]]
    assert schools.entry_of(school).content() == sent.content()


def test_record_twice_is_one_row_and_with_other_content_a_conflict():
    sent = school_entry()
    who = {"by": system_user(), "organisation": organisation()}
    other = school_entry(id=sent.id, site_id=sent.site_id, last_grade=9)

    outcomes = [schools.record(entry=entry, **who) for entry in (sent, sent, other)]

    assert outcomes == [Outcome.CREATED, Outcome.DUPLICATE, Outcome.CONFLICT]
    assert School.objects.get().last_grade == 6


def test_site_is_a_school_once():
    school = school_of()

    entry = school_entry(site_id=school.site_id)

    with pytest.raises(InvalidEntries) as wrong:
        schools.record(entry=entry, by=system_user(), organisation=organisation())

    assert wrong_fields(wrong.value.problems[0]) == ["site"]


def test_site_of_two_new_schools_in_one_go_is_the_first_ones():
    site = school_site()
    entries = [school_entry(site_id=site.pk), school_entry(site_id=site.pk)]

    found = schools.problems_of(entries=entries, organisation=organisation())

    assert {place: wrong_fields(problems) for place, problems in found.items()} == {1: ["site"]}


def test_site_of_a_void_school_can_be_one_again():
    school = school_of()
    schools.void(record=school, by=system_user(), reason="twice")

    outcome = schools.record(entry=school_entry(site_id=school.site_id), by=system_user(), organisation=organisation())

    assert outcome == Outcome.CREATED


@pytest.mark.parametrize("changed", [{"kind": "dic"}, {"home": "NGO-B"}])
def test_site_must_be_a_school_of_the_organisation(changed):
    site = school_site(**changed)

    with pytest.raises(InvalidEntries) as wrong:
        schools.record(entry=school_entry(site_id=site.pk), by=system_user(), organisation=organisation())

    assert wrong_fields(wrong.value.problems[0]) == ["site"]


def test_new_site_is_made_with_the_school_and_once():
    entry = school_entry(site_id=None, pupils=pupils_of((DAY, 5, "F", 20)))
    district = District.objects.get(pk="1401")
    new = {"code": "PS-1", "name": "Primary school 1", "district": district}
    who = {"by": system_user(), "organisation": organisation()}

    outcomes = [schools.record_at_new_site(entry=entry, **new, **who) for _time in range(2)]

    site = Site.objects.get()
    assert outcomes == [Outcome.CREATED, Outcome.DUPLICATE]
    assert (site.code, site.name, site.kind, site.district_id) == ("PS-1", "Primary school 1", "school", "1401")
    assert (School.objects.get().site, School.objects.get().pupils.get().pupils) == (site, 20)
    assert list(AuditLine.objects.order_by("-pk").values_list("action", flat=True)[:2]) == [
        "school.record",
        "site.create",
    ]


def test_new_site_whose_code_is_taken_leaves_nothing():
    school_site("PS-1")
    district = District.objects.get(pk="1401")
    entry, home = school_entry(site_id=None), organisation()

    with pytest.raises(Refused):
        schools.record_at_new_site(
            entry=entry, code="PS-1", name="Other", district=district, by=system_user(), organisation=home
        )

    assert (Site.objects.count(), School.objects.count()) == (1, 0)


def test_new_site_with_a_school_that_breaks_a_rule_leaves_nothing():
    entry = school_entry(site_id=None, last_grade=13)
    district = District.objects.get(pk="1401")

    with pytest.raises(InvalidEntries):
        schools.record_at_new_site(
            entry=entry, code="PS-1", name="New", district=district, by=system_user(), organisation=organisation()
        )

    assert (Site.objects.count(), School.objects.count()) == (0, 0)


def test_count_of_pupils_is_kept_beside_older_ones_and_replaces_that_of_its_day():
    school = school_of()
    by = system_user()
    schools.count_pupils(school=school, on=date(2023, 11, 6), pupils={(5, "F"): 9}, by=by)
    schools.count_pupils(school=school, on=DAY, pupils={(5, "F"): 20, (5, "M"): 21}, by=by)

    schools.count_pupils(school=school, on=DAY, pupils={(5, "F"): 22}, by=by)

    school.refresh_from_db()
    assert school.content()["pupils"] == [["2023-11-06", 5, "F", 9], ["2024-11-04", 5, "F", 22]]
    kept = [row.content["pupils"] for row in RecordVersion.objects.order_by("version")]
    assert (school.version, [len(rows) for rows in kept]) == (4, [0, 1, 3])


def test_count_said_twice_changes_nothing_more():
    school = school_of()

    for _time in range(2):
        schools.count_pupils(school=school, on=DAY, pupils={(5, "F"): 20}, by=system_user())

    school.refresh_from_db()
    assert school.version == 2


def test_count_is_moved_to_another_day_or_taken_away():
    school = school_of(pupils=pupils_of((DAY, 5, "F", 20)))
    right = date(2024, 11, 5)

    schools.count_pupils(school=school, on=right, pupils={(5, "F"): 20}, by=system_user(), instead_of=DAY)
    moved = School.objects.get().content()["pupils"]
    schools.count_pupils(school=school, on=right, pupils={}, by=system_user(), instead_of=right)

    assert (moved, School.objects.get().content()["pupils"]) == ([["2024-11-05", 5, "F", 20]], [])


def test_teachers_of_one_day_are_said_once():
    school = school_of()
    schools.train_teachers(school=school, on=DAY, teachers={"F": 2, "M": 1}, by=system_user())
    schools.train_teachers(school=school, on=DAY, teachers={"F": 1}, by=system_user())
    schools.train_teachers(school=school, on=date(2025, 1, 6), teachers={"M": 3}, by=system_user())

    assert School.objects.get().content()["teachers"] == [["2024-11-04", "F", 1], ["2025-01-06", "M", 3]]


def test_void_school_takes_no_count():
    school = school_of()
    schools.void(record=school, by=system_user(), reason="twice")

    with pytest.raises(Refused):
        schools.count_pupils(school=school, on=DAY, pupils={(5, "F"): 20}, by=system_user())


def test_school_with_lessons_cannot_become_void():
    school = school_of()
    lesson = lesson_of(school)

    with pytest.raises(Refused) as refused:
        schools.void(record=school, by=system_user(), reason="twice")
    with pytest.raises(Refused):
        schools.void_many(ids=[school.pk], by=system_user(), organisation=organisation(), reason="twice")
    lessons.void(record=lesson, by=system_user(), reason="wrong school")
    schools.void(record=school, by=system_user(), reason="twice")

    assert str(refused.value) == "This school has lessons. Make those void first, or leave the school as it is."
    assert School.objects.get().is_void


def test_grades_of_lessons_stay_the_schools():
    school = school_of()
    lesson_of(school, grade=5)
    entry = schools.entry_of(school, last_grade=4)

    with pytest.raises(InvalidEntries) as wrong:
        schools.amend(record=school, entry=entry, version=1, by=system_user())

    assert wrong_fields(wrong.value.problems[0]) == ["last_grade"]


def test_amended_meanwhile_is_refused():
    school = school_of()
    schools.amend(record=school, entry=schools.entry_of(school, last_grade=9), version=1, by=system_user())

    with pytest.raises(Changed):
        schools.amend(record=school, entry=schools.entry_of(school, last_grade=8), version=1, by=system_user())


def test_many_schools_cost_as_many_queries_as_few(django_assert_num_queries):
    home = organisation()
    few, many = ([school_entry(pupils=pupils_of((DAY, 5, "F", 1))) for _n in range(most)] for most in (1, 40))
    school_of()

    with django_assert_num_queries(with_turns(16, 1)):
        schools.record_many(entries=few, by=system_user(), organisation=home)
    with django_assert_num_queries(with_turns(16, 1)):
        schools.record_many(entries=many, by=system_user(), organisation=home)


# --- the form --------------------------------------------------------------------------------------


def form_data(**changed):
    return {
        "id": "11111111-1111-4111-8111-111111111111",
        "site": "",
        "new_name": "",
        "new_district": "",
        "new_code": "",
        "first_grade": "1",
        "last_grade": "6",
        "occurred_on": "2024-10-01",
        "note": "",
        **changed,
    }


def form_of(data, code="NGO-A"):
    scope = scope_of(member(Role.SUPERVISOR, code))
    return SchoolForm(data, scope=scope, organisations=Organisation.objects.filter(code=code))


NEW = {"new_name": "Primary school 1", "new_district": "1401", "new_code": "PS-1"}


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        (NEW, []),
        ({}, ["new_code", "new_district", "new_name"]),
        ({**NEW, "new_district": "9999"}, ["new_district"]),
        ({**NEW, "new_code": ""}, ["new_code"]),
        ({**NEW, "new_code": "TAKEN"}, ["new_code"]),
        ({**NEW, "new_name": "x\x00"}, ["new_name"]),
        ({**NEW, "site": "nonsense"}, ["site"]),
        ({**NEW, "last_grade": "13"}, ["last_grade"]),
        ({**NEW, "first_grade": "6", "last_grade": "5"}, ["last_grade"]),
        ({**NEW, "occurred_on": "0001-01-01"}, ["occurred_on"]),
        ({**NEW, "occurred_on": "9999-12-31"}, ["occurred_on"]),
    ],
)
def test_form_of_a_new_school_says_what_is_wrong(changed, fields):
    school_site("TAKEN")

    form = form_of(form_data(**changed))

    assert sorted(form.errors) == fields


def test_form_offers_sites_that_are_schools_but_none_yet():
    free = school_site("FREE")
    school_of("TAKEN")
    school_site("DIC", kind="dic")
    school_site("CLOSED", closed_on=DAY)
    school_site("THEIRS", home="NGO-B")

    assert list(form_of(None).fields["site"].queryset) == [free]


def test_form_takes_either_a_site_or_a_new_school():
    free = school_site("FREE")

    both = form_of(form_data(site=str(free.pk), **NEW))
    one = form_of(form_data(site=str(free.pk)))

    assert (list(both.errors), one.errors) == (["site"], {})
    assert (one.entry().site_id, one.new_site) == (free.pk, None)


def test_form_without_sites_to_choose_from_asks_for_a_new_one():
    form = form_of(form_data(**NEW))

    assert form.is_valid()
    assert "site" not in form.fields


@pytest.mark.parametrize(
    "changed", [{}, {"first_grade": 0}, {"last_grade": 13}, {"first_grade": 7}, {"note": "012 345 678"}]
)
def test_form_and_bulk_path_give_equal_verdicts(changed):
    site = school_site("FREE")
    typed = {name: str(value) for name, value in changed.items()}

    form = form_of(form_data(site=str(site.pk), **typed))
    entry = school_entry(site_id=site.pk, **changed)

    found = schools.problems_of(entries=[entry], organisation=organisation())
    assert sorted(form.errors) == sorted(set(wrong_fields(found.get(0, []))))


def test_entry_says_pupils_in_any_order_alike():
    rows = pupils_of((DAY, 6, "M", 1), (DAY, 5, "F", 2))
    site = school_site().pk

    first, second = (school_entry(site_id=site, pupils=pupils) for pupils in (rows, rows[::-1]))

    assert first.content() == second.content()
    assert isinstance(first, SchoolEntry)
