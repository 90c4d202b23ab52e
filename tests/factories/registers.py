"""Sessions as the tests of every register use them: recorded, addressed, posted."""

import uuid
from datetime import date

from django.urls import reverse

from core.models.users import system_user
from peers.actions import sessions
from peers.models import Session
from peers.rules.sessions import SessionEntry
from tests.factories.people import organisation


def session(code="NGO-A", by=None, **changed):
    values = {"occurred_on": date(2025, 3, 1), "kind": "large_group", "heads": {("U", "AUNK"): 30}, **changed}
    entry = SessionEntry(**values)
    sessions.record(entry=entry, by=by or system_user(), organisation=organisation(code))
    return Session.objects.get(pk=entry.id)


def at(name, record=None, query=""):
    return reverse(f"sessions:{name}", args=[record.pk] if record else None) + query


def posted(**changed):
    data = {"id": str(uuid.uuid4()), "occurred_on": "2025-03-01", "kind": "large_group", "heads_only": "40"}
    return {**data, "site": "", "minutes": "", "note": "", **changed}
