"""Recording the lines of a day sheet: a contact each, with a new person and a referral where the line says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.actions.records import Outcome
from core.models import Organisation, User
from core.rules.problems import Problem
from outreach.actions import clients, contacts, referrals
from outreach.rules import clients as client_rules
from outreach.rules import contacts as contact_rules
from outreach.rules import referrals as referral_rules
from outreach.rules.clients import ClientEntry
from outreach.rules.contacts import ContactEntry, KnownClient
from outreach.rules.referrals import ReferralEntry


@dataclass(frozen=True)
class SheetLine:
    """What one line asks for. `person` is somebody new, whom contact and referral then name."""

    contact: ContactEntry
    person: ClientEntry | None = None
    referral: ReferralEntry | None = None


def problems_of(*, lines: Sequence[SheetLine], organisation: Organisation) -> dict[int, list[Problem]]:
    """Everything wrong with each line, by its place; a problem of a new person names the field as `new_<field>`."""
    today = timezone.localdate()
    # Somebody who isn't there yet can't be looked up: their own rules are asked below.
    met = [replace(line.contact, client_id=None) if line.person else line.contact for line in lines]
    wrong = {
        place: list(found) for place, found in contacts.problems_of(entries=met, organisation=organisation).items()
    }
    new = [(place, line) for place, line in enumerate(lines) if line.person]
    about = clients.problems_of(entries=[line.person for _place, line in new], organisation=organisation) if new else {}
    for number, (place, line) in enumerate(new):
        person = line.person
        found = [*about.get(number, ()), *client_rules.assent_problems(person, consent_age=settings.CONSENT_AGE)]
        wrong.setdefault(place, []).extend(replace(problem, field=f"new_{problem.field}") for problem in found)
        known = KnownClient(person.birth_date, person.birth_precision)
        said = {problem.message for problem in wrong[place]}
        more = contact_rules.problems(line.contact, today=today, client=known)
        wrong[place] += [problem for problem in more if problem.message not in said]
    for place, line in enumerate(lines):
        if line.referral:
            found = referral_rules.problems(line.referral, today=today)
            wrong.setdefault(place, []).extend(p for p in found if p.field == "type")
    return {place: found for place, found in wrong.items() if found}


def record_lines(*, lines: Sequence[SheetLine], by: User, organisation: Organisation) -> list[Outcome]:
    """Record the lines, all or none; one outcome of the contact each. Sent again they are duplicates.

    Raises InvalidEntries if one of them breaks a rule.
    """
    try:
        return _write(lines, by, organisation)
    except IntegrityError:
        # The same sheet is being written at this very moment: it is there when one looks again.
        return _write(lines, by, organisation)


@transaction.atomic
def _write(lines: Sequence[SheetLine], by: User, organisation: Organisation) -> list[Outcome]:
    who = {"by": by, "organisation": organisation}
    if new := [line.person for line in lines if line.person]:
        clients.record_many(entries=new, **who)
    outcomes = contacts.record_many(entries=[line.contact for line in lines], **who)
    kept = (Outcome.CREATED, Outcome.DUPLICATE)
    pairs = zip(lines, outcomes, strict=True)
    if sent := [line.referral for line, outcome in pairs if line.referral and outcome in kept]:
        referrals.record_many(entries=sent, **who)
    return outcomes
