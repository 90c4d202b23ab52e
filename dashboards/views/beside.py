"""What stands beside a figure: what its `extra` tells, in words."""

from django.utils.translation import gettext as _

from dashboards import sentences, wording
from dashboards.opening import Opening
from dashboards.results import Result
from outreach.models import HowCounted
from peers import school_years

Facts = list[tuple[str, object, str]]


def facts(result: Result, opens: Opening) -> Facts:
    """(label, value, address of its list) of everything beside the figure."""
    return [*_referrals(result), *_events(result), *_package(result, opens), *_groups(result)]


def _referrals(result: Result) -> Facts:
    extra = result.extra
    if "self_reported" not in extra:
        return []
    days = extra["median_days"]
    return [
        (_("Only the client says so"), extra["self_reported"], ""),
        (_("Partly received"), extra["partly"], ""),
        (_("Median days until the service"), days if days is None else f"{days:g}", ""),
    ]


def _events(result: Result) -> Facts:
    """Beside concerns, calls and pieces."""
    extra, found = result.extra, []
    if "still_running" in extra:
        found.append((_("Nothing done yet, and still in time"), extra["still_running"], ""))
    if "apart" in extra:
        found += [(wording.value("kind", kind, {}, result.indicator), n, "") for kind, n in extra["apart"].items()]
    if "over_all" in extra:
        found.append((_("Of all answered calls"), wording.figure(result.indicator, extra["over_all"]), ""))
        found.append((_("Answered calls"), extra["answered"], ""))
    if "public_rounds" in extra:
        found.append((_("Collected in public places"), extra["public_rounds"], ""))
        found += [(HowCounted(method).label, n, "") for method, n in extra["public_rounds_by_method"].items()]
    if "annualised" in extra:
        found.append((_("For a year (× %(factor)s)") % {"factor": extra["annualised_by"]}, extra["annualised"], ""))
    return found


def _package(result: Result, opens: Opening) -> Facts:
    extra = result.extra
    if "package" not in extra:
        return []
    found: Facts = [
        (_("Package in force"), extra["package"], ""),
        (_("People of the group who were met"), extra["reached"], ""),
    ]
    for part, number in extra["missing"].items():
        label = _("Missing: %(part)s") % {"part": wording.part(part)}
        found.append((label, number, opens(missing=part) if number else ""))
    return found


def _groups(result: Result) -> Facts:
    """Beside peer educators, committees, workers, pupils and knowledge."""
    extra, found = result.extra, []
    if "months_12" in extra:
        later = extra["months_12"]
        found.append((_("Still active after twelve months"), share(later["total"]), ""))
        found.append((_("Whose day after twelve months has come"), later["denominator"], ""))
        found.append((_("Six months not over yet"), extra["not_yet"], ""))
    if "formed_anew" in extra:
        found.append((_("Formed anew in the period"), extra["formed_anew"], ""))
    if "workforce" in extra:
        found.append((_("Workers, by the newest counts"), extra["workforce"], ""))
        found.append((_("Share of the workers counted"), share(extra["coverage"]), ""))
    if "by_school_year" in extra:
        found += [(_("Schools"), extra["schools"], ""), (_("Classes"), extra["classes"], "")]
        found += school_years_of(result)
    if "all_right_after" in extra:
        found += _knowledge(extra)
    return found


def school_years_of(result: Result) -> Facts:
    """Pupils of each school year."""
    years = result.extra["by_school_year"].items()
    return [(_("School year %(year)s") % {"year": school_years.name(int(year))}, n, "") for year, n in years]


def _knowledge(extra: dict) -> Facts:
    return [
        (_("Before the session"), share(extra["before"]), ""),
        (_("Change, in points"), None if extra["change"] is None else sentences.signed(extra["change"]), ""),
        (_("All five right before"), share(extra["all_right_before"]), ""),
        (_("All five right after"), share(extra["all_right_after"]), ""),
        (_("People who answered before"), extra["answered_before"], ""),
        (_("People who answered after"), extra["answered_after"], ""),
    ]


def share(value: float | None) -> object:
    """A share in per cent; none where there was nothing to divide by."""
    return None if value is None else wording.Percent(value)
