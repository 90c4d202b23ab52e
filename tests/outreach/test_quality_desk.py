"""The data-quality desk's screens: who may look, closing with a reason, opening again, and what a page costs."""

import pytest
from django.urls import reverse

from core import codes
from core.models import AuditLine
from core.permissions import Role
from outreach import quality
from outreach.models import Client, ClosedFinding
from outreach.quality import Desk
from tests.factories.people import member
from tests.outreach.test_quality import ago, desk, found, odd_of_each, people

__all__ = ["ago", "desk"]


def at(check):
    return reverse("quality-check", args=[check])


def test_every_check_has_words_and_a_page(signed_in, programme):
    browser = signed_in()

    answers = {check: browser.get(at(check)).status_code for check in quality.CHECKS}

    assert answers == dict.fromkeys(quality.CHECKS, 200)
    assert browser.get(at("nonsense")).status_code == 404


# --- who sees what --------------------------------------------------------------------------------------


def test_other_organisations_findings_are_not_there(programme, other, desk, ago):
    mine, _theirs = (row.person(sex="U", registered=ago(9)) for row in (programme, other))

    assert people(found(desk, "missing")) == {mine.pk}


def test_child_protection_record_is_found_by_those_only_who_may_see_it(programme, scope, today, ago):
    born = ago(5000)
    child = programme.person(group="YSE", sex="U", born=born, registered=ago(9))

    seen = {
        role: people(found(Desk(scope(role), today), "missing")) for role in (Role.SUPERVISOR, Role.PROGRAMME_MANAGER)
    }

    assert seen == {Role.SUPERVISOR: {child.pk}, Role.PROGRAMME_MANAGER: set()}


@pytest.mark.parametrize(
    ("role", "answer"),
    [(Role.SUPERVISOR, 200), (Role.DATA_OFFICER, 200), (Role.PROGRAMME_MANAGER, 200), (Role.OUTREACH_WORKER, 403)],
)
def test_desk_is_for_those_who_may_look(signed_in, role, answer):
    browser = signed_in(role)

    pages = [reverse("quality"), reverse("quality-closed"), at("missing")]

    assert [browser.get(page).status_code for page in pages] == [answer] * 3


def ticks(browser, check="missing"):
    return [line.value for line in browser.get(at(check)).context["lines"]]


def test_who_may_only_look_closes_nothing(signed_in, programme, ago):
    programme.person(sex="U", registered=ago(9))
    browser = signed_in(Role.PROGRAMME_MANAGER)

    answer = browser.post(at("missing"), {"finding": ticks(browser), "reason": "true"})

    assert (answer.status_code, ClosedFinding.objects.count()) == (403, 0)
    assert browser.get(at("missing")).context["may_close"] is False


# --- closing --------------------------------------------------------------------------------------------


def test_ticked_findings_are_closed_with_a_reason(signed_in, programme, ago):
    for _number in range(3):
        programme.person(sex="U", registered=ago(9))
    browser = signed_in()
    [first, second, third] = ticks(browser)

    browser.post(at("missing"), {"finding": [first, third], "reason": "cant_know", "note": "asked twice"})

    rows = ClosedFinding.objects.values_list("check_name", "reason", "note", "closed_by__username")
    assert list(rows) == [("missing", "cant_know", "asked twice", browser.user.username)] * 2
    assert ticks(browser) == [second]
    assert AuditLine.objects.filter(action="finding.close").count() == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "nonsense"}, "reason"),
        ({"note": "ring 012 345 678"}, "note"),
        ({"note": "x" * 281}, "note"),
        ({"finding": []}, "__all__"),
        ({"finding": ["1|x|y"]}, "__all__"),
    ],
)
def test_closing_without_reason_or_tick_closes_nothing(signed_in, programme, ago, changed, field):
    programme.person(sex="U", registered=ago(9))
    browser = signed_in()

    response = browser.post(at("missing"), {"finding": ticks(browser), "reason": "true", **changed})

    assert (list(response.context["form"].errors), ClosedFinding.objects.count()) == ([field], 0)


