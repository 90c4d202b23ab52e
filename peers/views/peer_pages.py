"""What the pages beside the registers of peer work share: for whom they are, and a supervisor's own team."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.views.decorators.http import require_safe

from core.permissions import Permission
from peers.models import PeerEducator

LEADS = (Permission.PEER_ACCEPT, Permission.TEAM_EVERY)


def for_leads(view):
    """A page to read for those who lead peer educators, or see every team."""

    @require_safe
    @login_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not any(map(request.scope.can, LEADS)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def organisations(scope) -> list[int]:
    """Organisations in which the person leads, or sees every team."""
    return sorted({pk for permission in LEADS for pk in scope.all_organisations(permission)})


def led_by(scope):
    """The peer educators that the person leads or sees, those without a supervisor too."""
    return PeerEducator.objects.visible_to(scope).countable().filter(organisation__in=organisations(scope))
