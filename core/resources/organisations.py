"""Columns of the organisations' export."""

from core.models import Organisation
from core.resources.registers import Column, RegisterResource


class OrganisationResource(RegisterResource):
    """One row an organisation."""

    code = Column("code", "code")
    name = Column("name", "name")
    provider_type = Column("provider_type", "provider_type")
    active = Column("active", "active")

    class Meta(RegisterResource.Meta):
        model = Organisation
