"""What came of a campaign, side by side: each part counts another thing, so nothing is ever added across parts.

Parts come by registration, so that apps above this one bring theirs. A part counts the records that the reader may
see, and each number leads to its list.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import codes
from core.permissions import Permission
from core.scope import Scope
from outreach.models import HotlineCall, StockDocument, StockMove
from outreach.models.hotline_calls import ANSWERED


class Figure(NamedTuple):
    """One number of one campaign; `url` leads to its list."""

    label: str
    number: int
    url: str = ""


@dataclass(frozen=True)
class Part:
    """One way in which a campaign shows. `read` answers the figures of several campaigns by their id.

    Where `columns` are named, every campaign has just these figures; otherwise as many as there is to tell, each named.
    """

    title: Any
    permission: Permission
    read: Callable[[Scope, list[UUID]], Mapping[UUID, list[Figure]]]
    columns: tuple[Any, ...] = ()
    order: int = 50


_parts: list[Part] = []


def register(*parts: Part) -> None:
    """Add parts; the same part twice is one part."""
    _parts.extend(part for part in parts if part not in _parts)


def parts_for(scope: Scope) -> list[Part]:
    """The parts whose records the person may see, in order."""
    return sorted((part for part in _parts if scope.can(part.permission)), key=lambda part: part.order)


def side_by_side(scope: Scope, campaigns: Iterable[UUID]) -> list[tuple[Part, Mapping[UUID, list[Figure]]]]:
    """Each part with the figures of the campaigns: as many queries for one campaign as for fifty."""
    ids = list(campaigns)
    return [(part, part.read(scope, ids)) for part in parts_for(scope)]


def list_url(name: str, campaign: UUID, **filters: str) -> str:
    """The list of a register's records that name the campaign."""
    return f"{reverse(name)}?{urlencode({'campaign': campaign, **filters})}"


def in_order(commodity: str) -> int:
    """A commodity's place in the code list."""
    order = list(codes.table("commodity"))
    return order.index(commodity) if commodity in order else len(order)


def calls(scope: Scope, ids: list[UUID]) -> dict[UUID, list[Figure]]:
    """Answered calls that heard of the hotline through each campaign."""
    rows = HotlineCall.objects.visible_to(scope).countable().filter(campaign__in=ids, nature__in=ANSWERED).order_by()
    found = dict(rows.values_list("campaign").annotate(Count("pk")))
    name, label = "hotline-calls:list", CALLS.columns[0]
    return {pk: [Figure(str(label), found.get(pk, 0), list_url(name, pk, answered="answered"))] for pk in ids}


def moved(scope: Scope, ids: list[UUID]) -> dict[UUID, list[Figure]]:
    """Pieces in documents that name each campaign, by commodity and what happened: what came and was then moved to
    another place is told twice, so the two aren't added either.
    """
    documents = StockDocument.objects.visible_to(scope).countable().filter(campaign__in=ids)
    rows = StockMove.objects.filter(document__in=documents.order_by().values("pk"))
    kinds, figures = StockDocument.Kind, {}
    found = list(rows.sums("document__campaign", "document__kind"))
    for row in sorted(found, key=lambda row: (in_order(row["commodity"]), kinds.values.index(row["document__kind"]))):
        pk, kind = row["document__campaign"], kinds(row["document__kind"])
        label = f"{codes.label('commodity', row['commodity'])}: {kind.label}"
        url = list_url("stock-documents:list", pk, kind=kind.value, commodity=row["commodity"])
        figures.setdefault(pk, []).append(Figure(label, row["pieces"], url))
    return figures


CALLS = Part(_("Hotline"), Permission.CALL_VIEW, calls, (_("Calls that heard through it"),), 40)
MOVED = Part(_("Moved by deliveries and transfers"), Permission.STOCK_VIEW, moved, (), 30)
