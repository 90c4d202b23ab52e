"""The field rules of referrals."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from core.entries import Entry
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.problems import Problem
from outreach.models.referrals import OPEN_STATES


@dataclass(frozen=True, kw_only=True)
class ReferralEntry(Entry):
    """What somebody wants recorded: one client sent to one kind of service.

    `said_by` and `said_on` tell of the state just reached, `arrival_said_by` of the arrival: they stand in the dated
    events, not in the referral.
    """

    apart: ClassVar[frozenset[str]] = frozenset({"said_by", "said_on", "arrival_said_by"})

    client_id: UUID
    type: str
    contact_id: UUID | None = None
    destination_id: UUID | None = None
    urgent: bool = False
    status: str = "issued"
    closed_on: date | None = None
    not_completed_because: str = ""
    share_consent: bool = False
    arrived_on: date | None = None
    said_by: str = ""
    said_on: date | None = None
    arrival_said_by: str = ""


def problems(entry: ReferralEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    yield from happened_problems(entry.occurred_on, today)
    yield from code_problems("type", "referral_type", [entry.type], entry.occurred_on)
    yield from code_problems("status", "referral_status", [entry.status], entry.closed_on or entry.occurred_on)
    reasons = [entry.not_completed_because] if entry.not_completed_because else []
    yield from code_problems("not_completed_because", "referral_noncompletion_reason", reasons, entry.occurred_on)
    closed = entry.closed_on
    if entry.status in OPEN_STATES and closed is not None:
        yield Problem(
            "closed_on",
            _("An open referral has no closing day. Choose another state, or clear the day."),
            str(closed),
        )
    if entry.status not in OPEN_STATES and closed is None:
        yield Problem("closed_on", _("Give the day on which this state was reached."), "")
    if closed is not None and closed < entry.occurred_on:
        yield Problem("closed_on", _("A referral can't be closed before it was issued."), str(closed))
    if closed is not None and closed > today:
        yield Problem("closed_on", _("This day is in the future. Use today or an earlier day."), str(closed))
    yield from _arrival_problems(entry, today)


def _arrival_problems(entry: ReferralEntry, today: date) -> Iterator[Problem]:
    arrived, closed = entry.arrived_on, entry.closed_on
    if arrived is None:
        return
    if arrived < entry.occurred_on:
        text = _("Nobody arrives before being sent. Give a day from the day of issue on.")
        yield Problem("arrived_on", text, str(arrived))
    if arrived > today:
        yield Problem("arrived_on", _("This day is in the future. Use today or an earlier day."), str(arrived))
    if entry.status == "not_attended":
        text = _("Somebody who arrived did attend. Choose another state, or clear the day of arrival.")
        yield Problem("arrived_on", text, str(arrived))
    elif entry.status != "cancelled" and closed is not None and closed < arrived:
        text = _("The service can't be before the arrival. Put the arrival earlier, or the service later.")
        yield Problem("arrived_on", text, str(arrived))
