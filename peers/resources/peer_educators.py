"""Peer educators in a file: the columns of import and export, and what a row means."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import Errand, Row, RowRefused
from core.permissions import Permission
from core.resources.cells import CodeCell, CodesCell, NumberCell, TextCell, day_of
from core.resources.entries import SITE, EntryImporter, EntryResource
from core.resources.registers import Column
from peers.actions import peer_educators
from peers.models import PeerEducator
from peers.resources.people_named import Username

MEMBER = Username(gettext_lazy("Nobody here has this user name. Check it, or make the account first."))


class NamesCell(TextCell):
    """Several names, parted by `;`."""

    def clean(self, value, row=None, **kwargs):
        return tuple(dict.fromkeys(filter(None, map(str.strip, value.split(";")))))

    def render(self, value, obj=None, **kwargs):
        return ";".join(sorted(value or ()))


class StatusesCell(TextCell):
    """States in order: `active:2024-03-01;dropped:2025-01-05:job`."""

    def clean(self, value, row=None, **kwargs):
        return tuple(self.state(part) for part in filter(None, map(str.strip, value.split(";"))))

    def state(self, text: str) -> tuple:
        parts = [part.strip() for part in text.split(":")]
        day = day_of(parts[1]) if len(parts) in (2, 3) else None
        if day is None:
            said = "active:2024-03-01;dropped:2025-01-05:job"
            raise ValueError(_("Write states as state:day:reason, parted by “;”, such as %(said)s.") % {"said": said})
        return parts[0], day, parts[2] if len(parts) == 3 else ""

    def render(self, value, obj=None, **kwargs):
        return ";".join(
            f"{status}:{since}:{reason}" if reason else f"{status}:{since}" for status, since, reason in value or ()
        )


class PeerResource(EntryResource):
    """One peer educator a row, in the layout of the import `peer_educators`; `id` is the code."""

    sex = Column(column_name="sex", attribute="sex", widget=CodeCell("sex"))
    birth_year = Column(column_name="birth_year", attribute="birth_year", widget=NumberCell(most=9999))
    languages = Column(column_name="languages", attribute="languages", widget=CodesCell("language"))
    groups = Column(column_name="groups", attribute="groups", widget=CodesCell("population_group"))
    supervisor = Column(column_name="supervisor", widget=TextCell())
    user = Column(column_name="user", widget=TextCell())
    sites = Column(column_name="sites", widget=NamesCell())
    statuses = Column(column_name="statuses", widget=StatusesCell())
    own_group = Column(column_name="own_group", attribute="own_group", widget=CodeCell("population_group"))
    note = Column(column_name="note", attribute="note", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = PeerEducator

    def dehydrate_supervisor(self, peer):
        return peer.supervisor.username if peer.supervisor_id else ""

    def dehydrate_user(self, peer):
        return peer.user.username if peer.user_id else ""

    def dehydrate_sites(self, peer):
        return NamesCell().render([site.code for site in peer.sites.all()])

    def dehydrate_statuses(self, peer):
        return StatusesCell().render([(row.status, row.since, row.reason) for row in peer.statuses.all()])


class PeerImporter(EntryImporter):
    """One peer educator a row."""

    name = "peer_educators"
    order = 30
    label = gettext_lazy("Peer educators")
    resource = PeerResource
    writer = peer_educators.writer
    links = {"supervisor": MEMBER, "user": MEMBER}
    permission = Permission.PEER_RECORD
    required = ("id", "date")
    template_columns = (
        "id",
        "date",
        "sex",
        "birth_year",
        "languages",
        "groups",
        "supervisor",
        "user",
        "sites",
        "statuses",
        "own_group",
        "note",
    )
    readings = staticmethod(
        lambda queryset: queryset.select_related("supervisor", "user").prefetch_related("sites", "statuses")
    )

    def __init__(self, errand: Errand, header: Any = ()) -> None:
        super().__init__(errand, header)
        # A reason stands in the cell of its state.
        self.book = replace(self.book, columns={**self.book.columns, "reason": "statuses"})

    def look_up(self, rows: list[Row]) -> None:
        super().look_up(rows)
        codes = {code for row in rows for code in row.values.get("sites") or ()}
        self.found["sites"] = SITE.look_up(codes, self.errand) if codes else {}

    def given(self, row: Row, record: Any) -> dict[str, Any]:
        given = super().given(row, record)
        if "sites" in row.values:
            if set(row.values["sites"]) - self.found["sites"].keys():
                raise RowRefused("sites", str(SITE.refusal))
            given["sites"] = frozenset(self.found["sites"][code] for code in row.values["sites"])
        if "statuses" in row.values:
            given["statuses"] = row.values["statuses"]
        if "sex" in given:
            given["sex"] = given["sex"] or "U"
        return given

    def unseen(self, record: PeerEducator) -> set[str]:
        """The own group is for those who may have personal fields."""
        hidden = super().unseen(record)
        here = record.organisation_id
        return hidden if self.errand.scope.can(Permission.EXPORT_PERSONAL, here) else hidden | {"own_group"}
