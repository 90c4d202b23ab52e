"""Named people at sessions: each is a contact that the session writes and keeps in line with itself."""

import uuid

import pytest
from django.db import transaction

from core.actions.records import Outcome, Refused
from core.models import AuditLine, Site
from core.models.users import system_user
from core.permissions import Role
from core.rules.problems import InvalidEntries
from outreach.actions import contacts
from outreach.models import Contact
from peers.actions import sessions
from peers.models import Session, SessionAttendance
from tests.factories.peers import peer
from tests.factories.people import member
from tests.factories.programme import Programme, day
from tests.peers.groups_met import amended, contacts_of, group, held, wrong_with

pytestmark = pytest.mark.usefixtures("lists")


@pytest.fixture
def programme(lists):
    return Programme("NGO-A")


@pytest.fixture
def three(programme):
    return [programme.person(group="PWUD", born="2000-01-01") for _ in range(3)]


def said_by(contact):
    """What a session decides of a contact."""
    services = sorted(row.service for row in contact.services.all())
    return contact.occurred_on, contact.kind, contact.site_id, services, contact.group_size, contact.worker_id


def test_named_people_become_contacts_that_say_what_the_session_says(programme, three):
    user = member(Role.PEER_EDUCATOR)
    leader, other = peer("PE-2", user=user), peer("PE-1")
    site = programme.site("DIC-1")

    session = held(programme, three, heads=4, site_id=site.pk, services={"IEC"}, facilitators=[leader, other])

    made = list(contacts_of(session))
    assert [contact.client_id for contact in made] == [person.pk for person in three]
    assert {str(said_by(contact)) for contact in made} == {
        str((day("2025-03-01"), "small_group", site.pk, ["IEC"], 7, user.pk))
    }
    assert session.content() == sessions.entry_of(session).content()
    assert session.content()["attendees"] == sorted(str(person.pk) for person in three)


def test_worker_is_who_records_without_a_facilitator_who_has_an_account(programme, three):
    supervisor = member(Role.SUPERVISOR)

    session = held(programme, three, by=supervisor, facilitators=[peer("PE-1")])

    assert {contact.worker for contact in contacts_of(session)} == {supervisor}


def test_sent_twice_each_person_is_one_contact(programme, three):
    entry = group(three)
    sessions.record(entry=entry, by=system_user(), organisation=programme.organisation)

    outcome = sessions.record(entry=entry, by=system_user(), organisation=programme.organisation)

    assert (outcome, Contact.objects.count(), SessionAttendance.objects.count()) == (Outcome.DUPLICATE, 3, 3)


def test_person_taken_off_has_a_void_contact_and_a_new_one_when_put_on_again(programme, three):
    session = held(programme, three)
    first = contacts_of(session).get(client=three[0])

    session = amended(session, attendees=frozenset(person.pk for person in three[1:]))
    session = amended(session, attendees=frozenset(person.pk for person in three))

    first.refresh_from_db()
    again = contacts_of(session).get(client=three[0])
    assert (first.is_void, first.void_reason) == (True, "taken off the list of the session")
    assert (again.pk != first.pk, again.is_void, again.group_size) == (True, False, 3)
    assert Contact.objects.countable().count() == 3


def test_contacts_follow_a_changed_session(programme, three):
    session = held(programme, three, heads=2)
    site = programme.site("DIC-1")

    amended(session, occurred_on=day("2025-03-02"), site_id=site.pk, services=frozenset({"CONDOM"}), kind="event")

    assert {(c.occurred_on, c.kind, c.site_id, c.version) for c in contacts_of(session)} == {
        (day("2025-03-02"), "event", site.pk, 2)
    }


def test_contacts_keep_their_worker_until_other_people_lead(programme, three):
    recorder, leader = member(Role.SUPERVISOR), member(Role.PEER_EDUCATOR)
    session = held(programme, three, by=recorder)

    session = amended(session, by=member(Role.DATA_OFFICER), note="Canteen")
    before = set(contacts_of(session).values_list("worker", flat=True))
    session = amended(session, by=member(Role.DATA_OFFICER), facilitators=frozenset({peer(user=leader).pk}))

    after = set(contacts_of(session).values_list("worker", flat=True))
    assert (before, after) == ({recorder.pk}, {leader.pk})


