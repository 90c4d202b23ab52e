"""Columns of the sessions' export."""

from core.resources.registers import Column, RegisterResource
from peers.models import Session


class SessionResource(RegisterResource):
    """One row a session. `heads` reads `F:A15=12;U:AUNK=30`; `given` and `taken_back` read `COND_M=40;LUBE_S=10`."""

    id = Column(column_name="id")
    organisation = Column("organisation__code", "organisation")
    occurred_on = Column("occurred_on", "date")
    kind = Column("kind", "kind")
    site = Column("site__code", "site")
    topics = Column(column_name="topics")
    services = Column(column_name="services")
    minutes = Column("minutes", "minutes")
    heads_total = Column("heads_total", "heads_total")
    heads = Column(column_name="heads")
    given = Column(column_name="given")
    taken_back = Column(column_name="taken_back")
    note = Column("note", "note")
    void = Column("is_void", "void")

    class Meta(RegisterResource.Meta):
        model = Session

    def dehydrate_id(self, session) -> str:
        return session.reference or str(session.pk)

    def dehydrate_topics(self, session) -> str:
        return ";".join(session.topics)

    def dehydrate_services(self, session) -> str:
        return ";".join(session.services)

    def dehydrate_heads(self, session) -> str:
        rows = sorted((row.sex, row.age_band, row.heads) for row in session.headcounts.all())
        return ";".join(f"{sex}:{band}={heads}" for sex, band, heads in rows)

    def dehydrate_given(self, session) -> str:
        return ";".join(f"{row.commodity}={row.given}" for row in _lines(session) if row.given)

    def dehydrate_taken_back(self, session) -> str:
        return ";".join(f"{row.commodity}={row.taken_back}" for row in _lines(session) if row.taken_back)


def _lines(session) -> list:
    return sorted(session.commodities.all(), key=lambda row: row.commodity)
