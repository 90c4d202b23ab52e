"""A week of a team of peer educators: what each did, and what waits. Reads only.

As many queries for one peer educator as for fifteen. Whoever two of them met is one person of the team: the team's
numbers are those of distinct people, contacts, sessions and referrals, never sums over peers.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from core import codes
from core.models import ConflictingCopy
from core.permissions import Permission
from core.scope import Scope
from outreach import quality
from outreach.models import Fact, Referral
from peers import coaching, months, plans, refreshers
from peers.models import (
    MicroPlan,
    MonthlyReport,
    PeerEducator,
    Session,
    SessionAttendance,
    SessionHeadcount,
    SupervisionVisit,
)
from peers.models.peer_educators import ACTIVE, ENROLLED
from peers.plan_weeks import month_of
from peers.plans import Progress
from peers.refreshers import Refresher, State
from peers.week_dates import Week

ADULT = 18
# Without a contact and a session for so many days, an active peer educator stands as silent here.
QUIET_DAYS = 7
DONE = "completed"


@dataclass
class PeerWeek:
    """One peer educator's week. Sets hold ids, so that the team's can be put together without counting twice.

    `recorded` is whether they met anybody or led a session in the seven days up to the day as of which it is told.
    `findings` are open findings of the data-quality desk by check.
    """

    peer: PeerEducator
    people: set[UUID] = field(default_factory=set)
    contacts: set[UUID] = field(default_factory=set)
    sessions: set[UUID] = field(default_factory=set)
    heads: int = 0
    minors: bool = False
    recorded: bool = False
    plan: MicroPlan | None = None
    progress: Progress | None = None
    referred: set[UUID] = field(default_factory=set)
    completed: set[UUID] = field(default_factory=set)
    last_visit: date | None = None
    visit_due: bool = False
    actions_overdue: int = 0
    report: MonthlyReport | None = None
    training: list[Refresher] = field(default_factory=list)
    safeguarding: bool = False
    findings: Counter[str] = field(default_factory=Counter)
    conflicts: int = 0

    @property
    def active(self) -> bool:
        return self.peer.status == ACTIVE

    @property
    def enrolled(self) -> bool:
        """Whether they hadn't left by the day: from whoever has, nothing is expected any more."""
        return self.peer.status in ENROLLED

    @property
    def quiet(self) -> bool:
        """An active peer educator who recorded nothing for a week."""
        return self.active and not self.recorded

    @property
    def unplanned(self) -> bool:
        return self.active and self.plan is None

    @property
    def unreported(self) -> bool:
        return self.active and self.report is None

    @property
    def to_accept(self) -> bool:
        return self.report is not None and self.report.accepted_on is None

    @property
    def minors_unsafe(self) -> bool:
        """Minors were met in the week by somebody whose training in safeguarding isn't valid."""
        return self.minors and not self.safeguarding

    @property
    def training_overdue(self) -> list[Refresher]:
        return [row for row in self.training if self.enrolled and row.state in (State.OVERDUE, State.NEVER)]

    @property
    def errors(self) -> int:
        """Findings and conflicts to mend."""
        return self.findings.total() + self.conflicts


@dataclass
class TeamWeek:
    """A team's week: a row a peer educator, and what the team did, each person and session once."""

    week: Week
    day: date
    rows: list[PeerWeek]
    heads: int = 0

    @property
    def month(self) -> date:
        """The month whose plans are looked at: the one of the day as of which the week is told."""
        return month_of(self.day)

    @property
    def reported_month(self) -> date:
        return months.before(self.month)

    @property
    def people(self) -> int:
        return len(set().union(*(row.people for row in self.rows)))

    @property
    def people_of_each(self) -> int:
        """The sum of each one's people, in which whoever was met by two is there twice: to say so in words."""
        return sum(len(row.people) for row in self.rows)

    @property
    def contacts(self) -> int:
        return len(set().union(*(row.contacts for row in self.rows)))

    @property
    def sessions(self) -> int:
        return len(set().union(*(row.sessions for row in self.rows)))

    @property
    def referred(self) -> int:
        return len(set().union(*(row.referred for row in self.rows)))

    @property
    def completed(self) -> int:
        return len(set().union(*(row.completed for row in self.rows)))

    def number(self, state: str) -> int:
        """How many peer educators stand so; `state` is a property of their week."""
        return sum(bool(getattr(row, state)) for row in self.rows)


