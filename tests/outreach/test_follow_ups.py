"""Follow-up lists: who stands on which, what takes a line off, and what nobody learns from a list."""

import pytest

from core.models import AuditLine
from core.permissions import Role
from outreach import card_codes, follow_ups
from outreach.actions import follow_ups as ticks
from outreach.models import Consent, FollowUpTick, RiskReview
from tests.factories.dated import DAY, ago, overdose, record_of
from tests.factories.people import member

ADDRESS = "/app/today/follow-up/"
TICK, UNDO = f"{ADDRESS}tick/", f"{ADDRESS}undo/"
ADULT = {"group": "PWID", "born": "1990-05-01"}


@pytest.fixture
def peer(programme):
    """A peer educator, by whom the programme's records are made."""
    programme.by = member(Role.PEER_EDUCATOR)
    return programme.by


@pytest.fixture
def standing(scope, peer):
    """The lists of the peer educator: names of those that hold anything → what stands on them."""

    def of(role=Role.PEER_EDUCATOR, **asked):
        found = follow_ups.due(scope(role), peer.pk, **asked)
        return {name: [line.subject for line in rows] for name, rows in found.items() if rows}

    return of


# --- who is due --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "name"),
    [(30, None), (31, "not_met_30"), (60, "not_met_30"), (61, "not_met_60"), (91, "not_met_90"), (365, "not_met_90")],
)
def test_person_stands_once_under_the_longest_wait(standing, programme, days, name):
    person = programme.person(group="GFW")
    programme.met(person, ago(days))

    assert standing() == ({name: [person.pk]} if name else {})


def test_person_met_longer_ago_than_a_year_is_forgotten(standing, programme):
    programme.met(programme.person(), ago(366))

    assert standing() == {}


def test_person_whom_somebody_else_met_lately_does_not_wait(standing, programme):
    person = programme.person()
    programme.met(person, ago(50))
    programme.by = member(Role.OUTREACH_WORKER)

    programme.met(person, ago(5))

    assert standing() == {}


def test_person_whom_somebody_else_alone_met_is_not_on_my_list(standing, programme):
    programme.by = member(Role.OUTREACH_WORKER)
    programme.met(programme.person(), ago(50))

    assert standing() == {}


def test_merged_person_counts_with_all_contacts(standing, programme):
    one, other = programme.person(), programme.person()
    programme.met(one, ago(40))
    programme.merge(one, other)
    before = standing()

    programme.met(other, ago(1))

    assert (before, standing()) == ({"not_met_30": [other.pk]}, {})


@pytest.mark.parametrize(
    ("person", "services", "outcome", "days", "due"),
    [
        (ADULT, "", "", 1, True),
        (ADULT, "HTS_DONE", "", 180, False),
        (ADULT, "HTS_DONE", "", 181, True),
        (ADULT, "HTS_REF", "", 100, False),
        (ADULT, "HIVST", "", 100, False),
        (ADULT, "HTS_OFFER", "tested_or_ref", 100, False),
        (ADULT, "HTS_OFFER", "declined", 100, True),
        ({**ADULT, "group": "GFW"}, "", "", 1, False),
        ({**ADULT, "born": ago(14 * 365)}, "", "", 1, False),
        ({"group": "PWID"}, "", "", 1, False),
    ],
)
def test_test_is_due_for_key_groups_of_15_and_older(standing, programme, person, services, outcome, days, due):
    programme.met(programme.person(**person), ago(days), services, outcome=outcome)

    assert ("test_due" in standing()) == due


def test_known_positive_is_left_out_only_for_those_who_may_know(standing, programme):
    other = programme.person(**ADULT)
    told, positive = programme.person(**ADULT), programme.person(**ADULT, known="2024-01-01")
    programme.met(other, ago(1))
    programme.met(told, ago(1), "HTS_OFFER", outcome="known_pos")
    programme.met(positive, ago(1))

    assert set(standing()["test_due"]) == {other.pk, told.pk, positive.pk}
    assert standing(Role.SUPERVISOR)["test_due"] == [other.pk]


def test_review_is_due_for_key_groups_and_for_whom_it_is_old(standing, programme):
    never, old, fresh, other, worker = (programme.person(group=group) for group in ("MSM", "MSM", "MSM", "GFW", "GFW"))
    for person in (never, old, fresh, other, worker):
        programme.met(person, ago(1))
    record_of(RiskReview, programme, old, 91)
    record_of(RiskReview, programme, fresh, 90)
    record_of(RiskReview, programme, worker, 91)

    assert set(standing()["review_due"]) == {never.pk, old.pk, worker.pk}


def test_referral_waits_two_weeks_and_an_urgent_one_three_days(standing, programme):
    person = programme.person()
    late, _young = programme.referred(person, ago(15), kind="STI"), programme.referred(person, ago(14))
    urgent, fresh = programme.referred(person, ago(4)), programme.referred(person, ago(3))
    for referral in (urgent, fresh):
        referral.urgent = True
        referral.save()
    programme.referred(person, ago(60), status="lost", closed=ago(20))
    programme.by = member(Role.SUPERVISOR)
    programme.referred(person, ago(50))

    assert standing() == {"referral": [late.pk, urgent.pk]}


def test_overdose_waits_until_somebody_looked_after_the_person(standing, programme):
    person = programme.person()
    waiting = overdose(programme, person, 5)
    overdose(programme, person, 6, followed_up_on=ago(4), follow_up="well")
    overdose(programme, person, 7, outcome="died")
    overdose(programme, None, 400)

    assert standing() == {"overdose": [waiting.pk]}


