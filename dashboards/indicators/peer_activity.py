"""PE_ACTIVE: peer educators who did something in the last 60 days, of those enrolled."""

from datetime import timedelta
from uuid import UUID

from dashboards.indicators import peers, standings
from dashboards.questions import Question
from dashboards.results import Listing, Result
from peers.models import MonthlyReport, PeerEducator, Session
from peers.models.peer_educators import SILENT_DAYS


def _busy(question: Question) -> set[UUID]:
    """Peer educators who led a session, or had a report accepted, in the 60 days up to the question's day."""
    days = (question.day - timedelta(days=SILENT_DAYS - 1), question.day)
    led = Session.facilitators.through.objects.filter(session__voided_at=None, session__occurred_on__range=days)
    reports = MonthlyReport.objects.countable().filter(accepted_on__range=days)
    return {*led.values_list("peereducator", flat=True), *reports.order_by().values_list("peer", flat=True)}


def count(question: Question) -> Result:
    """The share of active peer educators."""
    shares, busy = standings.Shares(question), _busy(question)
    for row, told in peers.told(question, PeerEducator.objects.enrolled_on(question.day)):
        shares.add(standings.cells(question, told), row["pk"] in busy)
    return shares.answer()


def listing(question: Question) -> Listing:
    """The numerator: the active peer educators."""
    question, busy = question.total(), _busy(question)
    enrolled = peers.told(question, PeerEducator.objects.enrolled_on(question.day))
    active = [row["pk"] for row, told in enrolled if row["pk"] in busy and standings.cells(question, told)]
    return Listing((PeerEducator, active))
