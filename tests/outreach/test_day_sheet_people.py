"""The day-sheet grid's people: whom a line means, what it asks about them, and the answers while it is typed."""

import pytest
from django.urls import reverse

from core import codes
from core.models import AuditLine
from core.permissions import Role
from outreach.models import Client, Contact
from tests.outreach.taken import with_turns
from tests.outreach.test_day_sheets import CHECK, DAY, GRID, line, new, posted, save

# --- people ---------------------------------------------------------------------------------------------


def test_person_is_found_by_reference_nickname_and_old_card(signed_in, programme):
    browser = signed_in()
    people = [programme.person(reference="R1"), programme.person(), programme.person()]
    Client.objects.filter(pk=people[1].pk).update(nickname="Lotus")
    old = people[2].card_code
    browser.post(reverse("clients:replace-card", args=[people[2].pk]))

    save(browser, {"date": DAY, "person": "R1"}, {"person": "lotus"}, {"person": f"{old[:3]}-{old[3:]}"})

    assert {contact.client for contact in Contact.objects.all()} == set(people)


def test_nickname_of_several_asks_for_the_card(signed_in, programme):
    for _number in range(2):
        programme.person()
    Client.objects.update(nickname="Lotus")

    response = save(signed_in(), {"date": DAY, "person": "Lotus"})

    text = line(response).errors["person"]
    assert all(client.card_code[:3] in text for client in Client.objects.all())
    assert Contact.objects.count() == 0


def test_merged_person_leads_to_the_survivor(signed_in, programme):
    one, other = programme.person(), programme.person()
    programme.merge(one, other)

    save(signed_in(), {"date": DAY, "person": one.card_code})

    assert Contact.objects.get().client == other


def test_person_of_another_organisation_is_nobody(signed_in, other, programme):
    theirs = other.person(reference="R9")

    response = save(signed_in(), {"date": DAY, "person": theirs.card_code}, {"date": DAY, "person": "R9"})

    assert [list(line(response, number).errors) for number in (0, 1)] == [["person"], ["person"]]
    assert Contact.objects.count() == 0


def test_peer_finds_a_card_but_no_nickname_of_others(signed_in, programme):
    person = programme.person()
    Client.objects.update(nickname="Lotus")

    response = save(signed_in(Role.PEER_EDUCATOR), {"date": DAY, "person": person.card_code}, {"person": "Lotus"})

    assert [line(response, number).done for number in (0, 1)] == [True, False]
    assert "worker" not in [column.name for column in response.context["columns"]]


# --- questions ------------------------------------------------------------------------------------------


def asked(response, number=0):
    return [key.split(":")[0] for key in line(response, number).questions]


def confirmed(browser, data):
    """The sheet saved with a yes to every question that it asks."""
    first = browser.post(reverse(GRID), data)
    yes = {f"confirm-{row.number}": row.key for row in first.context["sheet"].lines if row.questions}
    return browser.post(reverse(GRID), data | yes)


def test_person_recorded_that_day_already_is_asked_about(signed_in, programme):
    browser, person, site = signed_in(), programme.person(), programme.site("A")
    programme.met(person, DAY, site=site)
    data = posted({"date": DAY, "site": "A", "person": person.card_code})

    first = browser.post(reverse(GRID), data)
    before = Contact.objects.count()
    confirmed(browser, data)

    assert (asked(first), before, Contact.objects.count()) == (["again"], 1, 2)


def test_person_at_another_site_or_day_is_not_asked_about(signed_in, programme):
    person = programme.person()
    programme.met(person, DAY, site=programme.site("A"))
    programme.site("B")

    save(signed_in(), {"date": DAY, "site": "B", "person": person.card_code}, {"date": "15", "person": '"'})

    assert Contact.objects.count() == 3


def test_same_person_twice_on_the_sheet_is_asked_about(signed_in, programme):
    person = programme.person()

    response = save(signed_in(), {"date": DAY, "person": person.card_code}, {"person": '"'})

    assert [asked(response, number) for number in (0, 1)] == [[], ["again"]]
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("nickname", "changed", "found"),
    [
        ("Lotus", {}, ["like"]),
        ("lotus", {"age": "25"}, ["like"]),
        ("Lotus", {"age": "23", "sex": "U"}, ["like"]),
        ("Lotus", {"age": "?"}, ["like"]),
        ("Lotus", {"age": "26"}, []),
        ("Lotus", {"sex": "X"}, []),
        ("Lotus", {"group": "FEW"}, []),
        ("Rice", {}, []),
        ("", {}, []),
    ],
)
def test_new_person_who_looks_like_somebody_is_asked_about(signed_in, programme, nickname, changed, found):
    programme.person(group="FSW", born="2001-07-01", precision="estimated")
    Client.objects.update(nickname="Lotus")

    response = save(signed_in(), new(nickname, **changed), {"person": "nobody"})

    assert (asked(response), line(response).done) == (found, not found)


