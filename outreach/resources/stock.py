"""How files name the places of the store: `store`, a site's code, `bag:` and a worker's name."""

from django.utils.translation import gettext_lazy

from core.import_reports import Errand
from core.models import Site, User
from core.resources.cells import day_of
from outreach.actions.stock_moves import Places
from outreach.models import StockPlace

Kind = StockPlace.Kind
STORE, BAG, SITE = "store", "bag:", "site:"


def named(place: StockPlace | None) -> str:
    """The place as a file names it; a site whose code looks like something else says that it is a site."""
    if place is None:
        return ""
    if place.kind == Kind.SITE:
        code = place.site.code
        return f"{SITE}{code}" if code == STORE or code.startswith((BAG, SITE)) else code
    return f"{BAG}{place.worker.username}" if place.kind == Kind.BAG else STORE


class PlaceNamed:
    """Reads the names of places in a portion of rows; the row of a place is made when a file first names it."""

    refusal = gettext_lazy("There is no such place. Write store, the code of a site, or bag: and a worker's user name.")

    def look_up(self, names: set[str], errand: Errand) -> dict[str, int]:
        home = errand.organisation
        sites = {name.removeprefix(SITE): name for name in names if name != STORE and not name.startswith(BAG)}
        bags = {name.removeprefix(BAG): name for name in names if name.startswith(BAG)}
        keys = {STORE: (Kind.STORE.value, None)} if STORE in names else {}
        rows = Site.objects.filter(organisation=home, code__in=sites)
        keys |= {sites[code]: (Kind.SITE.value, pk) for code, pk in rows.values_list("code", "pk")}
        workers = User.objects.filter(memberships__organisation=home, username__in=bags)
        keys |= {bags[name]: (Kind.BAG.value, pk) for name, pk in workers.values_list("username", "pk")}
        places = Places(home, keys.values())
        return {name: places[key] for name, key in keys.items()}


def iso_day(text: str) -> str:
    """The day in its one canonical text. Raises ValueError with a sentence."""
    day = day_of(text)
    if day is None:
        raise ValueError(str(_BAD_DAY))
    return str(day)


_BAD_DAY = gettext_lazy("Write the day as year-month-day, such as 2025-01-31.")
