"""Clients: what is registered, what is refused, who sees whom, and what changes later."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from core.models import AuditLine
from core.permissions import Role
from outreach.models import Client, ClientKey, Consent, Fact
from outreach.rules.clients import ClientEntry, ConsentGiven, assent_problems
from tests.outreach.forms import reposted


def posted(**changed):
    """A new person's form as a browser posts it."""
    data = {
        "id": str(uuid.uuid4()),
        "consent": "verbal",
        "sex": "F",
        "birth_0": "14",
        "birth_1": "3",
        "birth_2": "1999",
        "primary_group": "PWID",
        "occurred_on": "2025-01-05",
        **changed,
    }
    return {name: value for name, value in data.items() if value is not None}


def create(browser, **changed):
    return browser.post(reverse("clients:create"), posted(**changed))


def errors(response):
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def at(name, person):
    return reverse(f"clients:{name}", args=[person.pk])


# --- new ------------------------------------------------------------------------------------------------


def test_create_keeps_what_was_said(signed_in):
    browser = signed_in(Role.OUTREACH_WORKER)

    response = create(browser, nickname="Lotus", icon="lotus", other_groups=["MIG"], may_follow_up="on", gender="woman")

    person = Client.objects.get()
    assert response["Location"] == person.get_absolute_url()
    assert (person.nickname, person.icon, person.sex, person.gender) == ("Lotus", "lotus", "F", "woman")
    assert (person.birth_date, person.birth_precision) == (date(1999, 3, 14), "day")
    assert sorted(person.groups.values_list("group", "primary", "since")) == [
        ("MIG", False, None),
        ("PWID", True, None),
    ]
    assert sorted(person.consents.values_list("purpose", "status")) == [("follow_up", "verbal"), ("record", "verbal")]
    assert (person.organisation.code, person.recorded_by) == ("NGO-A", browser.user)


@pytest.mark.parametrize(
    ("boxes", "about", "born", "precision"),
    [
        (("", "3", "1999"), "", date(1999, 3, 15), "month"),
        (("", "", "1999"), "", date(1999, 7, 1), "year"),
        (("", "", ""), "", None, "unknown"),
        (("29", "2", "2000"), "", date(2000, 2, 29), "day"),
        (("១៤", "3", "១៩៩៩"), "", date(1999, 3, 14), "day"),
    ],
)
def test_create_takes_as_much_of_the_birth_date_as_is_known(signed_in, boxes, about, born, precision):
    day, month, year = boxes

    create(signed_in(), birth_0=day, birth_1=month, birth_2=year, about_age=about)

    assert Client.objects.values_list("birth_date", "birth_precision").get() == (born, precision)


def test_create_with_an_age_estimates_the_year(signed_in, today):
    create(signed_in(), birth_0="", birth_1="", birth_2="", about_age="20")

    born = Client.objects.values_list("birth_date", "birth_precision").get()
    assert born == (date(today.year - 20, 7, 1), "estimated")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"birth_0": "30", "birth_1": "2"}, "birth"),
        ({"birth_2": ""}, "birth"),
        ({"birth_1": ""}, "birth"),
        ({"birth_2": "2999"}, "birth"),
        ({"birth_2": "nineteen"}, "birth"),
        ({"about_age": "20"}, "about_age"),
        ({"occurred_on": "2999-01-01"}, "occurred_on"),
        ({"occurred_on": "05/01/2025"}, "occurred_on"),
        ({"primary_group": "NOPE"}, "primary_group"),
        ({"sex": None}, "sex"),
        ({"consent": None}, "consent"),
        ({"icon": "skull"}, "icon"),
        ({"nickname": "012 345 678"}, "nickname"),
        ({"id": "not-a-number"}, "id"),
    ],
)
def test_create_refuses_with_a_word_beside_the_field(signed_in, changed, field):
    response = create(signed_in(), **changed)

    assert (response.status_code, list(errors(response))) == (200, [field])
    assert Client.objects.count() == 0


def test_create_asks_to_check_a_year_of_the_buddhist_era(signed_in):
    response = create(signed_in(), birth_0="", birth_1="", birth_2="2550")

    assert errors(response)["birth"] == ["This birth date is in the future. Check the year."]


@pytest.mark.parametrize("group", ["FSW", "MSW"])
def test_create_refuses_sex_work_under_18_and_names_the_child_protection_record(signed_in, today, group):
    response = create(signed_in(), birth_2=str(today.year - 16), primary_group=group, consent="assent_only")

    [message] = errors(response)["primary_group"]
    assert message.count("YSE") == 1
    assert Client.objects.count() == 0


def test_create_under_the_age_of_consent_asks_for_assent(signed_in, today):
    browser, year = signed_in(), str(today.year - 16)

    refused = create(browser, birth_2=year, occurred_on=str(today))
    create(browser, birth_2=year, occurred_on=str(today), consent="assent_guardian")

    assert list(errors(refused)) == ["consent"]
    assert Consent.objects.values_list("status", flat=True).get() == "assent_guardian"


def test_assent_rule_begins_at_the_programmes_age():
    def asked(born):
        consent = ConsentGiven("record", "verbal", date(2025, 6, 1))
        entry = ClientEntry(occurred_on=date(2025, 6, 1), birth_date=born, birth_precision="day", consents=(consent,))
        return [problem.field for problem in assent_problems(entry, consent_age=18)]

    assert (asked(date(2007, 6, 1)), asked(date(2007, 6, 2)), asked(None)) == ([], ["consents"], [])


def test_create_with_consent_refused_keeps_nothing(signed_in):
    response = create(signed_in(), consent="refused_record", nickname="Lotus", mother="Sok")

    assert response["Location"] == reverse("record-contact")
    assert (Client.objects.count(), ClientKey.objects.count(), Consent.objects.count()) == (0, 0, 0)


