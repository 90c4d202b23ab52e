"""How a peer educator stands as others see it: active, but silent for too long, reads “inactive”.

A sign of work is a session led or a monthly report accepted. Who became active less than `SILENT_DAYS` ago had no
time to give one, and stands as active.
"""

from datetime import date, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery

from peers.models import MonthlyReport, PeerEducator, Session
from peers.models.peer_educators import ACTIVE, INACTIVE, SILENT_DAYS


def with_signs(queryset: QuerySet, day: date) -> QuerySet:
    """With `last_session_on` and `last_report_on`: the newest signs of work up to a day."""
    led = Session.facilitators.through.objects.filter(
        peereducator=OuterRef("pk"), session__voided_at=None, session__occurred_on__lte=day
    ).order_by("-session__occurred_on")
    reports = MonthlyReport.objects.filter(peer=OuterRef("pk"), voided_at=None, accepted_on__lte=day)
    return queryset.annotate(
        last_session_on=Subquery(led.values("session__occurred_on")[:1]),
        last_report_on=Subquery(reports.order_by("-accepted_on").values("accepted_on")[:1]),
    )


def last_sign(peer: PeerEducator) -> date | None:
    """The newest sign of work of a peer educator read `with_signs`; None if there is none."""
    return max(filter(None, (peer.last_session_on, peer.last_report_on)), default=None)


def silent_since(day: date) -> date:
    """Whoever gave no sign after this day is silent."""
    return day - timedelta(days=SILENT_DAYS)


def shown_status(status: str, since: date, sign: date | None, day: date) -> str:
    """The state that others see on a day, from the one that was set, since when, and the last sign of work."""
    if status == ACTIVE and max(since, sign or since) <= silent_since(day):
        return INACTIVE
    return status


def shown_on(peer: PeerEducator, day: date) -> str:
    """The same of a peer educator read `with_status_on` and `with_signs` of that day."""
    return shown_status(peer.status, peer.status_since, last_sign(peer), day)


def shown_since(peer: PeerEducator, day: date) -> date:
    """Since when it reads so: whoever fell silent does from the day on which the silence was too long."""
    if shown_on(peer, day) == peer.status:
        return peer.status_since
    return max(peer.status_since, last_sign(peer) or peer.status_since) + timedelta(days=SILENT_DAYS)


def in_state(queryset: QuerySet, status: str, day: date) -> QuerySet:
    """Those who read as `status` on a day, of a queryset read `with_status_on` and `with_signs` of that day."""
    edge = silent_since(day)
    silent = Q(status_since__lte=edge)
    for name in ("last_session_on", "last_report_on"):
        silent &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lte": edge})
    if status == INACTIVE:
        return queryset.filter(silent, status=ACTIVE)
    found = queryset.filter(status=status)
    return found.exclude(silent) if status == ACTIVE else found