def test_whoever_refuses_to_be_followed_up_is_on_no_list_but_the_last(standing, programme):
    person = programme.person(**ADULT)
    programme.met(person, ago(100))
    programme.referred(person, ago(50))
    waiting = overdose(programme, person, 5)
    agreed = {"client": person, "purpose": "follow_up", "recorded_by": programme.by}
    Consent.objects.create(**agreed, status="verbal", given_on=ago(90))
    before = set(standing())

    Consent.objects.create(**agreed, status="withdrawn", given_on=ago(1))

    assert before == {"overdose", "referral", "not_met_90", "test_due", "review_due"}
    assert standing() == {"overdose": [waiting.pk]}


def test_child_protection_record_is_seen_by_whoever_made_it_and_by_those_who_may(standing, programme, scope, peer):
    programme.by = member(Role.OUTREACH_WORKER)
    person = programme.person()
    type(person).objects.filter(pk=person.pk).update(restricted=True)
    programme.by = peer
    programme.met(person, ago(40))

    assert (standing(), standing(Role.SUPERVISOR)) == ({}, {"not_met_30": [person.pk]})


# --- ticking off -------------------------------------------------------------------------------------------


@pytest.fixture
def browser(client, peer):
    client.force_login(peer)
    return client


@pytest.fixture
def waiting(programme, peer):
    """Somebody not met for forty days."""
    person = programme.person()
    programme.met(person, ago(40))
    return person


def tick(browser, person, reason="done", name="not_met_30", **more):
    return browser.post(TICK, {"name": name, "subject": person.pk, "reason": reason, **more})


@pytest.mark.parametrize(("reason", "days"), [("done", 30), ("away", 14), ("refuses", 180), ("not_mine", 3650)])
def test_line_ticked_off_stays_away_for_as_long_as_the_reason_says(browser, standing, waiting, reason, days):
    tick(browser, waiting, reason)

    held = FollowUpTick.objects.get()
    assert ((held.until - DAY()).days, standing()) == (days, {})
    FollowUpTick.objects.update(ticked_on=ago(days + 1), until=ago(1))
    assert standing() == {"not_met_30": [waiting.pk]}


def test_tick_leads_back_to_the_same_place_with_an_undo(browser, waiting):
    response = tick(browser, waiting, list="not_met_30", page=1)

    number = FollowUpTick.objects.get().pk
    assert response["Location"] == f"{ADDRESS}?list=not_met_30&page=1&ticked={number}#ticked"
    page = browser.get(response["Location"])
    assert page.context["undo"]["pk"] == number
    assert card_codes.shown(waiting.card_code) in page.context["undo"]["text"]


def test_undo_puts_the_line_back(browser, standing, waiting):
    tick(browser, waiting)

    browser.post(UNDO, {"tick": FollowUpTick.objects.get().pk})

    assert (FollowUpTick.objects.count(), standing()) == (0, {"not_met_30": [waiting.pk]})


def test_second_tap_ticks_nothing_twice(browser, waiting, peer):
    for _time in range(2):
        tick(browser, waiting)

    lines = AuditLine.objects.filter(action="follow_up.tick").values_list("actor", "record_kind", "detail")
    assert list(lines) == [(peer.pk, "follow_up", {"kind": "not_met", "status": "done"})]


def test_audit_of_a_tick_names_no_client(browser, waiting):
    tick(browser, waiting)

    line = AuditLine.objects.get(action="follow_up.tick")
    assert line.record_id == str(FollowUpTick.objects.get().pk)


def test_other_reason_replaces_the_first(browser, waiting):
    tick(browser, waiting)
    tick(browser, waiting, "away")

    assert list(FollowUpTick.objects.values_list("reason", flat=True)) == ["away"]


def test_newer_referral_is_another_line(browser, standing, programme):
    person = programme.person()
    first = programme.referred(person, ago(40))
    tick(browser, first, "not_mine", "referral")

    second = programme.referred(person, ago(20))

    assert standing() == {"referral": [second.pk]}


def test_tick_is_the_workers_own(browser, waiting, programme, scope):
    worker = member(Role.OUTREACH_WORKER)
    programme.by = worker
    programme.met(waiting, ago(40))
    tick(browser, waiting)

    found = follow_ups.due(scope(Role.OUTREACH_WORKER), worker.pk)

    assert [line.subject for line in found["not_met_30"]] == [waiting.pk]


def test_tick_of_somebody_else_is_not_there_to_undo(browser, waiting, client):
    tick(browser, waiting)
    client.force_login(member(Role.SUPERVISOR))

    response = client.post(UNDO, {"tick": FollowUpTick.objects.get().pk})

    assert (response.status_code, FollowUpTick.objects.count()) == (404, 1)


def test_person_of_another_organisation_is_not_there_to_tick(browser, other):
    assert (tick(browser, other.person()).status_code, FollowUpTick.objects.count()) == (404, 0)


@pytest.mark.parametrize("wrong", [{"reason": "moon"}, {"subject": "x"}, {"name": "x"}, {"page": "x"}])
def test_tick_that_makes_no_sense_is_refused(browser, waiting, wrong):
    data = {"name": "not_met_30", "subject": waiting.pk, "reason": "done"}

    assert browser.post(TICK, data | wrong).status_code == 400


def test_tick_action_of_the_same_day_and_reason_keeps_the_row(waiting, peer):
    line = {"list_name": "not_met", "subject": waiting.pk, "organisation": waiting.organisation, "by": peer}

    made = [ticks.tick_off(reason="done", **line).pk for _time in range(2)]

    assert made[0] == made[1]
