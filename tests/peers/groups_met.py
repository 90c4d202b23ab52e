"""Sessions with named people in tests: entries over a Programme, and the checks that most of them share."""

from core.models.users import system_user
from outreach.models import Contact
from peers.actions import sessions
from peers.models import Session, SessionAttendance
from peers.rules.sessions import SessionEntry
from tests.factories.programme import day

CHECK = {
    "before": {
        "answered": 6,
        "right": {"faithful": 4, "condom": 5, "healthy": 3, "mosquito": 2, "food": 3},
        "all_right": 1,
    },
    "after": {
        "answered": 5,
        "right": {"faithful": 5, "condom": 5, "healthy": 4, "mosquito": 4, "food": 5},
        "all_right": 4,
    },
}


def group(people=(), on="2025-03-01", *, heads=0, **more):
    """The entry of a small-group session with these people named."""
    unnamed = {("U", "AUNK"): heads} if heads else {}
    said = {"occurred_on": day(on), "kind": "small_group", "heads": unnamed, **more}
    said["attendees"] = frozenset(getattr(person, "pk", person) for person in people)
    said["facilitators"] = frozenset(getattr(peer, "pk", peer) for peer in said.get("facilitators", ()))
    said["topics"] = frozenset(said.get("topics", ()))
    said["services"] = frozenset(said.get("services", ()))
    return SessionEntry(**said)


def held(programme, people=(), on="2025-03-01", *, by=None, **more):
    """The session, recorded."""
    entry = group(people, on, **more)
    sessions.record(entry=entry, by=by or system_user(), organisation=programme.organisation)
    return Session.objects.get(pk=entry.id)


def amended(session, *, by=None, **changed):
    """The session with something changed."""
    entry = sessions.entry_of(session, **changed)
    return sessions.amend(record=session, entry=entry, version=session.version, by=by or system_user())


def contacts_of(session):
    """The contacts of those on the session's list."""
    rows = SessionAttendance.objects.filter(session=session).values("contact")
    return Contact.objects.filter(pk__in=rows).order_by("client__reference")


def wrong_with(programme, entry):
    """(field, sentence) of what is wrong with an entry."""
    found = sessions.problems_of(entries=[entry], organisation=programme.organisation)
    return [(problem.field, problem.message) for problems in found.values() for problem in problems]
