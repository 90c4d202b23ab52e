"""The form of a peer educator's month, with its calendar to tick; and the steps of a report."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms.entries import EntryForm
from core.forms.registers import note_field
from outreach.wording import joined
from peers import months, stipends
from peers.actions import monthly_reports
from peers.forms.peer_educators import VersionedForm
from peers.models import MonthlyReport, PeerEducator
from peers.rules import monthly_reports as rules
from peers.rules.monthly_reports import ReportEntry

CALENDARS = ("duty_days", "transport_days")
WRONG_DAY = gettext_lazy("Tick only days of this month that have come.")


@dataclass(frozen=True)
class DayCell:
    """One day of a calendar to tick; `tick` is the drawn checkbox, None for a day that has not come."""

    number: int
    tick: BoundWidget | None
    said: str
    session: bool


class MonthField(forms.CharField):
    """A month as addresses name it."""

    widget = forms.HiddenInput

    def clean(self, value):
        month = months.first_day(super().clean(value))
        if month is None:
            raise forms.ValidationError(_("Write the month as year-month, such as 2025-03."))
        return month


class ReportForm(EntryForm):
    """One peer educator's month. Peer educator and month are chosen before the calendar is drawn."""

    writer = monthly_reports.writer

    peer = forms.ModelChoiceField(
        label=gettext_lazy("Peer educator"), queryset=PeerEducator.objects.none(), widget=forms.HiddenInput
    )
    month = MonthField(label=gettext_lazy("Month"))
    duty_days = forms.MultipleChoiceField(
        label=gettext_lazy("Days of duty"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Days of other work for the programme. Days with a session count by themselves."),
        error_messages={"invalid_choice": WRONG_DAY},
    )
    transport_days = forms.MultipleChoiceField(
        label=gettext_lazy("Days with transport"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Days on which you paid to get there."),
        error_messages={"invalid_choice": WRONG_DAY},
    )
    note = note_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        homes = [row.pk for row in self.organisations]
        peers = PeerEducator.objects.visible_to(self.scope).countable().filter(organisation__in=homes)
        self.peers = peers.order_by("reference")
        self.fields.pop("organisation", None)
        if self.record:
            del self.fields["peer"], self.fields["month"]
            self.month_shown, self.peer_shown = self.record.month, self.record.peer
        else:
            self.fields["peer"].queryset = self.peers
            self.peer_shown = self.asked_peer()
            self.month_shown = self.asked_month() or self.month_due()
            self.initial |= {"month": months.text_of(self.month_shown), "peer": self.peer_shown}
        days = self.days_come()
        for name in CALENDARS:
            self.fields[name].choices = [(day.isoformat(), str(day.day)) for day in days]

    def asked_month(self) -> date | None:
        text = self.data.get("month") if self.is_bound else self.initial.get("month")
        return months.first_day(str(text or ""))

    def month_due(self) -> date:
        """Last month, until it is handed in; then this one."""
        now, peer = timezone.localdate().replace(day=1), self.peer_shown
        last = months.before(now)
        if peer is None or peer.occurred_on > months.last_day(last):
            return now
        return now if MonthlyReport.objects.countable().filter(peer=peer, month=last).exists() else last

    def asked_peer(self) -> PeerEducator | None:
        """The one that was chosen, or the only one there is."""
        pk = self.data.get("peer") if self.is_bound else self.initial.get("peer")
        if not pk and not self.is_bound and len(self.peers) == 1:
            return self.peers[0]
        try:
            return self.fields["peer"].clean(pk) if pk else None
        except forms.ValidationError:
            return None

    @property
    def month_text(self) -> str:
        return months.text_of(self.month_shown)

    @property
    def title_shown(self) -> str:
        return joined([str(self.peer_shown or ""), months.words(self.month_shown)])

    @property
    def organisation(self):
        """The peer educator's own."""
        peer = self.cleaned_data.get("peer")
        return peer.organisation if peer else super().organisation

    def days_come(self) -> list[date]:
        today = timezone.localdate()
        return [day for day in months.days(self.month_shown) if day <= today]

    def drawn_apart(self, name: str) -> bool:
        return name in CALENDARS

    @cached_property
    def calendars(self) -> list[tuple]:
        """(field, weeks) of each calendar; a week is seven cells from Monday, empty ones outside the month."""
        days = months.days(self.month_shown)
        sessions = frozenset()
        if self.peer_shown:
            found = stipends.session_days([self.peer_shown.pk], self.month_shown)
            sessions = found.get(self.peer_shown.pk, frozenset())
        drawn = []
        for name in CALENDARS:
            ticks = {widget.data["value"]: widget for widget in self[name]}
            cells = [_cell(day, ticks.get(day.isoformat()), day.isoformat() in sessions) for day in days]
            padded = [None] * days[0].weekday() + cells
            padded += [None] * (-len(padded) % 7)
            drawn.append((self[name], [padded[at : at + 7] for at in range(0, len(padded), 7)]))
        return drawn

    def said(self) -> dict[str, Any]:
        return super().said() | ({} if self.record else {"occurred_on": timezone.localdate()})

    def problems(self, entry: ReportEntry) -> list:
        return list(rules.problems(entry, today=timezone.localdate()))


def _cell(day: date, tick: BoundWidget | None, session: bool) -> DayCell:
    said = date_format(day, "l j F")
    return DayCell(day.day, tick, _("%(day)s, with a session") % {"day": said} if session else said, session)


class SendBackForm(VersionedForm):
    """What is to be mended."""

    reason = forms.CharField(
        label=gettext_lazy("What is to be mended?"),
        max_length=200,
        help_text=gettext_lazy("The peer educator reads this. No names."),
        error_messages={"required": gettext_lazy("Say in a few words what is to be mended.")},
    )
