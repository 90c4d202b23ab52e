"""What can be done with referrals: issue, say what came of them, share or no longer share them, amend, void."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import bulk
from core.actions import audit, records
from core.actions.records import Changed, Refused
from core.actions.writing import Link, Writer
from core.models import Organisation, ServicePoint, User
from core.rules.problems import InvalidEntries, Problem
from outreach import slips
from outreach.models import Client, Contact, Referral, ReferralEvent
from outreach.rules import referrals as rules
from outreach.rules.referrals import ReferralEntry

Step, SaidBy = ReferralEvent.Step, ReferralEvent.SaidBy

# Who is taken to have said a state of which nobody is named, as in imported files.
SAID_BY = {
    "completed": SaidBy.SLIP,
    "self_reported": SaidBy.CLIENT,
    "partly": SaidBy.CLIENT,
    "rejected": SaidBy.FACILITY,
    "accepted": SaidBy.FACILITY,
}
STEP = {
    "issued": Step.ISSUED,
    "accepted": Step.ACCEPTED,
    "completed": Step.SERVED,
    "self_reported": Step.SERVED,
    "partly": Step.SERVED,
}
RECEIVED = ("completed", "self_reported", "partly")


def _clients(organisation: Organisation) -> Any:
    return Client.objects.countable().filter(organisation=organisation)


def _contacts(organisation: Organisation) -> Any:
    return Contact.objects.filter(organisation=organisation)


def _points(organisation: Organisation) -> Any:
    return ServicePoint.objects.filter(Q(public=True) | Q(site__organisation=organisation))


class Referrals(Writer):
    """Referrals, with the dated events that they tell and the code of their slip."""

    model = Referral
    entry = ReferralEntry
    beside_people = True
    links = {
        "client_id": Link(_clients, gettext_lazy("There is no such client. Look the person up again.")),
        "contact_id": Link(_contacts, gettext_lazy("There is no such contact.")),
        "destination_id": Link(_points, gettext_lazy("There is no such service. Choose one from the list.")),
    }

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def derive(self, record, entry):
        """An open referral has a slip that works. One opened again gets another: a spent code stays spent."""
        if not record.is_open:
            record.slip_key = ""
        elif not record.slip_key:
            record.slip += 1
            record.slip_key = slips.key_of(slips.code_of(record.pk, record.slip))

    def follow(self, pairs: Sequence[tuple[Referral, ReferralEntry]], *, by, fresh):
        if fresh:
            bulk.create(event for _referral, entry in pairs for event in _events(entry, by))
        elif pairs:
            _follow_changes(pairs, by)

    def voided(self, rows, *, by):
        Referral.objects.filter(pk__in=[row.pk for row in rows]).update(slip_key="")


def _events(entry: ReferralEntry, by: User) -> list[ReferralEvent]:
    events = [_event(entry.id, Step.ISSUED, "issued", entry.occurred_on, SaidBy.STAFF, by)]
    if entry.arrived_on:
        events.append(_arrival(entry, by))
    if entry.status != "issued":
        events.append(_reached(entry, by))
    return events


def _arrival(entry: ReferralEntry, by: User) -> ReferralEvent:
    said = entry.arrival_said_by or entry.said_by or SAID_BY.get(entry.status, SaidBy.CLIENT)
    return _event(entry.id, Step.ARRIVED, "", entry.arrived_on, said, by)


def _reached(entry: ReferralEntry, by: User) -> ReferralEvent:
    day = entry.closed_on or entry.said_on or entry.occurred_on
    said = entry.said_by or SAID_BY.get(entry.status, SaidBy.STAFF)
    return _event(entry.id, STEP.get(entry.status, Step.CLOSED), entry.status, day, said, by)


def _event(referral_id: UUID, step: str, status: str, day: date | None, said_by: str, by: User) -> ReferralEvent:
    return ReferralEvent(
        referral_id=referral_id,
        step=step,
        status=status,
        happened_on=day,
        said_by=said_by,
        recorded_by=by,
        recorded_at=timezone.now(),
    )


def _follow_changes(pairs: Sequence[tuple[Referral, ReferralEntry]], by: User) -> None:
    """Add the events that a change tells, and put right the day of those whose day was corrected."""
    told: dict[UUID, list[ReferralEvent]] = defaultdict(list)
    ids = [referral.pk for referral, _entry in pairs]
    for event in ReferralEvent.objects.filter(referral_id__in=ids).order_by("pk"):
        told[event.referral_id].append(event)
    fresh, moved, untrue = [], [], []
    for referral, entry in pairs:
        events = told[referral.pk]
        arrivals = [event for event in events if event.step == Step.ARRIVED]
        untrue += [event.pk for event in arrivals if event.happened_on != entry.arrived_on]
        if entry.arrived_on and entry.arrived_on not in [event.happened_on for event in arrivals]:
            fresh.append(_arrival(entry, by))
        states = [event for event in events if event.status]
        if states and states[0].status == "issued" and states[0].happened_on != entry.occurred_on:
            states[0].happened_on = entry.occurred_on
            moved.append(states[0])
        if not states or states[-1].status != entry.status:
            fresh.append(_reached(entry, by))
        elif entry.closed_on and states[-1].happened_on != entry.closed_on:
            states[-1].happened_on = entry.closed_on
            moved.append(states[-1])
    # An arrival taken back or given another day leaves no event: the versions keep what was said.
    ReferralEvent.objects.filter(pk__in=untrue).delete()
    ReferralEvent.objects.bulk_update(moved, ["happened_on"], batch_size=200)
    bulk.create(fresh)


writer = Referrals()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend_many, void_many = writer.amend_many, writer.void_many
entry_of = writer.entry_of


def amend(*, referral: Referral, entry: ReferralEntry, version: int, by: User, reason: str = "") -> Referral:
    """Change a referral into a new version; the old one stays readable.

    Raises Changed if `version` isn't the newest, Refused if it is void, InvalidEntries if a rule is broken.
    """
    return writer.amend(record=referral, entry=entry, version=version, by=by, reason=reason)


def void(*, referral: Referral, by: User, reason: str) -> Referral:
    """Void a referral that was recorded by mistake.

    Raises Refused if it is void already or the reason is empty.
    """
    return writer.void(record=referral, by=by, reason=reason)


def change(*, current: Referral, by: User, **changed: Any) -> Referral:
    """Change a locked referral by what `changed` says, checking only that: what it points to was checked when chosen.

    Raises Refused if it is void, InvalidEntries if a rule is broken.
    """
    entry = entry_of(current, **changed)
    if wrong := list(rules.problems(entry, today=timezone.localdate())):
        raise InvalidEntries({0: wrong})
    amend_many(entries=[entry], by=by, organisation=current.organisation, checked=True)
    return Referral.objects.get(pk=current.pk)


@transaction.atomic
def update_status(
    *,
    referral: Referral,
    status: str,
    on: date,
    said_by: str,
    version: int,
    by: User,
    not_completed_because: str = "",
    **arrival: Any,
) -> Referral:
    """Say what became of a referral, on which day and by whose word: a new version and a dated event.

    `arrival` may hold `arrived_on` (None takes an arrival back) and `arrival_said_by`; left out, the arrival stays.
    Raises Changed, Refused or InvalidEntries as `amend` does.
    """
    current = records.lock_version(referral, version)
    if current.is_void:
        raise Refused(_("A void record can't be changed."))
    if not current.occurred_on <= on <= timezone.localdate():
        text = _("Give a day from the day of issue to today.")
        raise InvalidEntries({0: [Problem("happened_on", text, str(on))]})
    return change(
        current=current,
        by=by,
        status=status,
        closed_on=None if status in rules.OPEN_STATES else on,
        said_on=on,
        said_by=said_by,
        not_completed_because=not_completed_because,
        **arrival,
    )


@transaction.atomic
def went(*, referral: Referral, version: int | None, by: User, on: date | None = None) -> Referral:
    """The client says that they went and received the service: two dated events, today unless told.

    Said twice it is said once. `version` None says it of any open one. Raises Changed if it was changed to anything
    else meanwhile, Refused or InvalidEntries as `amend` does.
    """
    current = locked(referral.pk)
    if current.is_void:
        raise Refused(_("A void record can't be changed."))
    if current.status in RECEIVED:
        return current
    if version not in (None, current.version) or not current.is_open:
        raise Changed
    day = on or timezone.localdate()
    return change(
        current=current,
        by=by,
        status="self_reported",
        closed_on=day,
        said_by=SaidBy.CLIENT,
        arrived_on=current.arrived_on or day,
        not_completed_because="",
    )


@transaction.atomic
def share(*, referral: Referral, agreed: bool, by: User) -> Referral:
    """Note that the client agrees that the service sees this referral, or no longer does: at once, in any version.

    Who withdraws also takes back the code that the service may have. Raises Refused if the referral is void.
    """
    current = locked(referral.pk)
    if current.is_void:
        raise Refused(_("A void record can't be changed."))
    if current.share_consent == agreed:
        return current
    if not agreed and current.is_open:
        # Another code is made when the change is written.
        Referral.objects.filter(pk=current.pk).update(slip_key="")
    entry = entry_of(current, share_consent=agreed)
    amend_many(entries=[entry], by=by, organisation=current.organisation, checked=True)
    return Referral.objects.get(pk=current.pk)


@transaction.atomic
def stop_sharing(*, client: Client, by: User) -> int:
    """The client takes back every consent to share: no service sees a referral of theirs any more. Answers how many."""
    shared = Referral.objects.countable().open().filter(client__in=client.all_records(), share_consent=True)
    rows = list(shared)
    for referral in rows:
        share(referral=referral, agreed=False, by=by)
    return len(rows)


@transaction.atomic
def facility_says(*, current: Referral, step: str, on: date, by: User, because: str = "") -> Referral:
    """Record what the service says of a locked, open referral: `accepted`, `arrived`, `served` or `rejected`.

    A service received means that the client arrived, on that day unless an arrival is known.
    Raises Refused if that was said before, InvalidEntries if the day can't be.
    """
    if current.is_void or not current.is_open:
        raise Refused(_("This referral is closed. Nothing more can be said of it here."))
    if not current.occurred_on <= on <= timezone.localdate():
        text = _("Give a day from the day of issue to today.")
        raise InvalidEntries({0: [Problem("on", text, str(on))]})
    said: dict[str, Any] = {"said_by": SaidBy.FACILITY, "said_on": on}
    if step == "accepted":
        if current.status == "accepted":
            raise Refused(_("This was said already. Nothing was added twice."))
        said |= {"status": "accepted"}
    elif step == "arrived":
        if current.arrived_on:
            raise Refused(_("The arrival was confirmed already. Nothing was added twice."))
        said |= {"arrived_on": on}
    elif step == "served":
        said |= {"status": "completed", "closed_on": on, "arrived_on": current.arrived_on or on}
    else:
        said |= {"status": "rejected", "closed_on": on, "not_completed_because": because}
    changed = change(current=current, by=by, **said)
    line = audit.Entry("referral.facility_said", Referral.kind_name, str(current.pk), {"step": step})
    audit.write(organisation_id=current.organisation_id, by=by, entries=[line])
    return changed


def locked(pk: UUID) -> Referral:
    """The referral, locked for a change."""
    rows = Referral.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation")
    return rows.get(pk=pk)
