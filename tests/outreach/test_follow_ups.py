"""Follow-up lists: who stands on which, what takes a line off, and what nobody learns from a list."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditLine
from core.permissions import Role
from outreach import card_codes, due_lines, follow_ups, today
from outreach.actions import follow_ups as ticks
from outreach.models import Consent, FollowUpTick, Overdose, RiskReview
from tests.factories.people import member

ADDRESS = "/app/today/follow-up/"
TICK, UNDO = f"{ADDRESS}tick/", f"{ADDRESS}undo/"
ADULT = {"group": "PWID", "born": "1990-05-01"}
DAY = timezone.localdate


def ago(days):
    return str(DAY() - timedelta(days=days))


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


def record_of(model, programme, person, days, **values):
    """A row of a register beside contacts, as it stands in the database."""
    at = timezone.now() - timedelta(days=days)
    common = {"organisation": programme.organisation, "recorded_by": programme.by, "recorded_at": at}
    return model.objects.create(
        id=uuid4(), occurred_on=DAY() - timedelta(days=days), client=person, digest="0" * 64, **common, **values
    )


def overdose(programme, person, days, **values):
    by = timezone.now() - timedelta(days=days) + timedelta(hours=72)
    return record_of(Overdose, programme, person, days, follow_up_by=by, **values)


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


# --- screens -----------------------------------------------------------------------------------------------

ALL_QUERIES = 8


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", follow_ups.LISTS)
def test_each_list_asks_the_same_number_of_queries(browser, programme, rows, name, django_assert_num_queries):
    for _number in range(rows):
        person = programme.person(**ADULT)
        if name.startswith("not_met_"):
            programme.met(person, ago(int(name[-2:]) + 1))
        elif name == "referral":
            programme.referred(person, ago(40))
        elif name == "overdose":
            overdose(programme, person, 5)
        else:
            programme.met(person, ago(1))
    browser.get(ADDRESS)

    with django_assert_num_queries(ALL_QUERIES):
        response = browser.get(f"{ADDRESS}?list={name}")

    [(_name, _title, number, lines, _more)] = response.context["sections"]
    assert (number, len(lines)) == (rows, rows)


def test_page_of_all_lists_shows_the_first_lines_of_each(browser, programme):
    for _number in range(6):
        programme.met(programme.person(), ago(40))

    [(name, title, number, lines, more)] = browser.get(ADDRESS).context["sections"]

    assert (name, title, number, len(lines)) == ("not_met_30", "Not met for 30 days", 6, 5)
    assert more == f"{ADDRESS}?list=not_met_30"


@pytest.mark.parametrize("query", ["list=moon", "page=x", "unknown=1", "ticked=x"])
def test_address_that_asks_for_nothing_there_is_refused(browser, query):
    assert browser.get(f"{ADDRESS}?{query}").status_code == 400


def test_supervisor_looks_at_a_workers_list_and_ticks_nothing_off(signed_in, peer, waiting):
    response = signed_in(Role.SUPERVISOR).get(f"{ADDRESS}?worker={peer.pk}")

    [(_name, _title, number, _lines, _more)] = response.context["sections"]
    assert (number, response.context["may_tick"], TICK in response.content.decode()) == (1, False, False)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.SUPERVISOR, 200), (Role.OUTREACH_WORKER, 403), (Role.DATA_OFFICER, 403)]
)
def test_list_of_a_worker_is_for_those_who_look_after_them(signed_in, peer, role, status):
    assert signed_in(role).get(f"{ADDRESS}?worker={peer.pk}").status_code == status


@pytest.mark.parametrize("role", [Role.PEER_EDUCATOR, Role.PROGRAMME_MANAGER])
def test_list_of_a_stranger_is_not_there(signed_in, role):
    code = "NGO-B" if role == Role.PEER_EDUCATOR else "NGO-A"
    stranger = member(role, code, "stranger")

    assert signed_in(Role.SUPERVISOR).get(f"{ADDRESS}?worker={stranger.pk}").status_code == 404


def test_paper_holds_cards_nicknames_and_signs_and_no_word_of_why(browser, programme, waiting):
    person = programme.person(**ADULT, known="2024-01-01")
    programme.met(person, ago(40))

    response = browser.get(f"{ADDRESS}paper/")

    assert [(card, signs) for _picture, _name, card, signs in response.context["people"]] == [
        (card_codes.shown(one.card_code), signs)
        for one, signs in sorted(
            [(waiting, ["sign-circle"]), (person, ["sign-circle", "sign-square", "sign-cross"])],
            key=lambda pair: str(pair[0].pk),
        )
    ]
    paper = response.content.decode().split('<ul class="plain-list paper-list">')[1].split("</main>")[0].casefold()
    for word in ("hiv", "test", "met", "positive", "review", "pwid", "drug", "19"):
        assert word not in paper.replace(person.card_code.casefold(), "")


def test_signs_stand_for_every_list():
    assert set(due_lines.SIGNS) == set(follow_ups.LISTS)


# --- Today -------------------------------------------------------------------------------------------------


@pytest.fixture
def asking(rf, scope, peer):
    """The request of the peer educator, as the cards' builders get it."""
    request = rf.get("/app/today/")
    request.scope = scope(Role.PEER_EDUCATOR)
    return request


def test_card_counts_each_list_and_shows_the_most_pressing_first(asking, programme, waiting):
    for _number in range(6):
        programme.referred(waiting, ago(50), kind="STI")

    card = today.who_is_due(asking)

    assert [line["text"] for line in card["people"]] == ["STI services · open for 50 days"] * 2 + [
        "not met for 40 days"
    ]
    assert [(label, number) for label, number, _url in card["lists"]] == [
        ("Referral open", 6),
        ("Not met for 30 days", 1),
    ]
    assert (card["number"], card["more_url"]) == (1, reverse("follow-up"))


def test_card_is_for_those_who_record_contacts(rf, scope):
    request = rf.get("/app/today/")
    request.scope = scope(Role.PROGRAMME_MANAGER)

    assert today.who_is_due(request) is None


def test_day_says_whom_i_met_what_i_gave_and_who_still_waits(asking, programme, waiting):
    person = programme.person(group="GFW")
    programme.met(person, ago(0), given={"COND_M": 10})
    programme.met(None, ago(0), given={"LUBE_S": 2})

    day = today.my_day(asking)

    assert (day["met"], day["given"], day["waiting"]) == (2, 12, 1)
