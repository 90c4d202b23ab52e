"""Who is in another supervisor's team: their work lists are hidden from everybody else who leads a team."""

from core import teams
from core.permissions import Permission
from core.scope import Scope
from peers.models import PeerEducator
from peers.models.teams import other_teams


def in_other_teams(scope: Scope) -> set[int]:
    """Accounts of the peer educators of other teams, in the organisations in which the person leads one: one query.

    Whoever is in two teams isn't hidden from either supervisor.
    """
    led = scope.organisations(Permission.PEER_VIEW)
    if not led or scope.everywhere(Permission.TEAM_EVERY):
        return set()
    here = PeerEducator.objects.countable().filter(organisation__in=led, user__isnull=False)
    mine = here.exclude(other_teams(scope)).order_by().values("user")
    return set(here.filter(other_teams(scope)).exclude(user__in=mine).order_by().values_list("user", flat=True))


def register() -> None:
    teams.register(in_other_teams)
