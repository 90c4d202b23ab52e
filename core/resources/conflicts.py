"""Columns of the conflicts' export: that there was one, never what the texts said."""

from core.models import ConflictingCopy
from core.resources.registers import Column, RegisterResource


class ConflictResource(RegisterResource):
    """One row a second text."""

    organisation = Column("organisation__code", "organisation")
    record_kind = Column("record_kind", "kind")
    record_id = Column("record_id", "record")
    sent_by = Column("sent_by__username", "sent_by")
    sent_at = Column(column_name="sent_at")
    settled_by = Column("settled_by__username", "settled_by")
    settled_note = Column("settled_note", "note")

    class Meta(RegisterResource.Meta):
        model = ConflictingCopy

    def dehydrate_sent_at(self, copy) -> str:
        return copy.sent_at.isoformat()
