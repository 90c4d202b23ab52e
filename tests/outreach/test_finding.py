"""The search box: exact finds in the whole organisation, look-alikes with their reason, nobody else's people."""

from datetime import date
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse

from core.models import AuditLine
from core.permissions import Role
from outreach import card_codes, finding
from outreach.actions import clients, look_alikes
from outreach.models import Client, ClientKey
from outreach.rules.clients import Belonging, ClientEntry
from tests.factories.people import member, organisation

ANSWERS = {"mother": "Sok", "father": "Dara", "birth_month": "3", "birth_year": "2001", "sex": "F", "province": "12"}


def registered(code="NGO-A", by=None, **values):
    """A client by the action, answers hashed."""
    entry = ClientEntry(**{"id": uuid4(), "occurred_on": date(2025, 1, 5), "sex": "F", **values})
    clients.record(entry=entry, by=by or member(Role.SUPERVISOR, code, "maker"), organisation=organisation(code))
    return Client.objects.get(pk=entry.id)


def found(matches):
    return [(match.client, match.why) for match in matches]


def test_exact_matches_by_card_however_typed(scope):
    person = registered()

    typed = f" {card_codes.shown(person.card_code).lower()} "

    assert found(finding.exact_matches(scope(Role.OUTREACH_WORKER), typed)) == [(person, finding.CARD)]


def test_exact_matches_by_a_replaced_card_say_so(scope):
    person = registered()
    old = person.card_code
    clients.replace_card(client=person, by=person.recorded_by)

    assert found(finding.exact_matches(scope(Role.OUTREACH_WORKER), old)) == [(person, finding.OLD_CARD)]


def test_exact_matches_by_own_reference(scope):
    person = registered(reference="C-17")
    registered(reference="C-171")

    assert found(finding.exact_matches(scope(Role.OUTREACH_WORKER), " C-17 ")) == [(person, finding.REFERENCE)]


def test_exact_matches_of_a_merged_record_lead_to_its_survivor(scope):
    one, other = registered(), registered()
    look_alikes.merge(client=one, into=other, by=one.recorded_by)

    [match] = finding.exact_matches(scope(Role.OUTREACH_WORKER), one.card_code)

    assert (match.client, match.merged_from) == (other, one)


def test_exact_matches_leave_out_another_organisation_and_void_records(scope):
    theirs, void = registered("NGO-B", reference="C-1"), registered(reference="C-1")
    clients.void(client=void, by=void.recorded_by, reason="test")

    matches = finding.exact_matches(scope(Role.OUTREACH_WORKER), "C-1")

    assert (matches, finding.exact_matches(scope(Role.OUTREACH_WORKER), theirs.card_code)) == ([], [])


def test_peer_educator_finds_a_card_of_the_whole_organisation_but_no_nickname(scope):
    person = registered(nickname="Lotus")
    peer = scope(Role.PEER_EDUCATOR)

    assert found(finding.exact_matches(peer, person.card_code)) == [(person, finding.CARD)]
    assert finding.look_alikes(peer, nickname="Lotus") == []


@pytest.mark.parametrize(("role", "number"), [(Role.PEER_EDUCATOR, 0), (Role.OUTREACH_WORKER, 0), (Role.SUPERVISOR, 1)])
def test_restricted_client_is_found_only_by_those_allowed(scope, role, number):
    child = registered(
        birth_date=date(2011, 1, 1), birth_precision="day", groups=(Belonging("YSE"),), reference="Y1", answers=ANSWERS
    )
    who = scope(role)

    by_card = finding.exact_matches(who, child.card_code)
    by_answers = finding.look_alikes(who, answers=ANSWERS)

    assert (len(by_card), len(finding.exact_matches(who, "Y1")), len(by_answers)) == (number, number, number)


def test_look_alikes_by_the_same_answers_come_first(scope):
    near = registered(answers={**ANSWERS, "mother": "Chan"})
    same = registered(answers=ANSWERS)
    registered(answers={**ANSWERS, "mother": "Chan", "birth_year": "1988"})

    matches = finding.look_alikes(scope(Role.PEER_EDUCATOR), answers=ANSWERS)

    assert found(matches) == [(same, finding.SAME_ANSWERS), (near, "mother")]


