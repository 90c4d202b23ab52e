"""The register of monthly reports: handed in by peer educators, accepted by their supervisors."""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import wording
from core.models import RecordVersion
from core.permissions import Permission
from core.views.registers import Column
from core.views.steps import Step, offered
from core.views.written import WrittenRegister
from outreach.wording import joined
from peers import months, stipends
from peers.actions import monthly_reports
from peers.filters.monthly_reports import ReportFilters
from peers.forms.monthly_reports import ReportForm, SendBackForm
from peers.forms.peer_educators import VersionedForm
from peers.models import MonthlyReport
from peers.resources.monthly_reports import ReportResource
from peers.stipends import Line, money

MONTHS_OFFERED = 13


def numbers(days) -> str:
    """Days of one month by their numbers."""
    return ", ".join(str(int(day[-2:])) for day in sorted(days))


class ReportStep(Step):
    """A step of whoever accepts: never with the own month."""

    needs = "accept_permission"
    template = "core/registers/form.html"

    @staticmethod
    def may(record, scope):
        return record.peer.user_id is None or record.peer.user_id != scope.user_id


class Accept(ReportStep):
    name, label = "accept", gettext_lazy("Accept")
    said = gettext_lazy("The report is accepted. Its days and amounts stand on the stipend sheet.")

    def form(self, data=None):
        return VersionedForm(data, initial={"version": self.record.version})

    @property
    def intro(self):
        line, said = stipends.line_of_report(self.record), []
        said.append(in_words(line))
        if line.unexplained:
            text = _("Transport without a session or duty: %(days)s.")
            said.append(text % {"days": numbers(line.unexplained)})
        if months.last_day(self.record.month) > timezone.localdate():
            said.append(_("The month isn't over: sessions still to come won't be on the sheet."))
        return " ".join(said)

    @staticmethod
    def fits(record):
        return not record.is_void and record.accepted_on is None

    def do(self, form):
        version = form.cleaned_data["version"]
        monthly_reports.accept(report=self.record, by=self.request.user, version=version)


class SendBack(ReportStep):
    name, label = "send-back", gettext_lazy("Send back")
    intro = gettext_lazy("The acceptance is taken back, so that the report can be changed and accepted again.")
    said = gettext_lazy("The report is sent back.")

    def form(self, data=None):
        return SendBackForm(data, initial={"version": self.record.version})

    @staticmethod
    def fits(record):
        return not record.is_void and record.accepted_on is not None

    def do(self, form):
        said = form.cleaned_data
        monthly_reports.send_back(
            report=self.record, reason=said["reason"], version=said["version"], by=self.request.user
        )


STEPS = [Accept, SendBack]


def in_words(line: Line) -> str:
    """What a month is paid with, in one sentence."""
    text = _("%(days)s days paid: %(stipend)s, transport %(transport)s, together %(total)s.")
    amounts = {name: money(getattr(line, name), line.currency) for name in ("stipend", "transport", "total")}
    return text % {"days": line.days_paid, **amounts}


