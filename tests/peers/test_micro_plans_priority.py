"""Who is met first: the rule as a table, and children, of whom nothing but what is due is read."""

from datetime import date

import pytest
from django.urls import reverse

from core.actions.memberships import scope_of
from core.permissions import Role
from outreach.models import Referral
from outreach.overlapping_risks import Told
from peers import plan_people, plan_proposals
from peers.plan_priority import TOLD_IN_REVIEW, Why, priority_of, words
from tests.factories.dated import ago, overdose
from tests.factories.peers import peer
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.peers.plans import line, plan, review

NOTHING = Told({})
SHARES = Told({"RQ05": "yes", "RQ06": "yes"}, injections_per_week=14)
RISKY = {"RQ01": "yes", "RQ03": "yes", "RQ05": "yes", "RQ06": "yes", "RQ09": "no", "RQ10": "never"}
RISK_WORDS = ("risk", "inject", "needle", "syringe", "STI", "condom", "shared", "drug")


@pytest.fixture
def programme(lists):
    return Programme("NGO-A")


# --- adults ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dues", "told", "rank", "reasons"),
    [
        ([], None, 3, []),
        ([], NOTHING, 3, []),
        ([], Told({"RQ07": "no", "RQ09": "yes", "RQ01": "no", "RQ02": "no", "RQ03": "no", "RQ10": "under_6m"}), 3, []),
        ([], SHARES, 1, [Why.SHARES]),
        ([], Told({"RQ05": "yes"}), 2, [Why.INJECTS]),
        ([], Told({}, injections_per_week=1), 2, [Why.INJECTS]),
        ([], Told({}, injections_per_week=0), 3, []),
        ([], Told({"RQ07": "yes"}), 3, []),
        ([], Told({"RQ09": "no"}), 2, [Why.CONDOMS]),
        ([], Told({"RQ03": "yes"}), 2, [Why.STI]),
        ([], Told({"RQ10": "never"}), 2, [Why.TESTING]),
        ([], Told({"RQ10": "over_12m"}), 2, [Why.TESTING]),
        ([], Told({"RQ02": "yes"}), 3, []),
        ([], Told({"RQ07": "yes", "RQ04": "yes", "RQ10": "never"}), 1, [Why.AREAS, Why.TESTING]),
        ([], Told({"RQ07": "yes", "RQ04": "yes"}), 3, []),
        ([("overdose", False)], None, 1, [Why.OVERDOSE]),
        ([("referral", True)], None, 1, [Why.URGENT]),
        ([("referral", False)], None, 2, [Why.REFERRAL]),
        ([("test_due", False)], None, 2, [Why.TEST_DUE]),
        ([("not_met_90", False)], None, 2, [Why.NOT_MET]),
        ([("not_met_60", False)], None, 2, [Why.NOT_MET]),
        ([("not_met_30", False)], None, 3, []),
        ([("review_due", False)], None, 3, []),
        ([("test_due", False), ("overdose", True)], SHARES, 1, [Why.OVERDOSE, Why.SHARES, Why.TEST_DUE]),
    ],
)
def test_priority_of_an_adult_is_the_one_of_the_table(dues, told, rank, reasons):
    found = priority_of(dues, adult=True, told=told)

    assert (found.rank, list(found.reasons)) == (rank, reasons)


# --- children ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dues", "rank"),
    [
        ([], 2),
        ([("test_due", False), ("not_met_90", False), ("referral", False)], 2),
        ([("referral", True)], 1),
        ([("overdose", False)], 1),
    ],
)
@pytest.mark.parametrize("told", [None, NOTHING, SHARES, Told(RISKY, {"heroin"}, 21)])
def test_priority_of_a_child_comes_from_what_is_due_alone(dues, rank, told):
    found = priority_of(dues, adult=False, told=told)

    assert found.rank == rank
    assert found.reasons == priority_of(dues, adult=False).reasons
    assert not TOLD_IN_REVIEW & set(found.reasons)


def test_every_reason_has_words_of_its_own():
    assert len({words(why) for why in Why}) == len(Why)


def risky_child(programme, born):
    """Somebody under 18 of whom a review tells everything that can be told, and who is met by the way."""
    child = programme.person(group="PWID", born=born)
    review(programme, child, ago(5), acts=6, injections=14, answers={"RQ07": "yes"}, substances=frozenset({"heroin"}))
    return child


