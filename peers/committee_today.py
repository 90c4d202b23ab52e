"""The committees' card of the Today page: which have gone quiet, which are about to, what is overdue."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from core.permissions import Permission
from peers import committee_actions, committee_standing
from peers.models import Committee


def committees(request) -> dict | None:
    """One line for each kind of thing that waits; None where nothing does. Two queries."""
    scope = request.scope
    if not scope.can(Permission.WORKPLACE_RECORD):
        return None
    today = timezone.localdate()
    visible = Committee.objects.visible_to(scope).countable().order_by()
    rows = committee_standing.with_last_minuted(visible, today)
    standing = [committee_standing.standing_read(row, today) for row in rows]
    if not standing:
        return None
    quiet = sum(one.status == committee_standing.INACTIVE for one in standing)
    nearly = sum(one.nearly_quiet for one in standing)
    late = committee_actions.still_due(visible, today).filter(due_on__lt=today).count()
    listed, due = reverse("committees:list"), reverse("committees:actions")
    soon = ngettext("is about to go quiet", "are about to go quiet", nearly)
    lines = [
        *_line(quiet, ngettext("is dormant", "are dormant", quiet), "attention", f"{listed}?status=inactive"),
        *_line(nearly, soon, "", f"{listed}?status=nearly"),
        *_line(late, ngettext("action is overdue", "actions are overdue", late), "danger", due),
    ]
    return {"lines": lines} if lines else None


def quiet_waiting(scope) -> int | None:
    """How many committees have gone quiet, for the tile."""
    today = timezone.localdate()
    rows = committee_standing.with_last_minuted(Committee.objects.visible_to(scope).countable().order_by(), today)
    return sum(committee_standing.standing_read(row, today).status == committee_standing.INACTIVE for row in rows)


def _line(number: int, text: str, kind: str, url: str) -> list[dict]:
    return [{"number": number, "text": text, "kind": kind, "url": url}] if number else []
