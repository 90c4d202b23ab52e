"""The slip of a referral, and the desk where a service confirms by its code without signing in."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.models import AuditLine
from core.permissions import Role
from outreach import card_codes, slip_tries, slips
from outreach.actions import referrals
from outreach.actions import slips as slip_actions
from outreach.models import Referral
from outreach.views import slip_desk
from tests.outreach.slips import Desk, code_of, sent_to, unknown

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral(programme, other, today):
    return sent_to(other, programme, today)


def events(referral):
    return list(referral.events.values_list("step", "status", "said_by"))


# --- codes ----------------------------------------------------------------------------------------------


@given(st.uuids(), st.integers(1, 9))
def test_code_has_ten_letters_and_finds_every_wrong_one(pk, slip):
    code = slips.code_of(pk, slip)

    wrong = [
        code[:i] + letter + code[i + 1 :] for i in range(10) for letter in card_codes.ALPHABET if letter != code[i]
    ]
    swapped = [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(9) if code[i] != code[i + 1]]
    assert (len(code), slips.is_code(code)) == (10, True)
    assert [text for text in wrong + swapped if slips.is_code(text)] == []


def test_code_follows_from_secret_referral_and_number(referral, settings):
    codes = [slips.code_of(referral.pk, 1), slips.code_of(referral.pk, 2), slips.code_of(referral.client_id, 1)]
    again = slips.code_of(referral.pk, 1)
    settings.SECRET_KEY = "another secret of more than forty characters"
    codes.append(slips.code_of(referral.pk, 1))

    assert (len(set(codes)), again) == (4, codes[0])


def test_nothing_that_opens_a_slip_is_stored(referral):
    code = code_of(referral)

    stored = [str(value) for value in Referral.objects.filter(pk=referral.pk).values_list()[0]]

    assert referral.slip_key == slips.key_of(code)
    assert [value for value in stored if code in value] == []
    assert not {"slip", "slip_key"} & set(referral.content())


def test_only_open_referrals_have_a_code(programme, today):
    person = programme.person()
    closed = programme.referred(person, "2025-01-01", status="lost", closed="2025-02-01")

    assert (closed.slip, closed.slip_key) == (0, "")


def test_reopened_referral_gets_another_code(programme, referral, today, desk):
    code = code_of(referral)
    said = {"said_by": "client", "by": programme.by, "on": today}

    referrals.update_status(referral=referral, status="lost", version=1, **said)
    referrals.update_status(referral=referral, status="issued", version=2, **said)

    assert (unknown(desk.look(code)), unknown(desk.look(code_of(referral)))) == (True, False)
    assert Referral.objects.get().slip == 2


# --- the desk -------------------------------------------------------------------------------------------


def test_desk_shows_the_slips_facts_and_nothing_of_the_person(desk, referral):
    response = desk.look(code_of(referral))

    page = response.content.decode()
    assert [label for label, _value in response.context["facts"]] == [
        *("Service sought", "Issued on", "Sent to", "Urgent", "State"),
    ]
    client = referral.client
    hidden = [client.card_code, card_codes.shown(client.card_code), str(client.pk), str(referral.pk)]
    hidden += [client.reference, referral.reference, referral.organisation.name, referral.recorded_by.username]
    assert [text for text in hidden if text in page] == []


@pytest.mark.parametrize("written", ["{}", " {} ", "lower", "halves", "spaces", "khmer"])
def test_code_is_taken_as_people_write_it(desk, referral, written):
    code = code_of(referral)
    khmer = code.translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))
    ways = {"lower": code.lower(), "halves": slips.shown(code), "spaces": " ".join(code), "khmer": khmer}

    response = desk.look(ways.get(written, written.format(code)))

    assert unknown(response) is False


def test_arrival_then_service_by_the_code(desk, referral, today):
    code = code_of(referral)

    first = desk.say(desk.ticket(code), "arrived", today - timedelta(days=1))
    after_arrival = Referral.objects.get()
    second = desk.say(desk.ticket(code), "served", today)
    done = Referral.objects.get()

    assert (first.status_code, first.context["notice"][0]) == (200, "good")
    assert (after_arrival.status, after_arrival.arrived_on) == ("issued", today - timedelta(days=1))
    assert (second.status_code, second.templates[0].name) == (200, "outreach/slips/done.html")
    assert (done.status, done.closed_on, done.arrived_on) == ("completed", today, today - timedelta(days=1))
    assert events(done) == [
        ("issued", "issued", "staff"),
        ("arrived", "", "facility"),
        ("served", "completed", "facility"),
    ]
    assert {event.recorded_by.username for event in done.events.exclude(step="issued")} == {"system"}


def test_service_alone_means_that_they_arrived(desk, referral, today):
    desk.say(desk.ticket(code_of(referral)), "served", today)

    assert Referral.objects.get().arrived_on == today


def test_confirmation_is_audited_where_the_referral_was_issued(desk, referral, today):
    desk.say(desk.ticket(code_of(referral)), "served", today)

    lines = AuditLine.objects.filter(chain__organisation=referral.organisation, record_id=referral.pk)
    said = lines.get(action="referral.facility_said")
    assert (said.actor.username, said.detail) == ("system", {"step": "served"})
    assert code_of(referral) not in str(list(lines.values()))


def test_code_is_spent_once_the_service_is_confirmed(desk, referral, today):
    code = code_of(referral)
    ticket = desk.ticket(code)
    desk.say(ticket, "served", today)

    again, replayed = desk.look(code), desk.say(ticket, "served", today)

    assert (unknown(again), unknown(replayed)) == (True, True)
    assert (Referral.objects.get().version, len(events(referral))) == (2, 3)


def test_arrival_twice_is_refused_politely(desk, referral, today):
    ticket = desk.ticket(code_of(referral))
    desk.say(ticket, "arrived", today)

    again = desk.say(ticket, "arrived", today - timedelta(days=1))

    assert (again.status_code, again.context["notice"][0]) == (200, "attention")
    assert "already" in again.context["notice"][1]
    assert (Referral.objects.get().arrived_on, len(events(referral))) == (today, 2)


def wrong_codes(programme, today):
    """A code of every kind that doesn't work."""
    person = programme.person()

    def issued(days=1, **more):
        return programme.referred(person, str(today - timedelta(days=days)), **more)

    known = code_of(issued())
    voided, closed, replaced, expired, spent = issued(), issued(), issued(), issued(91), issued()
    codes = {
        name: code_of(row)
        for name, row in zip(("void", "closed", "old", "spent"), (voided, closed, replaced, spent), strict=True)
    }
    referrals.void(referral=voided, by=programme.by, reason="twice")
    said = {"on": today, "said_by": "client", "version": 1, "by": programme.by}
    referrals.update_status(referral=closed, status="lost", **said)
    slip_actions.renew(referral=replaced, slip=1, by=programme.by)
    slip_actions.confirm(key=slips.key_of(codes["spent"]), step="served", on=today)
    mistyped = known[:-1] + card_codes.ALPHABET[(card_codes.ALPHABET.index(known[-1]) + 1) % 31]
    guess = "222222222" + card_codes.check_character("222222222")
    return {
        **codes,
        "expired": code_of(expired),
        "mistyped": mistyped,
        "guess": guess,
        "junk": "'; --",
        "long": "A" * 99,
    }


