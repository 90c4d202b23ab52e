"""What is read of hotspots: their names for their teams, and sums by district for everybody else."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery

from core.models import District, Site
from core.permissions import Permission
from core.scope import Scope
from outreach.models import Hotspot, SizeEstimate


def names_for(scope: Scope) -> dict[UUID, str]:
    """The real names of the hotspots that the person may see, by their sites: one query, none for who sees none.

    For choices of a form; lists that others read too keep the sites' neutral names.
    """
    if not scope.can(Permission.HOTSPOT_VIEW):
        return {}
    return dict(Hotspot.objects.visible_to(scope).order_by().values_list("site_id", "name"))


@dataclass
class InDistrict:
    """What everybody may know of the active hotspots of one district: how many, and how many people in all.

    `low`, `point` and `high` are sums of the newest estimates; `unknown` hotspots have none.
    """

    district: District
    hotspots: int = 0
    low: int = 0
    point: int = 0
    high: int = 0
    unknown: int = 0


def by_district(scope: Scope) -> list[InDistrict]:
    """The districts of the person's organisations that have active hotspots, by code. Two queries.

    A district is told even where it has one hotspot only: tens of thousands of people live in each.
    """
    newest = SizeEstimate.objects.filter(hotspot=OuterRef("pk")).order_by("-estimated_on", "-pk")
    seen = Site.objects.visible_to(scope).open().filter(district__isnull=False).order_by()
    active = Hotspot.objects.active().filter(site__in=seen.values("pk")).order_by()
    told = active.annotate(**{name: Subquery(newest.values(name)[:1]) for name in ("low", "point", "high")})
    rows = told.values_list("site__district_id", "low", "point", "high")
    districts = District.objects.select_related("province").in_bulk({code for code, *_numbers in rows})
    found = {code: InDistrict(district) for code, district in sorted(districts.items())}
    for code, low, point, high in rows:
        place = found[code]
        place.hotspots += 1
        if point is None:
            place.unknown += 1
        else:
            place.low, place.point, place.high = place.low + low, place.point + point, place.high + high
    return list(found.values())