def test_create_posted_twice_is_one_person(signed_in):
    browser, data = signed_in(), posted()

    first, second = (browser.post(reverse("clients:create"), data) for _time in range(2))

    assert first["Location"] == second["Location"]
    assert (Client.objects.count(), Consent.objects.count()) == (1, 1)


def test_create_with_a_taken_number_is_a_conflict_and_changes_nothing(signed_in):
    browser, data = signed_in(), posted(nickname="Lotus")
    browser.post(reverse("clients:create"), data)

    response = browser.post(reverse("clients:create"), {**data, "nickname": "Shell"})

    assert response.status_code == 409
    assert Client.objects.values_list("nickname", flat=True).get() == "Lotus"


def test_create_shows_who_looks_alike_before_adding_anybody(signed_in):
    browser = signed_in()
    answers = {"mother": "Sok", "father": "Dara", "province": "12"}
    create(browser, nickname="Lotus", **answers)

    asked = create(browser, **answers)
    passed = create(browser, is_new="on", **answers)

    assert [line["person"]["name"].split(" · ")[0] for line in asked.context["look_alikes"]] == ["Lotus"]
    assert (asked.status_code, passed.status_code, Client.objects.count()) == (200, 302, 2)


def test_create_keeps_no_name_anywhere(signed_in):
    create(signed_in(), mother="Sokunthea", father="Darareaksmey", province="12")

    person = Client.objects.get()
    kept = str([person.__dict__, list(ClientKey.objects.values()), list(AuditLine.objects.values())]).upper()
    assert (kept.count("SOKUN"), kept.count("DARAREA"), ClientKey.objects.count()) == (0, 0, 7)


def test_reference_of_another_client_is_refused(signed_in):
    browser = signed_in()
    create(browser, reference="C1")

    response = create(browser, reference="C1", birth_2="1980")

    assert (list(errors(response)), Client.objects.count()) == (["reference"], 1)


def test_known_positive_is_a_field_only_for_those_who_may_know(signed_in, settings):
    peer = signed_in(Role.PEER_EDUCATOR).get(reverse("clients:create")).context["form"]
    worker = signed_in(Role.OUTREACH_WORKER)
    allowed = worker.get(reverse("clients:create")).context["form"]
    settings.KNOWN_POSITIVE_KEPT = False
    off = worker.get(reverse("clients:create")).context["form"]

    assert ["known_positive_since" in form.fields for form in (peer, allowed, off)] == [False, True, False]


def test_new_form_shows_twelve_fields_at_most(signed_in):
    form = signed_in().get(reverse("clients:create")).context["form"]

    shown = [field.name for _legend, fields, folded in form.fieldsets if not folded for field in fields]

    assert len(shown) <= 12


# --- changed --------------------------------------------------------------------------------------------


def amended(browser, person, **changed):
    return reposted(browser, at("amend", person), **changed)


def test_amend_of_nothing_changes_nothing(signed_in, programme):
    person = programme.person(groups=[("FEW", None), ("PWID", "2024-05-01")], born="1990-02-03", known="2020-01-01")

    response = amended(signed_in(), person)

    after = Client.objects.get()
    assert (response.status_code, after.version, after.content()) == (302, 1, person.content())


def test_amend_by_someone_who_may_not_know_keeps_known_positive(signed_in, programme):
    browser = signed_in(Role.PEER_EDUCATOR)
    programme.by = browser.user
    person = programme.person(group="PWID", known="2020-01-01")

    amended(browser, person, nickname="Lotus")

    after = Client.objects.get()
    assert (after.nickname, after.known_positive_since, after.version) == ("Lotus", date(2020, 1, 1), 2)


@pytest.mark.parametrize(
    ("group", "since", "history"),
    [
        ("MSM", "2025-01-01", [("FEW", None), ("MSM", date(2025, 1, 1)), ("PWID", date(2024, 5, 1))]),
        ("MSM", "2024-05-01", [("FEW", None), ("MSM", date(2024, 5, 1))]),
        ("MSM", "", [("MSM", None)]),
        ("", "", []),
    ],
)
def test_amend_of_the_group_joins_or_replaces_the_history(signed_in, programme, group, since, history):
    person = programme.person(groups=[("FEW", None), ("PWID", "2024-05-01")])

    amended(signed_in(), person, primary_group=group, group_since=since)

    assert sorted(Client.objects.get().groups.values_list("group", "since"), key=str) == sorted(history, key=str)


def test_amend_of_the_birth_date_counts_at_once(signed_in, programme):
    person = programme.person(born="2000-01-01", group="PWID")
    programme.met(person, "2025-01-15", "IEC")

    amended(signed_in(), person, birth_2="2005")

    assert Fact.objects.values_list("age", flat=True).get() == 20


def test_amend_of_the_birth_date_to_after_a_contact_is_refused(signed_in, programme):
    person = programme.person(born="2000-01-01", group="PWID")
    programme.met(person, "2025-01-15", "IEC")

    response = amended(signed_in(), person, birth_2="2025", birth_1="2", birth_0="1")

    assert list(response.context["form"].errors) == ["birth"]
    assert Client.objects.get().birth_date == date(2000, 1, 1)


def test_amend_of_what_somebody_else_changed_loses_nothing(signed_in, programme):
    browser, person = signed_in(), programme.person(group="PWID")
    amended(browser, person, nickname="First")

    response = amended(browser, person, version="1", nickname="Second")

    form = response.context["form"]
    assert (response.status_code, form["nickname"].value(), str(form["version"].value())) == (409, "Second", "2")
    assert Client.objects.get().nickname == "First"
