"""The rules of a drop-in centre's set-up: what it offers, what ticking that means, and when it is open."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from core import codes
from core.rules.codes import code_problems
from core.rules.problems import Problem

MOST_USUAL = 1_000


@dataclass(frozen=True)
class Offer:
    """One service of a centre's own list: what it counts as, and how many pieces of what usually go with it."""

    code: str
    services: frozenset[str] = frozenset()
    commodity: str = ""
    quantity: int = 0


@dataclass(frozen=True, order=True)
class Stretch:
    """A stretch of one weekday in which a centre is open. Monday is 0."""

    weekday: int
    opens: time
    closes: time


def usual_offer(code: str) -> Offer:
    """What the code list says of a service of centres; one that it doesn't know means nothing more."""
    row = codes.table("dic_service").get(code)
    said = row.attributes if row else {}
    services = frozenset(said.get("services", "").replace(";", " ").replace(",", " ").split())
    return Offer(code, services, said.get("commodity", ""), int(said.get("quantity") or 0))


def usual_offers() -> list[Offer]:
    """Everything that a centre may offer, in the code list's order, as the code list maps it."""
    return [usual_offer(code) for code in codes.in_use("dic_service")]


def offer_problems(offers: Sequence[Offer], today: date) -> Iterator[Problem]:
    """Everything wrong with a centre's list; fields are named `commodity_<code>` and so on."""
    times = Counter(offer.commodity for offer in offers if offer.commodity)
    for code, number in Counter(offer.code for offer in offers).items():
        if number > 1:
            yield Problem(f"offered_{code}", _("This service stands in the list twice. Take one away."), code)
    for offer in offers:
        yield from code_problems(f"offered_{offer.code}", "dic_service", [offer.code], today)
        yield from code_problems(f"services_{offer.code}", "service", sorted(offer.services), today)
        wanted = [offer.commodity] if offer.commodity else []
        yield from code_problems(f"commodity_{offer.code}", "commodity", wanted, today)
        yield from _quantity_problems(offer)
        if times[offer.commodity] > 1:
            text = _("This stands with another service of the centre already. Leave it with one of them.")
            yield Problem(f"commodity_{offer.code}", text, offer.commodity)


def _quantity_problems(offer: Offer) -> Iterator[Problem]:
    field = f"quantity_{offer.code}"
    if not 0 <= offer.quantity <= MOST_USUAL:
        text = _("Give a number of pieces from 0 to %(most)s.") % {"most": MOST_USUAL}
        yield Problem(field, text, str(offer.quantity))
    elif offer.commodity and not offer.quantity:
        yield Problem(field, _("Say how many pieces are usually given."), "0")
    elif offer.quantity and not offer.commodity:
        yield Problem(field, _("Say what is usually given, or leave the number of pieces empty."), str(offer.quantity))


def hours_problems(stretches: Sequence[Stretch]) -> Iterator[Problem]:
    """Everything wrong with opening hours; the field is `opens_<weekday>`."""
    before: Stretch | None = None
    for stretch in sorted(stretches):
        field = f"opens_{stretch.weekday}"
        if stretch.closes <= stretch.opens:
            yield Problem(
                field, _("The time of closing is before the time of opening. Check both."), str(stretch.opens)
            )
        if before and before.weekday == stretch.weekday and stretch.opens < before.closes:
            text = _("The second time begins before the first one ends. Check both.")
            yield Problem(field, text, str(stretch.opens))
        before = stretch


@dataclass(frozen=True)
class Opening:
    """Whether a centre is open at a moment; `until` when it closes, `next_at` when it opens again that day."""

    open: bool
    until: time | None = None
    next_at: time | None = None


def opening_at(stretches: Iterable[Stretch], moment: datetime) -> Opening | None:
    """How a centre stands at a local moment; None where no hours are set."""
    stretches = sorted(stretches)
    if not stretches:
        return None
    now, later = moment.time(), None
    for stretch in stretches:
        if stretch.weekday != moment.weekday():
            continue
        if stretch.opens <= now < stretch.closes:
            return Opening(True, until=stretch.closes)
        if stretch.opens > now and later is None:
            later = stretch.opens
    return Opening(False, next_at=later)
