"""The register of sessions: groups met, with named people and unnamed heads side by side."""

import uuid

from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import codes, wording
from core.models import Site
from core.permissions import Permission
from core.views.registers import Column
from core.views.screens import Screen
from core.views.written import WrittenRegister
from outreach.models import Campaign
from peers import session_lists
from peers.actions import sessions
from peers.filters.sessions import SessionFilters
from peers.forms.sessions import SessionForm
from peers.models import PeerEducator, Session
from peers.resources.sessions import SessionResource
from peers.rules.knowledge import items
from peers.views import session_tables
from peers.views.session_forms import ChangedSession, NewSession, together


class Sessions(WrittenRegister):
    """Talks, lessons and events."""

    model = Session
    writer = sessions.writer
    namespace = "sessions"
    heading = gettext_lazy("Sessions")
    create_label = gettext_lazy("New session")
    empty_text = gettext_lazy("No session is recorded yet.")
    columns = [
        "occurred_on",
        "kind",
        Column("site", gettext_lazy("Site"), sort="site__name"),
        Column("named_total", gettext_lazy("Named people"), sort="named_total"),
        Column("heads_total", gettext_lazy("Heads"), sort="heads_total"),
        "topics",
    ]
    code_lists = {"kind": "contact_type", "topics": "session_topic", "services": "service"}
    labels = {
        "headcounts": gettext_lazy("Heads"),
        "commodities": gettext_lazy("Given out and taken back"),
        "facilitators": gettext_lazy("Led by"),
        "attendees": gettext_lazy("Named people"),
    }
    filterset = SessionFilters
    form = SessionForm
    resource = SessionResource
    create_permission = Permission.SESSION_RECORD
    void_permission = Permission.SESSION_VOID
    detail_template = "peers/sessions/detail.html"
    form_template = "peers/sessions/form.html"

    @classmethod
    def routed(cls) -> list:
        """The register's addresses; recording and changing look people up on the way."""
        register = cls()
        return cls.urls(
            "groups/sessions/",
            path("new/", NewSession.as_view(register=register), name="create"),
            path("<uuid:pk>/amend/", ChangedSession.as_view(register=register), name="amend"),
            path("knowledge-sheet/", KnowledgeSheet.as_view(register=register), name="knowledge-sheet"),
        )

    def readings(self, queryset):
        return queryset.with_heads().with_named().with_lines()

    def title(self, record):
        return f"{codes.label('contact_type', record.kind)} · {wording.shown(record.occurred_on)}"

    def initial(self, request):
        """What the last session says of place and kind; a peer educator leads the own sessions."""
        scope = request.scope
        last, me = session_lists.last_own(scope), session_lists.oneself(scope)
        initial = {"occurred_on": timezone.localdate()}
        if last:
            initial |= {"site": last.site_id, "kind": last.kind}
        if me:
            initial["facilitators"] = [str(me.pk)]
        return initial | _asked_for(request)

    def sections(self, record):
        place = record.site.district if record.site else None
        facts = [
            (_("Date"), wording.shown(record.occurred_on)),
            (_("Kind of session"), codes.label("contact_type", record.kind)),
            (_("Site"), wording.shown(record.site)),
            (_("District"), wording.shown(place)),
            (_("Where exactly"), record.place),
            (_("Topics"), wording.coded("session_topic", record.topics)),
            (_("Services given"), wording.coded("service", record.services)),
            (_("Campaign"), wording.shown(record.campaign)),
            (_("Length in minutes"), record.minutes),
            (_("Note"), record.note),
        ]
        return [("", [fact for fact in facts if fact[1] or fact[0] in (_("Site"), _("Topics"))])]

    def content_text(self, key, value):
        if key == "headcounts":
            return session_tables.heads_text([tuple(row) for row in value])
        if key == "commodities":
            return ", ".join(session_tables.pieces_text(*line) for line in value)
        if key == "attendees":
            return ngettext("%(number)s person", "%(number)s people", len(value or ())) % {"number": len(value or ())}
        if key == "facilitators":
            return str(len(value or ()))
        if key == "knowledge":
            return session_tables.knowledge_text(value or {})
        return super().content_text(key, value)

    def extra_context(self, request, record=None):
        return page_of(request.scope, record) if record else {}


def _asked_for(request) -> dict:
    """A site, campaign or kind that the address names, where the person may choose it."""
    asked = {}
    for name, rows in (("site", Site.objects), ("campaign", Campaign.objects)):
        try:
            pk = uuid.UUID(request.GET.get(name, ""))
        except ValueError:
            continue
        if rows.visible_to(request.scope).filter(pk=pk).exists():
            asked[name] = pk
    kind = request.GET.get("kind", "")
    return asked | ({"kind": kind} if kind in codes.in_use("contact_type") else {})


def page_of(scope, session: Session) -> dict:
    """What a session's page shows beside its facts: people whom one may see, heads, the check, what was given."""
    people = session_lists.people_of(scope, session)
    persons = {person.pk: person for person in people.values()}
    named = {row.client.person_id for row in session.attendances.all()}
    unnamed = sum(row.heads for row in session.headcounts.all())
    level = codes.table("contact_type")[session.kind].attributes.get("counting_level")
    led = list(session.facilitators.all())
    seen = set(PeerEducator.objects.visible_to(scope).filter(pk__in=[p.pk for p in led]).values_list("pk", flat=True))
    return {
        "together": together(len(named), unnamed),
        "people": session_tables.people_lines(persons.values()),
        "unseen": len(named) - len(persons),
        "aggregate": bool(named) and level == "aggregate",
        "leaders": [(peer.reference, peer.get_absolute_url()) for peer in led if peer.pk in seen],
        "unseen_leaders": len(led) - len(seen),
        "heads": session_tables.heads_table(session) if unnamed else None,
        "knowledge": session_tables.knowledge_table(session.knowledge),
        "pieces": session_tables.pieces(session),
    }


class KnowledgeSheet(Screen):
    """The five questions in both languages on one sheet, with boxes to tally in before and after."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        context = {
            "lead": self.register.heading,
            "heading": _("Knowledge check"),
            "questions": [(number, *_in_both(key)) for number, key in enumerate(items(), start=1)],
            "sides": [_("Before the session"), _("After the session")],
            "back_url": reverse("sessions:list"),
        }
        return render(request, "peers/sessions/knowledge_sheet.html", context)


def _in_both(key: str) -> tuple[str, str, str]:
    """A question in Khmer and in English, and what is right."""
    row = codes.table("knowledge_item")[key]
    right = _("yes") if row.attributes.get("right") == "yes" else _("no")
    with translation.override("km"):
        khmer = row.label
    with translation.override("en"):
        english = row.label
    return khmer, english, right
