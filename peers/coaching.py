"""What supervision leaves open: agreed actions, last visits, and how scores go. For pages that show it."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import F, Max

from peers.models import AgreedAction, PeerEducator, SupervisionVisit

TREND = 6


def open_actions(peers: Iterable[UUID], day: date):
    """What these peer educators agreed to until `day` and haven't done, as a queryset: the longest overdue first.

    Each row has `visit` and its `peer` at hand, and is overdue if its `due_on` is before the day.
    """
    rows = AgreedAction.objects.filter(visit__peer__in=peers, visit__voided_at=None, visit__occurred_on__lte=day)
    return rows.filter(done_on=None).select_related("visit__peer").order_by("due_on", "visit__peer__reference", "pk")


def last_visits(peers: Iterable[UUID], day: date | None = None) -> dict[UUID, date]:
    """Peer educator → day of the newest visit (up to `day`); who was never visited isn't there."""
    rows = SupervisionVisit.objects.countable().filter(peer__in=peers)
    if day is not None:
        rows = rows.filter(occurred_on__lte=day)
    return dict(rows.order_by().values("peer").annotate(last=Max("occurred_on")).values_list("peer", "last"))


def trend(peer: PeerEducator | UUID) -> list[SupervisionVisit]:
    """The last visits, newest first, with `kind`, `score` and `next_on`."""
    rows = SupervisionVisit.objects.countable().filter(peer=peer)
    return list(rows.order_by(F("occurred_on").desc(), F("recorded_at").desc(), "pk")[:TREND])
