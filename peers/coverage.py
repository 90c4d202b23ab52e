"""Who is reached at workplaces: people met in peer education ÷ the workforce, and attendances beside it, never added.

People are distinct: somebody met at a workplace twice, or in two years, is one. They are those with a contact there
that isn't void, of a kind that is counted person by person, alone or in a group of 25 or fewer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Min, Sum

from core import codes
from core.batches import portions
from outreach.choices import SMALL_GROUP
from outreach.models.facts import Fact
from peers.models import Session, WorkforceCount, Workplace

YOUNG = (15, 24)


@dataclass
class People:
    """Distinct people reached, by sex; `young` are 15 to 24 years old at their first contact of the period."""

    total: int = 0
    young: int = 0
    by_sex: dict[str, int] = field(default_factory=dict)

    def add(self, sex: str, age: int | None) -> None:
        self.total += 1
        self.by_sex[sex] = self.by_sex.get(sex, 0) + 1
        if age is not None and YOUNG[0] <= age <= YOUNG[1]:
            self.young += 1


@dataclass
class Workforce:
    """The workers of one workplace as counted on a day: `cells` maps (sex, code of `age_band_atomic`) to them."""

    counted_on: date
    cells: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.cells.values())


@dataclass
class Coverage:
    """One workplace, or all of them together, over a period. No `workforce` where none was counted by its end.

    `reached_of_counted` are the people reached where the workforce is known: the only ones that have a share.
    """

    people: People = field(default_factory=People)
    workforce: int | None = None
    counted_on: date | None = None
    reached_of_counted: int = 0
    sessions: int = 0
    attendances: int = 0

    @property
    def share(self) -> float | None:
        """Per cent of the workforce; None without a workforce."""
        return 100 * self.reached_of_counted / self.workforce if self.workforce else None

    @property
    def is_odd(self) -> bool:
        """More people than workers: workers come and go, or a number is wrong."""
        return self.share is not None and self.share > 100


@dataclass
class Covered:
    """Coverage by workplace, and `together`, where a person met at two workplaces is one."""

    each: dict[UUID, Coverage]
    together: Coverage


def workforces(workplaces: Iterable[Workplace], day: date) -> dict[UUID, Workforce]:
    """The newest count of each workplace on or before `day`, by id; two queries for up to 5,000 of them."""
    found: dict[UUID, Workforce] = {}
    for portion in portions([row.pk for row in workplaces]):
        counts = WorkforceCount.objects.filter(workplace__in=portion, counted_on__lte=day).order_by()
        newest = dict(counts.values_list("workplace").annotate(newest=Max("counted_on")))
        rows = counts.filter(counted_on__in=set(newest.values()))
        for pk, counted_on, sex, band, workers in rows.values_list(
            "workplace", "counted_on", "sex", "age_band", "workers"
        ):
            if newest[pk] == counted_on:
                found.setdefault(pk, Workforce(counted_on)).cells[sex, band] = workers
    return found


def coverage(workplaces: Iterable[Workplace], start: date | None, end: date) -> Covered:
    """Coverage from `start` (None: from the beginning) to `end`, both days included. Four queries, however many."""
    rows = list(workplaces)
    at_site = {row.site_id: row.pk for row in rows}
    found = Covered({row.pk: Coverage() for row in rows}, Coverage())
    for pk, workforce in workforces(rows, end).items():
        found.each[pk].workforce, found.each[pk].counted_on = workforce.total, workforce.counted_on
    _count_people(found, at_site, start, end)
    _count_attendances(found, at_site, start, end)
    known = [one.workforce for one in found.each.values() if one.workforce is not None]
    found.together.workforce = sum(known) if known else None
    return found


def _count_people(found: Covered, at_site: Mapping[UUID, UUID], start: date | None, end: date) -> None:
    everyone: dict[UUID, tuple[str, int | None]] = {}
    of_counted: set[UUID] = set()
    for site, client, sex, age in people_at(at_site, start, end):
        one = found.each[at_site[site]]
        one.people.add(sex, age)
        if one.workforce is not None:
            one.reached_of_counted += 1
            of_counted.add(client)
        known = everyone.get(client, (sex, age))[1]
        # Ages only grow: the lowest is the one at the first contact.
        everyone[client] = (sex, age if known is None or age is None else min(known, age))
    for sex, age in everyone.values():
        found.together.people.add(sex, age)
    found.together.reached_of_counted = len(of_counted)


def people_at(sites: Iterable[UUID], start: date | None, end: date) -> Iterable[tuple[UUID, UUID, str, int | None]]:
    """(site, client, sex, age at the first contact of the period) of everybody met there, once for each site."""
    kinds = codes.having("contact_type", "counting_level", "individual", "either")
    met = Fact.objects.of_people().filter(kind__in=kinds, group_size__lte=SMALL_GROUP, date__lte=end)
    for portion in portions(sites):
        facts = met.filter(site__in=portion, **({"date__gte": start} if start else {})).order_by()
        yield from facts.values_list("site", "client", "sex").annotate(first_age=Min("age")).iterator(chunk_size=5000)


def _count_attendances(found: Covered, at_site: Mapping[UUID, UUID], start: date | None, end: date) -> None:
    for portion in portions(at_site):
        sessions = Session.objects.countable().filter(site__in=portion, occurred_on__lte=end).order_by()
        if start:
            sessions = sessions.filter(occurred_on__gte=start)
        with_heads = sessions.filter(headcounts__heads__gt=0).values_list("site")
        for site, held, heads in with_heads.annotate(Count("pk", distinct=True), Sum("headcounts__heads")):
            one = found.each[at_site[site]]
            one.sessions, one.attendances = held, heads
            found.together.sessions += held
            found.together.attendances += heads
