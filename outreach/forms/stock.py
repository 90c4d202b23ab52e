"""What the forms of the store share: places to choose from, by a key that needs no row in the database yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from core.models import Membership, Organisation, Site
from outreach.actions.stock_moves import Places
from outreach.models import StockPlace

Kind = StockPlace.Kind


@dataclass(frozen=True)
class PlaceKey:
    """A place of an organisation by what it belongs to; written as `7:site:<id>`."""

    organisation_id: int
    kind: str
    of: Any = None

    def __str__(self) -> str:
        return ":".join(filter(None, [str(self.organisation_id), str(self.kind), str(self.of or "")]))


def key_of(place: StockPlace) -> PlaceKey:
    return PlaceKey(place.organisation_id, place.kind, place.site_id or place.worker_id)


def keys_of(organisations: Sequence[Organisation], held: Iterable[StockPlace] = ()) -> dict[PlaceKey, str]:
    """Every place in which pieces can lie, with its name: the store, open sites, bags where they are kept or filled.

    `held` are places that stay choosable. Three queries.
    """
    ids = [row.pk for row in organisations]
    found = {PlaceKey(row.pk, Kind.STORE.value): str(Kind.STORE.label) for row in organisations}
    sites = Site.objects.open().filter(organisation__in=ids).besides_schools(StockPlace.objects.all()).order_by("name")
    found |= {PlaceKey(home, Kind.SITE.value, pk): name for pk, home, name in sites.values_list(*_SITE)}
    with_bags = [row.pk for row in organisations if row.stock_in_bags]
    members = Membership.objects.current().filter(organisation__in=with_bags).order_by("user__username")
    found |= {
        PlaceKey(home, Kind.BAG.value, pk): bag_name(name)
        for home, pk, name in members.values_list("organisation", "user", "user__username")
    }
    bags = StockPlace.objects.filter(organisation__in=ids, kind=Kind.BAG).select_related("worker")
    for place in [*bags, *held]:
        found.setdefault(key_of(place), place_name(place))
    return found


_SITE = ("pk", "organisation", "name")


def bag_name(worker: object) -> str:
    return _("Bag of %(worker)s") % {"worker": worker}


def place_name(place: StockPlace) -> str:
    """What a place is called on a screen."""
    return bag_name(place.worker) if place.kind == Kind.BAG else str(place)


def place_choices(organisations: Sequence[Organisation], held: Iterable[StockPlace] = ()) -> list[tuple]:
    """Choices of a field, under the organisations' names where there are several."""
    keys = keys_of(organisations, held)
    if len(organisations) < 2:
        return [("", _("Choose")), *((str(key), name) for key, name in keys.items())]
    groups = [
        (row.name, [(str(key), name) for key, name in keys.items() if key.organisation_id == row.pk])
        for row in organisations
    ]
    return [("", _("Choose")), *groups]


class PlaceField(forms.ChoiceField):
    """A place by its key; None where none is chosen."""

    def clean(self, value: Any) -> PlaceKey | None:
        text = super().clean(value)
        if not text:
            return None
        home, kind, *of = text.split(":")
        if not of:
            return PlaceKey(int(home), kind)
        return PlaceKey(int(home), kind, UUID(of[0]) if kind == Kind.SITE else int(of[0]))


def place_id(key: PlaceKey | None, organisation: Organisation | None) -> int | None:
    """The place's number; its row is made when it is first named. None for a place of another organisation."""
    if key is None or organisation is None or key.organisation_id != organisation.pk:
        return None
    wanted = (key.kind, key.of)
    return Places(organisation, [wanted])[wanted]
