"""Columns of the audit's export."""

import json

from core.models import AuditLine
from core.resources.registers import Column, RegisterResource


class AuditResource(RegisterResource):
    """One row a line, with its hash, so that a copy elsewhere proves what stood here."""

    organisation = Column("chain__organisation__code", "organisation")
    sequence = Column("sequence", "number")
    at = Column(column_name="at")
    actor = Column("actor__username", "who")
    action = Column("action", "what")
    record_kind = Column("record_kind", "kind")
    record_id = Column("record_id", "record")
    detail = Column(column_name="detail")
    digest = Column("digest", "digest")
    hash = Column("hash", "hash")

    class Meta(RegisterResource.Meta):
        model = AuditLine

    def dehydrate_at(self, line) -> str:
        return line.at.isoformat()

    def dehydrate_detail(self, line) -> str:
        return json.dumps(line.detail, sort_keys=True, ensure_ascii=False)
