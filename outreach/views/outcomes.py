"""What became of the referrals of a period: by service and by destination, each number with its list."""

from datetime import date

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import codes
from core.models import ServicePoint
from core.views.screens import Screen
from core.wording import shown
from outreach import outcomes
from outreach.filters.referrals import NOT_SAID, OutcomeFilters
from outreach.outcomes import Tally

FROM, TO = "occurred_on_after", "occurred_on_before"


def last_twelve_months(today: date) -> dict[str, str]:
    """The days that are asked about where none are named: this month and the eleven before it."""
    months = today.year * 12 + today.month - 12
    return {FROM: str(date(months // 12, months % 12 + 1, 1)), TO: str(today)}


class OutcomesScreen(Screen):
    """Issued, confirmed, told by the client, partly, not, open; the days it took; the reasons."""

    def get(self, request):
        data = request.GET.copy()
        if FROM not in data and TO not in data:
            data.update(last_twelve_months(timezone.localdate()))
        visible = self.register.model.objects.visible_to(request.scope)
        filterset = OutcomeFilters(data, queryset=visible, scope=request.scope)
        filterset.check_parameters()
        valid = filterset.is_valid()
        found = outcomes.added_up(filterset.qs if valid else visible.none())
        context = {
            "lead": self.register.heading,
            "heading": _("What became of referrals"),
            "filter": filterset,
            "summary": summary(found.total, filterset.data),
            "tables": [] if not found.total.issued else tables(found, filterset.data),
        }
        return self.show("outreach/referrals/outcomes.html", context, status=200 if valid else 400)


def link(query: QueryDict, **more: str) -> str:
    """The register filtered to exactly the referrals behind a number."""
    asked = query.copy()
    for key, value in more.items():
        asked[key] = value
    return f"{reverse('referrals:list')}?{asked.urlencode()}"


def share_in_words(tally: Tally) -> str:
    """The share confirmed, never without what it is of."""
    if not tally.issued:
        return _("No referral was issued.")
    done = tally.counts["confirmed"]
    said = {"done": done, "issued": tally.issued, "share": f"{100 * done / tally.issued:.0f}"}
    return _("%(done)s of %(issued)s confirmed (%(share)s %%)") % said


def summary(total: Tally, query: QueryDict) -> dict:
    """What stands on top: the share as a bar, the median, what clients say."""
    facts = []
    if total.median_days is not None:
        facts.append((_("Median days until the service"), _whole(total.median_days)))
    words = {
        "self_reported": _("Received, the client says"),
        "partly": _("Partly received"),
        "late": _("Confirmed after more than 90 days"),
        "not": _("Not received"),
        "open": _("Still open"),
    }
    counted = [(label, total.counts[key], link(query, outcome=key)) for key, label in words.items()]
    return {
        "text": share_in_words(total),
        "done": total.counts["confirmed"],
        "issued": total.issued,
        "url": link(query, outcome="confirmed"),
        "facts": facts,
        "counted": counted,
        "period": _period(query),
    }


def _period(query: QueryDict) -> str:
    try:
        days = [shown(date.fromisoformat(query[key])) if query.get(key) else "…" for key in (FROM, TO)]
    except ValueError:
        return ""
    return _("Issued from %(start)s to %(end)s") % {"start": days[0], "end": days[1]}


HEADS = ("issued", "confirmed", "late", "self_reported", "partly", "not", "open")


def tables(found: outcomes.Outcomes, query: QueryDict) -> list[dict]:
    """The three tables: by service, by destination, reasons."""
    ids = [pk for pk in found.by_destination if pk]
    points = {point.pk: str(point) for point in ServicePoint.objects.filter(pk__in=ids).select_related("site")}
    kinds = [
        (codes.label("referral_type", kind), tally, {"type": kind})
        for kind, tally in sorted(found.by_type.items(), key=_most_first)
    ]
    places = [
        (points.get(pk) or _("Not said"), tally, {"destination": str(pk or NOT_SAID)})
        for pk, tally in sorted(found.by_destination.items(), key=_most_first)
    ]
    return [
        _table(_("By service"), _("Service sought"), kinds, found.total, query),
        _table(_("By destination"), _("Sent to"), places, found.total, query),
        *([_reasons(found, query)] if found.reasons else []),
    ]


def _most_first(item: tuple) -> tuple:
    return -item[1].issued, str(item[0])


def _cells(tally: Tally, query: QueryDict, named: dict[str, str]) -> list[tuple]:
    numbers = {"issued": tally.issued, **tally.counts}
    counted = [(numbers[key], link(query, outcome=key, **named) if numbers[key] else "") for key in HEADS]
    return [*counted, (f"{100 * tally.counts['confirmed'] / tally.issued:.0f} %", ""), (_whole(tally.median_days), "")]


def _whole(days: float | None) -> float | int | None:
    """Days without a part that says nothing: 11 instead of 11.0."""
    return days if days is None or days % 1 else int(days)


def _table(title: str, first: str, lines: list[tuple], total: Tally, query: QueryDict) -> dict:
    heads = [
        *(first, _("Issued"), _("Confirmed within 90 days"), _("Confirmed later"), _("Client says so"), _("Partly")),
        *(_("Not received"), _("Still open"), _("Share confirmed"), _("Median days")),
    ]
    return {
        "title": title,
        "table": {
            "columns": heads,
            "rows": [(label, _cells(tally, query, named)) for label, tally, named in lines],
            "foot": (_("All"), _cells(total, query, {})),
        },
        "bars": [(label, share_in_words(tally), tally.counts["confirmed"], tally.issued) for label, tally, _n in lines],
    }


def _reasons(found: outcomes.Outcomes, query: QueryDict) -> dict:
    rows, whole = sorted(found.reasons.items(), key=lambda item: (-item[1], item[0])), found.total.counts["not"]
    named = [(codes.label("referral_noncompletion_reason", reason) or _("Not said"), reason, n) for reason, n in rows]
    lines = [(text, [(n, link(query, outcome="not", reason=reason or NOT_SAID))]) for text, reason, n in named]
    return {
        "title": _("Why nothing came of them"),
        "table": {
            "columns": [_("Why not"), _("Referrals")],
            "rows": lines,
            "foot": (_("All"), [(whole, link(query, outcome="not"))]),
        },
        "bars": [],
    }
