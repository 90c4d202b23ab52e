"""What is said of a referral: sent and went by one tap, arrival and acceptance as dated events, consent."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.actions.records import Changed, Refused
from core.models import AuditLine, RecordVersion
from core.permissions import Role
from core.rules.problems import InvalidEntries
from outreach.actions import clients, referrals
from outreach.models import Referral
from outreach.rules.clients import ConsentGiven
from tests.outreach.slips import Desk, code_of, service, unknown

pytestmark = pytest.mark.django_db
ISSUED = date(2025, 3, 1)


@pytest.fixture
def referral(programme):
    return programme.referred(programme.person(), str(ISSUED))


def at(name, referral):
    return reverse(f"referrals:{name}", args=[referral.pk])


def events(referral):
    return list(referral.events.values_list("step", "status", "happened_on", "said_by"))


# --- sent -----------------------------------------------------------------------------------------------


def test_persons_page_sends_in_two_taps(signed_in, programme, today):
    browser, person = signed_in(Role.OUTREACH_WORKER), programme.person()
    sent = browser.get(person.get_absolute_url()).context["sent"]

    for _press in range(2):
        browser.post(sent["url"], {"id": str(sent["id"]), "occurred_on": sent["day"], "type": "STI"})

    referral = Referral.objects.get()
    assert (referral.client, referral.type, referral.occurred_on) == (person, "STI", today)
    assert (referral.status, referral.share_consent, referral.slip) == ("issued", False, 1)


def test_sent_without_a_service_asks_for_one_and_loses_nothing(signed_in, programme, today):
    browser, person = signed_in(), programme.person()

    response = browser.post(f"{reverse('referrals:create')}?client={person.pk}", {"id": str(uuid.uuid4())})

    assert (response.status_code, Referral.objects.count()) == (200, 0)
    assert "type" in response.context["form"].errors


def test_persons_page_offers_it_only_to_who_may_refer(signed_in, programme):
    person = programme.person()

    assert signed_in(Role.PROGRAMME_MANAGER).get(person.get_absolute_url()).context["sent"] is None


def test_form_takes_consent_and_puts_fitting_services_first(signed_in, programme):
    browser, person = signed_in(), programme.person()
    clinic, court = service(programme), service(programme, "COURT", kind="legal")
    url = f"{reverse('referrals:create')}?client={person.pk}"
    data = {"id": str(uuid.uuid4()), "occurred_on": "", "type": "LEGAL", "destination": str(court.pk)}

    again = browser.post(url, data)
    browser.post(url, {**data, "occurred_on": "2025-03-01", "share_consent": "on"})

    groups = [[pk for pk, _name in rows] for _label, rows in again.context["form"].fields["destination"].choices[1:]]
    assert groups == [[court.pk], [clinic.pk]]
    assert (Referral.objects.get().share_consent, Referral.objects.get().destination) == (True, court)


# --- went -----------------------------------------------------------------------------------------------


def test_went_is_arrival_and_service_by_the_clients_word_today(signed_in, referral, today):
    signed_in(Role.OUTREACH_WORKER).post(at("went", referral), {"version": "1"})

    after = Referral.objects.get()
    assert (after.status, after.closed_on, after.arrived_on, after.version) == ("self_reported", today, today, 2)
    assert events(after) == [
        ("issued", "issued", ISSUED, "staff"),
        ("arrived", "", today, "client"),
        ("served", "self_reported", today, "client"),
    ]


def test_went_pressed_twice_is_said_once(signed_in, referral):
    browser = signed_in()

    for _press in range(2):
        response = browser.post(at("went", referral), {"version": "1"})

    assert response.status_code == 302
    assert (Referral.objects.get().version, len(events(referral))) == (2, 3)


def test_went_on_what_somebody_else_changed_changes_nothing(signed_in, referral, programme, today):
    said = {"said_by": "facility", "version": 1, "by": programme.by}
    referrals.update_status(referral=referral, status="accepted", on=today, **said)

    signed_in().post(at("went", referral), {"version": "1"})

    assert (Referral.objects.get().status, Referral.objects.get().version) == ("accepted", 2)


@pytest.mark.parametrize("version", ["", "x", "0", "²", "99999999999999999999"])
def test_went_with_a_version_that_is_none_changes_nothing(signed_in, referral, version):
    assert signed_in().post(at("went", referral), {"version": version}).status_code == 302
    assert Referral.objects.get().version == 1


def test_went_is_undone_by_what_became_of_it(signed_in, referral, today):
    browser = signed_in()
    browser.post(at("went", referral), {"version": "1"})

    data = {"status": "issued", "happened_on": str(today), "said_by": "staff", "arrived_on": "", "version": "2"}
    browser.post(at("status", referral), data)

    after = Referral.objects.get()
    assert (after.status, after.closed_on, after.arrived_on) == ("issued", None, None)
    assert [status for _step, status, _day, _who in events(after)] == ["issued", "self_reported", "issued"]


@pytest.mark.parametrize(
    ("back", "location"),
    [
        ("/app/people/referrals/overdue/?type=STI", "/app/people/referrals/overdue/?type=STI"),
        ("/app/today/", "/app/today/"),
        ("https://elsewhere.test/app/today/", None),
        ("//elsewhere.test/app/today/", None),
        ("/app/data/", None),
    ],
)
def test_way_back_is_to_a_list_of_ours_or_the_referral(signed_in, referral, back, location):
    response = signed_in().post(at("went", referral), {"version": "1", "back": back})

    assert response["Location"] == (location or referral.get_absolute_url())


@pytest.mark.parametrize(("role", "status"), [(Role.PROGRAMME_MANAGER, 403), (Role.PEER_EDUCATOR, 404)])
@pytest.mark.parametrize("name", ["went", "share", "new-slip"])
def test_who_may_not_record_says_nothing(signed_in, referral, role, status, name):
    assert signed_in(role).post(at(name, referral), {"version": "1", "agreed": "1"}).status_code == status
    assert (Referral.objects.get().version, Referral.objects.get().slip) == (1, 1)


@pytest.mark.parametrize("name", ["went", "share", "new-slip", "tracing"])
def test_another_organisations_referral_does_not_exist(signed_in, other, name):
    referral = other.referred(other.person(), "2025-03-01")

    assert signed_in().post(at(name, referral), {"version": "1"}).status_code == 404


# --- dated events ---------------------------------------------------------------------------------------


def test_arrival_and_service_each_have_a_day_and_a_voice(signed_in, referral):
    browser = signed_in()
    data = {"happened_on": "2025-03-05", "said_by": "slip", "arrived_on": "2025-03-03", "arrival_said_by": "facility"}

    browser.post(at("status", referral), {**data, "status": "completed", "version": "1"})

    assert events(referral)[1:] == [
        ("arrived", "", date(2025, 3, 3), "facility"),
        ("served", "completed", date(2025, 3, 5), "slip"),
    ]


def test_acceptance_has_its_own_day(signed_in, referral):
    data = {"status": "accepted", "happened_on": "2025-03-02", "said_by": "facility", "version": "1"}

    signed_in().post(at("status", referral), data)

    assert events(referral)[1:] == [("accepted", "accepted", date(2025, 3, 2), "facility")]
    assert Referral.objects.get().is_open


@pytest.mark.parametrize(
    ("status", "day", "arrived", "field"),
    [
        ("completed", "2025-03-05", "2025-02-28", "arrived_on"),
        ("completed", "2025-03-05", "2999-01-01", "arrived_on"),
        ("completed", "2025-03-05", "2025-03-06", "arrived_on"),
        ("rejected", "2025-03-05", "2025-03-06", "arrived_on"),
        ("not_attended", "2025-03-05", "2025-03-03", "arrived_on"),
    ],
)
def test_arrival_that_can_not_be_is_refused_beside_its_day(signed_in, referral, status, day, arrived, field):
    data = {"status": status, "happened_on": day, "said_by": "client", "arrived_on": arrived, "version": "1"}

    response = signed_in().post(at("status", referral), data)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert len(events(referral)) == 1


def test_corrected_days_move_their_events(programme, referral):
    entry = referrals.entry_of(referral, status="completed", closed_on=date(2025, 3, 9), arrived_on=date(2025, 3, 4))
    referrals.amend(referral=referral, entry=entry, version=1, by=programme.by)
    changed = {"occurred_on": date(2025, 3, 2), "closed_on": date(2025, 3, 8), "arrived_on": date(2025, 3, 5)}

    entry = referrals.entry_of(Referral.objects.get(), **changed)
    referrals.amend(referral=referral, entry=entry, version=2, by=programme.by)

    assert [(step, day) for step, _status, day, _who in events(referral)] == [
        ("issued", date(2025, 3, 2)),
        ("arrived", date(2025, 3, 5)),
        ("served", date(2025, 3, 8)),
    ]


def test_page_tells_the_steps_in_order(signed_in, referral, today):
    browser = signed_in()
    browser.post(at("went", referral), {"version": "1"})

    steps = browser.get(at("detail", referral)).context["steps"]

    assert [what for what, _day, _said in steps] == ["Issued", "Arrived there", "Service received (client says)"]


def test_form_opens_with_the_state_that_the_address_names(signed_in, referral):
    browser = signed_in()

    named, unknown_one = (
        browser.get(at("status", referral) + "?status=lost"),
        browser.get(at("status", referral) + "?status=x"),
    )

    assert (named.context["form"]["status"].value(), unknown_one.context["form"]["status"].value()) == ("lost", None)


def test_actions_refuse_what_is_void(programme, referral, today):
    referrals.void(referral=referral, by=programme.by, reason="twice")

    for act in (
        lambda: referrals.went(referral=referral, version=1, by=programme.by),
        lambda: referrals.share(referral=referral, agreed=True, by=programme.by),
    ):
        with pytest.raises(Refused):
            act()


def test_went_refuses_what_was_closed_otherwise(programme, today):
    lost = programme.referred(programme.person(), "2025-03-01", status="lost", closed="2025-03-05")

    with pytest.raises(Changed):
        referrals.went(referral=lost, version=None, by=programme.by)


def test_went_before_a_known_arrival_is_refused(programme, referral, today):
    entry = referrals.entry_of(referral, arrived_on=today)
    referrals.amend(referral=referral, entry=entry, version=1, by=programme.by)

    with pytest.raises(InvalidEntries):
        referrals.went(referral=referral, version=2, by=programme.by, on=today - timedelta(days=1))


# --- consent --------------------------------------------------------------------------------------------


def test_consent_is_given_and_withdrawn_by_one_tap_each(signed_in, referral):
    browser = signed_in()

    browser.post(at("share", referral), {"agreed": "1"})
    agreed = Referral.objects.get().share_consent
    browser.post(at("share", referral), {"agreed": "0"})

    assert (agreed, Referral.objects.get().share_consent) == (True, False)
    assert [version.content["share_consent"] for version in RecordVersion.objects.filter(record_id=referral.pk)] == [
        *(False, True),
    ]
    assert AuditLine.objects.filter(action="referral.amend", record_id=referral.pk).count() == 2


def test_withdrawal_never_waits_for_a_version(programme, referral, today):
    referrals.share(referral=referral, agreed=True, by=programme.by)
    stale = Referral.objects.get()
    said = {"on": today, "said_by": "facility", "version": 2, "by": programme.by}
    referrals.update_status(referral=referral, status="accepted", **said)

    referrals.share(referral=stale, agreed=False, by=programme.by)

    assert (Referral.objects.get().share_consent, Referral.objects.get().status) == (False, "accepted")


def test_withdrawal_takes_the_code_back_that_the_service_may_have(programme, today):
    referral, desk = programme.referred(programme.person(), str(today)), Desk()
    referrals.share(referral=referral, agreed=True, by=programme.by)
    code = code_of(referral)
    ticket = desk.ticket(code)

    referrals.share(referral=referral, agreed=False, by=programme.by)

    assert (unknown(desk.look(code)), unknown(desk.say(ticket, "served", today))) == (True, True)
    assert Referral.objects.get().is_open


@pytest.mark.parametrize(
    ("purpose", "status", "still_shared"),
    [
        ("share", "withdrawn", False),
        ("share", "refused_record", False),
        ("record", "withdrawn", False),
        ("follow_up", "withdrawn", True),
        ("share", "verbal", True),
    ],
)
def test_consent_taken_back_on_the_persons_page_holds_for_every_open_referral(
    programme, today, purpose, status, still_shared
):
    person, desk = programme.person(), Desk()
    rows = [programme.referred(person, str(today)) for _number in range(2)]
    for row in rows:
        referrals.share(referral=row, agreed=True, by=programme.by)
    codes = [code_of(row) for row in rows]

    clients.keep_consent(client=person, given=ConsentGiven(purpose, status, today), by=programme.by)

    assert set(Referral.objects.values_list("share_consent", flat=True)) == {still_shared}
    assert [unknown(desk.look(code)) for code in codes] == [not still_shared] * 2
