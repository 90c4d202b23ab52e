"""The field rules of referrals."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.problems import Problem
from outreach.models.referrals import OPEN_STATES


@dataclass(frozen=True)
class ReferralEntry:
    """What somebody wants recorded: one client sent to one kind of service."""

    occurred_on: date
    client_id: UUID
    type: str
    id: UUID = field(default_factory=uuid4)
    contact_id: UUID | None = None
    destination_id: UUID | None = None
    urgent: bool = False
    status: str = "issued"
    closed_on: date | None = None
    not_completed_because: str = ""
    share_consent: bool = False
    arrived_on: date | None = None
    reference: str = ""

    def content(self) -> dict:
        """The same shape as `Referral.content()`."""
        return {
            "reference": self.reference,
            "occurred_on": str(self.occurred_on),
            "client": str(self.client_id),
            "contact": str(self.contact_id or ""),
            "type": self.type,
            "destination": str(self.destination_id or ""),
            "urgent": self.urgent,
            "status": self.status,
            "closed_on": str(self.closed_on or ""),
            "not_completed_because": self.not_completed_because,
            "share_consent": self.share_consent,
            "arrived_on": str(self.arrived_on or ""),
        }


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
