"""Workplace committees: rules, the steps of their life, members, and the screens."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from core.actions.records import Changed, Refused
from core.models import AuditLine
from core.models.users import system_user
from core.permissions import Role
from core.rules.problems import InvalidEntries
from peers.actions import committees
from peers.models import Committee
from peers.rules import committees as rules
from peers.rules.committees import CommitteeEntry
from tests.factories.people import member
from tests.factories.programme import day
from tests.factories.workplaces import committee, meeting, workplace

pytestmark = pytest.mark.usefixtures("lists")
TODAY = day("2025-06-01")
CHAIR = ("chair", "employer", "F", None, None)


def entry(**said):
    values = {"occurred_on": day("2024-01-01"), "workplace_id": uuid.uuid4(), "formed_on": day("2024-03-01")}
    return CommitteeEntry(**(values | said))


def seat(since=None, until=None, **said):
    values = {"role": "chair", "side": "employer", "sex": "F"} | said
    return (*values.values(), day(since) if since else None, day(until) if until else None)


def at(name, of):
    return reverse(f"committees:{name}", args=[of.pk])


@pytest.fixture
def browser(client):
    client.user = member(Role.SUPERVISOR)
    client.force_login(client.user)
    return client


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, []),
        ({"formed_on": None}, []),
        ({"workplace_id": None}, ["workplace"]),
        ({"formed_on": TODAY}, []),
        ({"formed_on": TODAY + timedelta(days=1)}, ["formed_on"]),
        ({"trained_on": day("2024-03-01")}, []),
        ({"trained_on": day("2024-02-29")}, ["trained_on"]),
        ({"trained_on": day("2024-03-01"), "formed_on": None}, ["trained_on"]),
        ({"reformed_on": ("2024-03-02",)}, []),
        ({"reformed_on": ("2024-03-01",)}, ["reformed_on"]),
        ({"reformed_on": ("2025-01-02", "2025-01-01")}, ["reformed_on"]),
        ({"reformed_on": ("2025-01-01", "2025-01-01")}, ["reformed_on"]),
        ({"reformed_on": ("soon",)}, ["reformed_on"]),
        ({"reformed_on": ("2025-06-02",)}, ["reformed_on"]),
        ({"reformed_on": ("2025-01-01",), "formed_on": None}, ["formed_on"]),
        ({"closed_on": day("2024-03-01"), "closed_because": "moved"}, []),
        ({"closed_on": day("2024-02-29"), "closed_because": "moved"}, ["closed_on"]),
        ({"closed_on": TODAY, "closed_because": "moved", "reformed_on": ("2025-06-01",)}, []),
        ({"closed_on": day("2025-05-31"), "closed_because": "moved", "reformed_on": ("2025-06-01",)}, ["closed_on"]),
        ({"closed_on": day("2025-05-31"), "closed_because": "moved", "trained_on": TODAY}, ["closed_on"]),
        ({"closed_on": TODAY}, ["closed_because"]),
        ({"closed_because": "moved"}, ["closed_on"]),
        ({"closed_on": TODAY, "closed_because": "x" * 200}, []),
        ({"closed_on": TODAY, "closed_because": "x" * 201}, ["closed_because"]),
        ({"closed_on": TODAY, "closed_because": "ring 012 345 678"}, ["closed_because"]),
        ({"note": "012 345 678"}, ["note"]),
        ({"members": (CHAIR,) * 60}, []),
        ({"members": (CHAIR,) * 61}, ["members"]),
        ({"members": (seat(role="king"),)}, ["members"]),
        ({"members": (seat(side="nobody"),)}, ["members"]),
        ({"members": (seat(sex="Q"),)}, ["members"]),
        ({"members": (seat("2024-03-01", "2024-03-01"),)}, []),
        ({"members": (seat("2024-03-01", "2030-01-01"),)}, []),
        ({"members": (seat("2024-03-01", "2024-02-29"),)}, ["members"]),
        ({"members": (seat("0001-01-01"),)}, ["members"]),
        ({"members": (seat("2024-03-01", "9999-12-31"),)}, ["members"]),
    ],
)
def test_rules_at_their_edges(said, fields):
    assert sorted({p.field for p in rules.problems(entry(**said), today=TODAY)}) == fields


@pytest.mark.parametrize(
    ("sides", "missing"),
    [
        (set(), []),
        ({"employer", "worker"}, []),
        ({"employer", "union"}, []),
        ({"employer"}, ["worker"]),
        ({"union", "outside"}, ["employer"]),
        ({"outside"}, ["employer", "worker"]),
    ],
)
def test_missing_sides_are_hinted_at(sides, missing):
    assert rules.missing_sides(sides) == missing


def test_workplace_has_one_open_committee():
    first = committee(formed="2024-03-01")
    second = entry(workplace_id=first.workplace_id)

    found = committees.problems_of(entries=[second, second], organisation=first.organisation)

    sentence = "This workplace has a committee that isn't closed. Open that one, or close it first."
    assert [p.message for p in found[0]] == [sentence]


def test_workplace_may_have_a_new_committee_once_the_old_one_is_closed():
    first = committee(formed="2024-03-01", closed_on="2024-09-01")

    second = committee(first.workplace, noted="2024-10-01")

    assert second.workplace == first.workplace


def test_closing_is_not_taken_back_while_another_is_open():
    first = committee(formed="2024-03-01", closed_on="2024-09-01")
    committee(first.workplace, noted="2024-10-01")

    with pytest.raises(InvalidEntries):
        committees.reopen(committee=first, version=1, by=system_user())


def test_workplace_of_another_organisation_is_refused():
    mine, theirs = workplace(), workplace("NGO-B")

    found = committees.problems_of(entries=[entry(workplace_id=theirs.pk)], organisation=mine.organisation)

    assert [p.field for p in found[0]] == ["workplace"]


def test_what_is_read_back_writes_the_same():
    of = committee(formed="2024-03-01", reformed_on=("2025-01-01",), members=(seat("2024-03-01"), seat(role="member")))

    assert committees.entry_of(of).content() == of.content()


def test_life_is_formed_trained_closed_and_taken_back_each_with_its_version():
    of, by = committee(), system_user()

    of = committees.form(committee=of, on=day("2024-03-01"), version=1, by=by)
    of = committees.train(committee=of, on=day("2024-03-20"), version=2, by=by)
    of = committees.close(committee=of, on=day("2024-05-01"), because="the factory moved", version=3, by=by)
    of = committees.reopen(committee=of, version=4, by=by)

    assert (str(of.formed_on), str(of.trained_on), of.closed_on, of.closed_because) == (
        "2024-03-01",
        "2024-03-20",
        None,
        "",
    )
    assert AuditLine.objects.filter(action="committee.amend").count() == 4


@pytest.mark.parametrize(
    ("said", "verb", "how"),
    [
        ({"formed": "2024-03-01"}, committees.form, {"on": day("2024-04-01")}),
        ({"formed": "2024-03-01", "closed_on": "2024-04-01"}, committees.form, {"on": day("2024-04-01")}),
        ({}, committees.train, {"on": day("2024-04-01")}),
        ({"formed": "2024-03-01", "closed_on": "2024-04-01"}, committees.train, {"on": day("2024-04-01")}),
        ({"formed": "2024-03-01", "closed_on": "2024-04-01"}, committees.form_anew, {"on": day("2025-04-01")}),
        ({}, committees.form_anew, {"on": day("2025-04-01")}),
        ({"formed": "2024-03-01"}, committees.form_anew, {"on": day("2024-05-30")}),
        (
            {"formed": "2024-03-01", "closed_on": "2024-04-01"},
            committees.close,
            {"on": day("2024-05-01"), "because": "again"},
        ),
        ({"formed": "2024-03-01"}, committees.reopen, {}),
    ],
)
def test_step_that_does_not_fit_is_refused(said, verb, how):
    of = committee(**said)

    with pytest.raises(Refused):
        verb(committee=of, version=1, by=system_user(), **how)

    assert Committee.objects.get().version == 1


def test_form_anew_on_the_first_quiet_day():
    of = committee(formed="2024-03-01")

    of = committees.form_anew(committee=of, on=day("2024-05-31"), version=1, by=system_user())

    assert of.reformed_on == ["2024-05-31"]


def test_step_with_an_old_version_is_refused():
    of = committee()
    committees.form(committee=of, on=day("2024-03-01"), version=1, by=system_user())

    with pytest.raises(Changed):
        committees.train(committee=Committee.objects.get(), on=day("2024-03-20"), version=1, by=system_user())


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"formed_on": day("2024-04-01")}, []),
        ({"formed_on": day("2024-04-02")}, ["formed_on"]),
        ({"formed_on": None}, ["formed_on"]),
        ({"closed_on": day("2024-06-01"), "closed_because": "moved"}, []),
        ({"closed_on": day("2024-05-31"), "closed_because": "moved"}, ["closed_on"]),
    ],
)
def test_days_keep_clear_of_the_meetings(changed, fields):
    of = committee(formed="2024-03-01")
    meeting(of, "2024-04-01")
    meeting(of, "2024-06-01")
    wanted = committees.entry_of(of, **changed)

    found = committees.problems_of(entries=[wanted], organisation=of.organisation)

    assert sorted({p.field for problems in found.values() for p in problems}) == fields


def test_committee_with_meetings_is_not_made_void(browser):
    of = committee(formed="2024-03-01")
    held = meeting(of, "2024-04-01")

    response = browser.post(at("void", of), {"reason": "twice"})
    browser.post(reverse("committee-meetings:void", args=[held.pk]), {"reason": "twice"})
    afterwards = browser.post(at("void", of), {"reason": "twice"})

    assert "This committee has meetings." in response.content.decode()
    assert (afterwards.status_code, Committee.objects.get().is_void) == (302, True)
