"""What calls add up to for those who answer them: tallies of a day, of a week by hour, the share of young callers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from core import codes
from outreach.models.hotline_calls import ANSWERED

YOUNGEST, OLDEST = 10, 24
# What a topic's notes ask of the counsellor, and its name on the screen.
PROTOCOLS = {"protocol: safeguarding": "safeguarding", "protocol: crisis": "crisis", "urgent if <72 h": "pep"}


def ages(code: str) -> tuple[int, int] | None:
    """The lowest and the highest age of a code of `caller_age_band`; None if no age is known."""
    row = codes.table("caller_age_band").get(code)
    if row is None or not row.attributes.get("min_age"):
        return None
    return int(row.attributes["min_age"]), int(row.attributes["max_age"])


def known_ages() -> frozenset[str]:
    """Codes that tell an age."""
    return frozenset(code for code in codes.table("caller_age_band") if ages(code))


def young_ages() -> frozenset[str]:
    """Codes of callers aged 10 to 24. Every code lies wholly inside or wholly outside of these ages."""
    found = ((code, ages(code)) for code in codes.table("caller_age_band"))
    return frozenset(code for code, band in found if band and band[0] >= YOUNGEST and band[1] <= OLDEST)


def protocol_of(topic: str) -> str:
    """Which protocol a topic asks for, from its notes; empty for most."""
    row = codes.table("hotline_topic").get(topic)
    return PROTOCOLS.get(row.notes, "") if row else ""


@dataclass
class Tally:
    """Calls added up: answered and apart by nature, topics and ages of those answered, answered and apart by hour.

    `hours` maps (day, hour) to [answered, apart]; the hour is None where the time wasn't written down.
    """

    natures: Counter[str] = field(default_factory=Counter)
    topics: Counter[str] = field(default_factory=Counter)
    ages: Counter[str] = field(default_factory=Counter)
    hours: dict[tuple[date, int | None], list[int]] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        return sum(self.natures[nature] for nature in ANSWERED)

    @property
    def apart(self) -> int:
        return self.natures.total() - self.answered

    @property
    def known(self) -> int:
        """Answered calls whose caller's age is known."""
        return sum(self.ages[code] for code in known_ages())

    @property
    def young(self) -> int:
        """Answered calls of callers aged 10 to 24."""
        return sum(self.ages[code] for code in young_ages())

    @property
    def young_of_known(self) -> str:
        return share(self.young, self.known)

    @property
    def young_of_all(self) -> str:
        return share(self.young, self.answered)


def share(part: int, whole: int) -> str:
    """Whole per cent, for a sentence that gives both numbers beside it."""
    return f"{round(100 * part / whole)}\u00a0%" if whole else "–"


COLUMNS = ("occurred_on", "started_at", "nature", "age_band", "topics")


def tally(rows: Iterable[tuple[Any, ...]]) -> Tally:
    """Add up rows of COLUMNS."""
    found = Tally()
    for day, started, nature, age_band, topics in rows:
        found.natures[nature] += 1
        answered = nature in ANSWERED
        hour = started.hour if isinstance(started, time) else None
        cell = found.hours.setdefault((day, hour), [0, 0])
        cell[0 if answered else 1] += 1
        if answered:
            found.ages[age_band] += 1
            found.topics.update(topics)
    return found
