"""The cards of the Today page about micro-plans: my own, and for whom a plan of this month is still to be made."""

from datetime import date
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.permissions import Permission
from outreach import wording
from peers import months, plan_people, plan_proposals, plan_wording, plans
from peers.models import MicroPlan, PeerEducator
from peers.plan_people import PlanRow
from peers.plan_weeks import current_week, month_of

SHOWN = 5


def my_plan(request) -> dict | None:
    """My plan of this month, or that there is none yet; None for whoever isn't a peer educator."""
    scope, today = request.scope, timezone.localdate()
    if not scope.can(Permission.PLAN_RECORD):
        return None
    mine = PeerEducator.objects.visible_to(scope).enrolled_on(today).filter(user=scope.user_id)
    peer = mine.select_related("user").order_by("reference").first()
    if peer is None:
        return None
    month = month_of(today)
    plan = MicroPlan.objects.countable().filter(peer=peer, month=month).select_related("peer").first()
    if plan is None:
        before = plan_proposals.last_plan(peer, month)
        stands = before and plans.progress([before], today)[before.pk]
        return {
            "month": months.words(month),
            "before": before and {"url": before.get_absolute_url(), "title": months.words(before.month)},
            "before_text": plan_wording.progress(stands) if stands else "",
            "new_url": _new_url(peer, month),
        }
    rows = plan_people.rows_of(plan, request.scope, today)
    week = current_week(month, today)
    left = [row for row in rows if not row.is_met and row.client and _has_come(row, week)]
    return {
        "month": months.words(month),
        "url": plan.get_absolute_url(),
        "meter": plan_wording.meters(plan_people.progress_of(plan, rows, today))[0],
        "week": plan_wording.week(month, week),
        "left": len(left),
        "people": [_person(row) for row in left[:SHOWN]],
    }


def _new_url(peer: PeerEducator, month: date) -> str:
    query = urlencode({"peer": peer.pk, "month": months.text_of(month)})
    return f"{reverse('micro-plans:create')}?{query}"


def _has_come(row: PlanRow, week: int) -> bool:
    """Whether the person's week is this one or gone; somebody without a week may be met in any."""
    return not row.line.in_weeks or min(row.line.in_weeks) <= week


def _person(row: PlanRow) -> dict:
    left = [] if row.is_child else plan_wording.left(row.condoms, row.needles)
    words = ", ".join([text for text, _kind in plan_wording.tags(row.dues)] + [f"{label} {gap}" for label, gap in left])
    url = f"{reverse('record-contact')}?client={row.client.pk}&like=last"
    return wording.person(row.client, text=words, url=url, link_label=_("Met"))


def to_be_made(request) -> dict | None:
    """The peer educators of one's team, and those without a supervisor, who have no plan of this month."""
    scope, today = request.scope, timezone.localdate()
    if not scope.organisations(Permission.PLAN_RECORD):
        return None
    month = month_of(today)
    have = MicroPlan.objects.countable().filter(month=month).order_by().values("peer")
    team = (
        PeerEducator.objects.visible_to(scope)
        .enrolled_on(today)
        .filter(
            Q(supervisor=scope.user_id) | Q(supervisor=None),
            organisation__in=scope.organisations(Permission.PLAN_RECORD),
        )
    )
    waiting = list(team.exclude(pk__in=have).order_by("reference"))
    if not waiting:
        return None
    return {
        "month": months.words(month),
        "waiting": len(waiting),
        "peers": [(peer.reference, _new_url(peer, month)) for peer in waiting[:SHOWN]],
        "list_url": f"{reverse('micro-plans:list')}?month={months.text_of(month)}",
    }
