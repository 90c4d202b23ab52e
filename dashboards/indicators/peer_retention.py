"""PE_RETENTION: of the peer educators who began in the period, those still active six months later."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from core.periods import months_after
from dashboards.indicators import peers, standings
from dashboards.questions import Question
from dashboards.results import Listing, Result, ratio
from peers.models import PeerEducator, PeerStatus
from peers.models.peer_educators import ACTIVE

HALF_YEAR, YEAR = 6, 12


@dataclass(frozen=True)
class _Stands:
    """How somebody stood since when, in the order of days."""

    rows: list[tuple[date, str]]

    @property
    def began(self) -> date | None:
        """The first day as active."""
        return next((since for since, status in self.rows if status == ACTIVE), None)

    def kept(self, months: int, today: date) -> bool | None:
        """Whether they are active so many months after they began; None while that day hasn't come."""
        assert self.began is not None  # noqa: S101 - only those who began are asked
        day = months_after(self.began, months)
        if day > today:
            return None
        return [status for since, status in self.rows if since <= day][-1] == ACTIVE


def _intake(question: Question) -> Iterator[tuple[UUID, _Stands, standings.Told]]:
    """Peer educators whose first day as active lies in the period."""
    period = question.period
    began = PeerStatus.objects.filter(status=ACTIVE, since__gte=period.start, since__lte=period.end)
    found = PeerEducator.objects.countable().filter(pk__in=began.order_by().values("peer"))
    stands: dict[UUID, list[tuple[date, str]]] = defaultdict(list)
    rows: Any = PeerStatus.objects.filter(peer__in=peers.of(question, found).order_by().values("pk"))
    for peer, since, status in rows.order_by("since").values_list("peer", "since", "status"):
        stands[peer].append((since, status))
    for row, told in peers.told(question, found):
        stood = _Stands(stands[row["pk"]])
        if stood.began and period.start <= stood.began <= period.end:
            yield row["pk"], stood, {**told, "month": standings.one(f"{stood.began:%Y-%m}")}


def count(question: Question) -> Result:
    """The share retained after six months; beside it after twelve, and how many haven't had their six months."""
    half, whole, today = standings.Shares(question), standings.Shares(question.total()), timezone.localdate()
    not_yet = 0
    for _pk, stood, told in _intake(question):
        found = standings.cells(question, told)
        if not found:
            continue
        kept, kept_longer = stood.kept(HALF_YEAR, today), stood.kept(YEAR, today)
        not_yet += kept is None
        if kept is not None:
            half.add(found, kept)
        if kept_longer is not None:
            whole.add([()], kept_longer)
    share = ratio(whole.numerator, whole.denominator)
    later = {"numerator": whole.numerator, "denominator": whole.denominator, "total": share}
    return half.answer(months_12=later, not_yet=not_yet)


def listing(question: Question) -> Listing:
    """The numerator: those still active six months after they began."""
    question, today = question.total(), timezone.localdate()
    found = _intake(question)
    kept = [pk for pk, stood, told in found if standings.cells(question, told) and stood.kept(HALF_YEAR, today)]
    return Listing((PeerEducator, kept))
