"""Ticking a line of one's follow-up lists off, and taking the tick back."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.actions import audit
from core.models import Organisation, User
from outreach.models import FollowUpTick

Reason = FollowUpTick.Reason

# For how many days a line stays away. "Somebody else's" is for good.
DAYS_AWAY = {Reason.DONE: 30, Reason.AWAY: 14, Reason.REFUSES: 180, Reason.NOT_MINE: 3650}


@transaction.atomic
def tick_off(
    *, list_name: str, subject: UUID, reason: str, organisation: Organisation, by: User, on: date | None = None
) -> FollowUpTick:
    """Take a line off one's own list. Ticked off once more, for the same reason on the same day, it changes nothing.

    `subject` is the client, the referral or the overdose; the caller has made sure that `by` may see it.
    """
    day = on or timezone.localdate()
    said = {"reason": reason, "ticked_on": day, "until": day + timedelta(days=DAYS_AWAY[Reason(reason)])}
    line = {"worker": by, "list_name": list_name, "subject": subject}
    tick, made = FollowUpTick.objects.select_for_update(no_key=True).get_or_create(
        **line, defaults={"organisation": organisation, **said}
    )
    if not made:
        if all(getattr(tick, name) == value for name, value in said.items()):
            return tick
        for name, value in said.items():
            setattr(tick, name, value)
        tick.save(update_fields=list(said))
    _write(tick, "follow_up.tick", by)
    return tick


@transaction.atomic
def untick(*, tick: FollowUpTick, by: User) -> None:
    """Put a line back on one's list, as long as what it is about is still so."""
    found = FollowUpTick.objects.select_for_update().filter(pk=tick.pk).first()
    if found is not None:
        _write(found, "follow_up.untick", by)
        found.delete()


def _write(tick: FollowUpTick, action: str, by: User) -> None:
    """The line names the tick, never the person: it says what the worker did, not something about a client."""
    detail = {"kind": tick.list_name, "status": tick.reason}
    entry = audit.Entry(action, "follow_up", str(tick.pk), detail)
    audit.write(organisation_id=tick.organisation_id, by=by, entries=[entry])