class MonthlyReports(WrittenRegister):
    """One peer educator's month a row."""

    model = MonthlyReport
    writer = monthly_reports.writer
    namespace = "monthly-reports"
    heading = gettext_lazy("Monthly reports")
    create_label = gettext_lazy("Hand in a month")
    empty_text = gettext_lazy("No monthly report is handed in yet.")
    columns = [
        Column("month", gettext_lazy("Month"), lambda report: months.words(report.month), sort="month"),
        Column("peer", gettext_lazy("Peer educator"), sort="peer__reference"),
        Column("duty_days", gettext_lazy("Days of duty"), lambda report: len(report.duty_days)),
        Column("transport_days", gettext_lazy("Days with transport"), lambda report: len(report.transport_days)),
        Column("occurred_on", gettext_lazy("Handed in"), sort="occurred_on"),
        Column("accepted_on", gettext_lazy("Accepted"), lambda r: r.accepted_on or _("waits"), sort="accepted_on"),
    ]
    labels = {"occurred_on": gettext_lazy("Handed in"), "sheet": gettext_lazy("What was signed")}
    ordering = ("-month", "peer__reference", "pk")
    filterset = ReportFilters
    form = ReportForm
    resource = ReportResource
    create_permission = Permission.PEER_REPORT
    accept_permission = Permission.PEER_ACCEPT
    void_permission = Permission.PEER_VOID
    detail_template = "peers/monthly_reports/detail.html"
    form_template = "peers/monthly_reports/form.html"

    @classmethod
    def routed(cls) -> list:
        return cls.urls("groups/monthly-reports/", *(step.route(cls, "uuid") for step in STEPS))

    def initial(self, request):
        return {"month": request.GET.get("month", ""), "peer": request.GET.get("peer", "")}

    def title(self, record):
        return joined([record.peer.reference, months.words(record.month)])

    def content_text(self, key, value):
        if key in ("duty_days", "transport_days"):
            return numbers(value or ())
        if key == "sheet":
            return _sheet_text(value or {})
        if key == "month" and value:
            return months.words(date.fromisoformat(value))
        return super().content_text(key, value)

    def actions(self, record, scope):
        found = super().actions(record, scope)
        if record.accepted_on:
            found = [action for action in found if action[1] != self.url("amend", record)]
        return [*found, *offered(STEPS, self, record, scope)]

    def sections(self, record):
        line = stipends.line_of_report(record)
        state = _("waits to be accepted")
        if record.accepted_on:
            said = {"day": wording.shown(record.accepted_on), "by": record.accepted_by}
            state = _("accepted on %(day)s by %(by)s") % said
        facts = [
            (_("Peer educator"), record.peer.reference),
            (_("Month"), months.words(record.month)),
            (_("Handed in"), wording.shown(record.occurred_on)),
            (_("State"), state),
            (_("Days with a session"), numbers(line.session_days) or _("none")),
            (_("Days of duty"), numbers(line.duty_days) or _("none")),
            (_("Days with transport"), numbers(line.transport_days) or _("none")),
            (_("Note"), record.note),
        ]
        amounts = [
            (_("Days paid"), line.days_paid),
            (_("Stipend"), money(line.stipend, line.currency)),
            (_("Transport"), money(line.transport, line.currency)),
            (_("Together"), money(line.total, line.currency)),
        ]
        title = _("What was signed") if line.accepted else _("As it stands now")
        return [("", facts), (title, amounts)]

    def extra_context(self, request, record=None):
        name = request.resolver_match.url_name
        if name == "detail":
            return {"sent_back": "" if record.accepted_on else sent_back_because(record)}
        if name == "create":
            return {"months": month_choices()}
        return {}


def _sheet_text(sheet: dict) -> str:
    if not sheet:
        return ""
    rates = f"{sheet.get('day_rate')} / {sheet.get('transport_rate')} {sheet.get('currency')}"
    return joined([numbers(sheet.get("session_days", ())), rates])


def sent_back_because(report: MonthlyReport) -> str:
    """What the supervisor wrote when the report was last sent back; empty if it never was."""
    kept = RecordVersion.objects.filter(record_id=report.pk).order_by("-version")
    return next((row.reason for row in kept if row.content.get("accepted_on") and row.reason), "")


def month_choices() -> list[tuple[str, str]]:
    """(text, words) of the months that can be handed in, newest first."""
    today = timezone.localdate()
    month, found = today.replace(day=1), []
    for _place in range(MONTHS_OFFERED):
        found.append(month)
        month = months.before(month)
    return [(months.text_of(month), months.words(month)) for month in found]


def hand_in_url(peer, month: date) -> str:
    """Where a peer educator's month is typed."""
    return f"{reverse('monthly-reports:create')}?month={months.text_of(month)}&peer={peer.pk}"


def waiting(scope) -> int | None:
    """How many reports wait to be accepted by this person; None for those who accept none."""
    here = scope.all_organisations(Permission.PEER_ACCEPT)
    if not here:
        return None
    rows = MonthlyReport.objects.visible_to(scope).countable().filter(organisation__in=here, accepted_on=None)
    return rows.exclude(peer__user=scope.user_id).count()
