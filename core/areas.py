"""The areas of the workspace, filled by registration: each app adds its tiles from `AppConfig.ready`.

So a lower app's page can lead to an upper app's screen without knowing it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from core.permissions import Permission


@dataclass(frozen=True)
class Tile:
    """One way on from an area's page.

    `url_name` is reversed when shown; one of `permissions` is enough to see it. `count`, if given, is called
    with the request's scope and answers a number that waits for somebody, or None. Tiles of one `section` stand
    together under it; those without one stand first. `when`, if given, is called with the scope and says whether
    the tile is meant for this person at all, such as only for those who see nothing but their own.
    """

    area: str
    label: str
    text: str
    icon: str
    url_name: str
    permissions: tuple[Permission, ...]
    order: int = 50
    count: Callable | None = None
    section: str = ""
    when: Callable | None = None


@dataclass(frozen=True)
class TodayCard:
    """One card of the Today page. `build` gets the request and answers a context, or None for nothing to say.

    Cards of an `order` below 10, such as the box that finds people, stand above the ways to record.
    """

    template: str
    build: Callable
    order: int = 50


_tiles: list[Tile] = []
_today: list[TodayCard] = []


def register(*tiles: Tile) -> None:
    """Add tiles; the same tile twice is one tile."""
    _tiles.extend(tile for tile in tiles if tile not in _tiles)


def register_today(*cards: TodayCard) -> None:
    """Add cards to the Today page."""
    _today.extend(card for card in cards if card not in _today)


def tiles_of(area: str, scope) -> list[Tile]:
    """The area's tiles that the person may follow, in order."""
    seen = [tile for tile in _tiles if tile.area == area and any(map(scope.can, tile.permissions))]
    meant = [tile for tile in seen if tile.when is None or tile.when(scope)]
    return sorted(meant, key=lambda tile: (tile.order, tile.url_name))


def today_cards() -> list[TodayCard]:
    return sorted(_today, key=lambda card: card.order)
