"""Who met the person, needles for others, how returns were counted: in the form, on the page and in the file."""

import csv
import io
from datetime import time

import pytest
from django.urls import reverse

from core.models import User
from core.permissions import Role
from outreach.models import Contact, Fact
from tests.factories.files import bring, counted, refused, text_file
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.outreach.forms import reposted
from tests.outreach.test_contacts import HARM, RECORD, address, record


def offered(browser, person=None, screen=RECORD):
    fields = browser.get(address(person, screen)).context["form"].fields
    return [label for _value, label in fields["worker"].choices] if "worker" in fields else None


# --- the form -------------------------------------------------------------------------------------------


def test_worker_is_me_unless_somebody_else_is_named(signed_in, programme):
    browser, other = signed_in(Role.OUTREACH_WORKER), member(Role.PEER_EDUCATOR)

    record(browser, given_COND_M="1")
    record(browser, given_COND_M="2", worker=str(other.pk))

    said = Contact.objects.order_by("commodities__given").values_list("worker", "recorded_by")
    assert list(said) == [(browser.user.pk, browser.user.pk), (other.pk, browser.user.pk)]
    assert set(Fact.objects.values_list("educator", flat=True)) == {browser.user.pk, other.pk}


def test_worker_is_one_of_the_present_field_staff(signed_in, programme, other):
    member(Role.PEER_EDUCATOR, username="peer"), member(Role.EDITOR, username="editor")
    member(Role.PEER_EDUCATOR, "NGO-B", username="theirs")

    assert offered(signed_in(Role.OUTREACH_WORKER)) == ["Me", "peer"]
    assert offered(signed_in(Role.PEER_EDUCATOR)) is None


def test_worker_of_another_organisation_is_refused(signed_in, programme, other):
    theirs = member(Role.PEER_EDUCATOR, "NGO-B", username="theirs")

    response = record(signed_in(), worker=str(theirs.pk))

    assert (list(response.context["form"].errors), Contact.objects.count()) == (["worker"], 0)


def test_peer_sees_what_somebody_else_typed_for_them(signed_in, programme):
    browser, person = signed_in(Role.PEER_EDUCATOR), programme.person()
    programme.by = member(Role.OUTREACH_WORKER)
    contact = programme.met(person, "2025-02-01")
    Contact.objects.update(worker=browser.user)

    answers = [browser.get(row.get_absolute_url()).status_code for row in (contact, person)]

    assert answers == [200, 200]


def test_worker_changes_and_the_history_says_so(signed_in, programme):
    browser, other = signed_in(), member(Role.PEER_EDUCATOR)
    contact = programme.met(programme.person(), "2025-02-01")

    reposted(browser, reverse("contacts:amend", args=[contact.pk]), worker=str(other.pk))

    changes = browser.get(reverse("contacts:history", args=[contact.pk])).context["versions"][0][-1]
    assert Contact.objects.get().worker == other
    assert changes == [("Worker", "system", other.username)]


def test_list_is_filtered_by_who_met_the_person(signed_in, programme):
    browser, other = signed_in(), member(Role.PEER_EDUCATOR)
    record(browser, given_COND_M="1")
    record(browser, given_COND_M="2", worker=str(other.pk))

    rows = browser.get(reverse("contacts:list"), {"worker": str(other.pk)}).context["rows"]

    assert [dict(cells)["Worker"] for _url, cells in rows] == [other.username]


def test_needles_for_others_and_the_count_of_returns_are_kept(signed_in, programme):
    browser, person = signed_in(), programme.person(group="PWID")

    record(browser, person, HARM, given_SYR_2ML="40", taken_SYR_1ML_FIX="12", for_others="3", return_method="weighed")

    contact = Contact.objects.get()
    page = dict(browser.get(contact.get_absolute_url()).context["sections"][0][1])
    assert (contact.for_others, contact.return_method) == (3, "weighed")
    assert (page["Needles for other people"], page["How what came back was counted"]) == ("3", "Weighed")


@pytest.mark.parametrize(("field", "value"), [("for_others", "201"), ("for_others", "-1"), ("return_method", "guess")])
def test_odd_words_about_needles_are_refused_beside_the_field(signed_in, programme, field, value):
    response = record(signed_in(), programme.person(), HARM, **{field: value})

    assert (list(response.context["form"].errors), Contact.objects.count()) == ([field], 0)


