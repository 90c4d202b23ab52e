"""Looking for somebody who was referred: up to three tries, each once."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions import audit
from core.actions.records import Changed, Refused
from core.models import User
from core.rules.problems import InvalidEntries
from outreach.actions import referrals
from outreach.models import Referral, TracingAttempt
from outreach.rules import tracing as rules

Outcome = TracingAttempt.Outcome


@transaction.atomic
def attempt(
    *, referral: Referral, number: int, how: str, outcome: str, tried_on: date, by: User, went_on: date | None = None
) -> TracingAttempt:
    """Record try `number`. Found to have gone, the referral is closed by the client's word, as of `went_on` or the try.

    The same try sent again is recorded once. Raises Refused for a fourth try or a closed or void referral, Changed if
    somebody else recorded this try meanwhile, InvalidEntries if a day can't be.
    """
    current = referrals.locked(referral.pk)
    tries = list(current.tracing.order_by("number"))
    said = (how, outcome, tried_on)
    for known in tries:
        if known.number == number and (known.how, known.outcome, known.tried_on) == said:
            return known
    if current.is_void or not current.is_open:
        raise Refused(_("This referral is closed: nobody needs to be looked for any more."))
    if len(tries) >= TracingAttempt.MOST:
        raise Refused(_("There were three tries already. Say what became of the referral instead."))
    if number != len(tries) + 1:
        raise Changed
    last = tries[-1].tried_on if tries else None
    days = {"issued_on": current.occurred_on, "last_try": last, "today": timezone.localdate()}
    if wrong := list(rules.problems(tried_on=tried_on, **days)):
        raise InvalidEntries({0: wrong})
    made = TracingAttempt.objects.create(
        referral=current,
        number=number,
        how=how,
        outcome=outcome,
        tried_on=tried_on,
        recorded_by=by,
        recorded_at=timezone.now(),
    )
    entry = audit.Entry("referral.trace", Referral.kind_name, str(current.pk), {"outcome": outcome})
    audit.write(organisation_id=current.organisation_id, by=by, entries=[entry])
    if outcome == Outcome.WENT:
        referrals.went(referral=current, version=current.version, by=by, on=went_on or tried_on)
    return made
