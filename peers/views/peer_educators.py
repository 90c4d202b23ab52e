"""The register of peer educators: a supervisor's own team, or everybody for those who see every team."""

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core import codes, wording
from core.models import Site
from core.permissions import Permission, Role
from core.views.registers import Column
from core.views.steps import Step, offered
from core.views.written import WrittenRegister
from outreach.wording import joined
from peers import caseloads, months, standing
from peers.actions import peer_educators
from peers.filters.peer_educators import PeerFilters
from peers.forms.peer_educators import PeerForm, StatusForm, VersionedForm, sees_own_group
from peers.models import MonthlyReport, PeerEducator, Session
from peers.models.peer_educators import CANDIDATE
from peers.resources.peer_educators import PeerResource
from peers.views import coaching_cards

LATELY_DAYS = 30


def status_on(peer: PeerEducator) -> str:
    """The state as others see it today, in words."""
    return codes.label("peer_status", standing.shown_on(peer, timezone.localdate()))


def code_of(peer: PeerEducator) -> str:
    """The code, kept in one line."""
    return peer.reference.replace("-", "\N{NON-BREAKING HYPHEN}")


def own_page(scope) -> PeerEducator | None:
    """The peer educator that somebody is; None if they are none, or in several organisations."""
    if scope.user_id is None or Role.PEER_EDUCATOR not in scope.roles:
        return None
    mine = PeerEducator.objects.visible_to(scope).countable().filter(user=scope.user_id)[:2]
    return mine[0] if len(mine) == 1 else None


class ChangeStatus(Step):
    name, label = "status", gettext_lazy("Change the state")

    def form(self, data=None):
        return StatusForm(data, present=_last(self.record), initial={"version": self.record.version})

    @property
    def intro(self):
        return _("Now: %(status)s, since %(day)s.") % {
            "status": codes.label("peer_status", self.record.status),
            "day": wording.shown(self.record.status_since),
        }

    @staticmethod
    def fits(record):
        return not record.is_void

    def do(self, form):
        said = {name: form.cleaned_data[name] for name in ("status", "since", "reason", "version")}
        peer_educators.set_status(peer=self.record, by=self.request.user, **said)


class TakeBackStatus(Step):
    name, label = "take-back", gettext_lazy("Take back the last state")
    form_class = VersionedForm

    def form(self, data=None):
        return VersionedForm(data, initial={"version": self.record.version})

    @property
    def intro(self):
        row = list(self.record.statuses.all())[-1]
        return _("“%(status)s”, since %(day)s, is taken out. The state before holds again; the history keeps both.") % {
            "status": codes.label("peer_status", row.status),
            "day": wording.shown(row.since),
        }

    @staticmethod
    def fits(record):
        # A candidate from the first day has no state before.
        return not record.is_void and [row.status for row in record.statuses.all()] not in ([], [CANDIDATE])

    def do(self, form):
        version = form.cleaned_data["version"]
        peer_educators.take_back_status(peer=self.record, by=self.request.user, version=version)


STEPS = [ChangeStatus, TakeBackStatus]


def _last(peer: PeerEducator) -> str:
    """The state that was set last, empty before the first: also one that begins after today's clock."""
    rows = list(peer.statuses.all())
    return rows[-1].status if rows else ""


