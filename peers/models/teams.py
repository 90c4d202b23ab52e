"""Whose team a peer educator is in: each supervisor sees the own team's work, and nobody another's."""

from django.db.models import Q

from core.models.records import RecordQuerySet
from core.permissions import Permission
from core.scope import Scope


def other_teams(scope: Scope, peer: str = "") -> Q:
    """Peer educators of somebody else's team, in organisations where the person doesn't see every team.

    `peer` is the path from the rows to the peer educator, ending in `__`. One without a supervisor is in nobody's
    team, so every supervisor of the organisation sees them and can take them on.
    """
    theirs = Q(**{f"{peer}supervisor__isnull": False}) & ~Q(**{f"{peer}supervisor": scope.user_id})
    theirs &= Q(**{f"{peer}user__isnull": True}) | ~Q(**{f"{peer}user": scope.user_id})
    if every := scope.organisations(Permission.TEAM_EVERY):
        theirs &= ~Q(**{f"{peer}organisation__in": every})
    return theirs


class TeamQuerySet(RecordQuerySet):
    """Records about one peer educator each; `peer` is the path from the record to them."""

    peer = "peer__"
    narrower = True

    def own_condition(self, scope: Scope) -> Q:
        """A record is one's own if it is about oneself."""
        return Q(**{f"{self.peer}user_id": scope.user_id})

    def visible_to(self, scope: Scope):
        visible = super().visible_to(scope)
        if scope.covers(Permission.TEAM_EVERY, self.model.view_permission):
            return visible
        return visible.exclude(other_teams(scope, self.peer))
