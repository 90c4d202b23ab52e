"""Peer educators that a question is about, told key by key."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from dashboards.age_bands import UNKNOWN
from dashboards.indicators.standings import SITE, one
from dashboards.questions import Question
from peers.models import PeerEducator

_PLACES = tuple(SITE)


def of(question: Question, rows: Any) -> Any:
    """Those peer educators of `rows` whose organisations the asker may see figures of."""
    return rows if question.organisations is None else rows.filter(organisation__in=question.organisations)


def told(question: Question, rows: Any) -> Iterator[tuple[dict[str, Any], dict[str, frozenset[str]]]]:
    """Each of the peer educators with what is told of them; two queries at most.

    Whoever works with no group that is known, or at no site, has one code that says so.
    """
    found = list(
        of(question, rows).order_by().values("pk", "sex", "groups", "user_id", "organisation", "organisation__code")
    )
    places = _places([row["pk"] for row in found]) if any(question.needs(key) for key in _PLACES) else {}
    for row in found:
        codes = {
            "sex": frozenset([row["sex"]]),
            "group": frozenset(row["groups"]) or frozenset(["UNK"]),
            "organisation": one(row["organisation__code"]),
        }
        yield row, codes | {key: frozenset(places.get(row["pk"], {}).get(key, [UNKNOWN])) for key in _PLACES}


def _places(ids: list[UUID]) -> dict[UUID, dict[str, set[str]]]:
    """Provinces, districts and codes of the sites at which each of them works."""
    through = PeerEducator.sites.through.objects.filter(peereducator__in=ids)
    places: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for peer, *values in through.values_list("peereducator", *SITE.values()):
        for key, value in zip(SITE, values, strict=True):
            places[peer][key].add(value or UNKNOWN)
    return places
