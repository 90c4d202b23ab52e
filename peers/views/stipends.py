"""The stipend and transport sheet of a month: a page for each team, to print and to sign."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django.core.exceptions import BadRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.permissions import Permission
from outreach.wording import joined
from peers import months, stipends
from peers.stipends import Line, money
from peers.views.monthly_reports import hand_in_url
from peers.views.peer_pages import for_leads, led_by


def month_asked(request) -> date:
    """The month of the address, the present one if none is named. Raises BadRequest for anything else."""
    today = timezone.localdate()
    text = request.GET.get("month", "")
    month = months.first_day(text) if text else today.replace(day=1)
    if month is None or month > today:
        raise BadRequest("Unknown month")
    return month


@for_leads
def stipend_sheet(request):
    """One table for each team. A supervisor sees the own; peer educators without one are named, not paid here."""
    month = month_asked(request)
    peers = led_by(request.scope).filter(occurred_on__lte=months.last_day(month))
    found = peers.with_status_on(months.last_day(month)).select_related("supervisor", "organisation")
    lines = stipends.lines(list(found.order_by("organisation__name", "supervisor__username", "reference")), month)
    every = {pk: request.scope.can(Permission.TEAM_EVERY, pk) for pk in {row.peer.organisation_id for row in lines}}
    paid = [row for row in lines if row.peer.supervisor_id or every[row.peer.organisation_id]]
    today = timezone.localdate()
    context = {
        "heading": _("Stipends and transport, %(month)s") % {"month": months.words(month)},
        "month": months.text_of(month),
        "teams": [_team(rows, month, several=len(every) > 1) for rows in _by_team(paid)],
        "waiting": sum(not row.accepted for row in paid),
        "alone": [row.peer for row in lines if row not in paid],
        "before": _address(months.before(month)) if month.year > 1990 else "",
        "after": _address(months.after(month)) if months.after(month) <= today else "",
    }
    return render(request, "peers/stipends/sheet.html", context)


def _address(month: date) -> str:
    return f"{reverse('stipends')}?month={months.text_of(month)}"


def _by_team(lines: Iterable[Line]) -> list[list[Line]]:
    return [list(rows) for _key, rows in groupby(lines, lambda row: (row.peer.organisation_id, row.peer.supervisor_id))]


def _team(rows: list[Line], month: date, *, several: bool) -> dict:
    """One team's table, in the template's words."""
    peer = rows[0].peer
    leader = str(peer.supervisor) if peer.supervisor_id else _("Without a supervisor")
    return {
        "name": joined([peer.organisation.name if several else "", leader]),
        "rows": [_row(row, month) for row in rows],
        "sums": [tuple(money(amount, currency) for amount in amounts) for currency, *amounts in stipends.sums(rows)],
        "days": sum(row.days_paid for row in rows),
    }


def _row(line: Line, month: date) -> dict:
    report = line.report
    return {
        "code": line.peer.reference,
        "url": report.get_absolute_url() if report else hand_in_url(line.peer, month),
        "state": "" if line.accepted else (_("not accepted yet") if report else _("no report yet")),
        "numbers": [
            (_("Days with a session"), len(line.session_days)),
            (_("Days of duty"), len(line.duty_days)),
            (_("Days paid"), line.days_paid),
            (_("Days with transport"), len(line.transport_days)),
            (_("Stipend"), money(line.stipend, line.currency)),
            (_("Transport"), money(line.transport, line.currency)),
            (_("Together"), money(line.total, line.currency)),
        ],
    }
