"""What the versions of a record changed, field by field, in the reader's words."""

from collections.abc import Iterable
from itertools import pairwise

from django.db import models
from django.utils.translation import gettext as _

from core import wording
from core.models import Record, RecordVersion
from core.scope import Scope


def kept_versions(record: Record) -> list[RecordVersion]:
    """What the record said before each change, oldest first."""
    return list(RecordVersion.objects.filter(record_id=record.pk).select_related("changed_by").order_by("version"))


def changes(register, contents: list[dict], *, unseen: Iterable[str], scope: Scope) -> list[list[tuple]]:
    """(label, old, new) of what differs between each content and the next, without what may not be seen.

    `register` words labels and values (`label`, `content_text`). A row that the content refers to, such as a site,
    is named only if it is visible.
    """
    names = _names(register.model, contents, scope)

    def text(key: str, content: dict) -> object:
        value = content.get(key)
        return names[key].get(value, "") if key in names else register.content_text(key, value)

    def between(before: dict, after: dict) -> list[tuple]:
        keys = [key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)]
        return [(register.label(key), text(key, before), text(key, after)) for key in keys if key not in unseen]

    return [between(before, after) for before, after in pairwise(contents)]


def timeline(register, record: Record, *, unseen: Iterable[str], scope: Scope) -> list[tuple]:
    """(version, when, who, what, reason, changes), newest first, from the kept versions and the record as it stands."""
    kept = kept_versions(record)
    contents = [version.content for version in kept] + [record.content()]
    entries = [(1, wording.shown(record.recorded_at), record.recorded_by, _("Recorded"), "", [])]
    for change, found in zip(kept, changes(register, contents, unseen=unseen, scope=scope), strict=True):
        at = wording.shown(change.changed_at)
        entries.append((change.version + 1, at, change.changed_by, _("Changed"), change.reason, found))
    if record.is_void:
        at = wording.shown(record.voided_at)
        entries.append((record.version, at, record.voided_by, _("Made void"), record.void_reason, []))
    return entries[::-1]


def _names(model: type[Record], contents: list[dict], scope: Scope) -> dict[str, dict[str, str]]:
    """Texts of the rows that the contents refer to, one query a field."""
    found = {}
    links = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    for field in links:
        if ids := {content[field.name] for content in contents if content.get(field.name)}:
            rows = field.related_model.objects
            # Who did something is named beside every version anyway: users have no reach of their own.
            rows = rows.visible_to(scope) if hasattr(rows, "visible_to") else rows
            names = {str(row.pk): str(row) for row in rows.filter(pk__in=ids)}
            found[field.name] = {value: names.get(str(value), _("not visible to you")) for value in ids}
    return found
