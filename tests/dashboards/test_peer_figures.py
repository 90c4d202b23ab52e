"""Figures of peer educators by hand: active, retained, people for each, and the dose, at the edges of their rules."""

from datetime import date

import pytest
from django.test import override_settings

from core.models import User
from core.permissions import Role
from core.scope import Scope
from dashboards import counting
from outreach.models import Client, Contact
from tests.dashboards.planting import Planter
from tests.factories.programme import Programme

pytestmark = pytest.mark.django_db
YEAR = ("2025-01-01", "2025-12-31")
ACTIVE = [("training", "2025-01-02"), ("active", "2025-01-10")]


@pytest.fixture
def plant(programme, time_machine):
    time_machine.move_to(date(2026, 3, 1))
    return Planter(programme)


@pytest.fixture
def user(db):
    return User.objects.create(username="peer")


def pair(result):
    return result.numerator, result.denominator


# --- active -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "active"), [("2025-11-01", 0), ("2025-11-02", 1), ("2025-12-31", 1), ("2026-01-01", 0)])
def test_session_led_in_sixty_days_makes_active(plant, count, on, active):
    plant.session(on, led=[plant.peer("2025-01-02", *ACTIVE)])

    assert pair(count("PE_ACTIVE", *YEAR)) == (active, 1)


@pytest.mark.parametrize(("on", "active"), [("2025-11-01", 0), ("2025-11-02", 1), ("2025-12-31", 1), (None, 0)])
def test_report_accepted_in_sixty_days_makes_active(plant, count, on, active):
    plant.report(plant.peer("2025-01-02", *ACTIVE), on)

    assert pair(count("PE_ACTIVE", *YEAR)) == (active, 1)


def test_void_session_and_void_report_make_nobody_active(plant, count):
    peer = plant.peer("2025-01-02", *ACTIVE)
    plant.session("2025-12-01", led=[peer], void=True)
    plant.report(peer, "2025-12-01", void=True)

    assert count("PE_ACTIVE", *YEAR).total == 0


@pytest.mark.parametrize(
    ("status", "enrolled"),
    [
        ("candidate", 0),
        ("training", 1),
        ("active", 1),
        ("on_leave", 1),
        ("graduated", 0),
        ("dropped", 0),
        ("dismissed", 0),
    ],
)
def test_enrolled_are_those_in_the_programme_on_the_day(plant, count, status, enrolled):
    plant.peer("2025-01-02", *ACTIVE, (status, "2025-12-31"))

    assert count("PE_ACTIVE", *YEAR).denominator == enrolled


def test_void_and_later_recruited_peers_are_not_enrolled(plant, count):
    plant.peer("2025-01-02", *ACTIVE, void=True)
    plant.peer("2026-01-01", ("active", "2025-12-01"))

    assert pair(count("PE_ACTIVE", *YEAR)) == (0, 0)
    assert count("PE_ACTIVE", *YEAR).total is None


def test_running_period_is_told_as_of_today(plant, count, time_machine):
    plant.session("2025-05-20", led=[plant.peer("2025-01-02", *ACTIVE, ("dropped", "2025-06-10"))])
    time_machine.move_to(date(2025, 6, 1))

    assert pair(count("PE_ACTIVE", *YEAR)) == (1, 1)


def test_peer_with_two_groups_and_sites_stands_in_rows_of_each(plant, programme, count, cells, names):
    sites = [programme.site("A", "1201"), programme.site("B")]
    peer = plant.peer("2025-01-02", *ACTIVE, groups=["MSM", "TG"], sites=sites, sex="X")
    plant.peer("2025-01-02", *ACTIVE, sex="F")
    plant.report(peer, "2025-12-01")

    assert cells(count("PE_ACTIVE", *YEAR, by="group")) == {"MSM": 1.0, "TG": 1.0}
    assert cells(count("PE_ACTIVE", *YEAR, by="site,province")) == {
        "A|12": 1.0,
        "A|unknown": 1.0,
        "B|12": 1.0,
        "B|unknown": 1.0,
    }
    assert pair(count("PE_ACTIVE", *YEAR)) == (1, 2)
    assert pair(count("PE_ACTIVE", *YEAR, where={"group": ["MSM", "TG"]})) == (1, 1)
    assert pair(count("PE_ACTIVE", *YEAR, where={"group": ["UNK"], "site": ["unknown"]})) == (0, 1)
    assert names("PE_ACTIVE", *YEAR, where={"sex": ["X"]}) == [peer.reference]


