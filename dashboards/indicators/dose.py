"""PE_DOSE: people who met enough different topics at sessions in twelve months, of those who came by name."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F

from core.periods import Period, months_after
from dashboards.indicators import contacts, standings
from dashboards.indicators.peer_retention import YEAR
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result
from outreach.models import Client
from peers.models import Session, SessionAttendance

_FACT = "contact__fact__"


@dataclass
class _Course:
    """The sessions of one person in the cycle: the first one, and the topics of all."""

    first: dict[str, Any]
    topics: set[str] = field(default_factory=set)

    def add(self, row: dict[str, Any]) -> None:
        self.topics |= set(row["session__topics"])
        if row["date"] < self.first["date"]:
            self.first = row

    @property
    def enough(self) -> bool:
        return len(self.topics) >= int(settings.PE_DOSE_TOPICS)


def cycle(day: date) -> Period:
    """The twelve months that end with the day."""
    return Period(months_after(day, -YEAR) + timedelta(days=1), day)


def _courses(question: Question) -> Iterator[tuple[UUID, Cell, _Course]]:
    """The people who came, in each place that the breakdown names; those who pass the filters on people."""
    places = [key for key in question.by if key not in ("sex", "age_band", "group")]
    decoders = {key: contacts.decoder(key) for key in places}
    period = cycle(question.period.end)
    columns = {f"by_{key}": contacts.column(key, _FACT) for key in places}
    columns |= {name: F(f"{_FACT}{name}") for name in ("date", "sex", "age", "group")}
    # Named first, so that the database begins with the few sessions and not with all contacts of the days.
    held = Session.objects.countable().in_period(period.start, period.end).order_by().values("pk")
    rows = SessionAttendance.objects.filter(contacts.conditions(question.over(period), _FACT), session__in=held)
    rows = rows.annotate(person=F(f"{_FACT}client"), **columns)
    found: dict[tuple[UUID, Cell], _Course] = {}
    for row in rows.values("person", "session__topics", *columns):
        place = tuple(decoders[key](row[f"by_{key}"]) for key in places)
        found.setdefault((row["person"], place), _Course(row)).add(row)
    for (person, place), course in found.items():
        if contacts.is_asked(question, course.first):
            told = dict(zip(places, place, strict=True))
            cell = (told.get(key) or contacts.person_value(question, key, course.first) for key in question.by)
            yield person, tuple(cell), course


def count(question: Question) -> Result:
    """The share of people who got the whole dose; somebody who came at several places stands in a row of each."""
    shares, whole = standings.Shares(question), standings.Shares(question)
    for _person, cell, course in _courses(question):
        shares.add([cell], course.enough)
    for _person, _cell, course in _courses(question.total()):
        whole.add([()], course.enough)
    return standings.share(question, (whole.numerator, whole.denominator), shares.parts())


def listing(question: Question) -> Listing:
    """The numerator: the people who got the whole dose."""
    return Listing((Client, [person for person, _cell, course in _courses(question.total()) if course.enough]))
