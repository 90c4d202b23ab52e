"""What a drop-in centre's days add up to: the sheet of one day, and visits by hour and weekday."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import Count
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from core import codes
from core.models import Site
from core.scope import Scope
from outreach.models import Contact
from outreach.rules.centres import Stretch

BANDS = "UNICEF"
# The hours that the table shows at least: a working day.
EARLIEST, LATEST = 7, 18
SHADES = 4
# Name of a period of the hours' table → its days.
PERIODS = {"4w": 28, "3m": 91, "1y": 365}


def visits_of(scope: Scope, site: Site, day: date) -> list[Contact]:
    """The visits of a day in the order in which people came; those without a time last."""
    visible = Contact.objects.visible_to(scope).visits().countable().filter(site=site, occurred_on=day)
    rows = visible.select_related("client__survivor").prefetch_related("services", "commodities")
    return sorted(rows, key=lambda visit: (visit.arrived_at is None, visit.arrived_at or time(), visit.recorded_at))


def band_of(age: int | None) -> str:
    """The code of the age band that holds an age; that of the unknown ages without one."""
    unknown = ""
    for code, row in codes.in_use("age_band_sets").items():
        if row.attributes.get("set") != BANDS:
            continue
        low, high = row.attributes.get("min_age"), row.attributes.get("max_age")
        if not low:
            unknown = code
        elif age is not None and int(low) <= age <= int(high):
            return code
    return unknown


def bands() -> list[str]:
    """The codes of the bands, youngest first."""
    return [code for code, row in codes.in_use("age_band_sets").items() if row.attributes.get("set") == BANDS]


@dataclass(frozen=True)
class Totals:
    """What a day's visits add up to. `heads` counts visits by (sex, age band), anonymous ones under ("U", unknown)."""

    visits: int
    people: int
    anonymous: int
    services: Counter
    given: Counter
    taken_back: Counter
    heads: Counter


def totals_of(visits: Sequence[Contact]) -> Totals:
    """Count a day's visits; somebody who came twice is two visits and one person."""
    services, given, taken, heads = Counter(), Counter(), Counter(), Counter()
    people = set()
    for visit in visits:
        services.update(visit.centre_services)
        for line in visit.commodities.all():
            given[line.commodity] += line.given
            taken[line.commodity] += line.taken_back
        person = visit.client and (visit.client.survivor or visit.client)
        if person:
            people.add(person.pk)
        sex = person.sex if person else "U"
        heads[sex, band_of(person.age_on(visit.occurred_on) if person else None)] += 1
    anonymous = sum(visit.client_id is None for visit in visits)
    return Totals(len(visits), len(people), anonymous, services, +given, +taken, heads)


@dataclass(frozen=True)
class Hours:
    """Visits of a period by (weekday, hour), Monday being 0. `untimed` came at a time that nobody wrote down."""

    start: date
    end: date
    visits: dict[tuple[int, int], int]
    untimed: int

    @property
    def total(self) -> int:
        return sum(self.visits.values()) + self.untimed

    def busiest_first(self) -> list[tuple[int, int, int]]:
        """(weekday, hour, visits) of every hour in which somebody came, the busiest first."""
        rows = [(weekday, hour, number) for (weekday, hour), number in self.visits.items()]
        return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))


def hours_of(scope: Scope, site: Site, period: str, today: date) -> Hours:
    """Visits at a centre by hour and weekday, up to today."""
    start = today - timedelta(days=PERIODS[period] - 1)
    visible = Contact.objects.visible_to(scope).visits().countable().filter(site=site).in_period(start, today)
    timed = visible.filter(arrived_at__isnull=False)
    split = timed.order_by().annotate(weekday=ExtractIsoWeekDay("occurred_on"), hour=ExtractHour("arrived_at"))
    rows = split.values_list("weekday", "hour").annotate(number=Count("pk"))
    found = {(weekday - 1, hour): number for weekday, hour, number in rows}
    return Hours(start, today, found, visible.filter(arrived_at=None).count())


def hours_shown(hours: Hours, stretches: Iterable[Stretch]) -> range:
    """The hours that the table needs: a working day, every visit, every hour of opening."""
    seen = [hour for _weekday, hour in hours.visits]
    for stretch in stretches:
        seen += [stretch.opens.hour, stretch.closes.hour - (stretch.closes.minute == 0)]
    return range(min([EARLIEST, *seen]), max([LATEST - 1, *seen]) + 1)


def is_open(stretches: Iterable[Stretch], weekday: int, hour: int) -> bool:
    """Whether the centre is open at any moment of the hour."""
    begins, ends = time(hour), time(hour, 59, 59)
    return any(s.weekday == weekday and s.opens <= ends and s.closes > begins for s in stretches)


def shade(number: int, most: int) -> int:
    """How dark a number of visits is drawn, from 0 (nobody) to SHADES."""
    return -(-SHADES * number // most) if number else 0
