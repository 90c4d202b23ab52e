"""The field rules of monthly reports: the form, the import and the actions all ask here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.entries import Entry
from core.rules.dates import EARLIEST, happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from core.wording import shown
from peers import months
from peers.models import PeerTerms

CURRENCIES = [code for code, _sign in PeerTerms._meta.get_field("currency").choices]
MOST = Decimal("9999999999.99")


@dataclass(frozen=True, kw_only=True)
class ReportEntry(Entry):
    """What somebody wants recorded of one peer educator's month; `occurred_on` is the day it was handed in.

    `month` is the month's first day; days are ISO texts. `sheet` is what was signed on acceptance.
    """

    peer_id: UUID
    month: date
    duty_days: frozenset[str] = frozenset()
    transport_days: frozenset[str] = frozenset()
    note: str = ""
    accepted_on: date | None = None
    accepted_by_id: int | None = None
    sheet: Mapping[str, Any] = field(default_factory=dict)


def problems(entry: ReportEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry by itself."""
    yield from happened_problems(entry.occurred_on, today)
    yield from note_problems(entry.note)
    if entry.month.day != 1 or entry.month < EARLIEST:
        yield Problem("month", _("Write the month as year-month, such as 2025-03."), str(entry.month))
        return
    if entry.month > today:
        yield Problem("month", _("This month has not begun. Choose this month or an earlier one."), str(entry.month))
        return
    for name in ("duty_days", "transport_days"):
        yield from _day_problems(name, getattr(entry, name), entry.month, today)
    yield from _acceptance_problems(entry, today)


def _day_problems(name: str, days: frozenset[str], month: date, today: date) -> Iterator[Problem]:
    here = {day.isoformat() for day in months.days(month)}
    if strange := sorted(days - here):
        said = {"month": months.words(month)}
        yield Problem(name, _("Every day has to be one of %(month)s. Take the others out.") % said, strange[0])
    if ahead := sorted(day for day in days & here if day > today.isoformat()):
        text = _("%(day)s has not come yet. Take it out until then.")
        yield Problem(name, text % {"day": shown(date.fromisoformat(ahead[0]))}, ahead[0])


def _acceptance_problems(entry: ReportEntry, today: date) -> Iterator[Problem]:
    if entry.accepted_on is None:
        if entry.accepted_by_id or entry.sheet:
            text = _("Say on which day it was accepted, or leave out who did and what was signed.")
            yield Problem("accepted_on", text)
        return
    yield from happened_problems(entry.accepted_on, today, "accepted_on")
    if entry.accepted_on < entry.occurred_on:
        text = _("It can't be accepted before it was handed in. Check the two days.")
        yield Problem("accepted_on", text, str(entry.accepted_on))
    if entry.accepted_by_id is None:
        yield Problem("accepted_by", _("Say who accepted it."))
    yield from _sheet_problems(entry, today)


def _sheet_problems(entry: ReportEntry, today: date) -> Iterator[Problem]:
    sheet = entry.sheet
    yield from _day_problems("session_days", frozenset(sheet.get("session_days", ())), entry.month, today)
    for name in ("day_rate", "transport_rate"):
        if not _is_amount(sheet.get(name)):
            text = _("Write the amount for a day with two places after the point, such as 12000.00.")
            yield Problem(name, text, str(sheet.get(name, "")))
    if sheet.get("currency") not in CURRENCIES:
        text = _("Use one of these currencies: %(known)s.")
        yield Problem("currency", text % {"known": ", ".join(CURRENCIES)}, str(sheet.get("currency", "")))


def _is_amount(text: Any) -> bool:
    try:
        amount = Decimal(text)
    except (InvalidOperation, TypeError, ValueError):
        return False
    return amount.is_finite() and 0 <= amount <= MOST and f"{amount:.2f}" == text