def test_figures_of_another_organisation_stay_there(plant, count, names):
    plant.report(plant.peer("2025-01-02", *ACTIVE), "2025-12-01")
    elsewhere = Programme("ELSEWHERE")
    there = Planter(elsewhere)
    peer = there.peer("2025-01-02", *ACTIVE)
    there.report(peer, "2025-12-02")
    scope = Scope(user_id=None, memberships=((elsewhere.organisation.pk, Role.SUPERVISOR),))

    for code in ("PE_ACTIVE", "PE_RETENTION"):
        assert pair(count(code, *YEAR, scope=scope)) == (1, 1)
        assert names(code, *YEAR, scope=scope) == [peer.reference]
    assert pair(count("PE_ACTIVE", *YEAR, where={"organisation": ["ELSEWHERE"]})) == (1, 1)
    assert pair(count("PE_ACTIVE", *YEAR)) == (2, 2)


# --- retained ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("began", "left", "kept"),
    [
        ("2025-01-10", "2025-07-10", 0),
        ("2025-01-10", "2025-07-11", 1),
        ("2025-08-31", "2026-02-28", 0),
        ("2025-08-31", "2026-03-01", 1),
    ],
)
def test_six_months_are_the_same_day_or_the_last_of_a_shorter_month(plant, count, began, left, kept):
    plant.peer("2025-01-02", ("active", began), ("on_leave", left))

    result = count("PE_RETENTION", *YEAR)

    assert (pair(result), result.extra["not_yet"]) == ((kept, 1), 0)


def test_those_whose_six_months_have_not_come_are_told_beside(plant, count, cells):
    plant.peer("2025-01-02", ("active", "2025-09-01"))
    plant.peer("2025-01-02", ("active", "2025-09-02"))

    result = count("PE_RETENTION", *YEAR, by="month")

    assert (pair(result), cells(result)) == ((1, 1), {"2025-09": 1.0})
    assert result.extra == {"months_12": {"numerator": 0, "denominator": 0, "total": None}, "not_yet": 1}


def test_intake_is_the_first_day_as_active(plant, count):
    plant.peer("2024-01-02", ("active", "2024-12-31"), ("dropped", "2025-01-05"), ("active", "2025-02-01"))
    plant.peer("2025-01-02", ("active", "2025-01-02"), void=True)
    plant.peer("2025-01-02", ("training", "2025-01-02"))

    assert pair(count("PE_RETENTION", *YEAR)) == (0, 0)
    assert pair(count("PE_RETENTION", "2024-12-01", "2024-12-31")) == (1, 1)


def test_twelve_months_stand_beside(plant, count):
    plant.peer("2025-01-02", ("active", "2025-02-01"), ("dropped", "2025-12-01"))
    plant.peer("2025-01-02", ("active", "2025-02-28"))

    later = count("PE_RETENTION", *YEAR).extra["months_12"]

    assert later == {"numerator": 1, "denominator": 2, "total": 0.5}


# --- people for each --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("on", "people"), [("2025-10-02", 0), ("2025-10-03", 1), ("2025-12-31", 1), ("2026-01-01", 0)])
def test_people_met_in_ninety_days_are_looked_after(plant, programme, count, user, on, people):
    met = programme.met(programme.person(), on)
    Contact.objects.filter(pk=met.pk).update(worker=user)
    plant.peer("2025-01-02", *ACTIVE, user=user)

    assert pair(count("PE_RATIO", *YEAR)) == (people, 1)


def test_people_at_sessions_led_and_on_the_plan_count_once(plant, programme, count, names):
    came, planned, unseen = programme.person(), programme.person(), programme.person()
    peer, other = plant.peer("2025-01-02", *ACTIVE, groups=["MSM"]), plant.peer("2025-01-02", *ACTIVE, groups=["TG"])
    plant.session("2025-12-01", led=[peer, other], named=[programme.met(came, "2025-12-01", kind="small_group")])
    programme.met(planned, "2025-11-01")
    programme.met(unseen, "2025-09-01")
    plant.plan(peer, "2025-12-01", came, planned, unseen)
    plant.plan(other, "2025-11-01", planned)

    result = count("PE_RATIO", *YEAR, by="group")

    assert (pair(result), result.total) == ((2, 2), 1.0)
    assert {cell["group"]: (cell["numerator"], cell["denominator"]) for cell in result.cells} == {
        "MSM": (2, 1),
        "TG": (1, 1),
    }
    assert sorted(names("PE_RATIO", *YEAR)) == sorted([came.reference, planned.reference])


