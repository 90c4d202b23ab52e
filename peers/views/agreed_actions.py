"""What supervisors and peer educators agreed on and isn't done: overdue first, with a button for those who may."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from core.permissions import Permission
from core.scope import Scope
from peers import coaching
from peers.models import PeerEducator
from peers.views.supervision import line_of

PAGE = 50


def open_to(scope: Scope):
    """Open actions of those enrolled whom the person sees."""
    today = timezone.localdate()
    seen = PeerEducator.objects.visible_to(scope).enrolled_on(today)
    return coaching.open_actions(seen.order_by().values("pk"), today)


def overdue(scope: Scope) -> int | None:
    """How many are overdue, for the tile; None for none."""
    return open_to(scope).filter(due_on__lt=timezone.localdate()).count() or None


class AgreedActions(LoginRequiredMixin, View):
    """The list, fifty a page."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        if not request.scope.can(Permission.SUPERVISION_VIEW):
            raise PermissionDenied
        page = Paginator(open_to(request.scope), PAGE).get_page(request.GET.get("page"))
        lines = []
        for action in page:
            may = request.scope.can(Permission.SUPERVISION_RECORD, action.visit.organisation_id)
            lines.append(line_of(action, may=may) | {"peer": action.visit.peer})
        context = {
            "heading": _("What is agreed and open"),
            "lines": lines,
            "back": "list",
            "page_obj": page,
            "paginator": page.paginator,
        }
        return render(request, "peers/supervision/agreed.html", context)
