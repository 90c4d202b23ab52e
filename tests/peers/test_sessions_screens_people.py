"""People on the screens of a session: ticked as last time, found by their card, kept where they aren't seen."""

import pytest
from django.urls import reverse

from core.actions.memberships import scope_of
from core.models import AuditLine
from core.permissions import Role
from outreach.models import Client
from peers.forms.sessions import SessionForm
from peers.models import Session
from tests.factories.peers import peer
from tests.factories.people import member, organisation
from tests.factories.programme import Programme
from tests.peers.groups_met import amended, contacts_of, held

pytestmark = pytest.mark.usefixtures("lists")


@pytest.fixture
def programme(lists):
    return Programme("NGO-A")


@pytest.fixture
def educator(lists):
    return member(Role.PEER_EDUCATOR)


@pytest.fixture
def three(programme):
    return [programme.person(group="PWUD", born="2000-01-01") for _ in range(3)]


def posted(form_data, people=(), **more):
    """A small-group session as the form posts it, nobody unnamed."""
    return form_data(kind="small_group", heads_only="", attendees=[str(person.pk) for person in people], **more)


def on_list(response):
    """(client, ticked) of the form's list."""
    return {line.person.pk: line.ticked for line in response.context["form"].people}


def test_peer_educator_leads_and_finds_the_people_of_the_last_session(client, programme, educator, three):
    me, site = peer(user=educator), programme.site("DIC-1")
    held(programme, three, facilitators=[me], site_id=site.pk)
    client.force_login(educator)

    form = client.get(reverse("sessions:create")).context["form"]

    assert [form[name].value() for name in ("site", "kind", "facilitators")] == [site.pk, "small_group", [str(me.pk)]]
    assert {line.person.pk: line.ticked for line in form.people} == dict.fromkeys([p.pk for p in three], False)


def test_ticked_people_are_recorded_as_contacts_of_the_leader(client, educator, three, form_data, programme):
    me = peer(user=educator)
    held(programme, three, facilitators=[me])
    client.force_login(educator)

    client.post(reverse("sessions:create"), posted(form_data, three[:2], facilitators=[str(me.pk)]))

    session = Session.objects.get(recorded_by=educator)
    assert [(c.client_id, c.worker) for c in contacts_of(session)] == [(p.pk, educator) for p in three[:2]]


def test_card_puts_somebody_never_met_on_the_list_and_saves_nothing(client, educator, three, form_data):
    client.force_login(educator)
    data = posted(form_data, card=three[0].card_code, topics=["sti"], heads_F_A18="3")

    response = client.post(reverse("sessions:create"), data)

    form = response.context["form"]
    assert (on_list(response), form["topics"].value(), form["heads_F_A18"].value()) == (
        {three[0].pk: True},
        ["sti"],
        "3",
    )
    assert (form["id"].value(), form.errors, Session.objects.count()) == (data["id"], {}, 0)
    assert AuditLine.objects.filter(action="client.find", record_id=str(three[0].pk)).count() == 1
    sent = client.post(reverse("sessions:create"), {**data, "card": "", "attendees": [str(three[0].pk)]})
    assert sent.status_code == 302
    assert [c.client_id for c in contacts_of(Session.objects.get())] == [three[0].pk]


@pytest.mark.parametrize("card", ["NOBODY", "x\x00y", "ZZZ-ZZZ", "a" * 500])
def test_card_of_nobody_says_so(client, educator, form_data, card):
    client.force_login(educator)

    response = client.post(reverse("sessions:create"), posted(form_data, card=card))

    assert (response.status_code, response.context["card_failed"]) == (200, True)
    assert response.context["card_said"].startswith("Nobody here has this card")


def test_card_of_another_organisation_is_nobodys(client, supervisor, form_data):
    theirs = Programme("NGO-B").person()
    client.force_login(supervisor)

    response = client.post(reverse("sessions:create"), posted(form_data, card=theirs.card_code))

    assert on_list(response) == {}
    assert client.post(reverse("sessions:create"), posted(form_data, [theirs])).context["form"].errors.keys() == {
        "attendees"
    }


def test_nickname_finds_those_whom_one_sees(client, supervisor, three, form_data):
    Client.objects.filter(pk__in=[person.pk for person in three[:2]]).update(nickname="Moon")
    Client.objects.filter(pk=three[2].pk).update(nickname="Sun")
    client.force_login(supervisor)

    one = client.post(reverse("sessions:create"), posted(form_data, card="sun"))
    several = client.post(reverse("sessions:create"), posted(form_data, card="moon"))

    assert (on_list(one), on_list(several)) == ({three[2].pk: True}, {})
    assert several.context["card_said"].startswith("Several people")


