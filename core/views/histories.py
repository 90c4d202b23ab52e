"""A record's history: what each version changed, field by field."""

from django.db import models
from django.shortcuts import render
from django.utils.translation import gettext as _

from core import wording
from core.actions.records import changed_fields
from core.models import RecordVersion
from core.views.screens import Screen


class HistoryScreen(Screen):
    """Versions newest first, from the kept ones and the record as it stands."""

    def get(self, request, pk):
        register, record = self.register, self.record
        kept = list(RecordVersion.objects.filter(record_id=record.pk).select_related("changed_by").order_by("version"))
        contents = [version.content for version in kept] + [record.content()]
        names = self.names(contents)
        versions = [(1, wording.shown(record.recorded_at), record.recorded_by, _("Recorded"), "", [])]
        for number, (change, before, after) in enumerate(zip(kept, contents, contents[1:], strict=False), start=2):
            changes = self.changes(before, after, names)
            at = wording.shown(change.changed_at)
            versions.append((number, at, change.changed_by, _("Changed"), change.reason, changes))
        if record.is_void:
            at = wording.shown(record.voided_at)
            versions.append((record.version, at, record.voided_by, _("Made void"), record.void_reason, []))
        context = {
            "heading": _("History: %(record)s") % {"record": register.title(record)},
            "lead": register.heading,
            "versions": versions[::-1],
            "back_url": register.url("detail", record),
        }
        return render(request, "core/registers/history.html", context)

    def changes(self, before: dict, after: dict, names: dict) -> list[tuple]:
        """(label, old, new) of every field that differs and that the person may see."""
        unseen = self.register.unseen(self.record, self.request.scope)

        def text(key, content):
            value = content.get(key)
            return names[key].get(value, "") if key in names else self.register.content_text(key, value)

        keys = [key for key in changed_fields(before, after) if key not in unseen]
        return [(self.register.label(key), text(key, before), text(key, after)) for key in keys]

    def names(self, contents: list[dict]) -> dict[str, dict[str, str]]:
        """Texts of the rows that the contents refer to, one query a field; what isn't visible stays unnamed."""
        found = {}
        for field in self.register.model._meta.concrete_fields:
            ids = {content[field.name] for content in contents if content.get(field.name)}
            if isinstance(field, models.ForeignKey) and ids:
                rows = field.related_model.objects.visible_to(self.request.scope).filter(pk__in=ids)
                names = {str(row.pk): str(row) for row in rows}
                found[field.name] = {value: names.get(value, _("not visible to you")) for value in ids}
        return found
