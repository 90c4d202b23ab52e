"""Training and coaching on a peer educator's page: what falls due, the last visits, and the next one."""

from django.urls import reverse

from core.permissions import Permission
from core.scope import Scope
from peers.models import PeerEducator
from peers.views.refreshers import of_peer
from peers.views.supervision import trend_context


def cards(peer: PeerEducator, scope: Scope) -> dict:
    """What `peers/supervision/on_peer_page.html` draws, as far as this person may see it."""
    home, found = peer.organisation_id, {}
    if scope.can(Permission.TRAINING_VIEW, home):
        found["topics"] = of_peer(peer)
    if scope.can(Permission.SUPERVISION_VIEW, home):
        found |= {"shows_visits": True, **trend_context(peer)}
    if scope.can(Permission.SUPERVISION_RECORD, home) and not peer.is_void:
        found["visit_url"] = f"{reverse('supervision:create')}?peer={peer.pk}"
    return found
