"""Cards of the Today page about safeguarding: what waits for the lead, whose PEP can still begin, who is missing."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Organisation
from core.permissions import Permission
from outreach import clocks, wording
from outreach.models import Concern, Referral, ViolenceEvent
from outreach.models.referrals import OPEN_STATES

P = Permission
SHOWN = 10


def concerns_waiting(scope) -> int | None:
    """How many concerns nobody acted on yet; None for somebody who sees none."""
    return Concern.objects.visible_to(scope).unanswered().count() if scope.can(P.CONCERN_VIEW) else None


def concerns(request) -> dict | None:
    """How many concerns are open, how many of them wait, and the clock that ends next. One query."""
    if not request.scope.can(P.CONCERN_VIEW):
        return None
    rows = Concern.objects.visible_to(request.scope).open().order_by("respond_by", "pk")
    found = list(rows)
    if not found:
        return None
    waiting = [row for row in found if row.first_action_at is None]
    clock = clocks.concern(waiting[0], timezone.now()) if waiting else None
    return {
        "number": len(found),
        "waiting": len(waiting),
        "clock": clock,
        "kind": (clock.kind or "attention") if clock else "",
        "url": reverse("concerns:list"),
    }


def pep(request) -> dict | None:
    """Whom I met and for whom PEP can still begin, the shortest clock first; None if there is nobody."""
    scope, now = request.scope, timezone.now()
    if not scope.can(P.VIOLENCE_RECORD):
        return None
    mine = ViolenceEvent.objects.visible_to(scope).countable().filter(recorded_by_id=scope.user_id)
    rows = mine.with_clock_running(now).select_related("client__survivor").order_by("pep_by", "pk")[:SHOWN]
    events = list(rows)
    if not events:
        return None
    closed = Referral.objects.filter(pk__in=[event.referral_id("PEP") for event in events])
    over = set(closed.exclude(status__in=OPEN_STATES).values_list("pk", flat=True))
    lines = [_line(event, now) for event in events if event.referral_id("PEP") not in over]
    return {"people": lines} if lines else None


def _line(event: ViolenceEvent, now) -> dict:
    told = clocks.pep(event, now)
    line = {"text": told.text if told else "", "url": event.get_absolute_url(), "link_label": _("Open")}
    if event.client:
        return wording.person(event.client, **line)
    return {"name": wording.whoever(event), **line}


def without_lead(request) -> dict | None:
    """A warning for those who can make somebody safeguarding lead; None where everybody has one."""
    scope = request.scope
    if not scope.can(P.MEMBER_MANAGE):
        return None
    names = list(
        Organisation.objects.visible_to(scope, P.MEMBER_MANAGE).without_lead().values_list("name", flat=True)[:SHOWN]
    )
    if not names:
        return None
    text = _("Concerns raised in %(organisations)s wait unseen until somebody is.")
    return {"text": text % {"organisations": ", ".join(names)}, "url": reverse("members:list")}