@dataclass(frozen=True)
class OwnDesk(quality.Desk):
    """The desk of somebody who looks at the own records alone."""

    @property
    def organisations(self) -> list[int]:
        return self.scope.all_organisations(Permission.CONTACT_RECORD)


def of_team(peers: QuerySet[PeerEducator], week: Week, today: date, scope: Scope, *, errors: bool = True) -> TeamWeek:
    """The week of those peer educators who were in the programme in it. `scope` is the reader's.

    Without `errors` nobody looks for errors to mend, which is most of the work.
    """
    day = week.seen_on(today)
    here = peers.enrolled_on(week.start).values("pk"), peers.enrolled_on(day).values("pk")
    there = peers.filter(Q(pk__in=here[0]) | Q(pk__in=here[1])).with_status_on(day)
    rows = [PeerWeek(peer) for peer in there.select_related("organisation", "user", "supervisor").order_by("reference")]
    team = TeamWeek(week, day, rows)
    if rows:
        what_they_did(team)
        _read_plans(team)
        _read_referrals(team, scope)
        _read_supervision(team)
        _read_reports(team)
        _read_training(team)
        if errors:
            _read_errors(team, scope, today)
    return team


def _accounts(rows: Sequence[PeerWeek]) -> dict[tuple[int, int], PeerWeek]:
    """Rows by organisation and user: one account may belong to a peer educator in two organisations."""
    return {(row.peer.organisation_id, row.peer.user_id): row for row in rows if row.peer.user_id}


def _by_peer(rows: Sequence[PeerWeek]) -> dict[Hashable, PeerWeek]:
    return {row.peer.pk: row for row in rows}


# --- what they did -----------------------------------------------------------------------------------


def what_they_did(team: TeamWeek) -> None:
    """People, contacts, sessions, heads, minors, and who recorded nothing: five queries."""
    accounts, since = _accounts(team.rows), min(team.week.start, team.day - timedelta(days=QUIET_DAYS - 1))
    users = {user for _organisation, user in accounts}
    facts = Fact.objects.in_period(since, team.week.end).filter(educator__in=users).order_by()
    for organisation, user, *met in facts.values_list("organisation", "educator", "contact", "client", "age", "date"):
        if row := accounts.get((organisation, user)):
            _met(team, row, *met)
    _read_sessions(team, since)


def _met(team: TeamWeek, row: PeerWeek, contact: UUID, client: UUID | None, age: int | None, on: date) -> None:
    if _lately(team, on):
        row.recorded = True
    if on < team.week.start:
        return
    row.contacts.add(contact)
    row.people |= {client} - {None}
    row.minors |= age is not None and age < ADULT


def _lately(team: TeamWeek, on: date) -> bool:
    return team.day - timedelta(days=QUIET_DAYS) < on <= team.day


def _read_sessions(team: TeamWeek, since: date) -> None:
    """Sessions that they led, with the named people and the unnamed heads."""
    rows = _by_peer(team.rows)
    led = Session.facilitators.through.objects.filter(
        peereducator__in=list(rows),
        session__voided_at=None,
        session__occurred_on__gte=since,
        session__occurred_on__lte=team.week.end,
    )
    leaders: dict[UUID, list[PeerWeek]] = defaultdict(list)
    for peer, session, on in led.order_by().values_list("peereducator", "session", "session__occurred_on"):
        rows[peer].recorded |= _lately(team, on)
        if on >= team.week.start:
            rows[peer].sessions.add(session)
            leaders[session].append(rows[peer])
    people = SessionAttendance.objects.filter(session__in=list(leaders), contact__fact__isnull=False).order_by()
    met = ("session", "contact", "contact__fact__client", "contact__fact__age", "contact__fact__date")
    for session, *one in people.values_list(*met):
        for row in leaders[session]:
            _met(team, row, *one)
    heads = SessionHeadcount.objects.filter(session__in=list(leaders)).order_by().values("session", "age_band")
    young = minor_bands()
    for session, band, number in heads.annotate(n=Sum("heads")).values_list("session", "age_band", "n"):
        team.heads += number
        for row in leaders[session]:
            row.heads += number
            row.minors |= band in young


