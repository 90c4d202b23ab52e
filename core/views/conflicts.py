"""Conflicts: records that came twice under one number with different content, for a supervisor to look at."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import histories, wording
from core.actions import audit, records
from core.columns import Column
from core.filters.conflicts import ConflictFilters
from core.forms.steps import NoteForm
from core.models import ConflictingCopy
from core.permissions import Permission
from core.resources.conflicts import ConflictResource
from core.views.registers import Register
from core.views.steps import Step, offered


class Settle(Step):
    name, label = "settle", gettext_lazy("Settle")
    intro = gettext_lazy(
        "The record stays as it is. If the second text is right, change the record first; both texts are kept."
    )
    said = gettext_lazy("The conflict is settled.")
    form_class = NoteForm

    @staticmethod
    def fits(record):
        return record.settled_at is None

    def do(self, form):
        records.settle_conflict(copy=self.record, by=self.request.user, note=form.cleaned_data["note"])


STEPS = [Settle]


def _registers(base: type[Register]) -> Iterator[type[Register]]:
    """Every register that shows a model, however deep it is declared."""
    for cls in base.__subclasses__():
        if hasattr(cls, "model"):
            yield cls
        yield from _registers(cls)


def register_of(kind: str) -> Register | None:
    """The register of the records of this kind, if it has one."""
    known = {cls.model.kind_name: cls for cls in _registers(Register) if hasattr(cls.model, "kind_name")}
    return known[kind]() if kind in known else None


def _kind_in_words(copy) -> str:
    register = register_of(copy.record_kind)
    return str(register.heading) if register else copy.record_kind


class Conflicts(Register):
    """Second texts that wait for somebody to look at them."""

    model = ConflictingCopy
    namespace = "conflicts"
    heading = gettext_lazy("Conflicts")
    empty_text = gettext_lazy(
        "No conflict waits. One appears when the same record is sent twice with different content."
    )
    columns = [
        Column("sent_at", gettext_lazy("Sent at"), sort="sent_at"),
        Column("record_kind", gettext_lazy("Register"), _kind_in_words, sort="record_kind"),
        Column("sent_by", gettext_lazy("Sent by"), sort="sent_by__username"),
        Column("organisation", gettext_lazy("Organisation"), sort="organisation__name"),
        Column("settled_at", gettext_lazy("Settled at"), sort="settled_at"),
    ]
    ordering = ("-sent_at", "pk")
    filterset = ConflictFilters
    resource = ConflictResource
    view_permission = Permission.CONFLICT_RESOLVE
    amend_permission = Permission.CONFLICT_RESOLVE
    detail_template = "core/conflicts/detail.html"

    @classmethod
    def routed(cls) -> list:
        return cls.urls("data/conflicts/", *(step.route(cls, "uuid") for step in STEPS))

    def readings(self, queryset):
        return queryset.select_related("organisation", "sent_by", "settled_by")

    def title(self, record):
        return f"{_kind_in_words(record)} · {wording.shown(record.sent_at)}"

    def actions(self, record, scope):
        return offered(STEPS, self, record, scope)

    def sections(self, record):
        facts = [
            (_("Sent at"), wording.shown(record.sent_at)),
            (_("Sent by"), str(record.sent_by)),
            (_("Organisation"), str(record.organisation)),
        ]
        if record.settled_at:
            facts.append((_("Settled at"), wording.shown(record.settled_at)))
            facts.append((_("Settled by"), str(record.settled_by)))
            facts.append((_("What was found"), record.settled_note))
        return [("", facts)]

    def extra_context(self, request, record=None):
        if record is None:
            return {}
        register = register_of(record.record_kind)
        first = register and register.visible(request.scope).filter(pk=record.record_id).first()
        if not first:
            return {"record_url": "", "both": []}
        if register.audits_views:
            entry = audit.Entry(f"{first.kind_name}.view", first.kind_name, str(first.pk))
            audit.write(organisation_id=first.organisation_id, by=request.user, entries=[entry])
        return {"record_url": register.url("detail", first), "both": both_texts(request, register, first, record)}


def both_texts(request, register: Register, first, copy) -> list[tuple]:
    """(label, the record as it stands, the second text) of every field in which they differ."""
    unseen = register.unseen(first, request.scope)
    return histories.changes(register, [first.content(), copy.content], unseen=unseen, scope=request.scope)[0]
