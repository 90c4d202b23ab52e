"""Monthly reports in a file: the columns of import and export, and what a row means."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import Row
from core.permissions import Permission
from core.resources.cells import CodeCell, DayCell, TextCell, day_of
from core.resources.entries import EntryImporter, EntryResource, Named
from core.resources.registers import Column
from peers import months
from peers.actions import monthly_reports
from peers.models import MonthlyReport, PeerEducator
from peers.resources.people_named import Username

SHEET = ("session_days", "day_rate", "transport_rate", "currency")


class MonthCell(TextCell):
    """A month, written as 2025-03."""

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        day = day_of(value)
        month = months.first_day(value) or (day.replace(day=1) if day else None)
        if month is None:
            raise ValueError(_("Write the month as year-month, such as 2025-03."))
        return month

    def render(self, value, obj=None, **kwargs):
        return value if isinstance(value, str) else super().render(value and months.text_of(value))


class DaysCell(TextCell):
    """Several days, parted by `;`: ISO texts."""

    def clean(self, value, row=None, **kwargs):
        found = [day_of(part.strip()) for part in value.split(";") if part.strip()]
        if None in found:
            raise ValueError(_("Write days as year-month-day, parted by “;”, such as 2025-03-04;2025-03-11."))
        return tuple(sorted({day.isoformat() for day in found}))

    def render(self, value, obj=None, **kwargs):
        return ";".join(sorted(value or ()))


class ReportResource(EntryResource):
    """One peer educator's month a row, in the layout of the import `monthly_reports`; `date` is when it was handed in.

    The last four columns are what was signed when it was accepted.
    """

    peer = Column(column_name="peer", widget=TextCell())
    month = Column(column_name="month", widget=MonthCell())
    duty_days = Column(column_name="duty_days", attribute="duty_days", widget=DaysCell())
    transport_days = Column(column_name="transport_days", attribute="transport_days", widget=DaysCell())
    accepted_on = Column(column_name="accepted_on", attribute="accepted_on", widget=DayCell())
    accepted_by = Column(column_name="accepted_by", widget=TextCell())
    session_days = Column(column_name="session_days", widget=DaysCell())
    day_rate = Column(column_name="day_rate", widget=TextCell())
    transport_rate = Column(column_name="transport_rate", widget=TextCell())
    currency = Column(column_name="currency", widget=CodeCell("currency"))
    note = Column(column_name="note", attribute="note", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = MonthlyReport

    def dehydrate_peer(self, report):
        return report.peer.reference

    def dehydrate_month(self, report):
        return months.text_of(report.month)

    def dehydrate_accepted_by(self, report):
        return report.accepted_by.username if report.accepted_by_id else ""

    def dehydrate_session_days(self, report):
        return DaysCell().render(report.sheet.get("session_days"))

    def dehydrate_day_rate(self, report):
        return report.sheet.get("day_rate", "")

    def dehydrate_transport_rate(self, report):
        return report.sheet.get("transport_rate", "")

    def dehydrate_currency(self, report):
        return report.sheet.get("currency", "")


class ReportImporter(EntryImporter):
    """One peer educator's month a row."""

    name = "monthly_reports"
    order = 45
    label = gettext_lazy("Monthly reports")
    resource = ReportResource
    writer = monthly_reports.writer
    links = {
        "peer": Named(
            lambda errand: PeerEducator.objects.countable().filter(organisation=errand.organisation),
            gettext_lazy("No peer educator has this code here. Check it, or bring the peer educators in first."),
        ),
        "accepted_by": Username(gettext_lazy("Nobody here has this user name. Check it, or make the account first.")),
    }
    # A file can bring reports that are accepted already.
    permission = Permission.PEER_ACCEPT
    required = ("id", "date", "peer", "month")
    template_columns = ("id", "date", "peer", "month", "duty_days", "transport_days", "note")
    readings = staticmethod(lambda queryset: queryset.select_related("peer", "accepted_by"))

    def given(self, row: Row, record: Any) -> dict[str, Any]:
        given = super().given(row, record)
        told = {name: row.values[name] for name in SHEET if name in row.values}
        sheet = {**(record.sheet if record else {}), **told}
        if "session_days" in sheet:
            sheet["session_days"] = list(sheet["session_days"])
        if "accepted_on" in given and given["accepted_on"] is None and not any(told.values()):
            # A report that isn't accepted has nothing signed.
            sheet = {}
        if told or "accepted_on" in given:
            given["sheet"] = {name: value for name, value in sheet.items() if value or name == "session_days"}
        return given
