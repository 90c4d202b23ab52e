"""What can be done by a slip's code: look at the slip, confirm arrival and service, make another code."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions import audit
from core.actions.records import Refused
from core.models.users import system_user
from outreach import slips
from outreach.actions import referrals
from outreach.models import Referral

STEPS = ("arrived", "served")


class NoSuchSlip(Exception):
    """No slip works by this code: unknown, mistyped, spent, replaced, void, closed and expired are all one."""


def found(code: str) -> Referral:
    """The referral of a typed or scanned code. Raises NoSuchSlip.

    Every code costs the same: one digest and one reading by it, whether it could be a code or not.
    """
    code = slips.normalised(code)
    referral = by_key(slips.key_of(code), raising=False)
    if referral is None or not slips.is_code(code):
        raise NoSuchSlip
    return referral


def by_key(key: str, *, raising: bool = True, lock: bool = False) -> Referral | None:
    """The open referral whose slip has that digest and hasn't expired. Raises NoSuchSlip, or answers None."""
    rows = Referral.objects.countable().open().filter(slip_key=key).exclude(slip_key="")
    if lock:
        rows = rows.select_for_update(no_key=True, of=("self",))
    referral = rows.select_related("destination__site", "organisation").first()
    if referral is None or timezone.localdate() > slips.works_until(referral.occurred_on):
        if raising:
            raise NoSuchSlip
        return None
    return referral


@transaction.atomic
def confirm(*, key: str, step: str, on: date) -> Referral:
    """Record that the service confirms arrival or service by the slip; the service spends the code.

    Raises NoSuchSlip if the code works no longer, Refused if the arrival was confirmed before, InvalidEntries if the
    day can't be.
    """
    current = by_key(key, lock=True)
    return referrals.facility_says(current=current, step=step, on=on, by=system_user())


@transaction.atomic
def renew(*, referral: Referral, slip: int, by) -> Referral:
    """Make another code and so spend the one before. `slip` is the number of the slip that is replaced.

    Asked twice for the same slip, it is done once. Raises Refused if the referral is closed or void, or too old.
    """
    current = referrals.locked(referral.pk)
    if current.is_void or not current.is_open:
        raise Refused(_("A closed or void referral needs no slip."))
    if timezone.localdate() > slips.works_until(current.occurred_on):
        raise Refused(_("This referral is too old for a slip. Refer the person again."))
    if current.slip != slip:
        return current
    current.slip += 1
    current.slip_key = slips.key_of(slips.code_of(current.pk, current.slip))
    current.save(update_fields=["slip", "slip_key"])
    entry = audit.Entry("referral.new_slip", Referral.kind_name, str(current.pk))
    audit.write(organisation_id=current.organisation_id, by=by, entries=[entry])
    return current
