"""The field rules of hotline calls."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core.entries import Entry
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.problems import Problem
from outreach.models.hotline_calls import ANSWERED

LONGEST_WISH = timedelta(days=62)
MOST_TOPICS = 8
_LISTS = {
    "nature": "hotline_call_nature",
    "sex": "sex",
    "age_band": "caller_age_band",
    "caller": "hotline_caller_category",
    "outcome": "hotline_outcome",
    "referral_type": "referral_type",
}
_MAY_BE_EMPTY = ("outcome", "referral_type")


@dataclass(frozen=True, kw_only=True)
class CallEntry(Entry):
    """One call as somebody wants it recorded. Nothing in it tells who rang."""

    nature: str
    started_at: time | None = None
    topics: frozenset[str] = frozenset()
    sex: str = "U"
    age_band: str = "AUNK"
    caller: str = "unknown"
    province_id: str | None = None
    outcome: str = ""
    referral_type: str = ""
    ring_again_at: datetime | None = None
    follows_id: UUID | None = None
    campaign_id: UUID | None = None


def problems(entry: CallEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    day = entry.occurred_on
    yield from happened_problems(day, today)
    for field, code_list in _LISTS.items():
        value = getattr(entry, field)
        if value or field not in _MAY_BE_EMPTY:
            yield from code_problems(field, code_list, (value,), day)
    yield from code_problems("topics", "hotline_topic", sorted(entry.topics), day)
    if len(entry.topics) > MOST_TOPICS:
        yield Problem("topics", _("Choose at most %(most)s topics.") % {"most": MOST_TOPICS})
    if entry.nature not in ANSWERED:
        yield from _apart_problems(entry)
    elif entry.ring_again_at is not None:
        yield from _wish_problems(entry.ring_again_at, day)


def _apart_problems(entry: CallEntry) -> Iterator[Problem]:
    text = _("A silent, prank or wrong call has none. Clear this, or choose another kind of call.")
    for field in ("topics", "outcome", "referral_type", "ring_again_at"):
        if value := getattr(entry, field):
            yield Problem(field, text, "" if field == "topics" else str(value))
    for field in ("follows", "campaign"):
        if key := getattr(entry, f"{field}_id"):
            yield Problem(field, text, str(key))


def _wish_problems(again: datetime, day: date) -> Iterator[Problem]:
    on = timezone.localtime(again).date()
    if on < day:
        yield Problem("ring_again_at", _("The caller can't ring again before the call. Choose a later time."), str(on))
    elif on - day > LONGEST_WISH:
        text = _("Choose a day within %(days)s days of the call.") % {"days": LONGEST_WISH.days}
        yield Problem("ring_again_at", text, str(on))
