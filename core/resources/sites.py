"""Columns of the sites' export."""

from core.models import Site
from core.resources.registers import Column, RegisterResource


class SiteResource(RegisterResource):
    """One row a site, with what it offers as a service point."""

    code = Column("code", "code")
    organisation = Column("organisation__code", "organisation")
    name = Column("name", "name")
    kind = Column("kind", "kind")
    province = Column("district__province_id", "province")
    district = Column("district_id", "district")
    service = Column(column_name="service")
    public = Column(column_name="public")
    opening_hours = Column(column_name="opening_hours")
    closed_on = Column("closed_on", "closed_on")

    class Meta(RegisterResource.Meta):
        model = Site

    def dehydrate_service(self, site) -> str:
        return getattr(_point(site), "kind", "")

    def dehydrate_public(self, site) -> int:
        return int(getattr(_point(site), "public", False))

    def dehydrate_opening_hours(self, site) -> str:
        return getattr(_point(site), "opening_hours", "")


def _point(site):
    return getattr(site, "service_point", None)
