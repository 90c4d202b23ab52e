"""The card of the Today page for those who lead peer educators: the team's week in three numbers, and what waits."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.permissions import Permission
from peers import week, week_words
from peers.models import PeerEducator
from peers.week_dates import week_of

SHOWN = 4


def your_team(request) -> dict | None:
    """People met, sessions led and peer educators for whom something waits; None for those who lead nobody."""
    scope = request.scope
    if not scope.organisations(Permission.SUPERVISION_RECORD):
        return None
    today = timezone.localdate()
    mine = PeerEducator.objects.visible_to(scope).filter(supervisor=scope.user_id)
    found = week.of_team(mine, week_of(today), today, scope, errors=False)
    if not found.rows:
        return None
    waiting = list(week_words.team_waiting(found))
    return {
        "facts": [
            (_("People met"), found.people),
            (_("Sessions led"), found.sessions),
            (_("Unnamed heads"), found.heads),
        ],
        "waiting": waiting[:SHOWN],
        "more": len(waiting) > SHOWN,
        "url": reverse("team-week"),
    }