def test_every_code_that_does_not_work_gets_one_answer(programme, today, monkeypatch):
    monkeypatch.setattr(slip_tries, "ADDRESS_TRIES", 99)
    desk = Desk()
    csrf = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')

    pages = {name: desk.look(code) for name, code in wrong_codes(programme, today).items()}

    assert {name: (page.status_code, unknown(page)) for name, page in pages.items()} == dict.fromkeys(
        pages, (200, True)
    )
    assert len({csrf.sub("", page.content.decode()) for page in pages.values()}) == 1


def test_every_code_costs_one_reading(programme, today, django_assert_num_queries):
    codes = wrong_codes(programme, today)
    right = code_of(programme.referred(programme.person(), str(today)))

    for code in codes.values():
        with django_assert_num_queries(1), pytest.raises(slip_actions.NoSuchSlip):
            slip_actions.found(code)
    with django_assert_num_queries(1):
        slip_actions.found(right)


@pytest.mark.parametrize(("days", "works"), [(90, True), (91, False)])
def test_code_expires_after_ninety_days(programme, desk, today, days, works):
    referral = programme.referred(programme.person(), str(today - timedelta(days=days)))

    assert unknown(desk.look(code_of(referral))) is not works


def test_code_expires_while_the_page_is_open(programme, desk, today, monkeypatch):
    referral = programme.referred(programme.person(), str(today - timedelta(days=90)))
    ticket = desk.ticket(code_of(referral))

    monkeypatch.setattr(timezone, "localdate", lambda *_args: today + timedelta(days=1))

    assert unknown(desk.say(ticket, "served", today)) is True
    assert Referral.objects.get().status == "issued"


def test_ticket_is_good_for_some_minutes(desk, referral, today, monkeypatch):
    ticket = desk.ticket(code_of(referral))
    monkeypatch.setattr(slip_desk, "TICKET_SECONDS", -1)

    assert unknown(desk.say(ticket, "served", today)) is True
    assert Referral.objects.get().status == "issued"


