"""What committees still have to do: the open actions of their meetings, the earliest due first."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.wording import shown
from peers.models import Committee, CommitteeAction, CommitteeMeeting


def open_actions(
    committees: QuerySet | Iterable[Committee], *, committee: UUID | None = None, until: date | None = None
) -> QuerySet:
    """The actions of meetings that count, of these committees, that aren't done. `until` bounds the meetings' days."""
    meetings = CommitteeMeeting.objects.countable().filter(committee__in=committees).order_by()
    if committee:
        meetings = meetings.filter(committee=committee)
    if until:
        meetings = meetings.filter(occurred_on__lte=until)
    actions = CommitteeAction.objects.filter(meeting__in=meetings.values("pk"), done_on=None)
    return actions.select_related("meeting").order_by("due_on", "pk")


def still_due(committees: QuerySet, day: date) -> QuerySet:
    """What committees that aren't closed by `day` have to do."""
    alive = committees.filter(Q(closed_on=None) | Q(closed_on__gt=day)).order_by()
    return open_actions(alive.values("pk"))


def name_of(committee: Any) -> str:
    """A committee in words: its workplace, and until when, if it is closed."""
    if committee.closed_on:
        words = {"workplace": committee.workplace, "day": shown(committee.closed_on)}
        return _("%(workplace)s (closed on %(day)s)") % words
    return str(committee.workplace)
