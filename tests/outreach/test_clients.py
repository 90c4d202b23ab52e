"""Clients: what is registered, what is refused, who sees whom, and what changes later."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.models import AuditLine
from core.permissions import Role
from outreach.actions import clients
from outreach.models import Client, ClientKey, Consent, Fact
from outreach.rules.clients import ClientEntry, ConsentGiven, assent_problems


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
    """Opens the form, changes something, posts it."""
    form = browser.get(at("amend", person)).context["form"]
    data = {"version": person.version, "change_reason": "test"}
    for field in form:
        value = field.value()
        if field.name == "birth":
            data |= dict(zip(("birth_0", "birth_1", "birth_2"), value, strict=True))
        elif value not in (None, False, ""):
            data[field.name] = value
    return browser.post(at("amend", person), {**data, **changed})


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


def test_amend_of_what_somebody_else_changed_loses_nothing(signed_in, programme):
    browser, person = signed_in(), programme.person(group="PWID")
    amended(browser, person, nickname="First")

    response = amended(browser, person, version="1", nickname="Second")

    form = response.context["form"]
    assert (response.status_code, form["nickname"].value(), str(form["version"].value())) == (409, "Second", "2")
    assert Client.objects.get().nickname == "First"


# --- lists and who sees whom ----------------------------------------------------------------------------


def listed(response):
    return [dict(cells)["Nickname"] for _url, cells in response.context["rows"]]


def person(programme, nickname, **values):
    made = programme.person(**values)
    Client.objects.filter(pk=made.pk).update(nickname=nickname)
    return Client.objects.get(pk=made.pk)


LIST_QUERIES = 7


def test_list_takes_the_same_queries_for_one_row_and_three(signed_in, programme, django_assert_num_queries):
    browser, url = signed_in(), reverse("clients:list")
    programme.met(programme.person(group="PWID"), "2025-01-15", "IEC")
    browser.get(url)

    with django_assert_num_queries(LIST_QUERIES):
        one = browser.get(url)
    for _time in range(2):
        programme.met(programme.person(group="FEW"), "2025-01-15", "IEC")
    with django_assert_num_queries(LIST_QUERIES):
        three = browser.get(url)

    assert (len(one.context["rows"]), len(three.context["rows"])) == (1, 3)


def test_list_filters(signed_in, programme, today):
    browser = signed_in()
    site = programme.site("Spot 4", "1201")
    child = person(programme, "child", group="OSY", sex="M", born=str(today.replace(day=1, year=today.year - 12)))
    adult = person(programme, "adult", groups=[("FEW", None), ("PWID", "2022-01-01")], born="1980-05-05")
    person(programme, "nobody", registered=str(today))
    programme.met(child, str(today), site=site)
    programme.met(adult, str(today - timedelta(days=45)))

    def names(**query):
        return sorted(listed(browser.get(reverse("clients:list"), query)))

    assert names() == ["adult", "child", "nobody"]
    assert (names(group="PWID"), names(group="FEW"), names(group="UNK")) == (["adult"], [], ["nobody"])
    assert (names(sex="M"), names(age="10-14"), names(age="unknown")) == (["child"], ["child"], ["nobody"])
    assert (names(age="25+"), names(met_at=str(site.pk))) == (["adult"], ["child"])
    assert (names(not_met="30"), names(not_met="60")) == (["adult"], [])
    assert names(occurred_on_after=str(today)) == ["nobody"]
    assert names(whose="mine") == []


@pytest.mark.parametrize(
    "query", [{"group": "NOPE"}, {"age": "7-9"}, {"sort": "birth"}, {"colour": "red"}, {"occurred_on_after": "x"}]
)
def test_list_refuses_what_it_does_not_have(signed_in, query):
    assert signed_in().get(reverse("clients:list"), query).status_code == 400


def test_list_leaves_merged_and_void_records_out_unless_asked(signed_in, programme):
    browser = signed_in()
    one, other, void = (person(programme, name) for name in ("one", "other", "void"))
    programme.merge(one, other)
    clients.void(client=void, by=programme.by, reason="twice")

    def names(**query):
        return sorted(listed(browser.get(reverse("clients:list"), query)))

    assert (names(), names(merged="only"), names(void="only")) == (["other"], ["one"], ["void"])


def test_peer_educator_lists_own_people_and_those_met(signed_in, programme):
    browser = signed_in(Role.PEER_EDUCATOR)
    person(programme, "theirs")
    met = person(programme, "met")
    programme.by = browser.user
    person(programme, "mine")
    programme.met(met, "2025-01-15")

    response = browser.get(reverse("clients:list"))

    assert sorted(listed(response)) == ["met", "mine"]


@pytest.mark.parametrize("name", ["detail", "amend", "void", "history", "card", "replace-card", "consent", "merge"])
def test_screen_of_another_organisations_client_does_not_exist(signed_in, other, name):
    response = signed_in().get(at(name, other.person()))

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [("detail", 200), ("card", 200), ("amend", 403), ("void", 403), ("merge", 403), ("consent", 403)],
)
def test_programme_manager_reads_and_changes_nothing(signed_in, programme, name, status):
    assert signed_in(Role.PROGRAMME_MANAGER).get(at(name, programme.person())).status_code == status


def test_restricted_client_is_seen_by_supervisors_and_by_whoever_registered(signed_in, programme):
    programme.by = signed_in(Role.PEER_EDUCATOR).user
    child = programme.person(group="YSE", born="2011-01-01")

    seen = {
        "its peer": signed_in(Role.PEER_EDUCATOR).get(at("detail", child)).status_code,
        "a worker": signed_in(Role.OUTREACH_WORKER).get(at("detail", child)).status_code,
        "a supervisor": signed_in(Role.SUPERVISOR).get(at("detail", child)).status_code,
    }

    assert seen == {"its peer": 200, "a worker": 404, "a supervisor": 200}


# --- the record's page ----------------------------------------------------------------------------------

DETAIL_QUERIES = 16


def test_detail_takes_the_same_queries_for_one_contact_and_three(signed_in, programme, django_assert_num_queries):
    browser, who = signed_in(), programme.person(group="PWID")
    programme.met(who, "2025-01-15", "IEC;CONDOM", given={"COND_M": 5})
    programme.referred(who, "2025-01-15")
    browser.get(at("detail", who))

    with django_assert_num_queries(DETAIL_QUERIES):
        one = browser.get(at("detail", who))
    for day in ("2025-01-16", "2025-01-17"):
        programme.met(who, day, "IEC;CONDOM", given={"COND_M": 5})
        programme.referred(who, day)
    with django_assert_num_queries(DETAIL_QUERIES):
        three = browser.get(at("detail", who))

    assert [len(r.context["contact_rows"]) for r in (one, three)] == [1, 3]
    assert [len(r.context["referral_rows"]) for r in (one, three)] == [1, 3]


def test_detail_writes_who_looked(signed_in, programme):
    browser, who = signed_in(), programme.person()

    browser.get(at("detail", who))

    line = AuditLine.objects.get(action="client.view")
    assert (line.record_id, line.actor) == (str(who.pk), browser.user)


def test_detail_shows_known_positive_only_to_those_who_may_know(signed_in, programme):
    who = programme.person(known="2020-01-01")

    manager = signed_in(Role.PROGRAMME_MANAGER).get(at("detail", who))
    worker = signed_in(Role.OUTREACH_WORKER).get(at("detail", who))

    assert [label for label, _value in worker.context["more"]] == ["Known positive, since"]
    assert (manager.context["more"], b"positive" in manager.content) == ([], False)


def test_history_hides_known_positive_from_those_who_may_not_know(signed_in, programme):
    who = programme.person(known="2020-01-01")
    amended(signed_in(Role.SUPERVISOR), who, known_positive_since="2021-02-03", nickname="Lotus")

    def labels(role):
        versions = signed_in(role).get(at("history", who)).context["versions"]
        return [label for version in versions for label, _old, _new in version[-1]]

    assert labels(Role.SUPERVISOR) == ["Known positive, since", "Nickname"]
    assert labels(Role.PROGRAMME_MANAGER) == ["Nickname"]


def test_consent_taken_back_is_kept_beside_the_first(signed_in, programme, today):
    browser, who = signed_in(), programme.person()
    clients.keep_consent(client=who, given=ConsentGiven("record", "verbal", date(2025, 1, 5)), by=programme.by)

    browser.post(at("consent", who), {"purpose": "record", "status": "withdrawn", "given_on": str(today)})

    assert list(who.consents.values_list("status", flat=True)) == ["withdrawn", "verbal"]


def test_void_is_refused_while_contacts_count(signed_in, programme):
    browser, who = signed_in(), programme.person()
    met = programme.met(who, "2025-01-15")

    refused = browser.post(at("void", who), {"reason": "twice"})
    programme.void(met)
    browser.post(at("void", who), {"reason": "twice"})

    assert (refused.status_code, len(refused.context["form"].non_field_errors())) == (200, 1)
    assert Client.objects.get().void_reason == "twice"
