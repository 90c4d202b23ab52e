"""How a file names what its rows refer to: clients by the organisation's own reference, sites by their code."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from core.import_reports import Errand, RowRefused, uuid_of
from core.models import Site
from core.models.records import identity
from outreach.models import Client


@dataclass(frozen=True)
class NamedClient:
    """A client whom a file names."""

    id: UUID
    void: bool
    reference: str


def clients_named(names: Iterable[str], errand: Errand) -> dict[str, NamedClient]:
    """The organisation's clients by the names in a file: own references, or ids for those without one."""
    wanted = set(filter(None, names))
    mine = Client.objects.filter(organisation=errand.organisation)
    fields = ("pk", "reference", "voided_at")
    found = {r: NamedClient(pk, bool(v), r) for pk, r, v in mine.filter(reference__in=wanted).values_list(*fields)}
    ids = {key: name for name in wanted - found.keys() if (key := uuid_of(name))}
    if ids:
        rows = mine.filter(pk__in=ids).values_list(*fields)
        found |= {ids[pk]: NamedClient(pk, bool(void), reference) for pk, reference, void in rows}
    return found


def client_of(name: str, known: dict[str, NamedClient], column: str = "client") -> UUID | None:
    """The id of the client whom a cell names; None for an empty cell. Raises RowRefused."""
    if not name:
        return None
    client = known.get(name)
    if client is None:
        raise RowRefused(column, _("No client has this reference here. Check it, or import the clients first."))
    if client.void:
        raise RowRefused(column, _("This client's record is void. Name another client, or leave the cell empty."))
    return client.id


class SitesNamed:
    """The organisation's sites by their codes, with those that an import is about to make."""

    def __init__(self, errand: Errand) -> None:
        self.errand = errand
        self.known = dict(Site.objects.filter(organisation=errand.organisation).values_list("code", "pk"))
        self.new: dict[str, UUID] = {}

    def id_of(self, code: str, column: str = "site") -> UUID | None:
        """The id of the site that a cell names; None for an empty cell. Raises RowRefused."""
        if not code:
            return None
        if code in self.known:
            return self.known[code]
        if len(code) > 64:
            raise RowRefused(column, _("Keep the code of a site to 64 characters."))
        if not self.errand.create_sites:
            text = _(
                "No site has this code here. Check it, make the site first, or let the import make sites that aren't "
                "known yet (--create-sites)."
            )
            raise RowRefused(column, text)
        return self.new.setdefault(code, identity(self.errand.organisation.code, "site", code))

    def is_new(self, site_id: UUID | None) -> bool:
        return site_id in self.new.values()

    def made(self, codes: Iterable[str]) -> None:
        """Say that these sites are there now."""
        for code in codes:
            self.known[code] = self.new.pop(code)