def test_known_positive_asks_for_the_organisation_written_in(signed_in, programme, other):
    browser = signed_in(Role.OUTREACH_WORKER)
    member(Role.PEER_EDUCATOR, "NGO-B", username=browser.user.username)

    refused_there = record(browser, other.person(), hts_outcome="known_pos")
    refused_too = record(browser, hts_outcome="known_pos", organisation=str(other.organisation.pk))
    record(browser, programme.person(), hts_outcome="known_pos")

    assert [list(page.context["form"].errors) for page in (refused_there, refused_too)] == [["hts_outcome"]] * 2
    assert [contact.organisation for contact in Contact.objects.all()] == [programme.organisation]


# --- the file -------------------------------------------------------------------------------------------

HEADER = "id,date,client,contact_type,worker,arrived,left,centre_services,for_others,return_method"


@pytest.fixture
def bringing(lists):
    programme = Programme()
    programme.person(reference="C01")
    return programme


def test_row_says_who_when_and_how(bringing):
    worker = member(Role.PEER_EDUCATOR, "DEMO-NGO", username="peer")

    bring("contacts", text_file(HEADER, "1,2025-01-14,C01,dic_visit,peer,9:05,10:30,registration,4,counted"))

    contact = Contact.objects.get()
    assert (contact.worker, contact.arrived_at, contact.left_at) == (worker, time(9, 5), time(10, 30))
    assert (contact.centre_services, contact.for_others, contact.return_method) == (["registration"], 4, "counted")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("nobody,,,,,", ("worker", "nobody")),
        ("theirs,,,,,", ("worker", "theirs")),
        (",25:00,,,,", ("arrived", "25:00")),
        (",,10:00,,,", ("left", "10:00:00")),
        (",,,MAGIC,,", ("centre_services", "MAGIC")),
        (",,,,201,", ("for_others", "201")),
        (",,,,,guessed", ("return_method", "guessed")),
    ],
)
def test_odd_cell_is_named(bringing, row, problem):
    member(Role.PEER_EDUCATOR, "NGO-B", username="theirs")

    found = refused("contacts", text_file(HEADER, f"1,2025-01-14,C01,dic_visit,{row}"))

    assert [(column, value) for _row, column, value in found][:1] in ([problem], [(problem[0], problem[1][:5])])


def test_columns_left_out_leave_what_was_there(bringing):
    member(Role.PEER_EDUCATOR, "DEMO-NGO", username="peer")
    bring("contacts", text_file(HEADER, "1,2025-01-14,C01,dic_visit,peer,9:05,,registration,4,counted"))

    report = bring("contacts", text_file("id,date,client,contact_type,cond_m", "1,2025-01-14,C01,dic_visit,5"))

    contact = Contact.objects.get()
    assert (counted(report), contact.worker.username, str(contact.arrived_at)) == ((0, 1, 0), "peer", "09:05:00")
    assert (contact.centre_services, contact.for_others, contact.return_method) == (["registration"], 4, "counted")


def test_file_taken_out_comes_in_again_the_same(signed_in, lists, settings):
    programme, browser = Programme("NGO-A"), signed_in(Role.DATA_OFFICER)
    member(Role.PEER_EDUCATOR, username="peer")
    bring(
        "contacts",
        text_file(
            HEADER, "1,2025-01-14,,dic_visit,peer,9:05,10:30,registration,4,counted", "2,2025-01-15,,one_to_one,,,,,,"
        ),
        code="NGO-A",
    )

    first = taken_out(browser)
    again = bring("contacts", first, code="NGO-A")
    other = Programme("NGO-C")
    User.objects.get(username="peer").memberships.create(organisation=other.organisation, role=Role.PEER_EDUCATOR)
    bring("contacts", first, code="NGO-C")

    assert counted(again) == (0, 0, 2)
    assert taken_out(signed_in(Role.DATA_OFFICER, "NGO-C")) == first
    assert programme.organisation.pk != other.organisation.pk


def taken_out(browser):
    data = {"format": "csv", "reason": "round trip", "personal": "on"}
    content = browser.post(reverse("contacts:export"), data).content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 3
    return content
