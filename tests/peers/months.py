"""Monthly reports in tests: handed in by the action, accepted with the sheet that the action would sign."""

from datetime import date

from core.models.users import system_user
from core.permissions import Role
from peers import months, stipends
from peers.actions import monthly_reports
from peers.models import MonthlyReport
from peers.rules.monthly_reports import ReportEntry
from peers.terms import terms_of
from tests.factories.people import member


def days(month: date, *numbers: int) -> frozenset[str]:
    return frozenset(month.replace(day=number).isoformat() for number in numbers)


def report(peer, month=date(2025, 3, 1), *, accepted=None, duty=(), transport=(), handed_in=None, **more):
    """A peer educator's month; `accepted` is the day on which a supervisor of the organisation accepted it."""
    said = {
        "occurred_on": handed_in or months.last_day(month),
        "peer_id": peer.pk,
        "month": month,
        "duty_days": days(month, *duty),
        "transport_days": days(month, *transport),
        **more,
    }
    if accepted:
        led = stipends.session_days([peer.pk], month).get(peer.pk, frozenset())
        sheet = stipends.sheet_of(led, terms_of([peer.organisation_id])[peer.organisation_id])
        boss = member(Role.SUPERVISOR, peer.organisation.code)
        said |= {"accepted_on": accepted, "accepted_by_id": boss.pk, "sheet": sheet}
    entry = ReportEntry(**said)
    monthly_reports.record(entry=entry, by=system_user(), organisation=peer.organisation)
    return MonthlyReport.objects.get(pk=entry.id)
