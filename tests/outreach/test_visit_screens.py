"""A visit's own screen: what is ticked and where it is found again, two desks at once; whose visits one sees."""

from datetime import time

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.models import Membership, Organisation, RecordVersion
from core.periods import Period
from core.permissions import Role
from core.scope import SYSTEM
from dashboards.counting import count
from outreach.actions import contacts
from outreach.models import Contact, StockMove
from tests.outreach.desk import BOARD, came, centre, check_in, lines, texts, ticked

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
