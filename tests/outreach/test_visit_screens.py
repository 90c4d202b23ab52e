"""The desk of a drop-in centre: who comes, who is in, what is ticked; whose centre it is; how many queries it takes."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.models import AuditLine, Membership, Organisation, RecordVersion
from core.periods import Period
from core.permissions import Role
from core.scope import SYSTEM
from dashboards.counting import count
from outreach import card_codes, finding
from outreach.actions import clients, contacts
from outreach.models import Client, Contact, OpeningHours, StockMove
from tests.outreach.desk import came, centre, check_in, ticked

pytestmark = pytest.mark.django_db
BOARD = "/app/record/centre/"
NOON = "2025-03-12T05:00:00Z"


@pytest.fixture
def site(programme):
    return centre(programme)


@pytest.fixture(autouse=True)
def _at_noon():
    """Noon of a Wednesday in Phnom Penh: nothing of these tests crosses midnight."""
    with time_machine.travel(NOON):
        yield


def named(programme, nickname="", icon="", **values):
    """A client with a nickname and a picture."""
    person = programme.person(**values)
    entry = clients.entry_of(person)
    Client.objects.filter(pk=person.pk).update(nickname=nickname, icon=icon)
    assert entry.id == person.pk
    return Client.objects.get(pk=person.pk)


def texts(response):
    return [str(message) for message in response.wsgi_request._messages]


def lines(response):
    return [line["client"] for line in response.context["people"]]


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

    assert (lines(found), found.context["only"], answer.url) == ([person], line, f"{BOARD}?centre={site.pk}")
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
        with django_assert_num_queries(28):
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


# --- what is ticked ---------------------------------------------------------------------------------------


def test_an_exchange_ticked_at_the_desk_is_found_again_everywhere(signed_in, programme, site):
    browser, today = signed_in(Role.OUTREACH_WORKER), timezone.localdate()
    person = programme.person(group="PWID", sex="M", born="1990-05-01")
    check_in(browser, site, person)

    answer = ticked(
        browser,
        Contact.objects.get(),
        "needle_exchange",
        "group",
        "hts",
        hts_outcome="tested_or_ref",
        taken_SYR_1ML_FIX=7,
    )

    visit, period = Contact.objects.get(), Period(today, today)
    assert (answer.status_code, visit.version) == (302, 2)
    assert sorted(row.service for row in visit.services.all()) == ["HTS_DONE", "IEC", "NSP", "NSP_COLLECT"]
    assert count("KP_PREV", period, by=["group"], scope=SYSTEM).total == 1
    given = count("COMMODITIES", period, by=["commodity"], scope=SYSTEM).cells
    assert [cell["value"] for cell in given if cell["commodity"] == "SYR_1ML_FIX"] == [10]
    assert sorted(StockMove.objects.values_list("source__kind", "destination__kind", "quantity")) == [
        ("clients", "returns", 7),
        ("site", "clients", 10),
    ]


def test_the_visit_shows_what_was_ticked(signed_in, programme, site):
    browser, visit = signed_in(Role.OUTREACH_WORKER), came(programme, site)
    ticked(browser, visit, "needle_exchange", pieces_SYR_1ML_FIX=25)

    form = browser.get(reverse("visit", args=[visit.pk])).context["form"]

    assert (form["used"].value(), form["pieces_SYR_1ML_FIX"].value(), form["pieces_COND_M"].value()) == (
        ["needle_exchange"],
        "25",
        "10",
    )


def test_the_visit_offers_the_centres_own_list_in_its_order(signed_in, programme, site):
    site.centre_services.create(code="rest", services=["MATERIAL"], order=1)
    site.centre_services.create(code="condom", services=["CONDOM"], commodity="COND_M", quantity=20, order=2)
    visit = came(programme, site, centre_services=frozenset({"legal"}))

    form = signed_in(Role.OUTREACH_WORKER).get(reverse("visit", args=[visit.pk])).context["form"]

    assert [code for code, _label in form.fields["used"].choices] == ["rest", "condom", "legal"]
    assert form["pieces_COND_M"].value() == "20"


def test_save_and_check_out_is_one_change(signed_in, programme, site):
    browser, visit = signed_in(Role.OUTREACH_WORKER), came(programme, site)

    ticked(browser, visit, "rest", leave="1")

    visit.refresh_from_db()
    assert (visit.version, visit.left_at, visit.centre_services) == (2, time(12, 0), ["rest"])


def test_saving_nothing_new_makes_no_version(signed_in, programme, site):
    browser, visit = signed_in(Role.OUTREACH_WORKER), came(programme, site)

    ticked(browser, visit)

    assert (Contact.objects.get().version, RecordVersion.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"used": ["elephant"]}, "used"),
        ({"used": ["condom"], "pieces_COND_M": "-1"}, "pieces_COND_M"),
        ({"used": ["condom"], "pieces_COND_M": "many"}, "pieces_COND_M"),
        ({"taken_SYR_1ML_FIX": "9999999"}, "taken_SYR_1ML_FIX"),
        ({"hts_outcome": "maybe"}, "hts_outcome"),
        ({"arrived_at": "25:00"}, "arrived_at"),
        ({"left_at": "07:00"}, "left_at"),
        ({"left_at": "23:30"}, "left_at"),
        ({"arrived_at": "", "left_at": "09:00"}, "left_at"),
        ({"note": "x" * 281}, "note"),
        ({"return_method": "guessed"}, "return_method"),
        ({"version": "x"}, "version"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_changes_nothing(signed_in, programme, site, changed, field):
    browser, visit = signed_in(Role.OUTREACH_WORKER), came(programme, site)

    answer = ticked(browser, visit, **changed)

    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])
    assert Contact.objects.get().version == 1


def test_two_desks_saving_the_same_visit_lose_nothing(signed_in, programme, site):
    browser, visit = signed_in(Role.OUTREACH_WORKER), came(programme, site, centre_services=frozenset({"meal"}))
    ticked(browser, visit, "meal", "condom", pieces_COND_M=30, note="calm")

    answer = ticked(browser, visit, "meal", "rest", version=1, pieces_COND_M=10, note="")
    form = answer.context["form"]
    changes = {str(label) for label, _old, _new in answer.context["theirs"]}
    again = {field.name: field.value() for field in form if field.value() not in (None, "", False)}
    browser.post(reverse("visit", args=[visit.pk]), again)

    after = Contact.objects.get()
    assert (answer.status_code, form["used"].value()) == (409, ["condom", "meal", "rest"])
    assert changes == {"Used at the centre", "What we did", "Given and taken back", "Note"}
    assert (after.centre_services, after.note, after.version) == (["condom", "meal", "rest"], "calm", 3)
    assert [(line.commodity, line.given) for line in after.commodities.all()] == [("COND_M", 30)]


def test_an_untick_of_the_other_desk_stays_unticked(signed_in, programme, site):
    browser, visit = signed_in(Role.OUTREACH_WORKER), came(programme, site, centre_services=frozenset({"meal"}))
    ticked(browser, visit, note="calm")

    answer = ticked(browser, visit, "meal", "rest", version=1)

    assert answer.context["form"]["used"].value() == ["rest"]


def test_a_known_positive_outcome_stays_unseen_and_kept(signed_in, programme, site):
    browser = signed_in(Role.PEER_EDUCATOR)
    visit = came(programme, site, by=browser.user, hts_outcome="known_pos")

    page = browser.get(reverse("visit", args=[visit.pk]))
    ticked(browser, visit, "rest")

    assert ("hts_outcome" in page.context["form"].fields, Contact.objects.get().hts_outcome) == (False, "known_pos")


def test_a_visit_made_void_leads_to_its_record(signed_in, programme, site):
    visit = came(programme, site)
    programme.void(visit)

    answer = signed_in(Role.OUTREACH_WORKER).get(reverse("visit", args=[visit.pk]))

    assert answer.url == visit.get_absolute_url()


# --- whose it is ------------------------------------------------------------------------------------------


def test_another_organisations_centre_person_and_visit_are_not_there(signed_in, programme, site, other):
    browser = signed_in(Role.OUTREACH_WORKER)
    theirs, person = centre(other), other.person()
    visit = came(other, theirs, person)
    addresses = [reverse(name, args=[visit.pk]) for name in ("visit", "visit-leave", "visit-stay")]

    answers = [
        browser.get(f"{BOARD}?centre={theirs.pk}"),
        browser.get(f"{BOARD}?client={person.pk}"),
        browser.post(BOARD, {"q": "x", "centre": str(theirs.pk)}),
        check_in(browser, theirs),
        check_in(browser, site, person),
        *(browser.post(address, {"version": 1}) for address in addresses),
    ]

    assert [answer.status_code for answer in answers] == [404] * 8
    assert lines(browser.post(BOARD, {"q": person.card_code, "centre": site.pk})) == []
    assert (Contact.objects.count(), Contact.objects.get().version) == (1, 1)


def test_a_person_of_the_other_of_ones_organisations_is_not_checked_in_here(signed_in, programme, site, other):
    browser, person = signed_in(Role.OUTREACH_WORKER), other.person()
    Membership.objects.create(
        user=browser.user, organisation=Organisation.objects.get(code="NGO-B"), role=Role.OUTREACH_WORKER
    )

    answer = check_in(browser, site, person)

    assert (answer.status_code, Contact.objects.count()) == (302, 0)
    assert ["no such client" in text for text in texts(answer)] == [True]


def test_a_peer_sees_and_ticks_own_visits_only(signed_in, programme, site):
    browser, person = signed_in(Role.PEER_EDUCATOR), programme.person()
    others = came(programme, site, person)
    check_in(browser, site)
    own = Contact.objects.exclude(pk=others.pk).get()

    page = browser.get(BOARD)
    found = browser.post(BOARD, {"q": person.card_code, "centre": site.pk})
    answers = [browser.get(reverse("visit", args=[visit.pk])).status_code for visit in (own, others)]

    assert [line["id"] for line in page.context["visitors"]] == [own.pk]
    assert [(line["visit"]["id"], line["visible"]) for line in found.context["people"]] == [(others.pk, False)]
    assert answers == [200, 404]


def test_another_kind_of_contact_has_no_visit_screen(signed_in, programme):
    contact = programme.met(programme.person(), "2025-02-01")

    assert signed_in(Role.SUPERVISOR).get(reverse("visit", args=[contact.pk])).status_code == 404


@pytest.mark.parametrize("name", ["centre-check-in", "visit-leave", "visit-stay"])
def test_what_writes_answers_no_get(signed_in, programme, site, name):
    visit = came(programme, site)
    address = reverse(name) if name == "centre-check-in" else reverse(name, args=[visit.pk])

    assert signed_in(Role.OUTREACH_WORKER).get(address).status_code == 405


def test_a_contact_page_leads_to_its_visit(signed_in, programme, site):
    visit = came(programme, site)

    page = signed_in(Role.OUTREACH_WORKER).get(visit.get_absolute_url()).content.decode()

    assert reverse("visit", args=[visit.pk]) in page


def test_contacts_entry_keeps_what_the_desk_wrote(programme, site):
    visit = came(programme, site, left="09:00", centre_services=frozenset({"rest"}))

    entry = contacts.entry_of(visit)

    assert entry.content() == visit.content()
