"""What can be done with micro-plans: record, amend (plan anew), void. Every one of them works on many at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import bulk
from core.actions import records
from core.actions.writing import Link, Writer
from core.batches import portions
from core.models import Organisation, Site
from core.rules.problems import Problem
from outreach.models import Client
from peers.models import MicroPlan, PeerEducator, PeerStatus, PlanLine
from peers.models.peer_educators import CANDIDATE
from peers.plan_weeks import days_of
from peers.rules import micro_plans as rules
from peers.rules.micro_plans import Line, PlanEntry

PEER = Link(
    lambda organisation: PeerEducator.objects.countable().filter(organisation=organisation),
    gettext_lazy("There is no such peer educator. Choose one from the list."),
)


@dataclass(frozen=True)
class Known:
    """What the rules need of the database: whose plans there are, how peer educators stood, who and what is there.

    `plans` maps (peer educator, month) to the plans that aren't void, stored and sent; `void` is by client, `held` the
    clients of plans as they are stored.
    """

    plans: dict[tuple[UUID, date], set[UUID]]
    recruited: dict[UUID, date]
    statuses: dict[UUID, list[tuple[date, str]]]
    people: dict[UUID, UUID]
    void: set[UUID]
    sites: set[UUID]
    held: dict[UUID, set[UUID]]


class MicroPlans(Writer):
    """Plans, with a row for each person on them."""

    model = MicroPlan
    entry = PlanEntry
    links = {"peer_id": PEER}

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries: Sequence[PlanEntry], organisation: Organisation) -> Known:
        peers = {entry.peer_id for entry in entries}
        statuses: dict[UUID, list] = {}
        for row in PeerStatus.objects.filter(peer__in=peers).order_by("since").values_list("peer", "since", "status"):
            statuses.setdefault(row[0], []).append(row[1:])
        plans: dict[tuple, set] = {}
        stored = MicroPlan.objects.countable().filter(organisation=organisation, peer__in=peers)
        for peer, month, pk in stored.order_by().values_list("peer", "month", "pk"):
            plans.setdefault((peer, month), set()).add(pk)
        for entry in entries:
            if not entry.void:
                plans.setdefault((entry.peer_id, entry.month), set()).add(entry.id)
        people, void = _people(entries, organisation)
        wanted = {line.site_id for entry in entries for line in entry.lines if line.site_id}
        return Known(
            plans=plans,
            recruited=dict(PeerEducator.objects.filter(pk__in=peers).order_by().values_list("pk", "occurred_on")),
            statuses=statuses,
            people=people,
            void=void,
            sites=records.known_ids(Site.objects.filter(organisation=organisation), wanted),
            held=held_by([entry.id for entry in entries]),
        )

    def rule_with(self, entry: PlanEntry, known: Known, *, today):
        if not entry.void and known.plans[entry.peer_id, entry.month] - {entry.id}:
            text = _("This peer educator has a plan of this month already. Change that one instead.")
            yield Problem("month", text, str(entry.month))
        if entry.peer_id in known.recruited and entry.month.day == 1 and entry.month.year < 9999:
            end = days_of(entry.month).end
            stands = [row for row in known.statuses.get(entry.peer_id, []) if row[0] <= end]
            since, status = stands[-1] if stands else (date.min, CANDIDATE)
            recruited = known.recruited[entry.peer_id]
            yield from rules.standing_problems(entry.month, recruited=recruited, status=status, since=since)
        yield from _line_problems(entry, known)

    def record_many(self, *, entries, organisation, **how):
        return super().record_many(entries=settled(entries, organisation), organisation=organisation, **how)

    def amend_many(self, *, entries, organisation, **how):
        return super().amend_many(entries=settled(entries, organisation), organisation=organisation, **how)

    def readings(self, queryset):
        return queryset.prefetch_related("lines")

    def follow(self, pairs, *, by, fresh):
        if not fresh:
            PlanLine.objects.filter(plan__in=[plan.pk for plan, _entry in pairs]).delete()
        bulk.create(
            PlanLine(plan=plan, **{**line._asdict(), "in_weeks": sorted(line.in_weeks)})
            for plan, entry in pairs
            for line in sorted(entry.lines, key=lambda line: line.priority)
        )

    def entry_of(self, record, **changed):
        return super().entry_of(record, **({"lines": tuple(map(line_of, record.lines.all()))} | changed))


def line_of(row: PlanLine) -> Line:
    """What a row says of one person."""
    weeks = (row.acts_per_week, row.injections_per_week, row.priority, tuple(row.in_weeks))
    return Line(row.client_id, row.site_id, *weeks)


def held_by(ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """The clients of stored plans, by the plan's id."""
    held: dict[UUID, set[UUID]] = {}
    for portion in portions(ids):
        for plan, client in PlanLine.objects.filter(plan__in=portion).order_by().values_list("plan", "client"):
            held.setdefault(plan, set()).add(client)
    return held


def settled(entries: Sequence[PlanEntry], organisation: Organisation) -> list[PlanEntry]:
    """The entries with each client who is merged replaced by the one they live on in.

    Who stands on the stored plan stays under the number that it was made with: so sending a plan again, or bringing in
    its own file, changes nothing.
    """
    people, _void = _people(entries, organisation)
    held = held_by([entry.id for entry in entries])

    def line(entry: PlanEntry, one: Line) -> Line:
        stays = one.client_id in held.get(entry.id, ())
        return one if stays else one._replace(client_id=people.get(one.client_id, one.client_id))

    return [replace(entry, lines=tuple(line(entry, one) for one in entry.lines)) for entry in entries]


def _people(entries: Sequence[PlanEntry], organisation: Organisation) -> tuple[dict[UUID, UUID], set[UUID]]:
    """Of the organisation's clients whom the entries name: the id under which each counts, and those who are void."""
    wanted = {line.client_id for entry in entries for line in entry.lines}
    people, void = {}, set()
    for portion in portions(wanted):
        rows = Client.objects.filter(pk__in=portion, organisation=organisation).order_by()
        for pk, survivor, voided in rows.values_list("pk", "survivor_id", "voided_at"):
            people[pk] = survivor or pk
            if voided:
                void.add(pk)
    return people, void


def _line_problems(entry: PlanEntry, known: Known):
    """Clients and sites that aren't there, and people who stand on the plan twice."""
    held = known.held.get(entry.id, set())
    times = Counter(known.people.get(line.client_id, line.client_id) for line in entry.lines)
    same = Counter(line.client_id for line in entry.lines)
    for line in entry.lines:
        who, stays = str(line.client_id), line.client_id in held
        if line.client_id not in known.people or (line.client_id in known.void and not stays):
            yield Problem("client", _("There is no such client, or the record is void. Take this line off."), who)
        # Two records that were merged after the plan was made stand on it as they did.
        if same[line.client_id] > 1 or (times[known.people.get(line.client_id, line.client_id)] > 1 and not stays):
            yield Problem("client", _("This person is on the plan twice. Keep one of the lines."), who)
        if line.site_id and line.site_id not in known.sites:
            yield Problem("site", _("There is no such site. Choose one from the list."), who)


writer = MicroPlans()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
