"""The forms of registers: create, amend, void, and the history that they leave."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import ConflictingCopy, Site
from core.models.users import system_user
from core.permissions import Role
from peers.actions import sessions
from peers.models import Session
from peers.rules.sessions import SessionEntry
from tests.factories.people import member, organisation
from tests.factories.registers import at, posted, session

pytestmark = pytest.mark.usefixtures("lists")


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_create_twice_is_one_record_and_says_so(signed_in):
    client, data = signed_in(), posted()
    client.post(at("create"), data)

    response = client.post(at("create"), data, follow=True)

    record = Session.objects.get()
    assert response.redirect_chain == [(record.get_absolute_url(), 302)]
    assert said(response)[-1] == "This was saved already. Nothing was added twice."


def test_create_with_a_taken_number_is_a_conflict_and_keeps_both_texts(signed_in):
    client, data = signed_in(), posted()
    client.post(at("create"), data)

    response = client.post(at("create"), {**data, "heads_only": "41"})

    assert (response.status_code, Session.objects.with_heads().get().heads_total) == (409, 40)
    assert ConflictingCopy.objects.get().content["headcounts"] == [["U", "AUNK", 41]]
    assert "beside it" in response.content.decode()


def test_create_with_the_number_of_another_organisations_record_shows_nothing_of_it(signed_in):
    theirs = session("NGO-B", note="Their secret note")

    response = signed_in().post(at("create"), posted(id=str(theirs.pk)))

    assert (response.status_code, ConflictingCopy.objects.count()) == (409, 0)
    assert (str(theirs.pk) in response.content.decode(), "secret" in response.content.decode()) == (False, False)


def test_create_of_a_void_record_does_not_bring_it_back(signed_in):
    client, data = signed_in(), posted()
    client.post(at("create"), data)
    sessions.void(record=Session.objects.get(), by=system_user(), reason="twice")

    response = client.post(at("create"), data, follow=True)

    assert said(response)[-1] == "This record was made void meanwhile. It was not saved again."
    assert Session.objects.countable().count() == 0


def test_create_with_mistakes_keeps_what_was_typed(signed_in):
    tomorrow = timezone.localdate() + timedelta(days=1)
    data = posted(occurred_on=str(tomorrow), heads_only="", minutes="30", note="Canteen", heads_F_A15="x")

    response = signed_in().post(at("create"), data)

    form = response.context["form"]
    assert (response.status_code, Session.objects.count(), form["note"].value()) == (200, 0, "Canteen")
    assert {name: list(errors) for name, errors in form.errors.items()} == {"heads_F_A15": ["Enter a whole number."]}


@pytest.mark.parametrize("number", ["", "12", "x" * 400])
def test_create_without_a_proper_number_asks_to_open_the_form_again(signed_in, number):
    response = signed_in().post(at("create"), posted(id=number))

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["id"])


def test_create_asks_for_the_organisation_of_those_who_work_in_several(client):
    user = member(Role.DATA_OFFICER, "NGO-A", "two-places")
    member(Role.DATA_OFFICER, "NGO-B", "two-places")
    theirs = organisation("NGO-C")
    client.force_login(user)

    refused = [client.post(at("create"), posted(organisation=pk)) for pk in ("", theirs.pk, "x")]
    client.post(at("create"), posted(organisation=organisation("NGO-B").pk))

    assert [list(response.context["form"].errors) for response in refused] == [["organisation"]] * 3
    assert [record.organisation.code for record in Session.objects.all()] == ["NGO-B"]


def test_amend_saves_a_version_with_its_reason(signed_in):
    record = session(note="Canteen")
    client = signed_in()
    form = client.get(at("amend", record)).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}

    response = client.post(at("amend", record), {**data, "heads_only": "31", "change_reason": "counted again"})

    changed = Session.objects.with_heads().get()
    assert response["Location"] == record.get_absolute_url()
    assert (changed.version, changed.heads_total, changed.note) == (2, 31, "Canteen")
    assert changed.occurred_on == record.occurred_on


def test_amend_of_what_somebody_else_changed_loses_nothing(signed_in):
    record = session()
    client = signed_in()
    newer = SessionEntry(
        id=record.pk, occurred_on=record.occurred_on, kind=record.kind, heads={("U", "AUNK"): 30}, minutes=60
    )
    sessions.amend(record=record, entry=newer, version=1, by=system_user())
    typed = {**posted(note="Canteen"), "version": "1"}

    refused = client.post(at("amend", record), typed)
    again = client.post(at("amend", record), {**typed, "version": str(refused.context["form"]["version"].value())})

    assert (refused.status_code, refused.context["form"]["note"].value()) == (409, "Canteen")
    assert refused.context["theirs"] == [("Length in minutes", "", 60)]
    assert (again.status_code, Session.objects.get().version, Session.objects.get().note) == (302, 3, "Canteen")


@pytest.mark.parametrize("name", ["amend", "void"])
def test_void_record_is_not_changed(signed_in, name):
    record = session()
    sessions.void(record=record, by=system_user(), reason="twice")

    response = signed_in().post(at(name, record), {**posted(), "version": "1", "reason": "again"}, follow=True)

    assert said(response) == ["A void record can't be changed."]
    assert Session.objects.get().void_reason == "twice"


def test_void_asks_for_a_reason_and_keeps_it(signed_in):
    record = session()
    client = signed_in()

    refused = client.post(at("void", record), {"reason": "  "})
    client.post(at("void", record), {"reason": "recorded twice"})

    page = client.get(at("detail", record))
    assert list(refused.context["form"].errors) == ["reason"]
    assert page.context["voided"]["reason"] == "recorded twice"
    assert (page.context["actions"], page.status_code) == ([], 200)


def test_detail_offers_what_the_person_may_do(client):
    record = session()
    found = {}
    for role in (Role.SUPERVISOR, Role.OUTREACH_WORKER, Role.PROGRAMME_MANAGER):
        client.force_login(member(role))
        found[role] = [label for label, _url, _style in client.get(at("detail", record)).context["actions"]]

    assert found == {
        Role.SUPERVISOR: ["Change", "Make void"],
        Role.OUTREACH_WORKER: ["Change"],
        Role.PROGRAMME_MANAGER: [],
    }


def test_history_ends_with_what_made_it_void(signed_in):
    record = session()
    sessions.void(record=record, by=system_user(), reason="twice")

    versions = signed_in().get(at("history", record)).context["versions"]

    assert [(version[3], version[4]) for version in versions] == [("Made void", "twice"), ("Recorded", "")]


def test_history_does_not_name_what_is_not_visible(signed_in):
    theirs = Site.objects.create(organisation=organisation("NGO-B"), code="X", name="Their secret place")
    record = session()
    Session.objects.update(site=theirs)
    newer = SessionEntry(id=record.pk, occurred_on=record.occurred_on, kind=record.kind, heads={("U", "AUNK"): 30})
    sessions.amend(record=record, entry=newer, version=1, by=system_user())

    versions = signed_in().get(at("history", record)).context["versions"]

    assert versions[0][5] == [("Site", "not visible to you", "")]
