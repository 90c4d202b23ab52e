"""The screens of violence: told in a minute, restricted to whom it concerns, PEP's clock in words."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditLine
from core.models.users import system_user
from core.permissions import Role
from outreach import clocks
from outreach.actions import referrals, violence
from outreach.models import Concern, Referral, ViolenceEvent
from outreach.rules.violence import ViolenceEntry
from tests.factories.people import member, organisation
from tests.outreach.forms import reposted
from tests.outreach.leads import browser_of, lead_of

LEAD_TEXT = "We will tell the safeguarding lead."


def posted(**changed):
    today = str(timezone.localdate())
    data = {"id": str(uuid.uuid4()), "occurred_on": today, "types": ["physical"], "sex": "F", "age": "", **changed}
    return {name: value for name, value in data.items() if value is not None}


def tell(browser, person=None, **changed):
    who = f"?client={person.pk}" if person else ""
    left_out = {"sex": None, "age": None} if person else {}
    return browser.post(reverse("record-violence") + who, posted(**{**left_out, **changed}))


def told(by=None, code="NGO-A", **changed):
    entry = ViolenceEntry(**{"occurred_on": timezone.localdate(), "types": frozenset({"physical"}), **changed})
    violence.record(entry=entry, by=by or system_user(), organisation=organisation(code))
    return ViolenceEvent.objects.get(pk=entry.id)


def at(name, event):
    return reverse(f"violence:{name}", args=[event.pk])


# --- telling --------------------------------------------------------------------------------------------


def test_form_for_an_adult_promises_no_lead(signed_in, programme):
    page = signed_in(Role.OUTREACH_WORKER).get(
        f"{reverse('record-violence')}?client={programme.person(born='1990-01-01').pk}"
    )

    assert (page.status_code, LEAD_TEXT in page.content.decode()) == (200, False)
    assert "I believe you" in page.content.decode()


def test_form_for_a_child_says_that_the_lead_is_told(signed_in, programme):
    child = programme.person(born="2012-01-01")

    page = signed_in(Role.OUTREACH_WORKER).get(f"{reverse('record-violence')}?client={child.pk}")

    assert LEAD_TEXT in page.content.decode()


def test_told_of_a_client_is_recorded_and_sends_them_on(signed_in, programme):
    browser, person = signed_in(Role.OUTREACH_WORKER), programme.person(born="1990-01-01")

    response = tell(browser, person, help_wanted=["GBV", "MED"], types=["physical", "verbal"])

    event = ViolenceEvent.objects.get()
    assert response["Location"] == event.get_absolute_url()
    assert (event.client, event.types, event.recorded_by) == (person, ["physical", "verbal"], browser.user)
    assert sorted(Referral.objects.values_list("type", flat=True)) == ["GBV", "MED"]


def test_told_anonymously_by_a_child_tells_the_lead(signed_in):
    browser = signed_in(Role.PEER_EDUCATOR)

    tell(browser, age="15", types=["sexual"])

    assert Concern.objects.values_list("age", "sex", "concerns").get() == (15, "F", ["sexual"])


def test_told_twice_is_one(signed_in, programme):
    browser, person, data = signed_in(), programme.person(born="2012-01-01"), {"id": str(uuid.uuid4())}

    for _time in range(2):
        tell(browser, person, help_wanted=["CP"], **data)

    counts = (ViolenceEvent.objects.count(), Referral.objects.count(), Concern.objects.count())
    assert counts == (1, 1, 1)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"types": None}, "types"),
        ({"occurred_on": "2999-01-01"}, "occurred_on"),
        ({"happened_on": "2999-01-01"}, "happened_on"),
        ({"happened_at": "25:00"}, "happened_at"),
        ({"age": "111"}, "age"),
        ({"pep": "accepted"}, "pep"),
        ({"note": "012 345 678"}, "note"),
        ({"help_wanted": ["HTS"]}, "help_wanted"),
    ],
)
def test_told_with_a_mistake_says_so_beside_the_field(signed_in, changed, field):
    response = tell(signed_in(), **changed)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert ViolenceEvent.objects.count() == 0


def test_told_of_another_organisations_person_is_not_there(signed_in, other):
    assert tell(signed_in(), other.person()).status_code == 404


def test_change_keeps_what_the_form_does_not_ask(signed_in, programme):
    browser, person = signed_in(), programme.person(born="1990-01-01")
    event = told(client_id=person.pk, types=frozenset({"physical"}))

    response = reposted(browser, at("amend", event), types=["physical", "arrest"])

    event.refresh_from_db()
    assert response.status_code == 302
    assert (event.types, event.client, event.version) == (["arrest", "physical"], person, 2)


# --- who sees it ----------------------------------------------------------------------------------------

SEEN = {
    Role.PEER_EDUCATOR: (200, 404, 404),
    Role.OUTREACH_WORKER: (200, 404, 404),
    Role.SUPERVISOR: (200, 200, 404),
    Role.DATA_OFFICER: (200, 200, 404),
    Role.PROGRAMME_MANAGER: (403, 403, 403),
    Role.HOTLINE_COUNSELLOR: (403, 403, 403),
    Role.ADMINISTRATOR: (403, 403, 403),
}


@pytest.mark.parametrize("role", SEEN)
def test_page_own_teammates_and_another_organisations(lists, role):
    me = member(role)
    events = [told(by=me), told(by=member(role, username="teammate")), told(code="NGO-B")]
    browser = browser_of(me)

    answers = {
        name: tuple(browser.get(at(name, event)).status_code for event in events) for name in ("detail", "history")
    }

    assert answers == {"detail": SEEN[role], "history": SEEN[role]}


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.HOTLINE_COUNSELLOR, Role.EDITOR])
def test_lead_of_any_role_sees_the_organisations(lists, role):
    lead = browser_of(lead_of(role=role))

    assert (lead.get(at("detail", told())).status_code, lead.get(at("detail", told(code="NGO-B"))).status_code) == (
        200,
        404,
    )


def test_persons_page_shows_violence_only_to_those_who_see_it(programme):
    person = programme.person(born="1990-01-01")
    mate = member(Role.OUTREACH_WORKER, username="mate")
    event = told(client_id=person.pk, by=mate)
    pages = {
        name: browser_of(user).get(person.get_absolute_url()).content.decode()
        for name, user in (
            ("mate", mate),
            ("worker", member(Role.OUTREACH_WORKER)),
            ("supervisor", member(Role.SUPERVISOR)),
            ("manager", member(Role.PROGRAMME_MANAGER)),
        )
    }

    shown = {name: event.get_absolute_url() in page for name, page in pages.items()}
    assert shown == {"mate": True, "worker": False, "supervisor": True, "manager": False}
    assert {name: "Told on" in page for name, page in pages.items()} == shown


def test_looking_is_audited(signed_in):
    event = told()

    signed_in().get(at("detail", event))

    assert AuditLine.objects.filter(action="violence.view", record_id=str(event.pk)).count() == 1


def test_lead_finds_the_concern_on_the_page_and_a_supervisor_does_not(lists):
    event = told(age=15)
    url = Concern.objects.get().get_absolute_url()

    seen = [
        url in browser_of(user).get(at("detail", event)).content.decode()
        for user in (lead_of(), member(Role.SUPERVISOR))
    ]

    assert seen == [True, False]


# --- PEP's clock ----------------------------------------------------------------------------------------


def raped(hours_ago, **changed):
    moment = timezone.localtime() - timedelta(hours=hours_ago)
    when = {"happened_on": moment.date(), "happened_at": moment.time().replace(second=0, microsecond=0)}
    return told(types=frozenset({"sexual"}), sex="F", age=30, **{**when, **changed})


@pytest.mark.parametrize(
    ("after", "text", "kind"),
    [
        (timedelta(0), "PEP can still begin: 72 hours left.", "attention"),
        (timedelta(hours=41), "PEP can still begin: 31 hours left.", "attention"),
        (timedelta(hours=70, minutes=59), "PEP can still begin: 1 hour left.", "attention"),
        (timedelta(hours=71, minutes=1), "PEP can still begin: 59 minutes left.", "attention"),
        (timedelta(hours=71, minutes=59, seconds=30), "PEP can still begin: 1 minute left.", "attention"),
        (timedelta(hours=72), "The 72 hours for PEP are over.", ""),
    ],
)
def test_clock_counts_down(lists, after, text, kind):
    moment = timezone.make_aware(datetime(2025, 3, 8, 21, 30))
    event = told(
        occurred_on=moment.date(),
        types=frozenset({"sexual"}),
        age=30,
        happened_on=moment.date(),
        happened_at=moment.time(),
    )

    said = clocks.pep(event, moment + after)

    assert (said.text, said.kind) == (text, kind)


def test_clock_says_when_the_time_or_the_day_is_not_known(lists):
    day = timezone.make_aware(datetime(2025, 3, 8, 23, 59))
    guessed = told(occurred_on=day.date(), happened_on=day.date(), types=frozenset({"sexual"}), age=30)
    unknown = told(occurred_on=day.date(), types=frozenset({"sexual"}), age=30)

    said = [clocks.pep(event, day).text for event in (guessed, unknown)]

    assert said == ["PEP can still begin: at most 72 hours left.", "PEP must begin within 72 hours."]


@pytest.mark.parametrize(("pep", "said"), [("not_needed", None), ("declined", "")])
def test_clock_respects_the_answer(lists, pep, said):
    event = raped(10, pep=pep)

    found = clocks.pep(event, timezone.now())

    assert (found and found.kind) == said


def test_page_tells_the_clock_and_afterwards_what_still_helps(signed_in):
    browser = signed_in()

    pages = [browser.get(at("detail", raped(hours))).content.decode() for hours in (40, 73)]

    assert ["PEP can still begin: 31 hours left." in page for page in pages] == [True, False]
    assert ["A health service still helps" in page for page in pages] == [False, True]


def test_today_names_whose_pep_can_still_begin(signed_in, programme):
    browser = signed_in(Role.OUTREACH_WORKER)
    person = programme.person(born="1990-01-01")
    running = raped(40, by=browser.user, client_id=person.pk, pep="accepted")
    raped(73, by=browser.user)
    raped(40, by=browser.user, pep="declined")
    raped(40)

    before = browser.get(reverse("today")).content.decode()
    referral = Referral.objects.get(pk=running.referral_id("PEP"))
    entry = referrals.entry_of(referral, status="completed", closed_on=timezone.localdate())
    referrals.amend(referral=referral, entry=entry, version=1, by=system_user())
    after = browser.get(reverse("today")).content.decode()

    assert (before.count("/people/violence/"), running.get_absolute_url() in before) == (1, True)
    assert "<h2>PEP can still begin</h2>" not in after


# --- the list -------------------------------------------------------------------------------------------


def test_list_costs_the_same_queries_for_one_row_and_for_three(signed_in, programme, django_assert_num_queries):
    browser, url = signed_in(), reverse("violence:list")
    told(client_id=programme.person(born="1990-01-01").pk)
    browser.get(url)
    with django_assert_num_queries(6):
        browser.get(url)
    told(client_id=programme.person(born="1991-01-01").pk, age=None)
    told(age=40, sex="M")

    with django_assert_num_queries(6):
        page = browser.get(url)

    assert page.context["result_count"] == 3


def test_filters_by_kind_and_by_running_clock(signed_in):
    browser, url = signed_in(), reverse("violence:list")
    raped(40)
    raped(80)
    told(types=frozenset({"physical", "arrest"}), age=30)

    counts = [
        browser.get(f"{url}?{query}").context["result_count"] for query in ("type=sexual", "type=arrest", "pep=running")
    ]

    assert counts == [2, 1, 1]
