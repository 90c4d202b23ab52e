"""What falls due again: until when each peer educator's training is valid, topic by topic."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from core import codes
from core.batches import portions
from core.periods import months_after
from peers.models import PeerEducator, TrainingAttendance

SAFEGUARDING = "safeguarding"
# Whoever never had one of these is told so; other courses are for those whose work asks for them.
EVERYBODY_NEEDS = ("pe_basic", SAFEGUARDING, "confidentiality")
DUE_DAYS = 60
ENOUGH = 0.8


class State(StrEnum):
    """How somebody stands with one topic."""

    OVERDUE = "overdue"
    NEVER = "never"
    DUE = "due"
    VALID = "valid"


@dataclass(frozen=True)
class Refresher:
    """One topic of one peer educator. `until` is the last day on which the course of `completed_on` is valid."""

    peer_id: UUID
    topic: str
    state: State
    completed_on: date | None = None
    until: date | None = None


def topics() -> dict[str, tuple[int, frozenset[str]]]:
    """Topics that fall due → (months for which a course is valid, topics of courses that count for it)."""
    found = {}
    for key, row in codes.in_use("training_topic").items():
        months, renewed_by = row.attributes.get("valid_months") or "", row.attributes.get("renewed_by") or ""
        if months.isdecimal() and int(months):
            found[key] = (int(months), frozenset({key, *filter(None, renewed_by.split(";"))}))
    return found


def was_completed(*, days: int, of: int, signed_off: bool) -> bool:
    """Whether a course counts: the trainer signed it off, or four of five days were attended."""
    return signed_off or days >= ENOUGH * of


def state_of(until: date, day: date) -> State:
    if until < day:
        return State.OVERDUE
    return State.DUE if until - day <= timedelta(days=DUE_DAYS) else State.VALID


def _completed(peers: Iterable[UUID], day: date) -> dict[UUID, dict[str, date]]:
    """Peer educator → topic of a course that they completed → the newest such course's last day."""
    found: dict[UUID, dict[str, date]] = {}
    columns = ("peer_id", "days", "signed_off", "training__topics", "training__occurred_on", "training__ends_on")
    for ids in portions(peers):
        rows = TrainingAttendance.objects.filter(peer__in=ids, training__voided_at=None, training__ends_on__lte=day)
        for peer, days, signed_off, about, first, last in rows.order_by().values_list(*columns):
            if was_completed(days=len(days), of=(last - first).days + 1, signed_off=signed_off):
                newest = found.setdefault(peer, {})
                newest |= {topic: max(last, newest.get(topic, last)) for topic in about}
    return found


def of_peers(peers: Iterable[UUID], day: date) -> list[Refresher]:
    """What stands how with each of these peer educators on a day, topic by topic in the list's order."""
    ids = list(peers)
    done, falling_due = _completed(ids, day), topics()
    found = []
    for peer in ids:
        for topic, (months, counting) in falling_due.items():
            last = max((on for about, on in done.get(peer, {}).items() if about in counting), default=None)
            if last:
                until = months_after(last, months) - timedelta(days=1)
                found.append(Refresher(peer, topic, state_of(until, day), last, until))
            elif topic in EVERYBODY_NEEDS:
                found.append(Refresher(peer, topic, State.NEVER))
    return found


def of_peer(peer: PeerEducator, day: date) -> list[Refresher]:
    """What stands how with one peer educator."""
    return of_peers([peer.pk], day)


def safe_with_minors(rows: Iterable[Refresher]) -> set[UUID]:
    """Those of the rows of `of_peers` whose training in safeguarding is valid: nobody else meets minors."""
    return {row.peer_id for row in rows if row.topic == SAFEGUARDING and row.state in (State.VALID, State.DUE)}
