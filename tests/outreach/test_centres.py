"""Setting up a drop-in centre: its own list of services, its opening hours, and who may."""

from datetime import datetime, time

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actions import audit
from core.models import AuditLine
from core.models.users import system_user
from core.permissions import Role
from core.rules.problems import InvalidEntries
from outreach import centres as reading
from outreach.actions import centres
from outreach.models import CentreService, OpeningHours
from outreach.rules.centres import (
    Offer,
    Opening,
    Stretch,
    hours_problems,
    offer_problems,
    opening_at,
    usual_offer,
    usual_offers,
)
from tests.outreach.desk import centre, clock

pytestmark = pytest.mark.django_db
REST = Offer("rest", frozenset({"MATERIAL"}))
EXCHANGE = Offer("needle_exchange", frozenset({"NSP"}), "SYR_1ML_FIX", 10)
MORNING = Stretch(0, time(8), time(12))
AFTERNOON = Stretch(0, time(13, 30), time(17))


@pytest.fixture
def site(programme):
    return centre(programme)


def stretch(day, opens, closes):
    return Stretch(day, clock(opens), clock(closes))


def fields(problems):
    return [problem.field for problem in problems]


# --- rules ------------------------------------------------------------------------------------------------


def test_the_code_list_says_what_a_service_usually_means(lists):
    assert usual_offer("needle_exchange") == EXCHANGE
    assert usual_offer("recreation") == Offer("recreation")
    assert usual_offer("no such code") == Offer("no such code")


def test_the_usual_list_breaks_no_rule(lists):
    assert list(offer_problems(usual_offers(), timezone.localdate())) == []


@pytest.mark.parametrize(
    ("offers", "wrong"),
    [
        ([Offer("elephant")], ["offered_elephant"]),
        ([REST, REST], ["offered_rest"]),
        ([Offer("rest", frozenset({"ELEPHANT"}))], ["services_rest"]),
        ([Offer("rest", commodity="ELEPHANT", quantity=1)], ["commodity_rest"]),
        ([Offer("rest", commodity="COND_M")], ["quantity_rest"]),
        ([Offer("rest", quantity=3)], ["quantity_rest"]),
        ([Offer("rest", commodity="COND_M", quantity=1_001)], ["quantity_rest"]),
        (
            [Offer("rest", commodity="COND_M", quantity=1), Offer("meal", commodity="COND_M", quantity=1)],
            ["commodity_rest", "commodity_meal"],
        ),
    ],
)
def test_a_list_that_cannot_be(lists, offers, wrong):
    assert fields(offer_problems(offers, timezone.localdate())) == wrong


@pytest.mark.parametrize(
    ("stretches", "wrong"),
    [
        ([MORNING, AFTERNOON], []),
        ([AFTERNOON, MORNING], []),
        ([MORNING, stretch(0, "12:00", "13:00")], []),
        ([MORNING, stretch(1, "09:00", "13:00")], []),
        ([stretch(3, "12:00", "08:00")], ["opens_3"]),
        ([stretch(3, "08:00", "08:00")], ["opens_3"]),
        ([MORNING, stretch(0, "11:59", "13:00")], ["opens_0"]),
    ],
)
def test_hours_that_can_and_cannot_be(stretches, wrong):
    assert fields(hours_problems(stretches)) == wrong


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2025-03-10 07:59", Opening(False, next_at=time(8))),
        ("2025-03-10 08:00", Opening(True, until=time(12))),
        ("2025-03-10 12:00", Opening(False, next_at=time(13, 30))),
        ("2025-03-10 16:59", Opening(True, until=time(17))),
        ("2025-03-10 17:00", Opening(False)),
        ("2025-03-11 09:00", Opening(False)),
    ],
)
def test_how_a_centre_stands_on_a_monday_and_a_tuesday(at, opening):
    assert opening_at([AFTERNOON, MORNING], datetime.fromisoformat(at)) == opening