def minor_bands() -> frozenset[str]:
    """Age bands that lie wholly under 18."""
    table = codes.table("age_band_atomic")
    return frozenset(key for key, row in table.items() if int(row.attributes.get("max_age") or ADULT) < ADULT)


# --- what waits --------------------------------------------------------------------------------------


def _read_plans(team: TeamWeek) -> None:
    rows = _by_peer(team.rows)
    found = MicroPlan.objects.countable().filter(peer__in=list(rows), month=team.month).select_related("peer")
    standing = plans.progress(list(found), team.day)
    for plan in found:
        rows[plan.peer_id].plan, rows[plan.peer_id].progress = plan, standing[plan.pk]


def _read_referrals(team: TeamWeek, scope: Scope) -> None:
    """Referrals that they typed or that came of a contact of theirs: sent in the week, and confirmed in it."""
    accounts = _accounts(team.rows)
    users = {user for _organisation, user in accounts}
    week = (team.week.start, team.week.end)
    theirs = Referral.objects.visible_to(scope).countable().exclude(status="cancelled")
    theirs = theirs.filter(Q(recorded_by__in=users) | Q(contact__worker__in=users))
    theirs = theirs.filter(Q(occurred_on__range=week) | Q(status=DONE, closed_on__range=week))
    read = ("pk", "organisation", "recorded_by", "contact__worker", "occurred_on", "status", "closed_on")
    for pk, organisation, by, worker, on, status, closed in theirs.order_by().values_list(*read):
        for row in filter(None, (accounts.get((organisation, user)) for user in {by, worker})):
            if week[0] <= on <= week[1]:
                row.referred.add(pk)
            if status == DONE and week[0] <= closed <= week[1]:
                row.completed.add(pk)


def _read_supervision(team: TeamWeek) -> None:
    """The newest visit up to the day and whether another is due by the week's end; agreed actions that are overdue."""
    rows = _by_peer(team.rows)
    visits = SupervisionVisit.objects.countable().filter(peer__in=list(rows), occurred_on__lte=team.day)
    newest = visits.order_by("occurred_on", "recorded_at", "pk")
    for peer, on, again in newest.values_list("peer", "occurred_on", "next_on"):
        due = rows[peer].enrolled and again is not None and again <= team.week.end
        rows[peer].last_visit, rows[peer].visit_due = on, due
    for row in team.rows:
        row.visit_due |= row.active and row.last_visit is None
    for action in coaching.open_actions([pk for pk, row in rows.items() if row.enrolled], team.day):
        rows[action.visit.peer_id].actions_overdue += action.due_on < team.day


def _read_reports(team: TeamWeek) -> None:
    rows = _by_peer(team.rows)
    found = MonthlyReport.objects.countable().filter(peer__in=list(rows), month=team.reported_month)
    for report in found:
        rows[report.peer_id].report = report


def _read_training(team: TeamWeek) -> None:
    rows = _by_peer(team.rows)
    found = refreshers.of_peers(list(rows), team.day)
    for refresher in found:
        rows[refresher.peer_id].training.append(refresher)
    for peer_id in refreshers.safe_with_minors(found):
        rows[peer_id].safeguarding = True


def _read_errors(team: TeamWeek, scope: Scope, today: date) -> None:
    """Open findings that name their records, and second texts that they sent: as they stand today."""
    accounts = _accounts(team.rows)
    users = frozenset(user for _organisation, user in accounts)
    desk = quality.Desk if scope.can(Permission.QUALITY_VIEW) else OwnDesk
    for key, numbers in quality.numbers_of_workers(desk(scope, today, users)).items():
        if row := accounts.get(key):
            row.findings = numbers
    copies = ConflictingCopy.objects.open().filter(sent_by__in=users).order_by().values("organisation", "sent_by")
    for organisation, user, number in copies.annotate(n=Count("pk")).values_list("organisation", "sent_by", "n"):
        if row := accounts.get((organisation, user)):
            row.conflicts = number