def years_ago(years, days=0):
    today = date.fromisoformat(ago(-days))
    return str(today.replace(year=today.year - years, day=min(today.day, 28)))


@pytest.mark.parametrize("age", [17, 14])
def test_child_on_a_plan_is_neither_scored_nor_told_of_in_a_risk_word(programme, client, age):
    child, leader, boss = risky_child(programme, years_ago(age)), peer(), member(Role.SUPERVISOR)
    programme.met(child, ago(70))
    scope = scope_of(boss)
    month = date.fromisoformat(ago(0)).replace(day=1)

    proposed = plan_proposals.planned(scope, leader, month, [child.pk])[child.pk]
    made = plan(leader, [line(child, acts=6, injections=14, priority=proposed.priority.rank)], month=month)
    client.force_login(boss)
    pages = [
        client.get(reverse(f"micro-plans:{name}", args=[made.pk])).content.decode()
        for name in ("detail", "amend", "history", "paper")
    ]
    row = plan_people.rows_of(made, scope, date.fromisoformat(ago(0)))[0]

    assert (proposed.priority.rank, proposed.acts, proposed.injections) == (2, None, None)
    assert not TOLD_IN_REVIEW & set(proposed.priority.reasons)
    assert row.is_child
    for page in pages[:2]:
        text = person_part(page)
        assert child.card_code[:3] in text
        assert [word for word in RISK_WORDS if word in text] == []
    assert "14" not in person_part(pages[3])


def person_part(page):
    """The part of a page that tells of the people: what the page says of all of them together stands before it."""
    for start, end in (("plan-rows", "More about the plan"), ("person-list", "This record"), ("<tbody>", "</tbody>")):
        if start in page:
            return page.split(start, 1)[1].split(end, 1)[0]
    raise AssertionError(page)


def test_person_of_unknown_age_is_ranked_by_what_is_due_alone(programme):
    someone = programme.person(group="PWID")
    review(programme, someone, ago(5), answers={"RQ05": "yes", "RQ06": "yes", "RQ09": "no"})

    found = planned(programme, someone)

    assert found.priority.rank == 2
    assert not TOLD_IN_REVIEW & set(found.priority.reasons)


def test_adult_whose_review_was_told_as_a_child_is_not_scored_by_it(programme):
    someone = programme.person(group="PWID", born=years_ago(18, days=-40))
    review(programme, someone, ago(400), answers={"RQ07": "yes"}, injections=14)
    programme.met(someone, ago(1), "HTS_DONE")

    found = planned(programme, someone)

    assert (found.priority.rank, found.priority.reasons, found.injections) == (3, (), None)


# --- the lists behind it -----------------------------------------------------------------------------------


def planned(programme, person, role=Role.SUPERVISOR):
    month = date.fromisoformat(ago(0)).replace(day=1)
    return plan_proposals.planned(scope_of(member(role)), peer(), month, [person.pk])[person.pk]


def test_child_after_an_overdose_and_with_an_urgent_referral_is_first(programme):
    after, sent = (programme.person(born=years_ago(16)) for _place in range(2))
    overdose(programme, after, 2)
    referral = programme.referred(sent, ago(5))
    Referral.objects.filter(pk=referral.pk).update(urgent=True)

    month = date.fromisoformat(ago(0)).replace(day=1)
    found = plan_proposals.planned(scope_of(member(Role.SUPERVISOR)), peer(), month, [after.pk, sent.pk])

    assert (found[after.pk].priority.reasons, found[sent.pk].priority.reasons) == ((Why.OVERDOSE,), (Why.URGENT,))
    assert (found[after.pk].priority.rank, found[sent.pk].priority.rank) == (1, 1)


def test_reasons_told_in_a_review_are_shown_to_whoever_may_read_it_alone(programme):
    someone = programme.person(group="PWID", born="1990-05-01")
    review(programme, someone, ago(5), answers={"RQ05": "yes", "RQ06": "yes"})
    programme.met(someone, ago(5), "HTS_DONE")

    boss = planned(programme, someone)
    month = date.fromisoformat(ago(0)).replace(day=1)
    own = plan_proposals.planned(scope_of(member(Role.PEER_EDUCATOR)), peer("PE-2"), month, [someone.pk])[someone.pk]

    assert (boss.priority.rank, boss.reasons_shown) == (1, (Why.SHARES,))
    assert (own.priority.rank, own.reasons_shown) == (1, ())
