"""The register of supervision visits: what was seen, coaching, and what was agreed."""

from functools import cached_property
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.actions.records import Refused
from core.permissions import Permission
from core.scope import Scope
from core.views.register_forms import AmendScreen, CreateScreen
from core.views.registers import Column
from core.views.screens import Screen
from core.views.written import WrittenRegister
from core.wording import shown
from peers import coaching
from peers.actions import supervision
from peers.filters.supervision import SupervisionFilters
from peers.forms.supervision import ANSWERS, SupervisionForm, key_of, key_text, session_text
from peers.models import AgreedAction, PeerEducator, SupervisionVisit
from peers.resources.supervision import SupervisionResource
from peers.rules.supervision import items_of

ANSWER_WORDS = {int(value): label for value, label in ANSWERS if value}


class Supervision(WrittenRegister):
    """One visit a row. Peer educators read their own."""

    model = SupervisionVisit
    writer = supervision.writer
    namespace = "supervision"
    heading = gettext_lazy("Supervision")
    create_label = gettext_lazy("New supervision visit")
    empty_text = gettext_lazy("No supervision visit is recorded yet.")
    columns = [
        "occurred_on",
        Column("peer", gettext_lazy("Peer educator"), sort="peer__reference"),
        "kind",
        "score",
        Column("open", gettext_lazy("Still open"), lambda visit: number_open(visit) or ""),
        "next_on",
    ]
    code_lists = {"kind": "supervision_type"}
    labels = {"agreed": gettext_lazy("What was agreed")}
    filterset = SupervisionFilters
    form = SupervisionForm
    resource = SupervisionResource
    create_permission = Permission.SUPERVISION_RECORD
    void_permission = Permission.SUPERVISION_VOID
    list_template = "peers/supervision/list.html"
    detail_template = "peers/supervision/detail.html"
    form_template = "peers/supervision/form.html"

    @classmethod
    def routed(cls) -> list:
        register = {"register": cls()}
        return cls.urls(
            "groups/supervision/",
            path("new/", NewVisit.as_view(**register), name="create"),
            path("<uuid:pk>/amend/", AmendVisit.as_view(**register), name="amend"),
            path("<uuid:pk>/done/", Done.as_view(**register), name="done"),
        )

    def record(self, form, *, by):
        return supervision.record_visit(
            entry=form.entry(), done=form.cleaned_data["done"], by=by, organisation=form.organisation
        )

    def readings(self, queryset):
        return super().readings(queryset).select_related("session__site").prefetch_related("agreed")

    def title(self, record):
        kind = codes.label("supervision_type", record.kind)
        return f"{record.peer.reference} · {kind} · {shown(record.occurred_on)}"

    def sections(self, record):
        facts = [
            (_("Date"), shown(record.occurred_on)),
            (_("Peer educator"), record.peer.reference),
            (_("Kind of visit"), codes.label("supervision_type", record.kind)),
            (_("Score of 100"), record.score),
            (_("Coaching note"), record.note),
            (_("Next visit"), shown(record.next_on)),
        ]
        facts += [(_("Session observed"), session_text(record.session))] if record.session else []
        found = [("", facts)]
        if record.checklist:
            found.append((_("Checklist"), checklist_words(record.kind, record.checklist)))
        return found

    def actions(self, record, scope):
        offered = super().actions(record, scope)
        if record.peer.is_void or not scope.can(self.create_permission, record.organisation_id):
            return offered
        return [*offered, (_("New visit"), f"{self.url('create')}?peer={record.peer_id}", "")]

    def content_text(self, key, value):
        if key == "checklist":
            return [
                f"{codes.label('supervision_item', item)}: {ANSWER_WORDS[answer]}" for item, answer in value.items()
            ]
        if key == "agreed":
            return [agreed_text(*line) for line in value]
        return super().content_text(key, value)

    def extra_context(self, request, record=None):
        name = request.resolver_match.url_name
        if name == "list":
            own = not request.scope.everywhere(self.view_permission)
            own = own and not request.scope.organisations(self.view_permission)
            more = [(_("What is agreed and open"), reverse("agreed-actions"))]
            return {"more_urls": more, **({"heading": _("My coaching")} if own else {})}
        if name == "detail":
            return detail_context(request.scope, record)
        return {"visit_kinds": kind_links(request, record)} if name in ("create", "amend") else {}


def number_open(visit: SupervisionVisit) -> int:
    return sum(action.done_on is None for action in visit.agreed.all())


def checklist_words(kind: str, checklist: dict[str, int]) -> list[tuple[str, object]]:
    """(item, answer in words) in the order of the list."""
    asked = [item for item in items_of(kind) if item in checklist]
    return [(codes.label("supervision_item", item), ANSWER_WORDS[checklist[item]]) for item in asked]


def agreed_text(text: str, due: str, done: str) -> str:
    said = _("%(what)s (until %(day)s)") % {"what": text, "day": due}
    return f"{said} ✓ {done}" if done else said


def kind_links(request, visit: SupervisionVisit | None) -> list[tuple[str, str, bool]]:
    """(label, address, whether it is the one now) of the kinds of visit, which decide what is asked."""
    kinds, query, found = codes.choices("supervision_type"), request.GET.copy(), []
    now = request.POST.get("kind") or request.GET.get("kind") or (visit.kind if visit else kinds[0][0])
    for key, label in kinds:
        query["kind"] = key
        found.append((label, f"?{query.urlencode()}", key == now))
    return found


