"""The register of clients: who sees whom, the list with its filters, the record's page."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.models import AuditLine
from core.permissions import Role
from outreach.actions import clients, risk_reviews
from outreach.models import Client
from outreach.rules.clients import ConsentGiven
from outreach.rules.risk_reviews import RiskReviewEntry
from tests.outreach.forms import reposted


def at(name, person):
    return reverse(f"clients:{name}", args=[person.pk])


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


def test_record_merged_into_a_restricted_one_is_as_restricted(signed_in, programme):
    child, record = programme.person(group="YSE", born="2011-01-01"), programme.person()
    contact, referral = programme.met(record, "2025-01-01"), programme.referred(record, "2025-01-01")
    programme.merge(record, child)
    pages = [row.get_absolute_url() for row in (record, contact, referral)]

    worker = [signed_in(Role.OUTREACH_WORKER).get(page).status_code for page in pages]
    supervisor = [signed_in(Role.SUPERVISOR).get(page).status_code for page in pages]

    assert (worker, supervisor) == ([404] * 3, [200] * 3)


# --- the record's page ----------------------------------------------------------------------------------

DETAIL_QUERIES = 20


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
    reposted(signed_in(Role.SUPERVISOR), at("amend", who), known_positive_since="2021-02-03", nickname="Lotus")

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


def test_void_is_refused_while_a_risk_review_counts(signed_in, programme):
    browser, who = signed_in(), programme.person()
    told = RiskReviewEntry(occurred_on=date(2025, 1, 15), client_id=who.pk, acts_per_week=2)
    risk_reviews.writer.record(entry=told, by=programme.by, organisation=programme.organisation)

    refused = browser.post(at("void", who), {"reason": "twice"})

    assert (refused.status_code, Client.objects.get().is_void) == (200, False)


def test_own_clients_are_asked_for_once(scope):
    """Asked anew for each client, the worker's contacts took minutes at ten thousand clients."""
    asked = str(Client.objects.visible_to(scope(Role.PEER_EDUCATOR)).query)

    assert ("EXISTS" in asked, asked.count("SELECT")) == (False, 3)
