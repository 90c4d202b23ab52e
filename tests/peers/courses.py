"""Trainings and supervision visits as somebody would send them in, and as they stand once recorded."""

from datetime import date

from core.models.users import system_user
from peers.actions import supervision, trainings
from peers.models import SupervisionVisit, Training
from peers.rules.supervision import Agreed, SupervisionEntry
from peers.rules.trainings import Attended, TrainingEntry
from tests.factories.people import organisation

FIRST, LAST = date(2025, 3, 3), date(2025, 3, 7)


def course(**changed):
    values = {"occurred_on": FIRST, "ends_on": LAST, "topics": frozenset({"pe_basic"}), "hours": 40, **changed}
    return TrainingEntry(**values)


def came(peer, *days, **said):
    """One line of the sheet; days are numbers of March 2025, or dates."""
    dates = [day if isinstance(day, date) else date(2025, 3, day) for day in days]
    return Attended(peer_id=peer.pk, days=frozenset(dates), **said)


def taught(*lines, code="NGO-A", **changed):
    """A recorded training."""
    entry = course(attendances=tuple(lines), **changed)
    trainings.record(entry=entry, by=system_user(), organisation=organisation(code))
    return Training.objects.get(pk=entry.id)


def visit(peer, **changed):
    values = {"occurred_on": date(2025, 3, 3), "kind": "one_to_one", **changed}
    return SupervisionEntry(peer_id=peer.pk, **values)


def agreed(text="Bring the plan", due=date(2025, 3, 20), done=None):
    return Agreed(text=text, due_on=due, done_on=done)


def visited(peer, code="NGO-A", by=None, **changed):
    """A recorded visit."""
    entry = visit(peer, **changed)
    supervision.record(entry=entry, by=by or system_user(), organisation=organisation(code))
    return SupervisionVisit.objects.get(pk=entry.id)
