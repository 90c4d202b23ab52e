"""The safeguarding lead's worklist: clocks, order, filters, the figure, and what Today says of it."""

import uuid
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from core.actions.memberships import scope_of
from core.models.users import system_user
from core.permissions import Role
from outreach import clocks, safeguarding
from outreach.actions import concerns
from outreach.models import Concern
from tests.factories.people import member
from tests.outreach.leads import acted, browser_of, earlier, lead_of, raised

URL = "/app/record/concern/"
NOBODY = "Nobody is safeguarding lead here."


# --- clocks and the worklist ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "text", "kind"),
    [
        (0, "24 hours left to act", ""),
        (17 * 60, "7 hours left to act", ""),
        (18 * 60, "6 hours left to act", "attention"),
        (23 * 60 + 59, "1 minute left to act", "attention"),
        (24 * 60, "1 minute left to act", "attention"),
        (25 * 60, "late by 1 hour", "danger"),
    ],
)
def test_clock_of_a_day(lists, minutes, text, kind):
    concern = raised(concerns=frozenset({"missing"}))

    told = clocks.concern(concern, concern.raised_at + timedelta(minutes=minutes))

    assert (told.text, told.kind) == (text, kind)


def test_clock_of_now_is_pressing_from_the_start(lists):
    concern = raised(concerns=frozenset({"sexual"}))

    told = clocks.concern(concern, concern.raised_at)

    assert (told.text, told.kind) == ("1 hour left to act", "attention")


def test_clock_stops_with_the_first_action(lists):
    in_time, late = earlier(2, concerns=frozenset({"missing"})), earlier(3, concerns=frozenset({"sexual"}))

    said = [clocks.concern(acted(one), timezone.now()).text for one in (in_time, late)]

    assert said == ["acted on in time", "acted on 2 hours late"]


def test_worklist_puts_what_presses_first(lists):
    closed = acted(earlier(9))
    concerns.close(concern=closed, outcome="safe", on=timezone.localdate(), by=system_user())
    answered, slow, late = acted(earlier(8)), earlier(7), earlier(6, concerns=frozenset({"sexual"}))
    pressing = earlier(1, concerns=frozenset({"missing"}))

    page = browser_of(lead_of()).get(reverse("concerns:list"))

    order = [url.rsplit("/", 2)[1] for url, _cells in page.context["rows"]]
    assert order == [str(one.pk) for one in (late, pressing, slow, answered, closed)]


def test_filters_of_the_worklist(lists):
    closed = acted(earlier(9))
    concerns.close(concern=closed, outcome="safe", on=timezone.localdate(), by=system_user())
    acted(earlier(8, concerns=frozenset({"sexual"})))
    earlier(6, concerns=frozenset({"sexual", "missing"}))
    raised()
    browser, url = browser_of(lead_of()), reverse("concerns:list")

    def number(query):
        return browser.get(f"{url}?{query}").context["result_count"]

    states = {state: number(f"state={state}") for state in ("waiting", "open", "closed", "in_time", "late")}
    assert states == {"waiting": 2, "open": 3, "closed": 1, "in_time": 1, "late": 2}
    assert (number("concern=sexual"), number("concern=missing")) == (2, 1)
    assert browser.get(f"{url}?nonsense=1").status_code == 400


def test_list_costs_the_same_queries_for_one_row_and_for_three(lists, programme, django_assert_num_queries):
    browser, url = browser_of(lead_of()), reverse("concerns:list")
    raised(client_id=programme.person(born="2012-01-01").pk)
    browser.get(url)
    with django_assert_num_queries(7):
        browser.get(url)
    raised(client_id=programme.person(born="2013-01-01").pk)
    acted(raised())

    with django_assert_num_queries(7):
        page = browser.get(url)

    assert page.context["result_count"] == 3


def test_figure_on_the_list_is_this_quarters(lists):
    acted(raised())
    raised()
    acted(earlier(3, concerns=frozenset({"sexual"})))
    browser, today = browser_of(lead_of(role=Role.EDITOR)), timezone.localdate()

    page = browser.get(reverse("concerns:list"))

    quarter = [c for c in Concern.objects.all() if (c.occurred_on.month - 1) // 3 == (today.month - 1) // 3]
    in_time = [c for c in quarter if c.first_action_at and c.first_action_at <= c.respond_by]
    assert (page.context["timely"]["in_time"], page.context["timely"]["of"]) == (len(in_time), len(quarter))
    assert 'data-testid="figure-SG_TIMELY"' in page.content.decode()


# --- Today ----------------------------------------------------------------------------------------------


def test_today_tells_the_lead_what_waits_and_nobody_else(lists):
    lead = lead_of()
    earlier(2, concerns=frozenset({"sexual"}))
    acted(raised())

    page = browser_of(lead).get(reverse("today")).content.decode()
    others = [browser_of(member(role)).get(reverse("today")).content.decode() for role in Role]

    assert "1 concern waits for a first action." in page
    assert "late by 1 hour" in page
    assert ["waits for a first action" in other for other in others] == [False] * len(Role)


def test_today_costs_the_same_for_one_concern_and_for_three(lists, django_assert_num_queries):
    request = RequestFactory().get("/app/today/")
    request.scope = scope_of(lead_of())
    raised()
    with django_assert_num_queries(1):
        safeguarding.concerns(request)
    raised()
    raised()

    with django_assert_num_queries(1):
        assert safeguarding.concerns(request)["number"] == 3


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.ADMINISTRATOR])
def test_missing_lead_is_told_to_whoever_can_appoint_one(lists, role):
    browser, urls = browser_of(member(role)), (reverse("today"), reverse("members:list"))

    before = [NOBODY in browser.get(url).content.decode() for url in urls]
    lead_of()
    after = [NOBODY in browser.get(url).content.decode() for url in urls]

    assert (before, after) == ([True, True], [False, False])


def test_missing_lead_is_told_to_whoever_raises_a_concern(lists):
    browser = browser_of(member(Role.PEER_EDUCATOR))

    data = {"id": str(uuid.uuid4()), "concerns": ["neglect"], "sex": "F", "age": "12", "note": ""}
    page = browser.post(URL, data, follow=True).content.decode()

    assert NOBODY in page


def test_lead_whose_account_is_closed_is_no_lead(lists):
    lead = lead_of()
    lead.is_active = False
    lead.save()

    page = browser_of(member(Role.PROGRAMME_MANAGER)).get(reverse("today")).content.decode()

    assert NOBODY in page
