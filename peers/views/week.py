"""A supervisor's week, written by the system; a peer educator reads the own one."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from core.models import User
from core.permissions import Permission
from core.scope import Scope
from core.wording import shown
from peers import months, week, week_words
from peers.models import PeerEducator
from peers.week import PeerWeek, TeamWeek
from peers.week_dates import Week, week_named, week_of

PARAMETERS = {"week", "supervisor"}


@dataclass
class Team:
    """Whose week is read: those under `supervisor`, those of every team (None), or oneself alone."""

    peers: QuerySet
    supervisor: User | None = None
    is_own: bool = False
    offered: list[User] = field(default_factory=list)


def looks_after_others(scope: Scope) -> bool:
    """Whether somebody sees more peer educators than themself."""
    return scope.everywhere(Permission.PEER_VIEW) or bool(scope.organisations(Permission.PEER_VIEW))


def team_of(scope: Scope, user: User, asked: str = "") -> Team:
    """The team that the person reads of: the own one, or for those who see every team the one asked for, or all.

    Raises Http404 for a supervisor whose team the person doesn't see.
    """
    seen = PeerEducator.objects.visible_to(scope)
    if not looks_after_others(scope):
        if asked:
            raise Http404
        return Team(seen.filter(user=user), is_own=True)
    every = scope.organisations(Permission.TEAM_EVERY)
    if not every:
        if asked and asked != str(user.pk):
            raise Http404
        return Team(seen.filter(supervisor=user), supervisor=user)
    leading = PeerEducator.objects.countable().filter(organisation__in=every, supervisor__isnull=False)
    offered = User.objects.filter(Q(pk__in=leading.order_by().values("supervisor")) | Q(pk=user.pk))
    team = Team(seen, offered=list(offered.order_by("username")))
    if asked:
        team.supervisor = next((one for one in team.offered if str(one.pk) == asked), None)
        if team.supervisor is None:
            raise Http404
        team.peers = seen.filter(supervisor=team.supervisor)
    return team


class TheWeek(LoginRequiredMixin, View):
    """One page for A4: a paragraph in words, then a row a peer educator."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        if not request.scope.can(Permission.PEER_VIEW):
            raise PermissionDenied
        if unknown := set(request.GET) - PARAMETERS:
            raise BadRequest(f"Unknown filters: {', '.join(sorted(unknown))}")
        today = timezone.localdate()
        asked = self.asked(request.GET.get("week", ""), week_of(today))
        team = team_of(request.scope, request.user, request.GET.get("supervisor", ""))
        found = week.of_team(team.peers, asked, today, request.scope)
        context = {
            "heading": self.heading(team),
            "lead": f"{shown(asked.start)} – {shown(asked.end)}",
            "team": team,
            "found": found,
            "asked": asked,
            "said": said(found, team),
            "waiting": list(week_words.team_waiting(found)) if not team.is_own else [],
            "lines": [line(row) for row in found.rows],
            "reported": months.words(found.reported_month),
            "before_url": self.address(asked.before, team),
            "after_url": self.address(asked.after, team) if asked.after.start <= today else "",
            "now_url": "" if asked.after.start > today else self.address(None, team),
        }
        return render(request, "peers/week/week.html", context)

    @staticmethod
    def asked(name: str, current: Week) -> Week:
        """The week of the address. Raises BadRequest for anything else, and for weeks to come."""
        found = week_named(name) if name else current
        if found is None or found > current:
            raise BadRequest("There is no such week.")
        return found

    @staticmethod
    def heading(team: Team) -> str:
        if team.is_own:
            return _("My week")
        if team.supervisor is None:
            return _("The week of every team")
        return _("The week of %(supervisor)s's team") % {"supervisor": team.supervisor}

    @staticmethod
    def address(asked: Week | None, team: Team) -> str:
        chosen = team.supervisor.pk if team.offered and team.supervisor else ""
        query = {"week": asked.name if asked else "", "supervisor": chosen}
        return f"{reverse('team-week')}?{urlencode({key: value for key, value in query.items() if value})}"


def said(found: TeamWeek, team: Team) -> list[str]:
    """The paragraph, sentence by sentence."""
    first = week_words.you_met_and_led(found) if team.is_own else week_words.met_and_led(found)
    return [first, *week_words.beside(found)] if found.rows else []


def line(row: PeerWeek) -> dict:
    """One peer educator's row."""
    return {
        "row": row,
        "url": row.peer.get_absolute_url(),
        "condoms": against(row, "condoms"),
        "needles": against(row, "needles"),
        "report": week_words.report_state(row),
        "waiting": list(week_words.waiting(row)),
    }


def against(row: PeerWeek, what: str) -> str:
    """Pieces given in the month against the need of its plan; a dash where none was told."""
    needs = getattr(row.progress, what) if row.progress else None
    if needs is None or not needs.told:
        return "–"
    return _("%(given)s of %(wanted)s") % {"given": f"{needs.given:,}", "wanted": f"{needs.wanted:,}"}
