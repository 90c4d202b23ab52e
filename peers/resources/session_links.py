"""Whom and what the cells of a file of sessions name: peer educators, clients, a campaign."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.import_reports import Errand, Row, RowRefused
from core.resources.cells import TextCell
from core.resources.entries import Named
from outreach.models import Campaign
from outreach.resources.links import NamedClient, clients_named
from peers.models import PeerEducator, Session


class NamesCell(TextCell):
    """Several names, parted by `;`."""

    def clean(self, value, row=None, **kwargs):
        return tuple(dict.fromkeys(filter(None, map(str.strip, value.split(";")))))

    def render(self, value, obj=None, **kwargs):
        return value if isinstance(value, str) else ";".join(value or ())


PEER = Named(lambda errand: PeerEducator.objects.filter(organisation=errand.organisation), "")
CAMPAIGN = Named(lambda errand: Campaign.objects.filter(organisation=errand.organisation), "")


class SessionLinks:
    """What the rows of a portion name, read in a few queries."""

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self.clients: dict[str, NamedClient] = {}
        self.peers: dict[str, UUID] = {}
        self.campaigns: dict[str, UUID] = {}

    def look_up(self, rows: list[Row]) -> None:
        self.clients = clients_named(_names(rows, "attendees"), self.errand)
        peers, campaigns = set(_names(rows, "facilitators")), {row.values.get("campaign") for row in rows} - {None, ""}
        self.peers = PEER.look_up(peers, self.errand) if peers else {}
        self.campaigns = CAMPAIGN.look_up(campaigns, self.errand) if campaigns else {}

    def given(self, row: Row, record: Session | None) -> dict[str, Any]:
        """What the row says of them, under the names of the entry's fields. Raises RowRefused."""
        values, given = row.values, {}
        if "facilitators" in values:
            given["facilitators"] = frozenset(self._peer(code) for code in values["facilitators"])
        if "attendees" in values:
            there = {attendance.client_id for attendance in record.attendances.all()} if record else set()
            given["attendees"] = frozenset(self._client(name, there) for name in values["attendees"])
        if "campaign" in values:
            given["campaign_id"] = self._campaign(values["campaign"])
        return given

    def _peer(self, code: str) -> UUID:
        if code not in self.peers:
            text = _("No peer educator has the code “%(code)s” here. Check it, or import the peer educators first.")
            raise RowRefused("facilitators", text % {"code": code[:64]})
        return self.peers[code]

    def _client(self, name: str, there: set[UUID]) -> UUID:
        client = self.clients.get(name)
        if client is None or (client.void and client.id not in there):
            text = _("No client has the reference “%(name)s” here. Check it, or import the clients first.")
            raise RowRefused("attendees", text % {"name": name[:64]})
        return client.id

    def _campaign(self, name: str) -> UUID | None:
        if name and name not in self.campaigns:
            text = _("No campaign has this reference here. Check it, or import the campaigns first.")
            raise RowRefused("campaign", text)
        return self.campaigns[name] if name else None


def _names(rows: Iterable[Row], column: str) -> list[str]:
    return [name for row in rows for name in row.values.get(column) or ()]
