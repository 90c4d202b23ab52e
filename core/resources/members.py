"""Columns of the members' export."""

from core.models import Membership
from core.resources.registers import Column, RegisterResource


class MemberResource(RegisterResource):
    """One row a role. The name is personal."""

    username = Column("user__username", "username")
    name = Column("user__first_name", "name", personal=True)
    organisation = Column("organisation__code", "organisation")
    role = Column("role", "role")
    safeguarding_lead = Column("safeguarding_lead", "safeguarding_lead")
    started_at = Column("started_at", "from")
    ended_at = Column("ended_at", "to")
    active = Column("user__is_active", "active")

    class Meta(RegisterResource.Meta):
        model = Membership
