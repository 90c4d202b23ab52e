"""What a peer educator's month is paid with: days of sessions and of duty, each day once; never a person met.

An accepted report keeps what was signed. Before, everything is reckoned from the sessions and terms as they stand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from peers import months
from peers.models import MonthlyReport, PeerEducator, PeerTerms, Session
from peers.models.peer_educators import ACTIVE
from peers.terms import terms_of

SIGNS = {"KHR": "៛", "USD": "US$"}


@dataclass(frozen=True)
class Line:
    """One peer educator's month: ISO days, and the amounts for one day."""

    peer: PeerEducator
    report: MonthlyReport | None
    session_days: frozenset[str]
    duty_days: frozenset[str]
    transport_days: frozenset[str]
    day_rate: Decimal
    transport_rate: Decimal
    currency: str

    @property
    def accepted(self) -> bool:
        return bool(self.report and self.report.accepted_on)

    @property
    def days_paid(self) -> int:
        """A day with a session and duty is one day."""
        return len(self.session_days | self.duty_days)

    @property
    def stipend(self) -> Decimal:
        return self.days_paid * self.day_rate

    @property
    def transport(self) -> Decimal:
        return len(self.transport_days) * self.transport_rate

    @property
    def total(self) -> Decimal:
        return self.stipend + self.transport

    @property
    def unexplained(self) -> frozenset[str]:
        """Days with transport, but without session or duty."""
        return self.transport_days - self.session_days - self.duty_days


def session_days(peers: Iterable[UUID], month: date) -> dict[UUID, frozenset[str]]:
    """The ISO days of the month on which each led a session; one query."""
    led = Session.facilitators.through.objects.filter(
        peereducator_id__in=list(peers),
        session__voided_at=None,
        session__occurred_on__gte=month,
        session__occurred_on__lte=months.last_day(month),
    )
    found: dict[UUID, set[str]] = {}
    for peer, day in led.order_by().values_list("peereducator_id", "session__occurred_on"):
        found.setdefault(peer, set()).add(day.isoformat())
    return {peer: frozenset(days) for peer, days in found.items()}


def sheet_of(days: Iterable[str], terms: PeerTerms) -> dict[str, Any]:
    """What an accepted report keeps: the days with sessions, the amounts for a day, the currency."""
    return {
        "session_days": sorted(days),
        "day_rate": f"{terms.stipend_per_day:.2f}",
        "transport_rate": f"{terms.transport_per_day:.2f}",
        "currency": terms.currency,
    }


def line_of(peer: PeerEducator, report: MonthlyReport | None, days: frozenset[str], terms: PeerTerms) -> Line:
    """One line, from what was signed or else from `days` and `terms`."""
    sheet = report.sheet if report and report.accepted_on else sheet_of(days, terms)
    return Line(
        peer=peer,
        report=report,
        session_days=frozenset(sheet["session_days"]),
        duty_days=frozenset(report.duty_days) if report else frozenset(),
        transport_days=frozenset(report.transport_days) if report else frozenset(),
        day_rate=Decimal(sheet["day_rate"]),
        transport_rate=Decimal(sheet["transport_rate"]),
        currency=sheet["currency"],
    )


def line_of_report(report: MonthlyReport) -> Line:
    """The line of one report; two queries."""
    days = session_days([report.peer_id], report.month).get(report.peer_id, frozenset())
    return line_of(report.peer, report, days, terms_of([report.organisation_id])[report.organisation_id])


def lines(peers: Sequence[PeerEducator], month: date) -> list[Line]:
    """A line for each who has something in the month, or was active at its end; three queries.

    `peers` are read `with_status_on` the month's last day.
    """
    ids = [peer.pk for peer in peers]
    by_peer = {row.peer_id: row for row in MonthlyReport.objects.countable().filter(month=month, peer__in=ids)}
    days = session_days(ids, month)
    terms = terms_of(peer.organisation_id for peer in peers)
    return [
        line_of(peer, by_peer.get(peer.pk), days.get(peer.pk, frozenset()), terms[peer.organisation_id])
        for peer in peers
        if peer.pk in by_peer or peer.pk in days or peer.status == ACTIVE
    ]


def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency, grouped by commas; parts of a riel only where somebody set them."""
    places = 0 if currency == "KHR" and amount == amount.to_integral_value() else 2
    said = f"{amount:,.{places}f}"
    return f"{said} {SIGNS[currency]}" if currency == "KHR" else f"{SIGNS[currency]} {said}"


def sums(found: Iterable[Line]) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """(currency, stipend, transport, total) of the lines, each currency by itself."""
    found = list(found)

    def summed(currency: str, name: str) -> Decimal:
        return sum((getattr(line, name) for line in found if line.currency == currency), Decimal(0))

    currencies = sorted({line.currency for line in found})
    return [(one, summed(one, "stipend"), summed(one, "transport"), summed(one, "total")) for one in currencies]
