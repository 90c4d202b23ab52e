"""Methadone: where somebody stands, since when, and the way there."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.models import AuditLine
from core.permissions import Role
from core.rules.problems import InvalidEntries
from outreach.actions import methadone
from outreach.models import MethadoneStatus
from tests.factories.programme import day
from tests.outreach.forms import reposted


def said(person, status, since, by):
    methadone.set_status(client=person, status=status, since=day(since), by=by)


def at(person):
    return reverse("clients:methadone", args=[person.pk])


def stands(person):
    return list(MethadoneStatus.objects.filter(client=person).values_list("status", flat=True))


def test_newest_status_holds_and_earlier_ones_stay(signed_in, programme):
    browser, person = signed_in(), programme.person()
    said(person, "on", "2025-03-01", programme.by)
    said(person, "waiting", "2025-01-01", programme.by)

    card = browser.get(person.get_absolute_url()).context["methadone"]

    assert card["now"] == ("In treatment", "1 March 2025")
    assert card["earlier"] == [("Waiting to begin", "1 January 2025")]


def test_second_status_of_a_day_replaces_the_first(programme):
    person = programme.person()

    said(person, "on", "2025-03-01", programme.by)
    said(person, "paused", "2025-03-01", programme.by)

    assert stands(person) == ["paused"]


@pytest.mark.parametrize(("status", "ahead"), [("cured", 0), ("on", 1)])
def test_unknown_status_and_future_day_are_refused(programme, today, status, ahead):
    person = programme.person()

    with pytest.raises(InvalidEntries):
        methadone.set_status(client=person, status=status, since=today + timedelta(days=ahead), by=programme.by)

    assert stands(person) == []


def test_audit_tells_that_a_status_was_noted_and_not_which(programme):
    person = programme.person()

    said(person, "on", "2025-03-01", programme.by)

    line = AuditLine.objects.get(action="client.methadone")
    assert (line.record_id, line.detail, len(line.digest)) == (str(person.pk), {}, 64)


def test_change_takes_one_form(signed_in, programme):
    browser, person = signed_in(Role.OUTREACH_WORKER), programme.person()

    response = reposted(browser, at(person), status="on", since="2025-03-01")

    assert (response["Location"], stands(person)) == (person.get_absolute_url(), ["on"])


def test_change_in_the_future_is_refused_beside_its_field(signed_in, programme, today):
    browser, person = signed_in(), programme.person()

    response = reposted(browser, at(person), status="on", since=str(today + timedelta(days=1)))

    assert (list(response.context["form"].errors), stands(person)) == (["since"], [])


def test_change_is_for_those_who_record_harm_reduction(signed_in, programme, other):
    assert signed_in(Role.PROGRAMME_MANAGER).get(at(programme.person())).status_code == 403
    assert signed_in().get(at(other.person())).status_code == 404


def test_status_of_a_merged_record_is_the_persons(signed_in, programme):
    browser, person, twin = signed_in(), programme.person(), programme.person()
    said(twin, "on", "2025-03-01", programme.by)
    programme.merge(twin, person)

    assert browser.get(person.get_absolute_url()).context["methadone"]["now"] == ("In treatment", "1 March 2025")


def test_referral_from_the_card_has_its_kind_chosen(signed_in, programme):
    browser, person = signed_in(), programme.person()
    url = browser.get(person.get_absolute_url()).context["methadone"]["refer_url"]

    assert browser.get(url).context["form"].initial["type"] == "OAMT"
    assert "type" not in browser.get(url.replace("OAMT", "NONE")).context["form"].initial


def test_clients_are_filtered_by_their_newest_status(signed_in, programme):
    browser = signed_in()
    on, off = programme.person(), programme.person()
    programme.person()
    said(on, "waiting", "2025-01-01", programme.by)
    said(on, "on", "2025-03-01", programme.by)
    said(off, "on", "2025-01-01", programme.by)
    said(off, "stopped", "2025-03-01", programme.by)

    found = [browser.get(reverse("clients:list"), {"methadone": status}) for status in ("on", "stopped", "waiting")]

    assert [[url for url, _cells in page.context["rows"]] for page in found] == [
        [on.get_absolute_url()],
        [off.get_absolute_url()],
        [],
    ]