def test_void_session_voids_its_contacts(programme, three):
    session = held(programme, three)

    sessions.void(record=session, by=system_user(), reason="twice")

    assert Contact.objects.countable().count() == 0
    assert set(Contact.objects.values_list("void_reason", flat=True)) == {"the session is void"}


def test_session_that_comes_void_has_void_contacts(programme, three):
    session = held(programme, three, void=True)

    assert [contact.is_void for contact in contacts_of(session)] == [True] * 3


def test_nothing_is_half_written(programme, three, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the power went")

    monkeypatch.setattr(contacts, "record_many", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        held(programme, three)

    counts = (Session.objects.count(), SessionAttendance.objects.count(), Contact.objects.count())
    assert counts == (0, 0, 0)
    assert not AuditLine.objects.filter(record_kind__in=["session", "contact"]).exists()


def test_same_person_at_two_sessions_is_one_person_reached_and_two_contacts(programme, three):
    held(programme, three)
    held(programme, three[:1], on="2025-03-08", heads=3)

    reached = len({contact.client_id for contact in Contact.objects.countable()})
    assert (reached, Contact.objects.countable().count()) == (3, 4)


@pytest.mark.parametrize(("kind", "size"), [("large_group", 40_000), ("event", 9_999)])
def test_contact_of_a_crowd_says_a_size_that_a_contact_may_have(programme, three, kind, size):
    session = held(programme, three, kind=kind, heads=size)

    assert {c.group_size for c in contacts_of(session)} == {10_000}
    assert (
        contacts.problems_of(entries=[contacts.entry_of(contacts_of(session)[0])], organisation=session.organisation)
        == {}
    )


@pytest.mark.parametrize(
    ("people", "heads", "fields"),
    [(0, 0, ["heads"]), (1, 0, []), (0, 1, ["kind"]), (0, 2, []), (1, 1, [])],
)
def test_somebody_was_there_and_one_unnamed_person_is_a_contact(programme, three, people, heads, fields):
    entry = group(three[:people], heads=heads)

    assert [field for field, _text in wrong_with(programme, entry)] == fields


def test_people_and_peer_educators_of_others_are_refused(programme, three):
    theirs = Programme("NGO-B").person()
    entry = group([*three, theirs], facilitators=[peer("PE-9", organisation="NGO-B"), uuid.uuid4()])

    found = sorted(field for field, _text in wrong_with(programme, entry))

    assert found == ["attendees", "facilitators", "facilitators"]


def test_void_person_stays_on_the_list_and_cannot_come_on_another(programme, three):
    session = held(programme, three)
    type(three[0]).objects.filter(pk=three[0].pk).update(
        voided_at=session.recorded_at, voided_by=system_user(), void_reason="twice"
    )

    amended(session, note="Canteen")

    assert wrong_with(programme, group(three))[0][0] == "attendees"
    assert contacts_of(session).count() == 3


def test_anonymous_kind_takes_no_names(programme, three):
    found = wrong_with(programme, group(three, kind="hotline"))

    assert [field for field, _text in found] == ["kind"]


# --- topics --------------------------------------------------------------------------------------------


def test_topic_is_refused_with_somebody_younger_and_says_how_to_mend_it(programme):
    people = [programme.person(born=born) for born in ("2010-03-02", "2010-03-01", "2009-01-01", "2015-01-01", None)]

    found = wrong_with(programme, group(people, topics={"condom"}))

    text = (
        "“Condom use and negotiation” is for people from 15 years on, and 2 people here are younger. Record a session "
        "of its own for the younger ones, or choose another topic."
    )
    assert found == [("topics", text)]


@pytest.mark.parametrize(
    ("topic", "heads", "number"),
    [
        ("condom", {("F", "A10"): 3}, 3),
        ("condom", {("F", "A15"): 3}, 0),
        ("condom", {("U", "AUNK"): 30, ("M", "LT10"): 1, ("F", "A10"): 1}, 2),
        ("sti", {("F", "A10"): 3}, 0),
        ("hiv_basic", {("F", "LT10"): 3, ("F", "A10"): 3}, 3),
    ],
)
def test_unnamed_heads_are_younger_where_the_whole_age_band_is(programme, topic, heads, number):
    entry = group(kind="event", topics={topic}, heads=1)
    found = wrong_with(programme, type(entry)(**{**vars(entry), "heads": heads}))

    assert [f"{number} p" in text for _field, text in found] == [True] * bool(number)


def test_topic_for_registered_clients_takes_no_unnamed_heads(programme, three):
    named = wrong_with(programme, group(three, topics={"overdose"}))
    mixed = wrong_with(programme, group(three, topics={"overdose"}, heads=1))

    assert (named, [field for field, _text in mixed]) == ([], ["topics"])


def test_session_that_stands_isnt_refused_for_a_birth_date_mended_since(programme, three):
    session = held(programme, three, topics={"condom"})
    type(three[0]).objects.filter(pk=three[0].pk).update(birth_date=day("2012-01-01"))

    session = amended(session, note="Canteen")

    with pytest.raises(InvalidEntries):
        amended(session, topics=frozenset({"condom", "prep_pep"}))
    assert session.note == "Canteen"


# --- a contact of a session is the session's -----------------------------------------------------------


def test_contact_of_a_session_is_changed_there_and_nowhere_else(programme, three):
    contact = contacts_of(held(programme, three))[0]
    entry = contacts.entry_of(contact, note="other")

    with pytest.raises(Refused, match="belongs to a session"):
        contacts.amend(contact=contact, entry=entry, version=1, by=system_user())
    with pytest.raises(Refused, match="belongs to a session"):
        contacts.void(contact=contact, by=system_user(), reason="twice")

    contact.refresh_from_db()
    assert (contact.note, contact.is_void) == ("", False)


def test_page_of_such_a_contact_leads_to_the_session_and_offers_no_change(client, programme, three):
    session = held(programme, three)
    client.force_login(member(Role.SUPERVISOR))

    page = client.get(contacts_of(session)[0].get_absolute_url())

    assert page.context["owner"]["url"] == session.get_absolute_url()
    assert [label for label, _url, _style in page.context["actions"]] == ["Record another"]


def test_other_contacts_can_still_be_changed(client, programme, three):
    contact = programme.met(three[0], "2025-03-01")
    client.force_login(member(Role.SUPERVISOR))

    page = client.get(contact.get_absolute_url())

    assert (page.context["owner"], len(page.context["actions"])) == (None, 3)


# --- many at once --------------------------------------------------------------------------------------


def queries_of(programme, number, django_assert_max_num_queries, most):
    people = [programme.person() for _ in range(3)]
    entries = [group(people) for _ in range(number)]
    with django_assert_max_num_queries(most) as asked:
        sessions.record_many(entries=entries, by=system_user(), organisation=programme.organisation)
    return len(asked)


def test_many_sessions_with_people_take_the_queries_of_one(programme, django_assert_max_num_queries):
    queries_of(programme, 1, django_assert_max_num_queries, 100)

    one = queries_of(programme, 1, django_assert_max_num_queries, 100)
    many = queries_of(programme, 25, django_assert_max_num_queries, 100)

    assert one == many


def test_many_changed_sessions_take_the_queries_of_one(programme, three, django_assert_max_num_queries):
    rows = [held(programme, three) for _ in range(13)]
    asked = []
    for portion in (rows[:1], rows[1:]):
        entries = [
            sessions.entry_of(row, attendees=frozenset(person.pk for person in three[1:]), minutes=30)
            for row in portion
        ]
        with django_assert_max_num_queries(120) as found:
            sessions.amend_many(entries=entries, by=system_user(), organisation=programme.organisation)
        asked.append(len(found))

    assert asked[0] == asked[1]


def test_closed_site_is_kept(programme, three):
    site = Site.objects.create(organisation=programme.organisation, code="OLD", name="Old", closed_on=day("2025-03-05"))
    session = held(programme, three, site_id=site.pk)

    session = amended(session, minutes=20)

    assert session.site == site