def test_merged_people_are_one_and_void_ones_none(plant, programme, count, user):
    first, twin, gone = programme.person(), programme.person(), programme.person()
    for person in (first, twin, gone):
        Contact.objects.filter(pk=programme.met(person, "2025-12-01").pk).update(worker=user)
    programme.merge(first, twin)
    Client.objects.filter(pk=gone.pk).update(voided_at="2026-01-01T00:00Z", voided_by=programme.by, void_reason="test")
    plant.peer("2025-01-02", *ACTIVE, user=user)

    assert pair(count("PE_RATIO", *YEAR)) == (1, 1)


def test_only_active_peers_are_divided_by(plant, programme, count, user):
    Contact.objects.filter(pk=programme.met(programme.person(), "2025-12-01").pk).update(worker=user)
    plant.peer("2025-01-02", *ACTIVE, ("on_leave", "2025-12-01"), user=user)

    assert count("PE_RATIO", *YEAR).total is None


# --- the dose ---------------------------------------------------------------------------------------------


def attend(plant, person, on, *topics, **said):
    met = plant.programme.met(person, on, kind="small_group", site=said.get("site"), void=said.get("void", False))
    plant.session(on, named=[met], topics=topics)


def test_dose_is_four_different_topics_in_twelve_months(plant, programme, count, names):
    enough, same, early = programme.person(), programme.person(), programme.person()
    attend(plant, enough, "2025-01-01", "condom", "sti")
    attend(plant, enough, "2025-12-31", "sti", "testing", "stigma")
    attend(plant, same, "2025-02-01", "condom", "sti", "testing")
    attend(plant, same, "2025-03-01", "condom", "sti", "testing")
    attend(plant, early, "2024-12-31", "condom", "sti")
    attend(plant, early, "2025-03-01", "testing", "stigma")

    result = count("PE_DOSE", "2025-12-01", "2025-12-31")

    assert (pair(result), result.total) == ((1, 3), 1 / 3)
    assert names("PE_DOSE", "2025-12-01", "2025-12-31") == [enough.reference]
    with override_settings(PE_DOSE_TOPICS=3):
        assert pair(count("PE_DOSE", *YEAR)) == (2, 3)


def test_cycle_that_ends_with_february_begins_with_march(plant, programme, count):
    attend(plant, programme.person(), "2023-02-28", "condom")
    attend(plant, programme.person(), "2023-03-01", "condom")

    assert count("PE_DOSE", "2024-02-01", "2024-02-29").denominator == 1


def test_sex_age_and_group_are_those_of_the_first_session(plant, programme, count, cells):
    person = programme.person(sex="F", born="2005-06-01", groups=[("SCH", None), ("FEW", "2025-06-01")])
    attend(plant, person, "2025-05-31", "condom", "sti")
    attend(plant, person, "2025-06-02", "testing", "stigma")

    assert cells(count("PE_DOSE", *YEAR, by="sex,age_band,group")) == {"F|15-19|SCH": 1.0}
    assert pair(count("PE_DOSE", *YEAR, where={"group": ["FEW"]})) == (0, 0)


def test_place_of_the_dose_is_counted_by_itself(plant, programme, count):
    person, here = programme.person(), programme.site("HERE", "1201")
    attend(plant, person, "2025-05-31", "condom", "sti", site=here)
    attend(plant, person, "2025-06-02", "testing", "stigma", "nutrition", "services")

    result = count("PE_DOSE", *YEAR, by="site")

    assert [(cell["site"], cell["numerator"], cell["denominator"]) for cell in result.cells] == [("unknown", 1, 1)]
    assert pair(count("PE_DOSE", *YEAR, where={"site": ["HERE"]})) == (0, 1)


def test_void_contact_and_void_session_give_no_dose(plant, programme, count):
    attend(plant, programme.person(), "2025-05-31", "condom", void=True)
    met = programme.met(programme.person(), "2025-05-31", kind="small_group")
    plant.session("2025-05-31", named=[met], topics=["condom"], void=True)

    assert count("PE_DOSE", *YEAR).denominator == 0


@pytest.mark.parametrize("code", ["PE_ACTIVE", "PE_RETENTION", "PE_RATIO", "PE_DOSE", "WP_ACTIVE", "KNOWLEDGE"])
def test_shares_are_never_added(plant, count, code):
    january, february = count(code, "2025-01-01", "2025-01-31"), count(code, "2025-02-01", "2025-02-28")

    with pytest.raises(counting.WrongTotal):
        january.add(february)