def test_nameless_person_registered_on_that_day_is_asked_about(signed_in, programme):
    programme.person(group="FSW", born="2001-07-01", precision="estimated", registered=DAY)

    response = save(signed_in(), new())

    assert asked(response) == ["like"]


def test_two_new_people_alike_on_one_sheet_are_asked_about(signed_in, programme):
    browser, data = signed_in(), posted(new("Lotus"), new("lotus"), new("Rice"))

    first = browser.post(reverse(GRID), data)
    yes = {"confirm-1": line(first, 1).key, "done-0": "1", "done-2": "1"}
    again = browser.post(reverse(GRID), data | yes)

    assert [asked(first, number) for number in range(3)] == [[], ["line"], []]
    # Once the first is saved it is somebody known: that is another question, and a yes to the first doesn't answer it.
    assert asked(again, 1) == ["like"]
    last = browser.post(reverse(GRID), data | {"confirm-1": line(again, 1).key, "done-0": "1", "done-2": "1"})
    assert (last.status_code, Client.objects.count()) == (302, 3)


def test_line_that_says_something_else_of_the_person_is_asked_about(signed_in, programme):
    person = programme.person(group="FSW", born="2001-07-01", precision="estimated")

    response = save(
        signed_in(),
        {"date": DAY, "person": person.card_code, "sex": "M"},
        {"date": "15", "person": person.card_code, "sex": "F", "age": "23", "group": "FSW"},
        {"date": "16", "sex": "F", "condoms": "1"},
    )

    assert [asked(response, number) for number in range(3)] == [["other"], [], ["anonymous"]]
    assert Contact.objects.count() == 1


# --- while typing ---------------------------------------------------------------------------------------


def check(browser, *lines, **more):
    return browser.post(reverse(CHECK), posted(*lines, **more)).json()["lines"]


def test_check_tells_who_is_meant_and_writes_no_record(signed_in, programme):
    person = programme.person()

    said = check(signed_in(), {"date": DAY, "person": person.card_code}, {"condoms": "x"}, line="0")

    assert person.card_code[:3] in said["0"]["html"]
    assert [said[number]["bad"] for number in "012"] == [[], ["condoms"], []]
    assert (said["2"]["html"], Contact.objects.count()) == ("", 0)
    assert AuditLine.objects.filter(action="client.find", record_id=str(person.pk)).count() == 1


def test_check_of_somebody_of_another_organisation_names_nobody(signed_in, programme, other):
    theirs = other.person()

    said = check(signed_in(), {"date": DAY, "person": theirs.card_code}, line="0")

    assert theirs.card_code[:3] not in said["0"]["html"]
    assert not AuditLine.objects.filter(action="client.find").exists()


def test_child_protection_record_is_nobody_for_a_peer(signed_in, programme):
    child = programme.person(group="YSE", born="2012-01-01")

    said = check(signed_in(Role.PEER_EDUCATOR), {"date": DAY, "person": child.card_code}, line="0")

    assert said["0"]["bad"] == ["person"]


CHECK_QUERIES, SAVE_QUERIES = 26, 65


def mixed(programme, number):
    people = [programme.person(reference=f"R{number}{one}") for one in range(number)]
    return [
        cells
        for place, person in enumerate(people)
        for cells in ({"date": DAY, "person": person.reference}, new(f"N{number}-{place}", referral="HTS"))
    ]


@pytest.mark.parametrize("number", [1, 3, 10])
def test_check_costs_the_same_for_one_line_and_twenty(signed_in, programme, number, django_assert_num_queries):
    browser, data = signed_in(), posted(*mixed(programme, number), line="0")
    programme.site("A")
    codes.table("sex")

    with django_assert_num_queries(CHECK_QUERIES):
        browser.post(reverse(CHECK), data)


@pytest.mark.parametrize("number", [1, 3, 10])
def test_save_costs_the_same_for_one_line_and_twenty(signed_in, programme, number, django_assert_num_queries):
    browser, data = signed_in(), posted(*mixed(programme, number))
    codes.table("sex")

    with django_assert_num_queries(with_turns(SAVE_QUERIES, 2)):
        response = browser.post(reverse(GRID), data)

    assert (response.status_code, Contact.objects.count()) == (302, 2 * number)