def test_people_of_another_site_come_with_its_button(client, supervisor, programme, three, form_data):
    here, there = programme.site("DIC-1"), programme.site("RIVER")
    held(programme, three[:1], site_id=here.pk)
    held(programme, three[1:], site_id=there.pk)
    client.force_login(supervisor)

    response = client.post(reverse("sessions:create"), posted(form_data, site=str(there.pk), fill="1"))

    assert on_list(response) == dict.fromkeys([p.pk for p in three[1:]], False)


def test_people_whom_one_doesnt_see_stay_on_the_list_unnamed(client, educator, programme, three, form_data):
    me = peer(user=educator)
    session = held(programme, three, facilitators=[me])
    Client.objects.filter(pk=three[0].pk).update(restricted=True)
    client.force_login(educator)
    url = reverse("sessions:amend", args=[session.pk])

    shown = client.get(url)
    page = client.get(session.get_absolute_url())
    data = posted(form_data, three[1:2], version="1", facilitators=[str(me.pk)])
    sent = client.post(url, data)

    assert (set(on_list(shown)), shown.context["form"].hidden_people) == ({p.pk for p in three[1:]}, {three[0].pk})
    assert (len(page.context["people"]), page.context["unseen"]) == (2, 1)
    assert page.context["together"] == "3 named people · 0 unnamed heads · together 3"
    assert three[0].card_code[:3] not in page.content.decode()
    assert sent.status_code == 302
    assert {c.client_id for c in contacts_of(session)} == {three[0].pk, three[1].pk}


def test_merged_person_is_shown_as_whom_the_record_leads_to_and_kept_as_it_was_said(
    client, supervisor, programme, three, form_data
):
    session = held(programme, three)
    programme.merge(three[0], three[1])
    client.force_login(supervisor)
    url = reverse("sessions:amend", args=[session.pk])

    form = client.get(url).context["form"]
    page = client.get(session.get_absolute_url())
    ticked = [str(line.id) for line in form.people if line.ticked]
    client.post(url, form_data(kind="small_group", heads_only="", version="1", attendees=ticked, note="Canteen"))

    assert page.context["together"].startswith("2 named people")
    assert {line.person.pk for line in form.people} == {three[1].pk, three[2].pk}
    assert Session.objects.get().note == "Canteen"


def test_page_says_that_people_at_a_large_kind_dont_count_as_reached(client, supervisor, programme, three):
    large = held(programme, three, kind="large_group", heads=30)
    small = held(programme, three)
    client.force_login(supervisor)

    said = [client.get(session.get_absolute_url()).context["aggregate"] for session in (large, small)]

    assert said == [True, False]


@pytest.mark.parametrize(
    ("codes", "wrong"), [("PE-2", False), ("PE-2, PE-3", False), ("PE-9", True), ("PE-8", True), ("", False)]
)
def test_others_of_the_organisation_are_named_by_code(supervisor, form_data, codes, wrong):
    peer("PE-2", supervisor=member(Role.SUPERVISOR, username="other"))
    peer("PE-3")
    peer("PE-8", organisation="NGO-B")

    form = SessionForm(
        form_data(facilitator_codes=codes), scope=scope_of(supervisor), organisations=[organisation("NGO-A")]
    )

    assert list(form.errors) == (["facilitator_codes"] if wrong else [])
    if not wrong:
        assert len(form.entry().facilitators) == len([code for code in codes.split() if code])


def test_leaders_of_another_team_stay_and_are_counted(client, supervisor, programme, form_data):
    other = member(Role.SUPERVISOR, username="other")
    mine, theirs = peer("PE-1", supervisor=supervisor), peer("PE-2", supervisor=other)
    session = held(programme, heads=9, facilitators=[mine, theirs])
    client.force_login(supervisor)

    page = client.get(session.get_absolute_url())
    client.post(reverse("sessions:amend", args=[session.pk]), form_data(version="1"))

    assert ([code for code, _url in page.context["leaders"]], page.context["unseen_leaders"]) == (["PE-1"], 1)
    assert set(Session.objects.get().facilitators.all()) == {theirs}


def test_topics_say_from_which_age_they_are_taught(supervisor, form_data):
    form = SessionForm(form_data(), scope=scope_of(supervisor), organisations=[organisation("NGO-A")])

    labels = dict(form.fields["topics"].choices)
    assert (labels["condom"], labels["overdose"]) == (
        "Condom use and negotiation · from 15",
        "Overdose prevention and response · registered clients only",
    )


def test_too_young_is_said_beside_the_topics(client, supervisor, programme, form_data):
    child = programme.person(born="2012-01-01")
    client.force_login(supervisor)

    response = client.post(reverse("sessions:create"), posted(form_data, [child], topics=["condom"]))

    assert list(response.context["form"].errors) == ["topics"]


