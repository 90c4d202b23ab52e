"""The audit: who did what, when. Read only."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import wording
from core.columns import Column
from core.filters.audit import AuditFilters, action_in_words, detail_in_words
from core.models import AuditLine
from core.permissions import Permission
from core.resources.audit import AuditResource
from core.views.registers import Register


class Audit(Register):
    """The lines of the organisations' chains."""

    model = AuditLine
    namespace = "audit"
    heading = gettext_lazy("Audit")
    empty_text = gettext_lazy("Nothing was done yet.")
    columns = [
        Column("at", gettext_lazy("When"), sort="at"),
        Column("actor", gettext_lazy("Who"), sort="actor__username"),
        Column("action", gettext_lazy("What"), lambda line: action_in_words(line.action), sort="action"),
        Column(
            "record_kind",
            gettext_lazy("Kind of record"),
            lambda line: wording.kind(line.record_kind),
            sort="record_kind",
        ),
        Column("record_id", gettext_lazy("Record's number")),
        Column("organisation", gettext_lazy("Organisation"), lambda line: line.chain.organisation),
    ]
    ordering = ("-pk",)
    filterset = AuditFilters
    resource = AuditResource
    view_permission = Permission.AUDIT_VIEW
    organisation_path = "chain__organisation_id"

    def readings(self, queryset):
        return queryset.select_related("chain__organisation", "actor")

    def title(self, record):
        return f"{action_in_words(record.action)} · {wording.shown(record.at)}"

    def sections(self, record):
        line = [
            (_("When"), wording.shown(record.at)),
            (_("Who"), wording.shown(record.actor)),
            (_("What"), f"{action_in_words(record.action)} ({record.action})"),
            (_("Kind of record"), wording.kind(record.record_kind)),
            (_("Record's number"), record.record_id),
            (_("Organisation"), wording.shown(record.chain.organisation)),
            (_("Line"), record.sequence),
            (_("Fingerprint"), record.hash),
        ]
        detail = [(detail_in_words(key), wording.shown(value)) for key, value in record.detail.items()]
        return [("", line), (_("Detail"), detail)] if detail else [("", line)]
