"""What training falls due: each peer educator of one's team, topic by topic."""

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from core import codes
from core.permissions import Permission
from core.scope import Scope
from core.wording import shown
from peers import refreshers
from peers.models import PeerEducator
from peers.refreshers import Refresher, State

PAGE = 50
WORDS = {
    State.OVERDUE: (gettext_lazy("Overdue"), "danger"),
    State.NEVER: (gettext_lazy("Never had"), "danger"),
    State.DUE: (gettext_lazy("Due soon"), "attention"),
    State.VALID: (gettext_lazy("Valid"), "good"),
}
ORDER = list(WORDS)


def enrolled(scope: Scope):
    """Those in training, active or on leave whom the person sees."""
    return PeerEducator.objects.visible_to(scope).enrolled_on(timezone.localdate())


def waiting(scope: Scope) -> int | None:
    """How many peer educators need a course now, for the tile; None for none."""
    rows = refreshers.of_peers(enrolled(scope).order_by().values_list("pk", flat=True), timezone.localdate())
    return len({row.peer_id for row in rows if row.state in (State.OVERDUE, State.NEVER)}) or None


class RefresherFilter(forms.Form):
    """Which of them to show."""

    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), *((state.value, label) for state, (label, _kind) in WORDS.items())],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = [(topic, codes.label("training_topic", topic)) for topic in refreshers.topics()]
        self.fields["topic"].choices = [("", gettext_lazy("All")), *names]


def in_words(row: Refresher) -> dict:
    """One topic of one peer educator for `peers/refreshers/tags.html`."""
    text, kind = WORDS[row.state]
    return {
        "topic": codes.label("training_topic", row.topic),
        "state": text,
        "kind": kind,
        "until": shown(row.until),
        "completed": shown(row.completed_on),
    }


def of_peer(peer: PeerEducator) -> list[dict]:
    """The topics of one peer educator in words, what is overdue first: for their page."""
    rows = refreshers.of_peer(peer, timezone.localdate())
    return [in_words(row) for row in sorted(rows, key=lambda row: ORDER.index(row.state))]


class Refreshers(LoginRequiredMixin, View):
    """A card for each peer educator, those who need most first."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        if not request.scope.can(Permission.TRAINING_VIEW):
            raise PermissionDenied
        form = RefresherFilter(request.GET)
        if not form.is_valid() or set(request.GET) - {*form.fields, "page"}:
            raise BadRequest("There is no such list.")
        peers = {peer.pk: peer for peer in enrolled(request.scope).order_by("reference")}
        found: dict = {}
        for row in refreshers.of_peers(peers, timezone.localdate()):
            if row.topic == (form.cleaned_data["topic"] or row.topic) and row.state == (
                form.cleaned_data["state"] or row.state
            ):
                found.setdefault(row.peer_id, []).append(row)
        for rows in found.values():
            rows.sort(key=lambda row: ORDER.index(row.state))
        ranked = sorted(found, key=lambda pk: ([ORDER.index(row.state) for row in found[pk]], peers[pk].reference))
        page = Paginator(ranked, PAGE).get_page(request.GET.get("page"))
        context = {
            "heading": _("Training that falls due"),
            "form": form,
            "people": [(peers[pk], [in_words(row) for row in found[pk]]) for pk in page],
            "result_count": page.paginator.count,
            "page_obj": page,
            "paginator": page.paginator,
        }
        return render(request, "peers/refreshers/list.html", context)
