"""What can be done with workplace committees: planned, formed, trained, gone quiet, formed anew, closed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import bulk, turns
from core.actions.records import Refused
from core.actions.writing import Link, Writer
from core.batches import portions
from core.models import User
from core.rules.problems import Problem
from core.wording import shown
from peers import committee_standing
from peers.models import Committee, CommitteeMeeting, CommitteeMember, Workplace
from peers.rules import committees as rules
from peers.rules.committees import CommitteeEntry, Member

WORKPLACE = Link(
    lambda organisation: Workplace.objects.countable().filter(organisation=organisation),
    gettext_lazy("There is no such workplace. Choose one from the list, or record it first."),
)


@dataclass
class Known:
    """The open committee of each workplace, and the days of the first and last meeting of each committee."""

    open_one: dict[UUID, UUID] = field(default_factory=dict)
    meetings: dict[UUID, tuple[date, date]] = field(default_factory=dict)


class Committees(Writer):
    """Committees with their members' seats."""

    model = Committee
    entry = CommitteeEntry
    links = {"workplace_id": WORKPLACE}
    beside_people = True  # a meeting isn't recorded while its committee becomes void

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries, organisation):
        known = Known()
        mine = Committee.objects.countable().filter(organisation=organisation).order_by()
        for portion in portions({entry.workplace_id for entry in entries if entry.workplace_id}):
            found = mine.filter(workplace__in=portion, closed_on=None)
            known.open_one |= dict(found.values_list("workplace", "pk"))
        for entry in entries:
            if entry.closed_on is None and not entry.void:
                known.open_one.setdefault(entry.workplace_id, entry.id)
        for portion in portions(entry.id for entry in entries):
            held = CommitteeMeeting.objects.countable().filter(committee__in=portion).order_by()
            rows = held.values_list("committee").annotate(Min("occurred_on"), Max("occurred_on"))
            known.meetings |= {pk: (first, last) for pk, first, last in rows}
        return known

    def rule_with(self, entry, known, *, today):
        if entry.closed_on is None and not entry.void and known.open_one.get(entry.workplace_id, entry.id) != entry.id:
            text = _("This workplace has a committee that isn't closed. Open that one, or close it first.")
            yield Problem("workplace", text, str(entry.workplace_id))
        first, last = known.meetings.get(entry.id, (None, None))
        if first and (entry.formed_on is None or first < entry.formed_on):
            text = _("It met on %(day)s already, so it was formed by then. Mend this day, or the meeting.")
            yield Problem("formed_on", text % {"day": shown(first)}, str(entry.formed_on or ""))
        if last and entry.closed_on and entry.closed_on < last:
            text = _("It met on %(day)s, so it wasn't closed before. Mend this day, or the meeting.")
            yield Problem("closed_on", text % {"day": shown(last)}, str(entry.closed_on))

    def readings(self, queryset):
        return queryset.prefetch_related("members")

    def follow(self, pairs, *, by, fresh):
        if not fresh:
            CommitteeMember.objects.filter(committee__in=[committee.pk for committee, _entry in pairs]).delete()
        bulk.create(
            CommitteeMember(committee=committee, place=place, role=role, side=side, sex=sex, since=since, until=until)
            for committee, entry in pairs
            for place, (role, side, sex, since, until) in enumerate(entry.members, start=1)
        )

    @transaction.atomic
    def void(self, *, record, by, reason):
        turns.alone(record.organisation_id)
        return super().void(record=record, by=by, reason=reason)

    def voided(self, rows, *, by):
        if CommitteeMeeting.objects.countable().filter(committee__in=[row.pk for row in rows]).exists():
            raise Refused(_("This committee has meetings. Make those void first, or close the committee instead."))

    def entry_of(self, record, **changed):
        return super().entry_of(record, **{"members": members_of(record), **changed})


def members_of(committee: Committee) -> tuple[Member, ...]:
    """The seats in their order, as an entry holds them."""
    return tuple((row.role, row.side, row.sex, row.since, row.until) for row in committee.members.all())


def with_meetings(committees: Sequence[Any]) -> set[Any]:
    """Those of the committees' ids that a meeting points to: they can't become void."""
    rows = CommitteeMeeting.objects.countable().filter(committee__in=committees)
    return set(rows.order_by().values_list("committee", flat=True))


def form(*, committee: Committee, on: date, version: int, by: User) -> Committee:
    """Members were appointed: the committee is formed. Raises Changed, Refused, InvalidEntries."""
    if committee.closed_on:
        raise Refused(_("This committee is closed. Take the closing back first."))
    if committee.formed_on:
        raise Refused(_("This committee is formed already."))
    return _changed(committee, version, by, formed_on=on)


def form_anew(*, committee: Committee, on: date, version: int, by: User) -> Committee:
    """Form a committee anew that had gone quiet by that day. Raises Changed, Refused, InvalidEntries."""
    if committee.closed_on:
        raise Refused(_("This committee is closed. Take the closing back first."))
    stands = committee_standing.standing_of([committee], on)[committee.pk]
    if stands.status != committee_standing.INACTIVE:
        raise Refused(_("It hadn't gone quiet by that day. Choose a day on which it was dormant."))
    return _changed(committee, version, by, reformed_on=(*committee.reformed_on, str(on)))


def train(*, committee: Committee, on: date, version: int, by: User) -> Committee:
    """The members were trained. Raises Changed, Refused, InvalidEntries."""
    if committee.closed_on:
        raise Refused(_("This committee is closed. Take the closing back first."))
    if not committee.formed_on:
        raise Refused(_("This committee isn't formed yet. Form it first."))
    return _changed(committee, version, by, trained_on=on)


def close(*, committee: Committee, on: date, because: str, version: int, by: User) -> Committee:
    """Close a committee. Raises Changed, Refused, InvalidEntries."""
    if committee.closed_on:
        raise Refused(_("This committee is closed already."))
    return _changed(committee, version, by, closed_on=on, closed_because=because)


def reopen(*, committee: Committee, version: int, by: User) -> Committee:
    """Take the closing back. Raises Changed, Refused, InvalidEntries if the workplace has another open committee."""
    if not committee.closed_on:
        raise Refused(_("This committee isn't closed."))
    return _changed(committee, version, by, closed_on=None, closed_because="")


def change_members(*, committee: Committee, members: Sequence[Member], version: int, by: User) -> Committee:
    """Say anew who sits in the committee. Raises Changed, Refused, InvalidEntries."""
    return _changed(committee, version, by, members=tuple(members))


def _changed(committee: Committee, version: int, by: User, **changed: Any) -> Committee:
    return amend(record=committee, entry=writer.entry_of(committee, **changed), version=version, by=by)


writer = Committees()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