def test_look_alikes_by_nickname_begin_with_it(scope):
    person = registered(nickname="Lotus")
    registered(nickname="Blue lotus")

    matches = finding.look_alikes(scope(Role.OUTREACH_WORKER), nickname="lot")

    assert found(matches) == [(person, finding.NICKNAME)]


def test_too_few_answers_match_nobody_and_are_not_kept(scope):
    few = {"mother": "Sok", "birth_year": "2001", "sex": "F"}
    person = registered(answers=few)

    assert finding.look_alikes(scope(Role.OUTREACH_WORKER), answers=few) == []
    assert ClientKey.objects.filter(client=person).count() == 0


def test_keys_kept_are_hashes_of_the_formula_in_force():
    assert settings.UIC_KEY not in finding.uic.keys(finding.uic.formula(settings.UIC_FORMULA, 1), ANSWERS, "x").values()


# --- the screen -----------------------------------------------------------------------------------------


def names(response):
    return [line["person"]["name"] for line in response.context["people"]]


def test_find_shows_the_person_of_a_card_and_nobody_else(signed_in):
    person = registered(nickname="Lotus", reference="C9")
    registered(nickname=card_codes.shown(person.card_code))

    response = signed_in(Role.PEER_EDUCATOR).post(reverse("find"), {"q": person.card_code})

    assert names(response) == [f"Lotus · {card_codes.shown(person.card_code)}"]
    assert response.context["people"][0]["contact_url"] == f"{reverse('record-contact')}?client={person.pk}"
    assert response.context["people"][0]["open_url"] == ""


def test_find_writes_who_was_shown_to_the_audit_without_the_words_searched(signed_in):
    person = registered(nickname="Lotus")

    signed_in(Role.OUTREACH_WORKER).post(reverse("find"), {"q": "Lotus"})

    line = AuditLine.objects.get(action="client.find")
    assert (line.record_id, line.detail, line.actor.username) == (str(person.pk), {}, "outreach_worker-ngo-a")


def test_find_carries_its_answers_to_a_new_person(signed_in):
    browser = signed_in(Role.OUTREACH_WORKER)
    answers = {
        "mother": "Sok",
        "father": "Dara",
        "province": "12",
        "sex": "F",
        "birth_month": "3",
        "birth_year": "2001",
    }

    response = browser.post(reverse("clients:create"), {"carried": "1", "q": "", **answers})

    initial = response.context["form"].initial
    assert (response.status_code, initial["mother"], initial["birth"]) == (200, "Sok", ("", "3", "2001"))
    assert Client.objects.count() == 0


def test_find_of_nothing_and_of_nonsense_says_so(signed_in):
    browser = signed_in(Role.OUTREACH_WORKER)

    empty, unknown = browser.post(reverse("find"), {"q": ""}), browser.post(reverse("find"), {"q": "zzz"})
    bad = browser.post(reverse("find"), {"birth_year": "20x1"})

    assert (empty.status_code, "people" in empty.context, unknown.context["people"]) == (200, False, [])
    assert list(bad.context["form"].errors) == ["birth_year"]


def test_find_by_someone_who_sees_no_clients_is_forbidden(signed_in):
    assert signed_in(Role.EDITOR).get(reverse("find")).status_code == 403


def test_find_answers_with_a_constant_number_of_queries(signed_in, django_assert_num_queries):
    browser = signed_in(Role.OUTREACH_WORKER)
    registered(nickname="Lotus 1")
    browser.post(reverse("find"), {"q": "Lotus"})

    with django_assert_num_queries(FIND_QUERIES):
        browser.post(reverse("find"), {"q": "Lotus"})
    registered(nickname="Lotus 2")
    registered(nickname="Lotus 3")
    with django_assert_num_queries(FIND_QUERIES):
        browser.post(reverse("find"), {"q": "Lotus"})


FIND_QUERIES = 16