def test_a_centre_without_hours_is_neither_open_nor_closed():
    assert opening_at([], timezone.localtime()) is None


# --- actions ----------------------------------------------------------------------------------------------


def test_set_services_keeps_the_order_and_writes_one_line(site):
    changed = centres.set_services(site=site, offers=[REST, EXCHANGE], by=system_user())
    again = centres.set_services(site=site, offers=[REST, EXCHANGE], by=system_user())

    rows = CentreService.objects.values_list("code", "services", "commodity", "quantity")
    assert (changed, again) == (True, False)
    assert list(rows) == [("rest", ["MATERIAL"], "", 0), ("needle_exchange", ["NSP"], "SYR_1ML_FIX", 10)]
    assert AuditLine.objects.filter(action="centre.set_services", record_id=str(site.pk)).count() == 1
    assert list(audit.faults()) == []


def test_set_services_in_another_order_is_a_change(site):
    centres.set_services(site=site, offers=[REST, EXCHANGE], by=system_user())

    assert centres.set_services(site=site, offers=[EXCHANGE, REST], by=system_user())
    assert list(reading.offers_of(site)) == ["needle_exchange", "rest"]


def test_set_services_refuses_a_list_that_breaks_a_rule(site):
    with pytest.raises(InvalidEntries):
        centres.set_services(site=site, offers=[REST, REST], by=system_user())

    assert CentreService.objects.count() == 0


def test_set_hours_writes_one_line(site):
    changed = centres.set_hours(site=site, stretches=[AFTERNOON, MORNING], by=system_user())
    again = centres.set_hours(site=site, stretches=[MORNING, AFTERNOON], by=system_user())

    assert (changed, again) == (True, False)
    assert reading.stretches_of(site) == [MORNING, AFTERNOON]
    assert AuditLine.objects.filter(action="centre.set_hours").count() == 1


def test_set_hours_refuses_hours_that_break_a_rule(site):
    with pytest.raises(InvalidEntries):
        centres.set_hours(site=site, stretches=[stretch(0, "12:00", "08:00")], by=system_user())

    assert OpeningHours.objects.count() == 0


def test_a_held_service_never_shares_a_commodity(site):
    centres.set_services(site=site, offers=[Offer("rest", frozenset({"NSP"}), "SYR_1ML_FIX", 5)], by=system_user())

    offers = reading.offers_of(site, frozenset({"needle_exchange"}))

    assert [offer.commodity for offer in offers.values()] == ["SYR_1ML_FIX", ""]


# --- screens ----------------------------------------------------------------------------------------------


def at(site):
    return reverse("centre-set-up", args=[site.pk])


def posted(browser, site, part, **changed):
    """Opens the page, changes something of one form, and saves that form."""
    form = browser.get(at(site)).context[part]
    data = {}
    for field in form:
        value = field.value()
        if hasattr(value, "strftime"):
            value = value.strftime("%H:%M")
        if value not in (None, False, ""):
            data[field.html_name] = value
    data |= changed
    return browser.post(at(site), {name: value for name, value in data.items() if value is not None} | {"part": part})


def test_a_new_centre_begins_with_the_whole_code_list(signed_in, site):
    browser = signed_in(Role.PROGRAMME_MANAGER)

    answer = posted(browser, site, "services")

    assert (answer.status_code, list(reading.offers_of(site).values())) == (302, usual_offers())


def test_services_are_taken_away_moved_and_mapped_anew(signed_in, site):
    centres.set_services(site=site, offers=[EXCHANGE, REST], by=system_user())
    browser = signed_in(Role.DATA_OFFICER)

    posted(
        browser, site, "services", order_needle_exchange=9, quantity_needle_exchange=20,
        offered_legal="on", order_legal=1, services_legal=["LEGAL", "COUNSEL"],
    )  # fmt: skip

    assert list(reading.offers_of(site).values()) == [
        Offer("legal", frozenset({"LEGAL", "COUNSEL"})),
        REST,
        Offer("needle_exchange", frozenset({"NSP"}), "SYR_1ML_FIX", 20),
    ]