class PeerEducators(WrittenRegister):
    """Peer educators of one's team."""

    model = PeerEducator
    writer = peer_educators.writer
    namespace = "peer-educators"
    heading = gettext_lazy("Peer educators")
    create_label = gettext_lazy("New peer educator")
    empty_text = gettext_lazy("No peer educator is recorded yet.")
    columns = [
        Column("reference", gettext_lazy("Code"), code_of, sort="reference"),
        Column("status", gettext_lazy("State"), status_on, sort="status"),
        Column("supervisor", gettext_lazy("Supervisor"), sort="supervisor__username"),
        Column("sites", gettext_lazy("Sites"), lambda peer: ", ".join(site.name for site in peer.sites.all())),
        "groups",
        Column("last_sign", gettext_lazy("Last sign of work"), standing.last_sign),
    ]
    code_lists = {
        "sex": "sex",
        "languages": "language",
        "groups": "population_group",
        "own_group": "population_group",
    }
    labels = {
        "reference": gettext_lazy("Code"),
        "occurred_on": gettext_lazy("Recruited on"),
        "sites": gettext_lazy("Sites"),
        "statuses": gettext_lazy("States"),
    }
    ordering = ("reference", "pk")
    filterset = PeerFilters
    form = PeerForm
    resource = PeerResource
    create_permission = Permission.PEER_RECORD
    void_permission = Permission.PEER_VOID
    detail_template = "peers/peer_educators/detail.html"

    @classmethod
    def routed(cls) -> list:
        mine = path("mine/", my_page, name="mine")
        return cls.urls("groups/peer-educators/", mine, *(step.route(cls, "uuid") for step in STEPS))

    def readings(self, queryset):
        today = timezone.localdate()
        found = standing.with_signs(queryset.with_status_on(today), today)
        return super().readings(found).prefetch_related("sites", "statuses")

    def initial(self, request):
        leads = request.scope.can(Permission.SUPERVISION_RECORD) and not request.scope.can(Permission.TEAM_EVERY)
        return super().initial(request) | ({"supervisor": request.user.pk} if leads else {})

    def unseen(self, record, scope):
        return set() if sees_own_group(record, scope) else {"own_group"}

    def content_text(self, key, value):
        if key == "statuses":
            return "; ".join(_state_text(*row) for row in value or ())
        if key == "sites":
            return ", ".join(Site.objects.filter(pk__in=value or ()).order_by("name").values_list("name", flat=True))
        return super().content_text(key, value)

    def actions(self, record, scope):
        return [*super().actions(record, scope), *offered(STEPS, self, record, scope)]

    def sections(self, record):
        since = standing.shown_since(record, timezone.localdate())
        facts = [
            (_("State"), _("%(status)s, since %(day)s") % {"status": status_on(record), "day": wording.shown(since)}),
            (_("Last sign of work"), wording.shown(standing.last_sign(record)) or _("none yet")),
            (_("Supervisor"), wording.shown(record.supervisor) or _("Nobody yet")),
            (_("Sites"), ", ".join(site.name for site in record.sites.all())),
            (_("Groups they work with"), wording.coded("population_group", record.groups)),
            (_("Languages"), wording.coded("language", record.languages)),
            (_("Sex"), codes.label("sex", record.sex)),
            (_("Year of birth"), record.birth_year),
            (_("User account"), wording.shown(record.user) or _("No account")),
            (_("Note"), record.note),
        ]
        states = [
            (wording.shown(row.since), joined([codes.label("peer_status", row.status), _reason(row.reason)]))
            for row in reversed(record.statuses.all())
        ]
        recruited = (wording.shown(record.occurred_on), _("Recruited"))
        return [("", facts), (_("States"), [*states, recruited])]

    def extra_context(self, request, record=None):
        if record is None or request.resolver_match.url_name != "detail":
            return {}
        return {
            "lately": lately(record),
            "ways_on": ways_on(record, request.scope),
            "reports": reports_of(record, request.scope),
            "hand_in_url": hand_in_url(record, request.scope),
            "own_group": codes.label("population_group", record.own_group) or _("not told"),
            "sees_own_group": sees_own_group(record, request.scope),
            **coaching_cards.cards(record, request.scope),
        }


def _state_text(status: str, since: str, reason: str) -> str:
    return joined([f"{codes.label('peer_status', status)} {since}", _reason(reason)])


def _reason(code: str) -> str:
    return codes.label("peer_exit_reason", code)


def lately(peer: PeerEducator) -> list[tuple]:
    """What the last thirty days held, in numbers."""
    today = timezone.localdate()
    start = today - timedelta(days=LATELY_DAYS - 1)
    people = caseloads.people_met([peer], start, today)[peer.pk]
    sessions = Session.objects.countable().in_period(start, today).filter(facilitators=peer)
    looked_after = caseloads.people_of([peer], today)[peer.pk]
    return [
        (_("People met in the last 30 days"), len(people)),
        (_("Sessions led in the last 30 days"), sessions.count()),
        (_("People they look after"), len(looked_after)),
    ]


def ways_on(peer: PeerEducator, scope) -> list[tuple[str, str]]:
    """(label, address) of what else is known of the peer educator and open to this person."""
    found = []
    for label, name, permission in (
        (_("Micro-plans"), "micro-plans:list", Permission.PLAN_VIEW),
        (_("Trainings"), "trainings:list", Permission.TRAINING_VIEW),
        (_("Supervision"), "supervision:list", Permission.SUPERVISION_VIEW),
    ):
        if scope.can(permission, peer.organisation_id):
            try:
                found.append((label, f"{reverse(name)}?peer={peer.pk}"))
            except NoReverseMatch:
                continue
    return found


def reports_of(peer: PeerEducator, scope) -> list[tuple[str, str, str]]:
    """(address, month, state) of the newest monthly reports."""
    rows = MonthlyReport.objects.visible_to(scope).countable().filter(peer=peer).order_by("-month")[:6]
    return [(row.get_absolute_url(), months.words(row.month), report_state(row)) for row in rows]


def hand_in_url(peer: PeerEducator, scope) -> str:
    """Where this person can type the peer educator's month; empty for those who can't."""
    may = scope.can(Permission.PEER_REPORT, peer.organisation_id) and not peer.is_void
    return f"{reverse('monthly-reports:create')}?peer={peer.pk}" if may else ""


def report_state(report: MonthlyReport) -> str:
    if report.accepted_on:
        return _("accepted on %(day)s") % {"day": wording.shown(report.accepted_on)}
    return _("waits to be accepted")


@require_safe
@login_required
def my_page(request):
    """A peer educator's own page; the list for everybody else who sees peer educators."""
    if not request.scope.can(Permission.PEER_VIEW):
        raise PermissionDenied
    mine = own_page(request.scope)
    return redirect(mine or "peer-educators:list")
