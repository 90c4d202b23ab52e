"""What can be done with monthly reports: hand in, change, accept, send back, void."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions.records import Refused, by_id
from core.actions.writing import Link, Writer
from core.models import Organisation, User
from core.rules.problems import Problem
from core.wording import shown
from peers import staff, stipends
from peers.models import MonthlyReport, PeerEducator
from peers.rules import monthly_reports as rules
from peers.rules.monthly_reports import ReportEntry
from peers.terms import terms_of

SIGNED = ("accepted_on", "accepted_by", "sheet")


@dataclass(frozen=True)
class Known:
    """What the database says beside entries: when peers were recruited, what stands already, whose month is taken."""

    recruited: dict[UUID, date]
    stands: dict[UUID, MonthlyReport]
    taken: dict[tuple[UUID, date], set[UUID]]


class MonthlyReports(Writer):
    """One report for each peer educator and month."""

    model = MonthlyReport
    entry = ReportEntry
    links = {
        "peer_id": Link(
            lambda organisation: PeerEducator.objects.countable().filter(organisation=organisation),
            gettext_lazy("There is no such peer educator here. Choose one from the list."),
        ),
        "accepted_by_id": Link(
            staff.once_members, gettext_lazy("Only somebody of this organisation can have accepted it.")
        ),
    }

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries: Sequence[ReportEntry], organisation: Organisation) -> Known:
        ids = {entry.peer_id for entry in entries}
        mine = MonthlyReport.objects.countable().filter(organisation=organisation, peer__in=ids)
        taken: dict[tuple[UUID, date], set[UUID]] = {}
        for pk, peer, month in mine.filter(month__in={e.month for e in entries}).values_list("pk", "peer_id", "month"):
            taken.setdefault((peer, month), set()).add(pk)
        stands = by_id(MonthlyReport.objects.filter(organisation=organisation), [entry.id for entry in entries])
        for entry in entries:
            if not _is_void(entry, stands.get(entry.id)):
                taken.setdefault((entry.peer_id, entry.month), set()).add(entry.id)
        recruited = by_id(PeerEducator.objects.filter(organisation=organisation), ids)
        return Known({pk: peer.occurred_on for pk, peer in recruited.items()}, stands, taken)

    def rule_with(self, entry: ReportEntry, known: Known, *, today: date) -> Iterator[Problem]:
        stands, recruited = known.stands.get(entry.id), known.recruited.get(entry.peer_id)
        if stands is not None and stands.accepted_on and not _only_sent_back(stands, entry):
            text = _("This report is accepted. Send it back first, then it can be changed.")
            yield Problem("accepted_on", text, str(entry.accepted_on or ""))
        others = known.taken.get((entry.peer_id, entry.month), set()) - {entry.id}
        if others and not _is_void(entry, stands):
            text = _("There is a report of this month already. Open that one and change it.")
            yield Problem("month", text, str(entry.month))
        if recruited is None:
            return
        said = {"day": shown(recruited)}
        if entry.month < recruited.replace(day=1):
            text = _("They were recruited on %(day)s: no month before has a report. Choose a later month.")
            yield Problem("month", text % said, str(entry.month))
            return
        for name in ("duty_days", "transport_days"):
            if early := sorted(day for day in getattr(entry, name) if day < recruited.isoformat()):
                text = _("They were recruited on %(day)s: take out the days before.")
                yield Problem(name, text % said, early[0])


def _is_void(entry: ReportEntry, stands: MonthlyReport | None) -> bool:
    return entry.void or (stands is not None and stands.is_void)


def _only_sent_back(stands: MonthlyReport, entry: ReportEntry) -> bool:
    """Whether an accepted report stays as it is, or only its acceptance is taken back."""
    before, after = stands.content(), entry.content()
    if entry.accepted_on is None:
        before, after = ({key: said[key] for key in said if key not in SIGNED} for said in (before, after))
    return before == after


writer = MonthlyReports()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of


def accept(*, report: MonthlyReport, by: User, version: int | None = None, on: date | None = None) -> MonthlyReport:
    """Accept a report, and keep what is signed: the days with sessions, and the organisation's terms now.

    Raises Changed, or Refused if it is accepted already or void.
    """
    if report.accepted_on:
        raise Refused(_("This report is accepted already."))
    days = stipends.session_days([report.peer_id], report.month).get(report.peer_id, frozenset())
    terms = terms_of([report.organisation_id])[report.organisation_id]
    signed = {"accepted_on": on or timezone.localdate(), "accepted_by_id": by.pk}
    entry = replace(entry_of(report), sheet=stipends.sheet_of(days, terms), **signed)
    return amend(record=report, entry=entry, version=version or report.version, by=by)


def send_back(*, report: MonthlyReport, reason: str, by: User, version: int | None = None) -> MonthlyReport:
    """Take an acceptance back, so that the report can be changed. Raises Changed, or Refused without a reason."""
    if not report.accepted_on:
        raise Refused(_("This report isn't accepted, so it can be changed as it is."))
    if not reason.strip():
        raise Refused(_("Say in a few words what is to be mended."))
    entry = replace(entry_of(report), accepted_on=None, accepted_by_id=None, sheet={})
    return amend(record=report, entry=entry, version=version or report.version, by=by, reason=reason.strip())
