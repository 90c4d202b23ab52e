"""What a service's own staff may say of a referral that another organisation sent to it."""

from datetime import date
from uuid import UUID

from django.db import transaction

from core.models import User
from core.scope import Scope
from outreach.actions import referrals
from outreach.models import Referral


@transaction.atomic
def say(*, pk: UUID, step: str, on: date, by: User, scope: Scope, because: str = "") -> Referral:
    """Record what the service says, in the chain of the organisation that sent the person.

    Raises Referral.DoesNotExist if the referral isn't one that this person may see by now (consent withdrawn, closed,
    void), Refused if it was said before, InvalidEntries if the day can't be.
    """
    current = referrals.locked(pk)
    # Asked again under the lock: a withdrawal takes effect at once, also on a page that is open.
    if not Referral.objects.incoming(scope).filter(pk=pk).exists():
        raise Referral.DoesNotExist
    return referrals.facility_says(current=current, step=step, on=on, by=by, because=because)