@pytest.mark.parametrize("change", [lambda t: "x" + t, lambda t: t[:-1], lambda t: "", lambda t: t.split(":")[0]])
def test_forged_ticket_confirms_nothing(desk, referral, today, change):
    forged = change(desk.ticket(code_of(referral)))

    assert unknown(desk.say(forged, "served", today)) is True
    assert Referral.objects.get().status == "issued"


@pytest.mark.parametrize("days", [-3, 1])
def test_day_outside_issue_and_today_is_refused_beside_the_field(desk, referral, today, days):
    response = desk.say(desk.ticket(code_of(referral)), "served", today + timedelta(days=days))

    (_arrived, (_step, _label, form)) = response.context["steps"]
    assert (response.status_code, list(form.errors)) == (200, ["on"])
    assert Referral.objects.get().status == "issued"


def test_service_before_the_arrival_says_how_to_mend_it(desk, referral, today):
    ticket = desk.ticket(code_of(referral))
    desk.say(ticket, "arrived", today)

    response = desk.say(ticket, "served", today - timedelta(days=1))

    assert "before the arrival" in str(response.context["steps"][0][2].errors)
    assert Referral.objects.get().status == "issued"


@pytest.mark.parametrize("data", [{}, {"code": ""}, {"code": "  "}, {"step": "served"}])
def test_nothing_typed_is_asked_for_and_not_counted(desk, data):
    for _time in range(slip_tries.ADDRESS_TRIES + 1):
        response = desk.browser.post(desk.url, data)

    assert (response.status_code, unknown(response), list(response.context["form"].errors)) == (200, False, ["code"])


@pytest.mark.parametrize("step", ["", "accepted", "rejected", "closed"])
def test_desk_confirms_nothing_but_arrival_and_service(desk, referral, today, step):
    response = desk.say(desk.ticket(code_of(referral)), step, today)

    assert (response.status_code, Referral.objects.get().version) == (200, 1)


# --- the slip -------------------------------------------------------------------------------------------


def slip_of(browser, referral, query=""):
    return browser.get(reverse("referrals:slip", args=[referral.pk]) + query)


def test_slip_is_neutral(signed_in, referral):
    response = slip_of(signed_in(), referral)

    page = unescape(response.content.decode())
    slip = page[page.index('<section class="slip"') : page.index("</section>", page.index('<section class="slip"'))]
    assert slips.shown(code_of(referral)) in slip
    assert "CLINIC" in slip
    assert "8-17" in slip
    hidden = ["STI", "HIV", referral.client.reference, card_codes.shown(referral.client.card_code)]
    assert [text for text in hidden if text in slip] == []


def test_slip_can_leave_the_place_out(signed_in, referral):
    page = slip_of(signed_in(), referral, "?place=no").content.decode()

    assert "CLINIC" not in page


def test_square_holds_the_code_only(signed_in, referral, monkeypatch):
    drawn = []
    monkeypatch.setattr("outreach.views.slips.qr", lambda code: drawn.append(code) or "data:,")

    slip_of(signed_in(), referral)

    assert drawn == [code_of(referral)]


def test_message_names_no_number_and_no_service(signed_in, referral):
    context = slip_of(signed_in(), referral).context

    code = slips.shown(code_of(referral))
    assert context["message"] == f"Please show this code there: {code}. Place: CLINIC. Open: 8-17."
    assert context["message_url"].startswith("sms:?&body=Please%20show")


def test_slip_reads_and_writes_nothing(signed_in, referral):
    browser = signed_in()
    before = (AuditLine.objects.count(), list(Referral.objects.values()))

    slip_of(browser, referral)

    assert (AuditLine.objects.count(), list(Referral.objects.values())) == before


def test_another_code_makes_the_one_before_useless(signed_in, referral, desk):
    browser, code = signed_in(), code_of(referral)
    url = reverse("referrals:new-slip", args=[referral.pk])

    for _press in range(2):
        browser.post(url, {"version": "1"})

    assert Referral.objects.get().slip == 2
    assert (unknown(desk.look(code)), unknown(desk.look(code_of(referral)))) == (True, False)


@pytest.mark.parametrize("name", ["slip", "new-slip"])
def test_closed_referral_has_no_slip(signed_in, programme, name):
    referral = programme.referred(programme.person(), "2025-03-01", status="lost", closed="2025-03-05")
    browser, url = signed_in(), reverse(f"referrals:{name}", args=[referral.pk])

    response = browser.get(url) if name == "slip" else browser.post(url, {"version": "1"})

    assert (response.status_code, response["Location"]) == (302, referral.get_absolute_url())


def test_code_is_shown_only_to_who_may_record(signed_in, referral):
    assert slip_of(signed_in(Role.PROGRAMME_MANAGER), referral).status_code == 403