def test_a_service_that_is_no_longer_ticked_goes(signed_in, site):
    centres.set_services(site=site, offers=[EXCHANGE, REST], by=system_user())

    posted(signed_in(Role.PROGRAMME_MANAGER), site, "services", offered_rest=None)

    assert list(reading.offers_of(site)) == ["needle_exchange"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"quantity_rest": "x"}, "quantity_rest"),
        ({"quantity_rest": "5"}, "quantity_rest"),
        ({"commodity_rest": "ELEPHANT"}, "commodity_rest"),
        ({"commodity_rest": "SYR_1ML_FIX", "quantity_rest": "5"}, "commodity_needle_exchange"),
        ({"services_rest": ["ELEPHANT"]}, "services_rest"),
        ({"order_rest": "0"}, "order_rest"),
    ],
)
def test_a_bad_list_is_told_beside_its_field(signed_in, site, changed, field):
    centres.set_services(site=site, offers=[EXCHANGE, REST], by=system_user())

    answer = posted(signed_in(Role.PROGRAMME_MANAGER), site, "services", **changed)

    assert (answer.status_code, next(iter(answer.context["services"].errors))) == (200, field)
    assert list(reading.offers_of(site).values()) == [EXCHANGE, REST]


def test_hours_are_typed_and_shown_again(signed_in, site):
    browser = signed_in(Role.PROGRAMME_MANAGER)

    posted(browser, site, "hours", opens_0="08:00", closes_0="12:00", again_opens_0="13:30", again_closes_0="17:00")
    form = browser.get(at(site)).context["hours"]

    assert reading.stretches_of(site) == [MORNING, AFTERNOON]
    assert (form["again_closes_0"].value(), form["opens_1"].value()) == (time(17), None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"opens_2": "08:00"}, "closes_2"),
        ({"closes_2": "08:00"}, "opens_2"),
        ({"opens_2": "later", "closes_2": "09:00"}, "opens_2"),
        ({"opens_2": "12:00", "closes_2": "09:00"}, "opens_2"),
        ({"opens_2": "08:00", "closes_2": "12:00", "again_opens_2": "11:00", "again_closes_2": "13:00"}, "opens_2"),
    ],
)
def test_bad_hours_are_told_beside_their_field(signed_in, site, changed, field):
    answer = posted(signed_in(Role.PROGRAMME_MANAGER), site, "hours", **changed)

    assert (answer.status_code, list(answer.context["hours"].errors)) == (200, [field])
    assert OpeningHours.objects.count() == 0


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_centres_costs_the_same(signed_in, programme, number, django_assert_num_queries):
    for place in range(number):
        site = centre(programme, f"DIC{place}")
        centres.set_services(site=site, offers=[REST], by=system_user())
        centres.set_hours(site=site, stretches=[MORNING], by=system_user())
    browser = signed_in(Role.PROGRAMME_MANAGER)
    browser.get("/app/account/")

    with django_assert_num_queries(6):
        page = browser.get(reverse("centres"))

    assert [(row["offers"], row["hours"]) for row in page.context["centres"]] == [(1, "Monday 08:00–12:00")] * number


@pytest.mark.parametrize("role", [Role.OUTREACH_WORKER, Role.SUPERVISOR])
def test_only_those_who_manage_sites_set_a_centre_up(signed_in, site, role):
    browser = signed_in(role)

    answers = [browser.get(at(site)), browser.post(at(site), {"part": "hours"}), browser.get(reverse("centres"))]

    assert [answer.status_code for answer in answers] == [403] * 3


def test_another_organisations_centre_and_a_site_of_another_kind_are_not_there(signed_in, programme, other, site):
    browser = signed_in(Role.PROGRAMME_MANAGER)

    answers = [browser.post(at(place), {"part": "hours"}) for place in (centre(other), programme.site("SPOT"))]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert [row["name"] for row in browser.get(reverse("centres")).context["centres"]] == [site.name]
