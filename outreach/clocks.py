"""Clocks that run after something was told: how much time is left, in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outreach.models import Concern, ViolenceEvent

HOUR = timedelta(hours=1)
# From this part of the whole time on, what is left is shown as pressing.
NEAR = 4


@dataclass(frozen=True)
class Told:
    """What a clock says: words, how they are drawn (a kind of tag and notice), and what still helps."""

    text: str
    kind: str = ""
    more: str = ""


def span(time: timedelta) -> str:
    """A length of time in whole minutes, hours or days, rounded down; never less than a minute."""
    if time < HOUR:
        minutes = max(1, int(time / timedelta(minutes=1)))
        return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
    if time < timedelta(days=5):
        hours = int(time / HOUR)
        return ngettext("%(number)s hour", "%(number)s hours", hours) % {"number": hours}
    return ngettext("%(number)s day", "%(number)s days", time.days) % {"number": time.days}


def when(moment: datetime) -> str:
    """A moment as people say it: the time alone if it is today."""
    local = timezone.localtime(moment)
    if local.date() == timezone.localdate():
        return _("today, %(time)s") % {"time": date_format(local, "H:i")}
    return date_format(local, "j F Y, H:i")


def pep(event: ViolenceEvent, now: datetime) -> Told | None:
    """How long PEP can still begin after sexual violence; None where it is no question."""
    if event.is_void or event.pep == ViolenceEvent.Pep.NOT_NEEDED:
        return None
    if event.pep_by is None:
        if "sexual" not in event.types:
            return None
        text = _("When it happened isn't known: go to the service now, and ask there whether PEP can still begin.")
        return Told(_("PEP must begin within 72 hours."), "attention", text)
    left = event.pep_by - now
    if left <= timedelta(0):
        text = _(
            "A health service still helps: care of injuries, treatment of infections, preventing a pregnancy (up to "
            "five days), an HIV test now and again later, somebody to talk to."
        )
        return Told(_("The 72 hours for PEP are over."), "", text)
    text = _("The sooner the better: go along if they wish. The service decides.")
    words = {"time": span(left)}
    if event.happened_at is None:
        text = _("Counted from the end of that day, since the time isn't known. Go now: the service decides.")
        told = _("PEP can still begin: at most %(time)s left.") % words
    else:
        told = _("PEP can still begin: %(time)s left.") % words
    if event.pep == ViolenceEvent.Pep.DECLINED:
        return Told(told, "", _("It was declined, and that is fine. They may still change their mind."))
    return Told(told, "attention", text)


def concern(row: Concern, now: datetime) -> Told:
    """Whether the lead acted, how much time is left to, or how late it is."""
    if row.is_void:
        return Told(_("void"))
    if row.first_action_at is not None:
        if row.first_action_at <= row.respond_by:
            return Told(_("acted on in time"), "good")
        return Told(_("acted on %(time)s late") % {"time": span(row.first_action_at - row.respond_by)}, "")
    left = row.respond_by - now
    if left < timedelta(0):
        return Told(_("late by %(time)s") % {"time": span(-left)}, "danger")
    near = left <= max(HOUR, (row.respond_by - row.raised_at) / NEAR)
    return Told(_("%(time)s left to act") % {"time": span(left)}, "attention" if near else "")
