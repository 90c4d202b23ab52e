"""What can be done with committee meetings: recorded with what is done of earlier meetings, amended, void."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import bulk, turns
from core.actions import records
from core.actions.records import Changed, Outcome, Refused
from core.actions.writing import Link, Writer
from core.models import Organisation, User
from core.rules.problems import Problem
from core.wording import shown
from peers.models import Committee, CommitteeAction, CommitteeMeeting
from peers.rules import committee_meetings as rules
from peers.rules.committee_meetings import Action, CommitteeMeetingEntry

COMMITTEE = Link(
    lambda organisation: Committee.objects.countable().filter(organisation=organisation),
    gettext_lazy("There is no such committee. Choose one from the list, or record it first."),
)


class CommitteeMeetings(Writer):
    """Meetings with the actions that they decided on."""

    model = CommitteeMeeting
    entry = CommitteeMeetingEntry
    links = {"committee_id": COMMITTEE}
    beside_people = True  # no meeting is recorded while its committee becomes void

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries, organisation):
        """The committees that these entries name, by id."""
        mine = Committee.objects.countable().filter(organisation=organisation)
        return records.by_id(mine, {entry.committee_id for entry in entries if entry.committee_id})

    def rule_with(self, entry, known, *, today):
        committee = known.get(entry.committee_id)
        if committee is None or entry.void:
            return
        day = entry.occurred_on
        if committee.formed_on is None:
            text = _("This committee isn't formed yet. Form it first, then record its meetings.")
            yield Problem("occurred_on", text, str(day))
        elif day < committee.formed_on:
            text = _("The committee was formed on %(day)s. A meeting is on that day or later.")
            yield Problem("occurred_on", text % {"day": shown(committee.formed_on)}, str(day))
        if committee.closed_on and day > committee.closed_on:
            text = _("The committee was closed on %(day)s. A meeting is on that day or earlier.")
            yield Problem("occurred_on", text % {"day": shown(committee.closed_on)}, str(day))

    def readings(self, queryset):
        return queryset.prefetch_related("actions")

    def follow(self, pairs, *, by, fresh):
        if not fresh:
            CommitteeAction.objects.filter(meeting__in=[meeting.pk for meeting, _entry in pairs]).delete()
        bulk.create(
            CommitteeAction(meeting=meeting, place=place, text=text, role=role, due_on=due_on, done_on=done_on)
            for meeting, entry in pairs
            for place, (text, role, due_on, done_on) in enumerate(entry.actions, start=1)
        )

    def entry_of(self, record, **changed):
        return super().entry_of(record, **{"actions": actions_of(record), **changed})


def actions_of(meeting: CommitteeMeeting) -> tuple[Action, ...]:
    """The actions in their order, as an entry holds them."""
    return tuple((row.text, row.role, row.due_on, row.done_on) for row in meeting.actions.all())


@transaction.atomic
def hold(
    *, entry: CommitteeMeetingEntry, done: Iterable[tuple[UUID, int]], by: User, organisation: Organisation
) -> Outcome:
    """Record a meeting, and what it found done of earlier ones: `done` are (meeting, place of the action).

    What isn't an open action of an earlier meeting of the same committee is left alone. Raises InvalidEntries.
    """
    outcome = record(entry=entry, by=by, organisation=organisation)
    wanted = set(done) if outcome == Outcome.CREATED else set()
    earlier = CommitteeMeeting.objects.countable().filter(
        organisation=organisation, committee=entry.committee_id, occurred_on__lte=entry.occurred_on
    )
    asked = earlier.filter(pk__in={pk for pk, _place in wanted}).exclude(pk=entry.id) if wanted else earlier.none()
    changed = []
    for meeting in asked.prefetch_related("actions"):
        places = {place for pk, place in wanted if pk == meeting.pk}
        changed.append(_ticked(meeting, places, entry.occurred_on))
    amend_many(entries=changed, by=by, organisation=organisation)
    return outcome


@transaction.atomic
def action_done(*, meeting: CommitteeMeeting, place: int, on: date, version: int | None, by: User) -> CommitteeMeeting:
    """One action is done. Said twice it is said once. Raises Changed, Refused, InvalidEntries."""
    turns.beside_others(meeting.organisation_id)
    meeting = writer.readings(CommitteeMeeting.objects.select_for_update(no_key=True)).get(pk=meeting.pk)
    actions = actions_of(meeting)
    if version is not None and version != meeting.version:
        raise Changed
    if not 1 <= place <= len(actions):
        raise Refused(_("This action is no longer there. Open the meeting and look again."))
    if meeting.is_void:
        raise Refused(_("A void record can't be changed."))
    return amend(record=meeting, entry=_ticked(meeting, {place}, on), version=meeting.version, by=by)


def _ticked(meeting: CommitteeMeeting, places: set[int], on: date) -> CommitteeMeetingEntry:
    """The meeting's entry with these of its open actions done on a day, or on the day of the meeting if it is later."""
    on = max(on, meeting.occurred_on)
    actions: Sequence[Action] = [
        (text, role, due_on, done_on or (on if place in places else None))
        for place, (text, role, due_on, done_on) in enumerate(actions_of(meeting), start=1)
    ]
    return replace(writer.entry_of(meeting), actions=tuple(actions))


writer = CommitteeMeetings()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
