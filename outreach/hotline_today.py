"""The hotline's card of the Today page: today's tally, the share of young callers, who is to ring again."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import codes
from core.permissions import Permission
from core.wording import coded, shown
from outreach import hotline_calls as tallies
from outreach.models import HotlineCall
from outreach.models.hotline_calls import ANSWERED, APART

SHOWN = 8
MISSED_DAYS = 7


def hotline(request) -> dict | None:
    """Today and this week on the line; None for whom calls are nothing, and where nobody rings."""
    scope = request.scope
    if not scope.can(Permission.CALL_VIEW):
        return None
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    mine = HotlineCall.objects.visible_to(scope).countable()
    rows = list(mine.in_period(monday, today).values_list(*tallies.COLUMNS))
    expected = expected_calls(scope)
    if not (rows or expected) and not scope.can(Permission.CALL_RECORD):
        return None
    day = tallies.tally(row for row in rows if row[0] == today)
    natures = [*((code, day.natures[code]) for code in ANSWERED), *((code, day.natures[code]) for code in APART)]
    return {
        "may_record": scope.can(Permission.CALL_RECORD),
        "today": day,
        "week": tallies.tally(rows),
        "facts": [(codes.label("hotline_call_nature", code), number) for code, number in natures if number],
        "expected": [_line(call) for call in expected[:SHOWN]],
        "more": max(0, len(expected) - SHOWN),
        "more_url": f"{reverse('hotline-calls:list')}?again=today",
        "missed_url": f"{reverse('hotline-calls:list')}?again=missed",
    }


def expected_calls(scope) -> list[HotlineCall]:
    """Callers who meant to ring again today or within the last week, and haven't yet, the first first."""
    start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    waiting = HotlineCall.objects.visible_to(scope).waiting()
    days = waiting.filter(
        ring_again_at__gte=start - timedelta(days=MISSED_DAYS), ring_again_at__lt=start + timedelta(days=1)
    )
    return list(days.order_by("ring_again_at", "pk"))


def _line(call: HotlineCall) -> dict:
    now: datetime = timezone.localtime()
    again = timezone.localtime(call.ring_again_at)
    at = f"{again:%H:%M}" if again.date() == now.date() else str(shown(call.ring_again_at))
    return {
        "name": at,
        "text": coded("hotline_topic", call.topics) or codes.label("hotline_call_nature", call.nature),
        "tag": _("Didn't ring") if again < now - timedelta(hours=1) else "",
        "url": call.get_absolute_url(),
    }
