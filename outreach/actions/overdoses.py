"""What can be done with overdoses: record, amend, void, follow up.

What the programme did is a contact beside the event, written in the same transaction: the response, and the kit that
replaces the used one. So figures and stock know of it without anything being entered twice.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from core.actions.writing import SITE, Writer
from core.models import Organisation, User
from core.models.records import IDENTITIES
from core.rules.problems import Problem
from outreach.actions import contacts
from outreach.actions.risk_reviews import CLIENT
from outreach.models import Contact, Overdose
from outreach.rules import overdoses as rules
from outreach.rules.contacts import ContactEntry
from outreach.rules.overdoses import OverdoseEntry

KIND = "one_to_one"
LONGEST_REFERENCE = 64
RESPONSE, KIT_GIVEN, DOSE = "OD_RESPONSE", "NALOXONE", "NALOX"
# Why a contact is void whose event was changed or void, as `import` is where a file said so.
WITH_THE_EVENT = "overdose"

Pairs = Sequence[tuple[Overdose, OverdoseEntry]]


class Overdoses(Writer):
    """Overdoses, each with the contact that it records."""

    model = Overdose
    entry = OverdoseEntry
    links = {"client_id": CLIENT, "site_id": SITE}
    beside_people = True

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def problems_of(self, *, entries, organisation):
        wrong = super().problems_of(entries=entries, organisation=organisation)
        places = [place for place, entry in enumerate(entries) if rules.done_by_us(entry)]
        beside = contacts.problems_of(entries=[_response(entries[p]) for p in places], organisation=organisation)
        for number, found in beside.items():
            told = wrong.setdefault(places[number], [])
            fields = {problem.field for problem in told}
            told += [Problem(_field(p.field), p.message, p.value) for p in found if _field(p.field) not in fields]
        return {place: found for place, found in wrong.items() if found}

    def derive(self, record, entry):
        due = timezone.make_aware(rules.follow_up_by(entry.occurred_on, entry.happened_at))
        # What is recorded has happened: the clock never runs for longer than from the recording.
        record.follow_up_by = min(due, record.recorded_at + rules.FOLLOW_UP)
        if record.version == 1 and rules.done_by_us(entry):
            record.contact_id = uuid.uuid5(entry.id, "contact")

    def follow(self, pairs: Pairs, *, by, fresh):
        if not pairs:
            return
        organisation = pairs[0][0].organisation
        if fresh:
            _record(_unadopted(pairs, by, organisation), by, organisation)
        else:
            _amend(pairs, by, organisation)

    def voided(self, rows, *, by):
        if rows:
            ids = [row.contact_id for row in rows if row.contact_id]
            contacts.void_many(ids=ids, by=by, organisation=rows[0].organisation, reason=WITH_THE_EVENT)


def _field(name: str) -> str:
    """What the event calls a field of its contact."""
    return {"given": "doses"}.get(name, name)


def _given(entry: OverdoseEntry) -> dict[str, int]:
    return {DOSE: entry.doses} if entry.replace_kit else {}


def _services(entry: OverdoseEntry) -> frozenset[str]:
    return frozenset({RESPONSE, KIT_GIVEN} if entry.replace_kit else {RESPONSE})


def _reference(entry: OverdoseEntry, version: int = 1) -> str:
    """How the contact is called: by it a file of contacts and one of overdoses, brought in after it, agree."""
    named = f"overdose-{entry.reference or entry.id}" + (f"-{version}" if version > 1 else "")
    return named if len(named) <= LONGEST_REFERENCE else f"overdose-{uuid.uuid5(IDENTITIES, named)}"


def _unadopted(pairs: Pairs, by: User, organisation: Organisation) -> Pairs:
    """New events without a contact yet; those whose contact came in another file take it up."""
    asked = {_reference(entry): (record, entry) for record, entry in pairs if record.contact_id}
    there = Contact.objects.with_lines().filter(organisation=organisation, reference__in=asked)
    adopted = {contact.reference: contact for contact in there}
    for reference, contact in adopted.items():
        asked[reference][0].contact = contact
    Overdose.objects.bulk_update([asked[reference][0] for reference in adopted], ["contact"])
    changed = [_changed(contact, asked[name][1]) for name, contact in adopted.items() if not contact.is_void]
    contacts.amend_many(entries=changed, by=by, organisation=organisation, reason=WITH_THE_EVENT, checked=True)
    return [pair for reference, pair in asked.items() if reference not in adopted]


def _response(entry: OverdoseEntry, pk: uuid.UUID | None = None, version: int = 1) -> ContactEntry:
    """The contact that an event records."""
    return ContactEntry(
        id=pk or uuid.uuid5(entry.id, "contact"),
        reference=_reference(entry, version),
        occurred_on=entry.occurred_on,
        kind=KIND,
        client_id=entry.client_id,
        site_id=entry.site_id,
        services=_services(entry),
        given=_given(entry),
        void=entry.void,
    )


def _record(pairs: Pairs, by: User, organisation: Organisation) -> None:
    entries = [_response(entry, record.contact_id, record.version) for record, entry in pairs]
    if entries:
        source = pairs[0][0].source
        contacts.record_many(entries=entries, by=by, organisation=organisation, source=source, checked=True)


def _amend(pairs: Pairs, by: User, organisation: Organisation) -> None:
    """Bring the contacts of changed events into line: changed, void, or new where there was none."""
    held = Contact.objects.with_lines().in_bulk([record.contact_id for record, _entry in pairs if record.contact_id])
    fresh, changed, gone = [], [], []
    for record, entry in pairs:
        contact = held.get(record.contact_id)
        ours = contact is None or contact.void_reason == WITH_THE_EVENT
        if ours and rules.done_by_us(entry):
            name = f"contact {record.version}"
            record.contact_id = uuid.uuid5(record.pk, name)
            fresh.append((record, entry))
        elif contact is not None and not contact.is_void:
            if rules.done_by_us(entry):
                changed.append(_changed(contact, entry))
            else:
                gone.append(contact.pk)
    _record(fresh, by, organisation)
    Overdose.objects.bulk_update([record for record, _entry in fresh], ["contact"])
    contacts.amend_many(entries=changed, by=by, organisation=organisation, reason=WITH_THE_EVENT, checked=True)
    contacts.void_many(ids=gone, by=by, organisation=organisation, reason=WITH_THE_EVENT)


def _changed(contact: Contact, entry: OverdoseEntry) -> ContactEntry:
    """The contact after its event changed; what somebody added to it by hand stays."""
    stands = contacts.entry_of(contact)
    given: Mapping[str, int] = {code: n for code, n in stands.given.items() if code != DOSE}
    return contacts.entry_of(
        contact,
        occurred_on=entry.occurred_on,
        client_id=entry.client_id,
        site_id=entry.site_id,
        services=(stands.services - {RESPONSE, KIT_GIVEN}) | _services(entry),
        given={**given, **_given(entry)},
    )


writer = Overdoses()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of


def follow_up(*, overdose: Overdose, on: date, outcome: str, version: int, by: User) -> Any:
    """Write down that somebody was looked after again, and how they were.

    Raises Changed if `version` isn't the newest, Refused if the event is void, InvalidEntries if a rule is broken.
    """
    entry = writer.entry_of(overdose, followed_up_on=on, follow_up=outcome)
    return writer.amend(record=overdose, entry=entry, version=version, by=by)
