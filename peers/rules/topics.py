"""Which topics suit whom: a topic has a youngest age, and some are for registered clients only."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import codes
from core.rules.problems import Problem


def youngest(topic: str) -> int:
    """The age in years from which a topic is taught; 0 without a limit."""
    row = codes.table("session_topic").get(topic)
    return int((row.attributes.get("default_min_age") if row else "") or 0)


def for_clients_only(topic: str) -> bool:
    row = codes.table("session_topic").get(topic)
    return row is not None and row.attributes.get("audience") == "clients"


def unnamed_topic_problems(topics: Iterable[str], heads: Mapping[tuple[str, str], int]) -> Iterator[Problem]:
    """What doesn't suit unnamed heads: those in an age band that lies wholly below a topic's age count as younger."""
    by_band: Counter[str] = Counter()
    for (_sex, band), number in heads.items():
        by_band[band] += number or 0
    oldest = {band: row.attributes.get("max_age") for band, row in codes.table("age_band_atomic").items()}
    for topic in sorted(topics):
        limit = youngest(topic)
        younger = sum(n for band, n in by_band.items() if oldest.get(band) and int(oldest[band]) < limit)
        if younger > 0:
            yield too_young(topic, younger)
        if for_clients_only(topic) and sum(by_band.values()) > 0:
            text = _(
                "“%(topic)s” is for registered clients only. Name everybody who was there, or record the unnamed "
                "people as a session of their own with another topic."
            )
            yield Problem("topics", text % {"topic": codes.label("session_topic", topic)}, topic)


def too_young(topic: str, number: int) -> Problem:
    """What to say of people below a topic's age, and how to mend it."""
    text = ngettext(
        "“%(topic)s” is for people from %(age)s years on, and %(number)s person here is younger. Record a session of "
        "its own for the younger ones, or choose another topic.",
        "“%(topic)s” is for people from %(age)s years on, and %(number)s people here are younger. Record a session of "
        "its own for the younger ones, or choose another topic.",
        number,
    )
    told = {"topic": codes.label("session_topic", topic), "age": youngest(topic), "number": number}
    return Problem("topics", text % told, topic)


def one_too_young(topic: str) -> Problem:
    """The same of one person."""
    text = _(
        "“%(topic)s” is for people from %(age)s years on, and this person was younger on that day. Name them at a "
        "session of its own for the younger ones, or choose another topic."
    )
    return Problem("topics", text % {"topic": codes.label("session_topic", topic), "age": youngest(topic)}, topic)