def test_finding_opens_again_when_the_data_changes(signed_in, programme, ago):
    person = programme.person(sex="U", registered=ago(9))
    browser = signed_in()
    browser.post(at("missing"), {"finding": ticks(browser), "reason": "true"})
    before = ticks(browser)

    Client.objects.filter(pk=person.pk).update(sex="F")
    after = ticks(browser)
    browser.post(at("missing"), {"finding": after, "reason": "mended"})

    assert (before, len(after), ticks(browser)) == ([], 1, [])
    assert ClosedFinding.objects.values_list("reason", flat=True).get() == "mended"


def test_finding_that_changed_since_it_was_seen_is_not_closed(signed_in, programme, ago):
    person = programme.person(sex="U", registered=ago(9))
    browser = signed_in()
    seen = ticks(browser)
    Client.objects.filter(pk=person.pk).update(sex="F")

    response = browser.post(at("missing"), {"finding": seen, "reason": "true"})

    assert (list(response.context["form"].errors), ClosedFinding.objects.count()) == (["__all__"], 0)


def test_closed_finding_is_listed_and_opened_again(signed_in, programme, ago):
    programme.person(sex="U", registered=ago(9))
    browser = signed_in()
    browser.post(at("missing"), {"finding": ticks(browser), "reason": "true"})

    [(finding, name, _what, _url)] = browser.get(reverse("quality-closed")).context["rows"]
    browser.post(reverse("quality-closed"), {"finding": finding.pk})

    assert (str(name), len(ticks(browser)), ClosedFinding.objects.count()) == ("Sex or age missing", 1, 0)
    assert AuditLine.objects.filter(action="finding.reopen").count() == 1


@pytest.mark.parametrize("number", ["", "x", "999999", "9" * 40])
def test_closed_finding_that_is_none_does_not_exist(signed_in, number):
    assert signed_in().post(reverse("quality-closed"), {"finding": number}).status_code == 404


def test_closed_finding_of_another_organisation_does_not_exist(signed_in, other, ago):
    other.person(sex="U", registered=ago(9))
    theirs = signed_in(Role.SUPERVISOR, "NGO-B")
    theirs.post(at("missing"), {"finding": ticks(theirs), "reason": "true"})

    browser = signed_in()
    answer = browser.post(reverse("quality-closed"), {"finding": ClosedFinding.objects.get().pk})

    assert (answer.status_code, ClosedFinding.objects.count()) == (404, 1)
    assert browser.get(reverse("quality-closed")).context["rows"] == []


def test_list_is_narrowed_to_a_worker_and_a_site(signed_in, programme, ago):
    browser, site = signed_in(), programme.site("A")
    programme.by = member(Role.OUTREACH_WORKER)
    programme.met(None, ago(40), site=site)
    programme.by = member(Role.PEER_EDUCATOR)
    programme.met(None, ago(41))

    def days(**query):
        return [str(line.row.day) for line in browser.get(at("late"), query).context["lines"]]

    assert days() == [ago(40), ago(41)]
    assert (days(worker=programme.by.pk), days(site=str(site.pk))) == ([ago(41)], [ago(40)])
    assert days(worker="nonsense", site="x") == [ago(40), ago(41)]


OVERVIEW_QUERIES, LIST_QUERIES = 18, 12


@pytest.mark.parametrize("number", [1, 3])
def test_overview_costs_the_same_for_few_and_many(
    signed_in, programme, ago, settings, number, django_assert_num_queries
):
    odd_of_each(programme, number, ago, settings)
    browser = signed_in()
    codes.table("sex")

    with django_assert_num_queries(OVERVIEW_QUERIES):
        response = browser.get(reverse("quality"))

    numbers = {str(words.label): shown for words, _url, shown in response.context["cards"]}
    assert (numbers["Too many contacts a day"], numbers["Copied entries"]) == (number, number)


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_few_and_many(signed_in, programme, ago, settings, number, django_assert_num_queries):
    odd_of_each(programme, number, ago, settings)
    browser = signed_in()
    codes.table("sex")

    with django_assert_num_queries(LIST_QUERIES):
        browser.get(at("late"))
