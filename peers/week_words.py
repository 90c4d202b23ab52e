"""A team's week in words: the paragraph above the table, and what waits for each peer educator."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outreach.views.quality import WORDS
from peers import months
from peers.week import PeerWeek, TeamWeek


@dataclass(frozen=True)
class Waiting:
    """One thing that waits, in words, and how pressing it is."""

    text: str
    kind: str = "attention"


def _sessions(number: int) -> str:
    return ngettext("%(count)s session", "%(count)s sessions", number) % {"count": f"{number:,}"}


def _people(number: int) -> str:
    return ngettext("%(count)s person", "%(count)s people", number) % {"count": f"{number:,}"}


def met_and_led(team: TeamWeek) -> str:
    """Such as “9 peer educators led 14 sessions and met 212 people.”"""
    number = len(team.rows)
    peers = ngettext("%(count)s peer educator", "%(count)s peer educators", number) % {"count": number}
    parts = {"peers": peers, "sessions": _sessions(team.sessions), "people": _people(team.people)}
    return _("%(peers)s led %(sessions)s and met %(people)s.") % parts


def you_met_and_led(team: TeamWeek) -> str:
    """The same to a peer educator: “You led 2 sessions and met 12 people.”"""
    parts = {"sessions": _sessions(team.sessions), "people": _people(team.people)}
    return _("You led %(sessions)s and met %(people)s.") % parts


def beside(team: TeamWeek) -> Iterator[str]:
    """What stands beside the people: contacts and unnamed heads, and that nobody is counted twice."""
    parts = {"contacts": f"{team.contacts:,}", "heads": f"{team.heads:,}"}
    yield _("Contacts: %(contacts)s. Unnamed heads at sessions, counted apart: %(heads)s.") % parts
    if team.people_of_each > team.people:
        text = _("Whoever was met by two is counted once: added up over the peer educators it would be %(sum)s.")
        yield text % {"sum": f"{team.people_of_each:,}"}


def team_waiting(team: TeamWeek) -> Iterator[str]:
    """What waits in the team, a sentence each; what waits for nobody isn't said."""
    month, reported = months.words(team.month), months.words(team.reported_month)
    told = [
        (team.number("minors_unsafe"), _minors, ""),
        (team.number("unplanned"), _unplanned, month),
        (team.number("quiet"), _quiet, ""),
        (team.number("unreported"), _unreported, reported),
        (team.number("to_accept"), _to_accept, reported),
        (team.number("visit_due"), _visits, ""),
        (sum(row.actions_overdue for row in team.rows), _actions, ""),
        (team.number("training_overdue"), _training, ""),
        (sum(row.errors for row in team.rows), _errors, ""),
    ]
    yield from (words(number) % {"count": f"{number:,}", "month": month} for number, words, month in told if number)


def _minors(number: int) -> str:
    return ngettext(
        "%(count)s met minors without a valid training in safeguarding.",
        "%(count)s met minors without a valid training in safeguarding.",
        number,
    )


def _unplanned(number: int) -> str:
    return ngettext("%(count)s has no plan for %(month)s.", "%(count)s have no plan for %(month)s.", number)


def _quiet(number: int) -> str:
    return ngettext(
        "%(count)s has recorded nothing for seven days.", "%(count)s have recorded nothing for seven days.", number
    )


def _unreported(number: int) -> str:
    return ngettext("%(count)s report of %(month)s is missing.", "%(count)s reports of %(month)s are missing.", number)


def _to_accept(number: int) -> str:
    return ngettext(
        "%(count)s report of %(month)s waits to be accepted.",
        "%(count)s reports of %(month)s wait to be accepted.",
        number,
    )


def _visits(number: int) -> str:
    return ngettext("%(count)s visit is due.", "%(count)s visits are due.", number)


def _actions(number: int) -> str:
    return ngettext("%(count)s agreed action is overdue.", "%(count)s agreed actions are overdue.", number)


def _training(number: int) -> str:
    return ngettext(
        "%(count)s lacks a training, or it is overdue.", "%(count)s lack a training, or it is overdue.", number
    )


def _errors(number: int) -> str:
    return ngettext("%(count)s error is to be mended.", "%(count)s errors are to be mended.", number)


def waiting(row: PeerWeek) -> Iterator[Waiting]:
    """What waits for one peer educator, the most pressing first."""
    if row.minors_unsafe:
        yield Waiting(_("Met minors: no valid safeguarding training"), "danger")
    if row.quiet:
        yield Waiting(_("Nothing recorded for seven days"))
    if row.unplanned:
        yield Waiting(_("No plan for this month"))
    if row.visit_due:
        yield Waiting(_("Visit due") if row.last_visit else _("Never visited"))
    if row.actions_overdue:
        text = ngettext("%(count)s agreed action overdue", "%(count)s agreed actions overdue", row.actions_overdue)
        yield Waiting(text % {"count": row.actions_overdue})
    if number := len(row.training_overdue):
        text = ngettext("%(count)s training missing or overdue", "%(count)s trainings missing or overdue", number)
        yield Waiting(text % {"count": number})
    yield from errors(row)


def errors(row: PeerWeek) -> Iterator[Waiting]:
    """Open findings of the data-quality desk by check, and second texts."""
    for check, number in row.findings.items():
        yield Waiting(f"{WORDS[check].label}: {number}")
    if row.conflicts:
        yield Waiting(_("Conflicts: %(number)s") % {"number": row.conflicts})


def report_state(row: PeerWeek) -> str:
    """How last month's report stands, in a word or two."""
    if row.report is None:
        return _("missing") if row.active else "–"
    return _("handed in") if row.report.accepted_on is None else _("accepted")
