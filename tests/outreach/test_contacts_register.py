"""The register of contacts: changed, void, listed, and who sees what."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.permissions import Role
from outreach.models import Client, Contact, Fact
from tests.outreach.forms import reposted


def at(name, contact):
    return reverse(f"contacts:{name}", args=[contact.pk])


# --- changing, listing ------------------------------------------------------------------------------------


def test_amend_of_nothing_changes_nothing(signed_in, programme):
    person, site = programme.person(), programme.site("Spot 4")
    contact = programme.met(
        person,
        "2025-02-01",
        "IEC;HTS_OFFER",
        site=site,
        outcome="known_pos",
        given={"COND_M": 12},
        back={"SYR_1ML_FIX": 5, "COND_F": 1},
    )
    site.closed_on = date(2025, 2, 2)
    site.save()

    supervisor = reposted(signed_in(), at("amend", contact))
    before = contact.content()

    assert (supervisor.status_code, Contact.objects.get().content()) == (302, before)
    assert Contact.objects.get().version == 1


def test_amend_by_someone_who_may_not_know_keeps_the_outcome(signed_in, programme):
    browser = signed_in(Role.PEER_EDUCATOR)
    programme.by = browser.user
    contact = programme.met(programme.person(), "2025-02-01", outcome="known_pos")

    reposted(browser, at("amend", contact), note="calm")

    after = Contact.objects.get()
    assert (after.note, after.hts_outcome, after.version) == ("calm", "known_pos", 2)


def test_detail_shows_a_known_positive_outcome_only_to_those_who_may_know(signed_in, programme):
    contact = programme.met(programme.person(), "2025-02-01", outcome="known_pos")

    seen = [signed_in(role).get(at("detail", contact)).context["hts_outcome"] for role in (Role.SUPERVISOR,)]
    hidden = signed_in(Role.PROGRAMME_MANAGER).get(at("detail", contact))

    assert (seen, hidden.context["hts_outcome"]) == (["Known positive"], "not visible to you")


def test_void_takes_a_contact_out_of_the_facts(signed_in, programme):
    contact = programme.met(programme.person(), "2025-02-01")

    signed_in().post(at("void", contact), {"reason": "twice"})

    assert (Contact.objects.get().void_reason, Fact.objects.count()) == ("twice", 0)


LIST_QUERIES = 9


def test_list_takes_the_same_queries_for_one_row_and_three(signed_in, programme, django_assert_num_queries):
    browser, url = signed_in(), reverse("contacts:list")
    programme.met(programme.person(), "2025-01-15", "IEC", given={"COND_M": 1})
    browser.get(url)

    with django_assert_num_queries(LIST_QUERIES):
        one = browser.get(url)
    for day in ("2025-01-16", "2025-01-17"):
        programme.met(programme.person(), day, "IEC;CONDOM", given={"COND_M": 1})
    with django_assert_num_queries(LIST_QUERIES):
        three = browser.get(url)

    assert (len(one.context["rows"]), len(three.context["rows"])) == (1, 3)


def dates(response):
    return sorted(dict(cells)["Date"][:2].strip() for _url, cells in response.context["rows"])


def test_list_filters(signed_in, programme):
    browser = signed_in()
    site, person = programme.site("Spot 4"), programme.person(group="PWID")
    programme.met(person, "2025-01-11", "IEC", site=site)
    programme.met(None, "2025-01-12", "WOUND", kind="dic_visit")
    programme.by = browser.user
    programme.met(programme.person(group="MSM"), "2025-01-13")
    programme.void(programme.met(person, "2025-01-14"))

    def days(**query):
        return dates(browser.get(reverse("contacts:list"), query))

    assert days() == ["11", "12", "13"]
    assert (days(who="anonymous"), days(who="known")) == (["12"], ["11", "13"])
    assert (days(site=str(site.pk)), days(kind="dic_visit"), days(service="WOUND")) == (["11"], ["12"], ["12"])
    assert (days(group="PWID"), days(worker=str(browser.user.pk))) == (["11"], ["13"])
    assert (days(void="only"), days(occurred_on_after="2025-01-13")) == (["14"], ["13"])


def test_site_filter_offers_only_own_sites(signed_in, programme, other):
    theirs = other.site("Theirs")

    assert signed_in().get(reverse("contacts:list"), {"site": str(theirs.pk)}).status_code == 400


def test_contact_of_a_restricted_client_is_not_listed_for_others(signed_in, programme, today):
    programme.met(programme.person(group="YSE", born=str(today - timedelta(days=5000))), str(today))

    seen = {
        role: len(signed_in(role).get(reverse("contacts:list")).context["rows"])
        for role in (Role.OUTREACH_WORKER, Role.SUPERVISOR)
    }

    assert seen == {Role.OUTREACH_WORKER: 0, Role.SUPERVISOR: 1}


@pytest.mark.parametrize("name", ["detail", "amend", "void", "history"])
def test_screen_of_another_organisations_contact_does_not_exist(signed_in, other, name):
    assert signed_in().get(at(name, other.met(None, "2025-01-01"))).status_code == 404


def test_detail_of_an_anonymous_contact_names_nobody(signed_in, programme):
    response = signed_in().get(at("detail", programme.met(None, "2025-01-01")))

    assert (response.status_code, response.context["person"], Client.objects.count()) == (200, None, 0)


# --- export --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "said"), [(Role.DATA_OFFICER, ["known_pos"]), (Role.PROGRAMME_MANAGER, [None])])
def test_export_names_hiv_outcomes_for_those_only_who_may_see_them(signed_in, programme, role, said):
    programme.met(programme.person(), "2025-03-01", "HTS_OFFER", outcome="known_pos")

    response = signed_in(role).post(reverse("contacts:export"), {"format": "csv", "reason": "monthly report"})

    rows = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline=""))
    assert [row.get("hts_outcome") for row in rows] == said
