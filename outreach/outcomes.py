"""What became of referrals, added up: by service, by destination, with the reasons where nothing came of them.

Consistent with the figure REF_DONE: issued in the period and not cancelled; confirmed within 90 days of the issue.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db.models import QuerySet

from core import codes
from outreach.models.referrals import IN_TIME_DAYS, OPEN_STATES

OUTCOMES = ("confirmed", "late", "self_reported", "partly", "not", "open")


@dataclass
class Tally:
    """What a group of referrals came to. `days` from issue to confirmation, of those confirmed in time."""

    issued: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    days: list[int] = field(default_factory=list)

    @property
    def median_days(self) -> float | None:
        return float(median(self.days)) if self.days else None


@dataclass
class Outcomes:
    """All, by service sought, by destination (None where none is said), and by reason (empty where none is said)."""

    total: Tally = field(default_factory=Tally)
    by_type: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_destination: dict[Any, Tally] = field(default_factory=lambda: defaultdict(Tally))
    reasons: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def outcome_of(status: str, failed: Iterable[str], days: int | None) -> str:
    """As what a referral that wasn't cancelled counts; `days` from issue to the closing."""
    if status in OPEN_STATES:
        return "open"
    if status == "completed":
        return "confirmed" if days is not None and days <= IN_TIME_DAYS else "late"
    return "not" if status in failed else status


def added_up(referrals: QuerySet) -> Outcomes:
    """The outcomes of these referrals, in one query."""
    failed, found = codes.having("referral_status", "group", "closed_fail"), Outcomes()
    columns = ("type", "destination_id", "status", "occurred_on", "closed_on", "not_completed_because")
    rows = referrals.exclude(status="cancelled").order_by().values_list(*columns)
    for kind, destination, status, issued, closed, reason in rows.iterator(chunk_size=5000):
        days = (closed - issued).days if closed else None
        outcome = outcome_of(status, failed, days)
        for tally in (found.total, found.by_type[kind], found.by_destination[destination]):
            tally.issued += 1
            tally.counts[outcome] += 1
            if outcome == "confirmed" and days is not None:
                tally.days.append(days)
        if outcome == "not":
            found.reasons[reason] += 1
    return found
