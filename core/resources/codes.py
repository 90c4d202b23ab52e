"""Columns of the code lists' export."""

from core.models import Code
from core.resources.registers import Column, RegisterResource


class CodeResource(RegisterResource):
    """One row a code, with both labels and the mark of the Khmer one."""

    list = Column("list", "list")
    code = Column("code", "code")
    label_en = Column("label_en", "label_en")
    label_km = Column("label_km", "label_km")
    km_status = Column("km_status", "km_status")
    notes = Column("notes", "notes")
    source = Column("source", "source")
    retired_on = Column("retired_on", "retired_on")

    class Meta(RegisterResource.Meta):
        model = Code
