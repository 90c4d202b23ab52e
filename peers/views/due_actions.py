"""What committees have to do, on one page: the overdue first."""

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.permissions import Permission
from core.views.screens import PAGE, Screen
from peers import committee_actions
from peers.models import Committee
from peers.views.committee_pages import action_line


class DueActions(Screen):
    """What committees have to do, the overdue first."""

    def get(self, request):
        today = timezone.localdate()
        visible = Committee.objects.visible_to(request.scope).countable()
        due = committee_actions.still_due(visible, today).select_related("meeting__committee__workplace")
        page = Paginator(due, PAGE).get_page(request.GET.get("page"))
        late = due.filter(due_on__lt=today).count()
        scope = request.scope
        lines = []
        for action in page:
            may = scope.can(Permission.WORKPLACE_RECORD, action.meeting.organisation_id)
            lines.append(action_line(action, today, may=may) | {"committee": str(action.meeting.committee)})
        words = ngettext("%(count)s action is overdue.", "%(count)s actions are overdue.", late) % {"count": late}
        context = {
            "lead": self.register.heading,
            "heading": _("Actions that are due"),
            "open_actions": lines,
            "said": words if late else _("Nothing is overdue."),
            "page_obj": page,
            "paginator": page.paginator,
        }
        return self.show("peers/committees/actions.html", context)
