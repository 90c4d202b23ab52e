"""How life-skills education stands in each province, and what its lessons reached."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.models import Organisation, Province
from core.scope import Scope
from peers.classes import classes_of
from peers.models import Lesson, RollOut, School


@dataclass
class Reached:
    """Schools with lessons and pupils reached in one school year."""

    schools: int = 0
    pupils: int = 0


@dataclass
class InProvince:
    """One province: its state, None where it has none, and what was reached in school years with lessons."""

    province: Province
    row: RollOut | None
    years: dict[int, Reached] = field(default_factory=dict)


def rows_of(organisation: Organisation, years: Iterable[int], scope: Scope) -> list[InProvince]:
    """All provinces in the order of their codes. Four queries."""
    states = RollOut.objects.visible_to(scope).countable().filter(organisation=organisation)
    by_province = {row.province_id: row for row in states}
    reached = _reached(organisation, list(years), scope)
    provinces = Province.objects.order_by("pk")
    return [InProvince(one, by_province.get(one.pk), reached.get(one.pk, {})) for one in provinces]


def _reached(organisation: Organisation, years: list[int], scope: Scope) -> dict[str, dict[int, Reached]]:
    schools = School.objects.visible_to(scope).filter(organisation=organisation).order_by()
    places = dict(schools.values_list("pk", "site__district__province"))
    lessons = Lesson.objects.visible_to(scope).filter(organisation=organisation, school_year__in=years)
    found: dict[str, dict[int, Reached]] = defaultdict(dict)
    counted = set()
    for one in classes_of(lessons):
        line = found[places[one.school_id]].setdefault(one.school_year, Reached())
        line.pupils += one.pupils
        line.schools += (one.school_id, one.school_year) not in counted
        counted.add((one.school_id, one.school_year))
    return found
