"""How everything is counted, in words: indicators, packages, periods, age bands."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import codes
from core.permissions import Permission
from core.wording import coded, shown
from dashboards import named_periods, wording
from dashboards.age_bands import age_bands, set_names
from dashboards.definitions import INDICATORS
from dashboards.measures import Indicator
from dashboards.models import Package


@require_safe
@login_required
def definitions(request):
    """One page, to read, print and link to."""
    if not request.scope.can(Permission.DEFINITIONS_VIEW):
        raise PermissionDenied
    context = {
        "heading": _("How this is counted"),
        "may_see_figures": request.scope.can(Permission.FIGURES_VIEW),
        "indicators": [(indicator, facts(indicator)) for indicator in INDICATORS.values()],
        "packages": [_package(package) for package in Package.objects.all()],
        "periods": _periods(),
        "age_sets": [_age_set(name) for name in set_names()],
    }
    return render(request, "dashboards/definitions.html", context)


def facts(indicator: Indicator) -> list[tuple[str, str]]:
    """A definition as label and text."""
    return [
        (_("Code"), indicator.code),
        (_("What is counted"), wording.measure(indicator)),
        (_("Numerator"), str(indicator.numerator)),
        (_("Denominator"), str(indicator.denominator)),
        (_("Rule"), str(indicator.rule)),
        (_("Adding up"), wording.additivity(indicator)),
        (_("Split by"), ", ".join(wording.key(key, indicator.code) for key in indicator.breakdowns)),
        (_("Age bands"), indicator.age_set or age_bands(None).name),
        (_("Source"), str(indicator.source)),
        (_("Version"), indicator.version),
        (_("Owner"), str(indicator.owner)),
        (_("Last review"), str(shown(indicator.reviewed_on))),
    ]


def _package(package: Package) -> dict:
    """The package's rule in words: every part, and what supplies it."""
    indicator = INDICATORS.get(package.code)
    parts = []
    for part in package.rule["all"]:
        text = coded("service", part["any"])
        if part.get("known_positive"):
            text = _("%(services)s; or known positive before the period") % {"services": text}
        parts.append((wording.part(part["name"]), text))
    look_back = _("in the period")
    if package.look_back_days:
        look_back = _("in the last %(days)s days of the period") % {"days": package.look_back_days}
    return {
        "title": f"{package} · {indicator.name}" if indicator else str(package),
        "facts": [
            *parts,
            (_("Every part is needed"), look_back),
            (_("Holds from"), shown(package.holds_from)),
            (_("Source"), wording.source(package.source)),
        ],
    }


def _periods() -> list[tuple[str, str]]:
    """The calendar, by the periods that hold today."""
    today = timezone.localdate()
    fiscal = today.year + (today.month >= 10)
    half = 1 if today.month >= 10 or today.month <= 3 else 2
    named = [
        f"{today:%Y-%m}",
        f"{today.year}-Q{(today.month + 2) // 3}",
        f"{today.year}-H{1 if today.month <= 6 else 2}",
        f"{today.year}",
        f"FY{fiscal}-H{half}",
        f"FY{fiscal}",
    ]
    found = [named_periods.period_of(code, today) for code in named]
    return [(named_periods.name(period), named_periods.days(period)) for period in found]


def _age_set(name: str) -> tuple[str, str]:
    bands = ", ".join(wording.band(band.name) for band in age_bands(name).bands)
    sources = {
        row.attributes.get("source", "")
        for row in codes.table("age_band_sets").values()
        if row.attributes.get("set") == name
    }
    return name, f"{bands} ({', '.join(sorted(filter(None, sources)))})" if any(sources) else bands