def test_changed_meanwhile_is_shown_and_people_arent_lost(client, supervisor, programme, three, form_data):
    session = held(programme, three)
    amended(session, note="Canteen")
    client.force_login(supervisor)

    response = client.post(
        reverse("sessions:amend", args=[session.pk]), posted(form_data, three[:1], version="1", minutes="30")
    )

    assert response.status_code == 409
    assert contacts_of(session).count() == 3


def test_void_session_takes_nobody_more(client, supervisor, programme, three, form_data):
    session = held(programme, three, void=True)
    client.force_login(supervisor)

    response = client.post(reverse("sessions:amend", args=[session.pk]), posted(form_data, card=three[0].card_code))

    assert response.status_code == 302


@pytest.mark.parametrize("query", ["site=x", "site=00000000-0000-0000-0000-000000000000", "campaign=%00", "kind=none"])
def test_odd_wishes_of_the_address_are_left_out(client, supervisor, query):
    client.force_login(supervisor)

    assert client.get(f"{reverse('sessions:create')}?{query}").status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"attendees": ["x", "00000000-0000-0000-0000-000000000000"]},
        {"facilitators": ["x"]},
        {"campaign": "x"},
        {"occurred_on": "9999-12-31"},
        {"occurred_on": "0001-01-01"},
        {"heads_F_A15": "99999999999"},
        {"before_answered": "-1"},
        {"place": "\x00"},
        {"facilitator_codes": "\x00"},
        {"site": "\x00"},
    ],
)
def test_odd_values_are_refused_in_words(client, supervisor, form_data, changed):
    peer("PE-1", supervisor=supervisor)
    client.force_login(supervisor)

    response = client.post(reverse("sessions:create"), form_data(**changed))

    assert (response.status_code, Session.objects.count()) == (200, 0)


# --- lists ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_list_and_page_take_the_same_queries_for_any_number(
    client, supervisor, programme, three, number, django_assert_num_queries
):
    leader = peer("PE-1", supervisor=supervisor)
    rows = [held(programme, three[:number], heads=number, facilitators=[leader]) for _ in range(number)]
    client.force_login(supervisor)
    client.get(reverse("sessions:list"))

    with django_assert_num_queries(12):
        listed = client.get(reverse("sessions:list"))
    with django_assert_num_queries(12):
        client.get(rows[0].get_absolute_url())

    assert len(listed.context["rows"]) == number


def test_list_is_filtered_by_leader_topic_and_campaign(client, supervisor, programme, three):
    leader = peer("PE-1", supervisor=supervisor)
    sti = held(programme, three, topics={"sti"}, facilitators=[leader])
    held(programme, three, topics={"stigma"})
    client.force_login(supervisor)

    def found(**query):
        rows = client.get(reverse("sessions:list"), query).context["rows"]
        return [url for url, _cells in rows]

    assert found(facilitator=str(leader.pk)) == found(topic="sti") == [sti.get_absolute_url()]
    assert len(found()) == 2


def test_each_supervisor_sees_the_own_teams_sessions(client, programme, three):
    users = {name: member(role, username=name) for name, role in ROLES.items()}
    mine = peer("PE-1", supervisor=users["sup1"], user=users["peer1"])
    theirs = peer("PE-2", supervisor=users["sup2"], user=users["peer2"])
    made = {
        "mine": held(programme, three, facilitators=[mine]),
        "theirs": held(programme, three, facilitators=[theirs]),
        "both": held(programme, three, facilitators=[mine, theirs]),
        "nobodys": held(programme, three, by=users["worker"]),
        "typed": held(programme, three, by=users["peer2"]),
    }

    seen = {}
    for name, user in users.items():
        client.force_login(user)
        listed = {url for url, _cells in client.get(reverse("sessions:list")).context["rows"]}
        opened = {key for key, row in made.items() if client.get(row.get_absolute_url()).status_code == 200}
        assert {key for key, row in made.items() if row.get_absolute_url() in listed} == opened
        seen[name] = opened

    assert seen == {
        "sup1": {"mine", "both", "nobodys"},
        "sup2": {"theirs", "both", "nobodys", "typed"},
        "peer1": {"mine", "both"},
        "peer2": {"theirs", "both", "typed"},
        "worker": {"nobodys"},
        "data": set(made),
    }


ROLES = {
    "sup1": Role.SUPERVISOR,
    "sup2": Role.SUPERVISOR,
    "peer1": Role.PEER_EDUCATOR,
    "peer2": Role.PEER_EDUCATOR,
    "worker": Role.OUTREACH_WORKER,
    "data": Role.DATA_OFFICER,
}
