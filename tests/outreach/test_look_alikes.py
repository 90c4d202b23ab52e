"""Duplicates: noted when people are registered, merged by a person, taken apart in one tap, counted both ways."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.actions.records import Refused
from core.models import AuditLine
from core.permissions import Role
from outreach.actions import clients, look_alikes
from outreach.models import Client, Fact, LookAlike
from outreach.rules.clients import ClientEntry

ANSWERS = {"mother": "Sok", "father": "Dara", "birth_month": "3", "birth_year": "2001", "sex": "F", "province": "12"}


@pytest.fixture
def registered(programme):
    """Registers somebody by the action, as a screen does."""

    def register(**values):
        entry = ClientEntry(**{"id": uuid4(), "occurred_on": date(2025, 1, 5), "sex": "F", **values})
        clients.record(entry=entry, by=programme.by, organisation=programme.organisation)
        return Client.objects.get(pk=entry.id)

    return register


def pairs():
    """(both ids, why) of every open pair."""
    rows = LookAlike.objects.filter(decision="open").values_list("first", "second", "why")
    return {(frozenset((first, second)), why) for first, second, why in rows}


def both(one, other):
    return frozenset((one.pk, other.pk))


def people():
    """Distinct people among the facts."""
    return Fact.objects.values("client").distinct().count()


def test_same_answers_make_a_pair_and_one_different_answer_a_weaker_one(registered):
    one = registered(answers=ANSWERS)
    same = registered(answers=ANSWERS)
    near = registered(answers={**ANSWERS, "father": "Vuthy"})
    registered(answers={**ANSWERS, "father": "Vuthy", "mother": "Chan", "birth_year": "1970"})

    assert pairs() == {
        (both(one, same), "answers"),
        (both(one, near), "nearly_answers"),
        (both(same, near), "nearly_answers"),
    }


def test_same_nickname_sex_and_year_make_a_pair(registered):
    born = {"birth_date": date(2001, 3, 1), "birth_precision": "day"}
    one = registered(nickname="Lotus", **born)
    same = registered(nickname="Lotus", birth_date=date(2001, 9, 9), birth_precision="day")
    registered(nickname="Lotus", birth_date=date(1990, 9, 9), birth_precision="day")
    registered(nickname="Lotus", sex="M", birth_date=date(2001, 9, 9), birth_precision="day")

    assert pairs() == {(both(one, same), "nickname")}


def test_people_of_two_organisations_are_never_a_pair(registered, other):
    registered(answers=ANSWERS)
    entry = ClientEntry(id=uuid4(), occurred_on=date(2025, 1, 5), sex="F", answers=ANSWERS)

    clients.record(entry=entry, by=other.by, organisation=other.organisation)

    assert pairs() == set()


# --- merging --------------------------------------------------------------------------------------------


def test_merge_counts_one_person_with_the_survivors_details_and_unmerge_two_again(programme):
    one = programme.person(sex="F", group="FEW", born="2000-01-01")
    other = programme.person(sex="M", group="PWID", born="1990-01-01")
    programme.met(one, "2025-01-10")
    programme.met(other, "2025-01-11")
    before = sorted(Fact.objects.values_list("client", "sex", "group", "age"), key=str)

    look_alikes.merge(client=one, into=other, by=programme.by)
    merged = set(Fact.objects.values_list("client", "sex", "group", "age"))
    look_alikes.unmerge(client=one, by=programme.by)

    assert merged == {(other.pk, "M", "PWID", 35)}
    assert sorted(Fact.objects.values_list("client", "sex", "group", "age"), key=str) == before


def test_merge_follows_chains_and_refuses_circles(programme):
    a, b, c = (programme.person() for _number in range(3))
    look_alikes.merge(client=a, into=b, by=programme.by)
    look_alikes.merge(client=b, into=c, by=programme.by)

    with pytest.raises(Refused):
        look_alikes.merge(client=Client.objects.get(pk=c.pk), into=a, by=programme.by)
    with pytest.raises(Refused):
        look_alikes.merge(client=Client.objects.get(pk=c.pk), into=c, by=programme.by)

    assert dict(Client.objects.values_list("pk", "survivor")) == {a.pk: c.pk, b.pk: c.pk, c.pk: None}


def test_merge_refuses_another_organisation_void_and_merged_records(programme, other):
    one, two, void, theirs = programme.person(), programme.person(), programme.person(), other.person()
    clients.void(client=void, by=programme.by, reason="twice")
    look_alikes.merge(client=one, into=two, by=programme.by)

    for client, into in ((two, theirs), (two, void), (Client.objects.get(pk=one.pk), two)):
        with pytest.raises(Refused):
            look_alikes.merge(client=client, into=into, by=programme.by)

    assert Client.objects.exclude(merged_into=None).count() == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.none() | st.integers(0, 4)), max_size=10))
def test_any_merges_and_unmerges_leave_survivors_and_facts_right(programme, steps):
    who = [programme.person() for _number in range(5)]
    for person in who:
        programme.met(person, "2025-01-10")
    into = {}

    for number, target in steps:
        client = Client.objects.get(pk=who[number].pk)
        try:
            if target is None:
                look_alikes.unmerge(client=client, by=programme.by)
                del into[number]
            else:
                look_alikes.merge(client=client, into=who[target], by=programme.by)
                into[number] = target
        except Refused:
            pass

    def end(number):
        return end(into[number]) if number in into else number

    facts = {number: Fact.objects.get(contact__client=who[number]).client for number in range(5)}
    assert facts == {number: who[end(number)].pk for number in range(5)}


# --- the worklist ---------------------------------------------------------------------------------------


@pytest.fixture
def pair(registered):
    """A pair on the worklist."""
    registered(nickname="Lotus", reference="A")
    registered(nickname="Lotus", reference="B")
    return LookAlike.objects.get()


def decide(browser, pair, **data):
    return browser.post(reverse("duplicate", args=[pair.pk]), data)


def test_pair_is_merged_into_the_record_that_goes_on(signed_in, pair):
    decide(signed_in(), pair, decided="1", survivor=str(pair.second_id))

    assert Client.objects.get(pk=pair.first_id).survivor_id == pair.second_id
    assert LookAlike.objects.get().decision == "merged"


def test_pair_without_a_survivor_is_asked_again(signed_in, pair):
    response = decide(signed_in(), pair, decided="1")

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["survivor"])


def test_pair_of_two_people_leaves_the_worklist(signed_in, pair):
    browser = signed_in()

    decide(browser, pair, two="1")

    row = LookAlike.objects.get()
    assert (row.decision, row.decided_by) == ("two", browser.user)
    assert browser.get(reverse("duplicates")).context["rows"] == []
    assert decide(browser, pair, two="1").status_code == 404


def test_pair_with_a_stranger_as_survivor_is_refused(signed_in, pair, programme):
    response = decide(signed_in(), pair, decided="1", survivor=str(programme.person().pk))

    assert list(response.context["form"].errors) == ["survivor"]


def test_unmerge_is_one_tap_and_opens_the_pair_again(signed_in, pair):
    browser = signed_in()
    decide(browser, pair, decided="1", survivor=str(pair.second_id))

    browser.post(reverse("clients:unmerge", args=[pair.first_id]))

    assert (Client.objects.exclude(merged_into=None).count(), LookAlike.objects.get().decision) == (0, "open")


def test_merged_record_leads_to_the_one_that_goes_on(signed_in, pair):
    browser = signed_in()
    decide(browser, pair, decided="1", survivor=str(pair.second_id))

    ended = browser.get(reverse("clients:detail", args=[pair.first_id]))
    goes_on = browser.get(reverse("clients:detail", args=[pair.second_id]))

    assert (ended.context["survivor"].pk, ended.context["actions"]) == (pair.second_id, [])
    assert [url for url, _name in goes_on.context["merged_here"]] == [reverse("clients:detail", args=[pair.first_id])]


def test_merge_from_a_record_asks_for_the_others_card_and_compares(signed_in, programme):
    browser, one, other = signed_in(), programme.person(reference="A"), programme.person(reference="B")
    url = reverse("clients:merge", args=[one.pk])

    compared = browser.post(url, {"other": other.card_code})
    browser.post(url, {"other": other.card_code, "decided": "1", "survivor": str(one.pk)})

    assert ("Own reference", "A", "B", True) in compared.context["rows"]
    assert Client.objects.get(pk=other.pk).survivor_id == one.pk


@pytest.mark.parametrize("typed", ["nobody", "", "A"])
def test_merge_with_nobody_or_oneself_is_refused(signed_in, programme, typed):
    one = programme.person(reference="A")

    response = signed_in().post(reverse("clients:merge", args=[one.pk]), {"other": typed})

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["other"])


def test_merge_with_another_organisations_card_is_refused(signed_in, programme, other):
    response = signed_in().post(
        reverse("clients:merge", args=[programme.person().pk]), {"other": other.person().card_code}
    )

    assert list(response.context["form"].errors) == ["other"]


@pytest.mark.parametrize("role", [Role.PEER_EDUCATOR, Role.OUTREACH_WORKER, Role.PROGRAMME_MANAGER])
def test_worklist_is_only_for_those_who_merge(signed_in, pair, role):
    browser = signed_in(role)

    answers = [
        browser.get(reverse("duplicates")).status_code,
        decide(browser, pair, two="1").status_code,
        browser.get(reverse("duplicate", args=[pair.pk])).status_code,
    ]

    assert answers == [403, 403, 403]


def test_pair_of_another_organisation_does_not_exist(signed_in, pair):
    assert signed_in(code="NGO-B").get(reverse("duplicate", args=[pair.pk])).status_code == 404


def test_unmerge_by_get_changes_nothing(signed_in, programme):
    browser, one, other = signed_in(), programme.person(), programme.person()
    programme.merge(one, other)

    response = browser.get(reverse("clients:unmerge", args=[one.pk]))

    assert (response["Location"], Client.objects.get(pk=one.pk).survivor) == (one.get_absolute_url(), other)


def test_merging_is_written_to_the_audit(signed_in, pair):
    decide(signed_in(), pair, decided="1", survivor=str(pair.second_id))

    line = AuditLine.objects.get(action="client.merge")
    assert (line.record_id, line.detail) == (str(pair.first_id), {"into": str(pair.second_id)})


LIST_QUERIES = 8


def test_worklist_takes_the_same_queries_for_one_pair_and_three(signed_in, registered, django_assert_num_queries):
    browser, url = signed_in(), reverse("duplicates")
    registered(nickname="Lotus")
    registered(nickname="Lotus")
    browser.get(url)

    with django_assert_num_queries(LIST_QUERIES):
        one = browser.get(url)
    registered(nickname="Lotus")
    with django_assert_num_queries(LIST_QUERIES):
        three = browser.get(url)

    assert (len(one.context["rows"]), len(three.context["rows"]), people()) == (1, 3, 0)
