"""Sessions on their screens: typed, read, looked back on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.permissions import Role
from peers.actions import sessions
from peers.models import Session
from tests.factories.people import member
from tests.peers.entries import entry

pytestmark = pytest.mark.usefixtures("lists")


def test_session_is_recorded_on_the_screen(client, supervisor, form_data):
    client.force_login(supervisor)
    data = form_data(heads_F_A15="12")

    response = client.post(reverse("sessions:create"), data)

    session = Session.objects.with_heads().get()
    assert response["Location"] == session.get_absolute_url()
    assert (str(session.pk), session.heads_total, session.recorded_by) == (data["id"], 52, supervisor)


def test_session_page_shows_heads_by_age_and_sex(client, supervisor, recorded):
    client.force_login(supervisor)
    session = recorded(heads={("F", "A15"): 12, ("M", "A15"): 3, ("U", "AUNK"): 1_000}, given={"COND_M": 60})

    response = client.get(session.get_absolute_url())

    table = response.context["heads"]
    assert table["columns"] == ["Age", "Female", "Male", "Not recorded / declined", "All"]
    assert table["rows"] == [
        ("15-17", [(12, ""), (3, ""), (0, ""), (15, "")]),
        ("Unknown", [(0, ""), (0, ""), (1000, ""), (1000, "")]),
    ]
    assert table["foot"] == ("All", [(12, ""), (3, ""), (1000, ""), (1015, "")])
    assert "1,015" in response.content.decode()


def test_peer_educator_sees_only_their_own_sessions(client, recorded):
    educator = member(Role.PEER_EDUCATOR)
    mine = recorded(by=educator)
    others = recorded()
    client.force_login(educator)

    listed = client.get(reverse("sessions:list"))

    assert [row[0] for row in listed.context["rows"]] == [mine.get_absolute_url()]
    assert client.get(others.get_absolute_url()).status_code == 404


def test_new_form_opens_with_today(client, supervisor):
    client.force_login(supervisor)

    form = client.get(reverse("sessions:create")).context["form"]

    assert form["occurred_on"].value() == timezone.localdate()


def test_history_of_a_session_with_topics_names_them(client, supervisor, recorded):
    client.force_login(supervisor)
    session = recorded(topics=frozenset({"condom"}))
    sent = entry(id=session.pk, occurred_on=session.occurred_on, topics=frozenset({"condom", "sti"}))
    sessions.amend(record=session, entry=sent, version=1, by=supervisor)

    response = client.get(reverse("sessions:history", args=[session.pk]))

    assert [label for label, _old, _new in response.context["versions"][0][-1]] == ["Topics"]


def test_history_names_what_changed(client, supervisor, recorded, site):
    session = recorded(heads={("F", "A15"): 10})
    changed = entry(
        id=session.pk, occurred_on=session.occurred_on - timedelta(days=1), site_id=site.pk, heads={("F", "A15"): 12}
    )
    sessions.amend(record=session, entry=changed, version=1, by=supervisor, reason="counted again")
    client.force_login(supervisor)

    response = client.get(reverse("sessions:history", args=[session.pk]))

    newest = response.context["versions"][0]
    assert (newest[0], newest[3], newest[4]) == (2, "Changed", "counted again")
    assert [(label, old, new) for label, old, new in newest[5] if label != "Date"] == [
        ("Heads", "Female 15-17: 10", "Female 15-17: 12"),
        ("Site", "", "Factory 1"),
    ]