def detail_context(scope: Scope, visit: SupervisionVisit) -> dict:
    """What was agreed, with a button where it may be said to be done, and how the scores went."""
    may = scope.can(Permission.SUPERVISION_RECORD, visit.organisation_id) and not visit.is_void
    rows = list(visit.agreed.all())
    for row in rows:
        # So that a line knows the version that is on the screen, without asking for the visit again.
        row.visit = visit
    return {
        "lines": [line_of(row, may=may) for row in rows],
        "back": "visit",
        **trend_context(visit.peer),
    }


def line_of(action: AgreedAction, *, may: bool) -> dict:
    """One agreed action for `agreed_line.html`; its visit must be at hand."""
    return {
        "action": action,
        "until": shown(action.due_on),
        "overdue": action.done_on is None and action.due_on < timezone.localdate(),
        "done": shown(action.done_on),
        "done_url": reverse("supervision:done", args=[action.visit_id]) if may and action.done_on is None else "",
        "key": key_text(action),
    }


def trend_context(peer: PeerEducator) -> dict:
    """The last visits as a small table, for a visit's page and the peer educator's own."""
    labels = [_("Date"), _("Kind of visit"), _("Score of 100")]
    rows = [
        (
            visit.get_absolute_url(),
            list(
                zip(
                    labels,
                    [shown(visit.occurred_on), codes.label("supervision_type", visit.kind), shown(visit.score)],
                    strict=True,
                )
            ),
        )
        for visit in coaching.trend(peer)
    ]
    return {"trend_columns": [(label, label, False, "", "") for label in labels], "trend_rows": rows}


def in_team(scope: Scope):
    """Peer educators of whom the person may record visits."""
    organisations = scope.organisations(Permission.SUPERVISION_RECORD)
    return PeerEducator.objects.visible_to(scope).countable().filter(organisation__in=organisations)


class NewVisit(CreateScreen):
    """A visit to the peer educator of `?peer=`; without one, it asks whom."""

    @cached_property
    def peer(self) -> PeerEducator | None:
        """Whom the visit is about. Raises Http404 for nobody that the person sees, PermissionDenied (403)."""
        asked = self.request.GET.get("peer", "")
        if not asked:
            return None
        try:
            seen = PeerEducator.objects.visible_to(self.request.scope).countable().filter(pk=UUID(asked))
        except ValueError:
            raise Http404 from None
        found = seen.select_related("organisation").first()
        if found is None:
            raise Http404
        if not self.request.scope.can(self.permission, found.organisation_id):
            raise PermissionDenied
        return found

    def get(self, request):
        return super().get(request) if self.peer else self.choose()

    def post(self, request):
        return super().post(request) if self.peer else self.choose()

    def choose(self):
        """Whom to visit: who was longest without a visit first."""
        today = timezone.localdate()
        peers = list(in_team(self.request.scope).enrolled_on(today))
        last = coaching.last_visits([peer.pk for peer in peers])
        peers.sort(key=lambda peer: (str(last.get(peer.pk, "")), peer.reference))
        address = self.register.url("create")
        rows = [(peer.reference, shown(last.get(peer.pk)), f"{address}?peer={peer.pk}") for peer in peers]
        return self.show("peers/supervision/choose.html", {"heading": self.register.create_label, "people": rows})

    def form(self, data=None):
        asked = self.request.GET.get("kind", "")
        kinds = codes.in_use("supervision_type")
        kind = asked if asked in kinds else next(iter(kinds), "")
        initial = None if data is not None else self.register.initial(self.request)
        frame = {"scope": self.request.scope, "organisations": [self.peer.organisation]}
        return SupervisionForm(data, peer=self.peer, kind=kind, initial=initial, **frame)

    def words(self) -> dict:
        visit = next(iter(coaching.trend(self.peer)), None)
        return {"heading": _("Visit: %(peer)s") % {"peer": self.peer.reference}, "last_visit": visit}


class AmendVisit(AmendScreen):
    """A changed visit; `?kind=` asks the checklist of another kind."""

    def form(self, data=None):
        form = super().form(data)
        asked = self.request.GET.get("kind", "")
        if data is None and asked in codes.in_use("supervision_type"):
            frame = {"scope": self.request.scope, "organisations": form.organisations, "record": self.record}
            return SupervisionForm(kind=asked, initial=SupervisionForm.initial_of(self.record), **frame)
        return form


class Done(Screen):
    """Says that something agreed is done, today; leads back to the visit or to the list."""

    needs = "amend_permission"
    http_method_names = ["post", "options"]

    def post(self, request, pk):
        key = key_of(request.POST.get("action", ""))
        if key is None or key.visit != self.record.pk:
            raise BadRequest("Which action is it?")
        try:
            supervision.mark_done(
                actions=[key], on=timezone.localdate(), by=request.user, organisation=self.record.organisation
            )
            messages.success(request, _("Done."))
        except Refused as refused:
            messages.warning(request, str(refused))
        back = request.POST.get("back") == "list"
        return redirect(reverse("agreed-actions") if back else self.register.url("detail", self.record))
