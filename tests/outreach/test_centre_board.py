"""The board of a drop-in centre: who comes, who is in, and how many queries it takes."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.models import AuditLine
from core.permissions import Role
from outreach import card_codes, finding
from outreach.actions import clients
from outreach.forms.clients import REFUSED
from outreach.models import Client, Contact, OpeningHours
from tests.outreach.desk import BOARD, came, centre, check_in, lines, named, texts
from tests.outreach.taken import with_turns

pytestmark = pytest.mark.django_db
NOON = "2025-03-12T05:00:00Z"


@pytest.fixture
def site(programme):
    return centre(programme)


@pytest.fixture(autouse=True)
def _at_noon():
    """Noon of a Wednesday in Phnom Penh: nothing of these tests crosses midnight."""
    with time_machine.travel(NOON):
        yield


# --- who comes --------------------------------------------------------------------------------------------


def test_today_leads_to_the_board_of_the_centre(signed_in, site):
    page = signed_in(Role.OUTREACH_WORKER).get("/app/today/").content.decode()

    assert f'href="{BOARD}?centre={site.pk}"' in page


def test_today_has_no_board_without_a_centre(signed_in, programme):
    page = signed_in(Role.OUTREACH_WORKER).get("/app/today/").content.decode()

    assert f'href="{BOARD}?centre' not in page


def test_board_without_a_centre_says_what_to_do(signed_in, programme):
    page = signed_in(Role.OUTREACH_WORKER).get(BOARD)

    assert (page.status_code, "no open drop-in centre" in page.content.decode()) == (200, True)


def test_two_presses_by_card_from_today(signed_in, programme, site):
    browser, person = signed_in(Role.OUTREACH_WORKER), programme.person()

    found = browser.post(BOARD, {"q": card_codes.shown(person.card_code).lower(), "centre": site.pk})
    [line] = found.context["people"]
    answer = browser.post(
        reverse("centre-check-in"), {"id": line["id"], "centre": site.pk, "client": line["client"].pk}
    )

    assert (lines(found), found.context["single"], answer.url) == ([person], line, f"{BOARD}?centre={site.pk}")
    assert Contact.objects.get().client == person


def test_three_presses_by_picture(signed_in, programme, site):
    browser = signed_in(Role.OUTREACH_WORKER)
    lately, long_ago, other = (named(programme, f"N{n}", icon) for n, icon in enumerate(["moon", "moon", "sun"]))
    for person, days in ((lately, 5), (long_ago, finding.LATELY_DAYS + 5), (other, 1)):
        came(programme, site, person, day=timezone.localdate() - timedelta(days=days))

    found = browser.post(BOARD, {"picture": "moon", "centre": site.pk})
    check_in(browser, site, lately)

    assert lines(found) == [lately]
    assert Contact.objects.in_now(timezone.localdate()).get().client == lately


def test_one_press_for_somebody_anonymous(signed_in, site):
    check_in(signed_in(Role.OUTREACH_WORKER), site)

    assert Contact.objects.get().client is None


def test_found_by_nickname_and_noted_down(signed_in, programme, site):
    browser, person = signed_in(Role.OUTREACH_WORKER), named(programme, "Lotus Moon")

    found = browser.post(BOARD, {"q": "lotus", "centre": site.pk})

    assert (lines(found), found.context["exact"]) == ([person], False)
    assert AuditLine.objects.filter(action="client.find", record_id=str(person.pk)).count() == 1


def test_found_by_a_lost_card_says_so(signed_in, programme, site):
    browser, person = signed_in(Role.OUTREACH_WORKER), programme.person()
    old = person.card_code
    clients.replace_card(client=person, by=programme.by)

    [line] = browser.post(BOARD, {"q": old, "centre": site.pk}).context["people"]

    assert (line["client"], line["replaced"]) == (person, True)


def test_nobody_found_leads_to_a_new_person_and_back(signed_in, programme, site):
    browser = signed_in(Role.OUTREACH_WORKER)

    page = browser.post(BOARD, {"q": "Nobody", "centre": site.pk})
    new_url = page.context["new_url"]
    form = browser.post(new_url, {"carried": "1", "q": "Nobody"}).context["form"]
    data = {
        "id": str(form["id"].value()),
        "occurred_on": str(timezone.localdate()),
        "sex": "F",
        "nickname": "Nobody",
        "group": "PWID",
        "consent": "verbal",
        "birth_2": "1990",
    }
    answer = browser.post(new_url, data)

    person = Client.objects.get()
    assert answer.url == f"{BOARD}?centre={site.pk}&client={person.pk}"
    assert lines(browser.get(answer.url)) == [person]


def test_somebody_who_is_in_is_offered_the_visit_and_not_a_second_one(signed_in, programme, site):
    browser, person = signed_in(Role.OUTREACH_WORKER), programme.person()
    check_in(browser, site, person)
    visit = Contact.objects.get()

    [line] = browser.post(BOARD, {"q": person.card_code, "centre": site.pk}).context["people"]
    again = check_in(browser, site, person)

    assert (line["visit"]["url"], line["visible"]) == (reverse("visit", args=[visit.pk]), True)
    assert ["in already" in text for text in texts(again)][-1:] == [True]
    assert Contact.objects.count() == 1


def test_somebody_in_at_another_centre_is_told_and_can_come(signed_in, programme, site):
    browser, person = signed_in(Role.OUTREACH_WORKER), programme.person()
    check_in(browser, centre(programme, "DIC2"), person)

    [line] = browser.post(BOARD, {"q": person.card_code, "centre": site.pk}).context["people"]

    assert (line["visit"], line["person"]["tag"]) == (None, "in now at Centre DIC2")


def test_the_same_press_twice_is_one_visit(signed_in, programme, site):
    browser, person, pk = signed_in(Role.OUTREACH_WORKER), programme.person(), uuid4()

    check_in(browser, site, person, pk)
    again = check_in(browser, site, person, pk)

    assert (Contact.objects.count(), again.status_code) == (1, 302)
    assert ["Nothing was added twice" in text for text in texts(again)] == [False, True]


@pytest.mark.parametrize("wrong", [{"id": "x"}, {"id": ""}, {"client": "x"}, {"centre": ""}])
def test_a_broken_press_is_told_and_writes_nothing(signed_in, site, wrong):
    browser = signed_in(Role.OUTREACH_WORKER)

    answer = browser.post(reverse("centre-check-in"), {"id": str(uuid4()), "centre": str(site.pk), **wrong})

    assert (answer.status_code, Contact.objects.count(), len(texts(answer))) == (302, 0, 1)


@pytest.mark.parametrize("asked", [{"q": "x" * 81}, {"q": "\x00"}, {"picture": "elephant"}, {"centre": "x"}, {}])
def test_a_broken_search_is_a_page(signed_in, site, asked):
    answer = signed_in(Role.OUTREACH_WORKER).post(BOARD, asked)

    assert (answer.status_code, answer.context["searched"]) == (200, False)


def test_the_board_remembers_the_last_centre(signed_in, programme, site):
    browser, second = signed_in(Role.OUTREACH_WORKER), centre(programme, "ZZ")
    check_in(browser, second)

    assert browser.get(BOARD).context["centre"] == second
    assert browser.get(f"{BOARD}?centre={site.pk}").context["centre"] == site


def test_a_closed_centre_is_not_on_the_board(signed_in, programme, site):
    centre(programme, "OLD", closed_on="2025-01-01")

    page = signed_in(Role.OUTREACH_WORKER).get(BOARD)

    assert [chip[0] for chip in page.context["chips"]] == [site]


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ([], ""),
        ([("08:00", "17:00")], "open until 17:00"),
        ([("13:30", "17:00")], "closed, opens at 13:30"),
        ([("08:00", "11:00")], "closed now"),
    ],
)
def test_the_board_tells_whether_the_centre_is_open(signed_in, site, hours, words):
    for opens, closes in hours:
        OpeningHours.objects.create(site=site, weekday=2, opens=opens, closes=closes)

    assert signed_in(Role.OUTREACH_WORKER).get(BOARD).context["opening"] == words


def test_only_the_board_lets_the_camera_in(signed_in, site):
    browser = signed_in(Role.OUTREACH_WORKER)

    policies = [browser.get(url)["Permissions-Policy"].split(",")[0] for url in (BOARD, "/app/today/", "/app/people/")]

    assert policies == ["camera=(self)", "camera=()", "camera=()"]


# --- who is in --------------------------------------------------------------------------------------------


def test_in_now_is_who_came_today_and_has_not_left(signed_in, programme, site):
    browser, today = signed_in(Role.OUTREACH_WORKER), timezone.localdate()
    inside = came(programme, site, arrived="09:00", centre_services=frozenset({"rest"}))
    came(programme, site, arrived="08:00", left="09:00")
    came(programme, site, day=today - timedelta(days=1))
    came(programme, centre(programme, "DIC2"))
    programme.void(came(programme, site))

    page = browser.get(f"{BOARD}?centre={site.pk}")

    assert [(line["id"], line["since"], line["used"]) for line in page.context["visitors"]] == [
        (inside.pk, "09:00", "Rest / sleep")
    ]
    assert page.context["number"] == 1


def test_the_board_costs_the_same_for_one_three_and_two_hundred(signed_in, programme, site, django_assert_num_queries):
    browser, queries = signed_in(Role.OUTREACH_WORKER), 6
    browser.get("/app/account/")
    for people, more in ((1, 0), (3, 0), (200, 1)):
        for number in range(people - Contact.objects.count()):
            person = programme.person() if number < 40 else None
            came(programme, site, person, centre_services=frozenset({"rest"}))
        with django_assert_num_queries(queries + more):  # beyond the thirty shown they are counted
            page = browser.get(BOARD)

        assert (page.context["number"], len(page.context["visitors"])) == (people, min(people, 30))
    assert len(browser.get(f"{BOARD}?all=1").context["visitors"]) == 200


def test_check_in_costs_the_same_with_three_in(signed_in, programme, site, django_assert_num_queries):
    browser = signed_in(Role.OUTREACH_WORKER)
    check_in(browser, site, programme.person())
    numbers = []
    for _visit in range(3):
        person = programme.person()
        with django_assert_num_queries(with_turns(28, 2)):
            check_in(browser, site, person)
        numbers.append(Contact.objects.count())

    assert numbers == [2, 3, 4]


@pytest.mark.parametrize("found", [1, 3])
def test_a_search_costs_the_same_for_one_and_three(signed_in, programme, site, found, django_assert_num_queries):
    browser = signed_in(Role.OUTREACH_WORKER)
    for number in range(found):
        check_in(browser, site, named(programme, f"Moon {number}"))

    with django_assert_num_queries(22):
        page = browser.post(BOARD, {"q": "Moon", "centre": site.pk})

    assert len(page.context["people"]) == found


def test_check_out_from_the_board_and_back_again(signed_in, programme, site):
    browser = signed_in(Role.OUTREACH_WORKER)
    visit = came(programme, site, arrived="11:00")

    left = browser.post(reverse("visit-leave", args=[visit.pk]))
    once = Contact.objects.get().left_at
    browser.post(reverse("visit-leave", args=[visit.pk]))
    browser.post(reverse("visit-stay", args=[visit.pk]))

    assert (left.url, once, Contact.objects.get().left_at) == (f"{BOARD}?centre={site.pk}", time(12, 0), None)


def test_somebody_new_who_wants_no_record_leads_back_to_the_board(signed_in, site):
    browser = signed_in(Role.OUTREACH_WORKER)

    answer = browser.post(f"{reverse('clients:create')}?centre={site.pk}", {"consent": REFUSED})

    assert answer.url == f"{BOARD}?centre={site.pk}"
