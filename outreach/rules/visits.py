"""What ticking services at a visit to a drop-in centre writes into the contact: nothing is entered twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time

from core import codes
from outreach.choices import NEEDLES
from outreach.rules.centres import Offer
from outreach.rules.contacts import ContactEntry

OFFERED_ONLY = "HTS_OFFER"
COLLECTED = "NSP_COLLECT"
DECLINED = "declined"
# Outcomes of the offer that fit a ticked test.
TEST_OUTCOMES = ("tested_or_ref", DECLINED, "known_pos")


@dataclass(frozen=True)
class Ticked:
    """What the desk says of a visit: codes of the centre's services, and pieces by commodity.

    What is ticked and has no number in `given` means the usual quantity. `hts_outcome` counts where a test is
    ticked; None leaves the outcome that stands.
    """

    used: frozenset[str] = frozenset()
    given: Mapping[str, int] = field(default_factory=dict)
    taken_back: Mapping[str, int] = field(default_factory=dict)
    hts_outcome: str | None = ""
    return_method: str = ""
    note: str = ""
    arrived_at: time | None = None
    left_at: time | None = None


def tests(offer: Offer) -> bool:
    """Whether the service is about an HIV test."""
    return bool(offer.services & codes.having("service", "family", "hts"))


def brought(
    offers: Mapping[str, Offer], used: frozenset[str], given: Mapping[str, int], outcome: str
) -> frozenset[str]:
    """The programme's services that ticks mean.

    A service that is giving something (condoms, needles, naloxone) counts only if a piece was given, and a test
    that was declined was offered, not done.
    """
    is_giving, is_test = codes.having("service", "family", "commodity"), codes.having("service", "family", "hts")
    found: set[str] = set()
    for code in used & offers.keys():
        offer = offers[code]
        nothing_given = offer.commodity and not given.get(offer.commodity)
        found |= offer.services - is_giving if nothing_given else offer.services
    if outcome == DECLINED and found & is_test:
        found = (found - is_test) | {OFFERED_ONLY}
    return frozenset(found)


def visited(stands: ContactEntry, offers: Mapping[str, Offer], said: Ticked) -> ContactEntry:
    """The visit as the desk says it now, on top of what stands.

    What came otherwise (by the contact's own form) stays; what only a tick brought goes with the tick.
    """
    given = _given(stands, offers, said)
    outcome = _outcome(stands, offers, said)
    before = brought(offers, stands.centre_services, stands.given, stands.hts_outcome)
    services = (stands.services - before) | brought(offers, said.used, given, outcome)
    taken = {code: number for code, number in {**stands.taken_back, **said.taken_back}.items() if number}
    if _needles(taken):
        services |= {COLLECTED}
    elif _needles(stands.taken_back):
        services -= {COLLECTED}
    return replace(
        stands,
        centre_services=said.used,
        services=services,
        given=given,
        taken_back=taken,
        hts_outcome=outcome,
        return_method=said.return_method if taken else "",
        note=said.note,
        arrived_at=said.arrived_at,
        left_at=said.left_at,
    )


def _given(stands: ContactEntry, offers: Mapping[str, Offer], said: Ticked) -> dict[str, int]:
    """Pieces after the ticks: those of ticked services as said, those of services no longer ticked gone."""
    told = [offers[code] for code in sorted(said.used & offers.keys()) if offers[code].commodity]
    gone = {offers[code].commodity for code in (stands.centre_services - said.used) & offers.keys()}
    now = {offer.commodity: said.given.get(offer.commodity, offer.quantity) for offer in told}
    kept = {code: number for code, number in stands.given.items() if code not in gone}
    return {code: number for code, number in {**kept, **now}.items() if number}


def _outcome(stands: ContactEntry, offers: Mapping[str, Offer], said: Ticked) -> str:
    """The outcome of a ticked test; one that a tick no longer stands for is taken back."""

    def tested(used: frozenset[str]) -> bool:
        return any(tests(offers[code]) for code in used & offers.keys())

    if said.hts_outcome is None:
        return stands.hts_outcome
    if tested(said.used):
        return said.hts_outcome
    return "" if tested(stands.centre_services) else stands.hts_outcome


def _needles(pieces: Mapping[str, int]) -> bool:
    used = codes.having("commodity", "category", *NEEDLES)
    return any(number and code in used for code, number in pieces.items())
