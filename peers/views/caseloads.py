"""Caseloads: how many people each peer educator and outreach worker looks after, and who has too many."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Membership
from core.permissions import Permission, Role
from peers import caseloads
from peers.caseloads import LOOK_BACK_DAYS
from peers.models.peer_educators import ACTIVE
from peers.terms import terms_of
from peers.views.peer_pages import for_leads, led_by, organisations


@dataclass(frozen=True)
class Caseload:
    """One person's people against the most they should have."""

    name: str
    url: str
    people: frozenset
    limit: int

    @property
    def over(self) -> int:
        """How many people too many; 0 within the limit."""
        return max(0, len(self.people) - self.limit)


def of_peers(scope, day: date) -> list[Caseload]:
    """Active peer educators whom the person leads or sees, the fullest first. Five queries."""
    peers = list(led_by(scope).with_status_on(day).filter(status=ACTIVE))
    terms = terms_of(peer.organisation_id for peer in peers)
    limits = {pk: row.people_per_peer for pk, row in terms.items()}
    people = caseloads.people_of(peers, day)
    found = [
        Caseload(row.reference, row.get_absolute_url(), frozenset(people[row.pk]), limits[row.organisation_id])
        for row in peers
    ]
    return _fullest_first(found)


def of_workers(scope, day: date) -> list[Caseload]:
    """Outreach workers of the organisations in which the person leads or sees every team. Three queries."""
    here = Membership.objects.current().filter(role=Role.OUTREACH_WORKER, organisation__in=organisations(scope))
    rows = list(here.select_related("user").order_by("user__username"))
    terms = terms_of(row.organisation_id for row in rows)
    accounts = {(row.organisation_id, row.user_id): row.pk for row in rows}
    people = caseloads.met_by(accounts, day - timedelta(days=LOOK_BACK_DAYS - 1), day)
    found = [
        Caseload(row.user.username, "", frozenset(people[row.pk]), terms[row.organisation_id].people_per_worker)
        for row in rows
    ]
    return _fullest_first(found)


def _fullest_first(found: list[Caseload]) -> list[Caseload]:
    return sorted(found, key=lambda row: (-row.over, -len(row.people), row.name))


def ratio(found: list[Caseload]) -> str:
    """Peer educators to the people whom they look after together, each person once."""
    everybody = frozenset().union(*(row.people for row in found))
    return f"1 : {round(len(everybody) / len(found))}" if found else ""


def alarm(row: Caseload) -> str:
    """What is too much, in words; empty within the limit."""
    if not row.over:
        return ""
    text = ngettext("%(over)s person too many", "%(over)s people too many", row.over)
    return text % {"over": row.over}


@for_leads
def caseload_page(request):
    today = timezone.localdate()
    peers, workers = of_peers(request.scope, today), of_workers(request.scope, today)
    everybody = len(frozenset().union(*(row.people for row in peers)))
    terms_url = reverse("peer-terms") if request.scope.can(Permission.PEER_TERMS) else ""
    context = {
        "heading": _("Caseloads"),
        "parts": [
            (_("Peer educators"), [(row, alarm(row)) for row in peers], _("No peer educator is active.")),
            (_("Outreach workers"), [(row, alarm(row)) for row in workers], _("No outreach worker is here.")),
        ],
        "ratio": ratio(peers),
        "said": ngettext(
            "%(peers)s active peer educator looks after %(people)s people.",
            "%(peers)s active peer educators look after %(people)s people.",
            len(peers),
        )
        % {"peers": len(peers), "people": everybody},
        "terms_url": terms_url,
    }
    return render(request, "peers/caseloads/page.html", context)


def today_card(request) -> dict | None:
    """Today's card: whose caseload is over the limit; None if nobody's is, or for those who lead nobody."""
    if not request.scope.can(Permission.PEER_ACCEPT):
        return None
    today = timezone.localdate()
    found = [*of_peers(request.scope, today), *of_workers(request.scope, today)]
    lines = [{"name": row.name, "text": alarm(row)} for row in found if row.over]
    return {"lines": lines} if lines else None
