"""Which years hold anything to count."""

from datetime import date

from django.db.models import Exists, Min
from django.utils import timezone

from core.models import Code
from core.permissions import Permission
from core.scope import Scope
from outreach.models import Fact


def recorded_years(scope: Scope) -> list[int]:
    """Years with a contact in the person's organisations, the last one first; two queries."""
    first = Fact.objects.aggregate(first=Min("date"))["first"]
    if first is None:
        return []
    mine = Fact.objects.all()
    if not scope.everywhere(Permission.FIGURES_VIEW):
        mine = mine.filter(organisation__in=scope.organisations(Permission.FIGURES_VIEW))
    years = range(timezone.localdate().year, first.year - 1, -1)
    found = {f"y{year}": Exists(mine.in_period(date(year, 1, 1), date(year, 12, 31))) for year in years}
    # One row of any table carries the answers, so that it stays one query.
    held = Code.objects.values_list("pk")[:1].annotate(**found).values(*found).first() or {}
    return [year for year in years if held.get(f"y{year}")]
