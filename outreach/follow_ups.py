"""Who is due: people whom a worker should meet, test, ask or look after, read from what is recorded.

A person counts as one's own here if one met them, or recorded that somebody did, within a year. A merged person is
one person. Lines that the worker ticked off stay away for as long as the tick holds. Whoever refused to be followed
up is on none of the lists but the one after an overdose.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan
from django.utils import timezone

from core import codes
from core.ages import age_on
from core.permissions import Permission
from core.scope import Scope
from outreach.models import Client, ClientGroup, Consent, Contact, Fact, FollowUpTick, Overdose, Referral, RiskReview
from outreach.models.risk_reviews import REVIEW_DAYS

KNOWN_FOR_DAYS = 365
NOT_MET_DAYS = (30, 60, 90)
OPEN_DAYS, URGENT_DAYS = 14, 3
TESTED_FROM_AGE = 15
TESTS = ("HTS_REF", "HTS_DONE", "HIVST")
TESTED = "tested_or_ref"
KNOWN_POSITIVE = "known_pos"
NOT_FOLLOWED_UP = ("refused_record", "withdrawn")
List = FollowUpTick.List

# What the lists are called in an address, the most pressing first: those not met stand under the longest wait only.
LISTS = {
    "overdose": List.OVERDOSE,
    "referral": List.REFERRAL,
    "not_met_90": List.NOT_MET,
    "not_met_60": List.NOT_MET,
    "not_met_30": List.NOT_MET,
    "test_due": List.TEST_DUE,
    "review_due": List.REVIEW_DUE,
}


@dataclass(frozen=True)
class Line:
    """One thing that is due. `since` is the day from which one waits, None for something never done yet.

    `subject` is the client, the referral or the overdose; `client` is empty after an overdose of somebody unknown.
    """

    name: str
    subject: UUID
    client: UUID | None
    since: date | None
    about: str = ""
    urgent: bool = False

    @property
    def person(self) -> UUID:
        return self.client or self.subject


class Known(NamedTuple):
    """What the lists need to know of one person. `key` says whether they belong to a key group."""

    id: UUID
    organisation: int
    born: date | None
    key: bool
    positive: bool
    met: date | None
    tested: date | None
    reviewed: date | None


def due(
    scope: Scope, worker_id: int, today: date | None = None, *, worker: Scope | None = None
) -> dict[str, list[Line]]:
    """Every line of a worker's lists, by the list's name, the longest wait first. Four queries.

    `scope` is the reader's: nothing shows that the reader may not see. Whoever looks at another's lists names the
    `worker` too: then nothing is left out that the worker may not know of, for the list may be handed on.
    """
    today = today or timezone.localdate()
    ticked = set(FollowUpTick.objects.holding(worker_id, today).values_list("list_name", "subject"))
    found: dict[str, list[Line]] = {name: [] for name in LISTS}
    mine = _met_by(worker_id, today)
    lines = [
        *_of_overdoses(scope, Q(recorded_by_id=worker_id) | Q(person__in=mine), today),
        *_of_referrals(scope, Q(recorded_by_id=worker_id) | Q(contact__worker_id=worker_id), today),
    ]
    for person in _people(scope, mine, today):
        lines += _of_person(person, scope, worker or scope, today)
    for line in lines:
        if (LISTS[line.name], line.subject) not in ticked:
            found[line.name].append(line)
    for rows in found.values():
        rows.sort(key=lambda line: (line.since or date.min, str(line.subject)))
    return found


def due_of(
    scope: Scope, people: Collection[UUID], today: date | None = None, *, worker: Scope, worker_id: int | None = None
) -> dict[UUID, list[Line]]:
    """What is due of these people, whoever met them, by the person's id: the most pressing first. Four queries.

    `scope` is the reader's, `worker` that of whoever the list may be handed on to; what the worker of `worker_id`
    ticked off is left out.
    """
    today, ids = today or timezone.localdate(), list(people)
    ticked = set(FollowUpTick.objects.holding(worker_id, today).values_list("list_name", "subject"))
    lines = [*_of_overdoses(scope, Q(person__in=ids), today), *_of_referrals(scope, Q(person__in=ids), today)]
    for person in _people(scope, ids, today):
        lines += _of_person(person, scope, worker, today)
    found: dict[UUID, list[Line]] = {}
    for line in sorted(lines, key=lambda line: (*LISTS,).index(line.name)):
        if line.client and (LISTS[line.name], line.subject) not in ticked:
            found.setdefault(line.client, []).append(line)
    return found


def not_followed_up(people: Collection[UUID]) -> set[UUID]:
    """Those of the people who last said that they don't want to be followed up."""
    asked = Client.objects.filter(pk__in=list(people)).annotate(followed_up=_agreed("pk"))
    return set(asked.filter(followed_up__in=NOT_FOLLOWED_UP).order_by().values_list("pk", flat=True))


def number_of_people(lists: dict[str, list[Line]]) -> int:
    """How many different people the lists hold."""
    return len({line.person for rows in lists.values() for line in rows})


def key_groups() -> frozenset[str]:
    """The groups whose members are offered tests and risk reviews at regular times."""
    return codes.having("population_group", "who_key_population", "yes")


# --- people -------------------------------------------------------------------------------------------


def _met_by(worker_id: int, today: date):
    """Ids of the people whom the worker met, or recorded as met, within the year."""
    mine = Contact.objects.countable().filter(
        Q(worker_id=worker_id) | Q(recorded_by_id=worker_id),
        client__isnull=False,
        occurred_on__gte=today - timedelta(days=KNOWN_FOR_DAYS),
    )
    return mine.order_by().annotate(person=Coalesce("client__survivor_id", "client_id")).values("person")


def _newest(facts) -> Subquery:
    return Subquery(facts.filter(client=OuterRef("pk")).order_by("-date").values("date")[:1])


def _agreed(person: str) -> Coalesce:
    """What somebody last said of being followed up; empty if nobody asked."""
    consents = Consent.objects.filter(client=OuterRef(person), purpose=Consent.Purpose.FOLLOW_UP)
    return Coalesce(Subquery(consents.order_by("-given_on", "-pk").values("status")[:1]), Value(""))


def _people(scope: Scope, ids: Any, today: date) -> list[Known]:
    """Those of the people, ids or a query of them, who may be followed up, with the days that count."""
    table = codes.table("service")
    bits = sum(1 << table[code].number for code in TESTS if code in table)
    tests = Q(hts_outcome=TESTED) | Q(GreaterThan(F("services").bitand(bits), 0))
    whole_person = Client.objects.filter(Q(pk=OuterRef(OuterRef("pk"))) | Q(survivor=OuterRef(OuterRef("pk"))))
    reviews = RiskReview.objects.countable().filter(client__in=whole_person.order_by().values("pk"))
    key = key_groups()
    beside = ClientGroup.objects.filter(client=OuterRef("pk"), primary=False, group__in=key)
    people = Client.objects.visible_to(scope).countable().surviving().filter(pk__in=ids)
    people = (
        people.with_last_contact()
        .with_group_on(today)
        .annotate(
            tested=_newest(Fact.objects.filter(tests)),
            told=_newest(Fact.objects.filter(hts_outcome=KNOWN_POSITIVE)),
            reviewed=Subquery(reviews.order_by("-occurred_on").values("occurred_on")[:1]),
            beside=Subquery(beside.values("group")[:1]),
            followed_up=_agreed("pk"),
        )
    )
    people = people.exclude(followed_up__in=NOT_FOLLOWED_UP)
    named = ("pk", "organisation_id", "birth_date", "group_now", "beside", "known_positive_since", "told")
    rows = people.order_by().values_list(*named, "last_contact", "tested", "reviewed")
    return [
        Known(pk, home, born, bool(beside) or group in key, bool(since or told), *days)
        for pk, home, born, group, beside, since, told, *days in rows
    ]


def _of_person(person: Known, scope: Scope, worker: Scope, today: date) -> list[Line]:
    found = []
    if person.met and (longest := _band((today - person.met).days)):
        found.append(Line(f"not_met_{longest}", person.id, person.id, person.met))
    knows = settings.KNOWN_POSITIVE_KEPT and all(
        who.can(Permission.KNOWN_POSITIVE, person.organisation) for who in (scope, worker)
    )
    if _test_is_due(person, today, knows=knows):
        found.append(Line("test_due", person.id, person.id, person.tested))
    if scope.can(Permission.RISK_RECORD, person.organisation) and _review_is_due(person, today):
        found.append(Line("review_due", person.id, person.id, person.reviewed))
    return found


def _band(days: int) -> int:
    """The longest of the waits that is over; 0 if none is."""
    return max((longest for longest in NOT_MET_DAYS if days > longest), default=0)


def _test_is_due(person: Known, today: date, *, knows: bool) -> bool:
    """Whether somebody of a key group, 15 or older, has had no test for so long.

    Those known to be positive are left out only for a reader who may know. For all others they stand here like
    everybody else: who is missing from a list of all who weren't tested would be told by the gap, and that harms,
    where the offer of a test that is declined does not.
    """
    if not person.key or (age_on(person.born, today) or 0) < TESTED_FROM_AGE:
        return False
    if person.positive and knows:
        return False
    return person.tested is None or (today - person.tested).days > settings.TEST_EVERY_DAYS


def _review_is_due(person: Known, today: date) -> bool:
    """Whether the last risk review is too old; one that never was is due for key groups alone."""
    if person.reviewed is None:
        return person.key
    return (today - person.reviewed).days > REVIEW_DAYS


# --- referrals and overdoses --------------------------------------------------------------------------


def _of_referrals(scope: Scope, wanted: Q, today: date) -> list[Line]:
    """Those of the wanted referrals of which nothing was heard for two weeks, urgent ones for three days."""
    late = Q(occurred_on__lt=today - timedelta(days=OPEN_DAYS))
    late |= Q(urgent=True, occurred_on__lt=today - timedelta(days=URGENT_DAYS))
    person = Coalesce("client__survivor_id", "client_id")
    mine = Referral.objects.visible_to(scope).countable().open().filter(late)
    mine = mine.annotate(person=person).filter(wanted).annotate(followed_up=_agreed("person"))
    rows = mine.exclude(followed_up__in=NOT_FOLLOWED_UP).order_by()
    return [Line("referral", *row) for row in rows.values_list("pk", "person", "occurred_on", "type", "urgent")]


def _of_overdoses(scope: Scope, wanted: Q, today: date) -> list[Line]:
    """Those of the wanted overdoses that wait for a second look."""
    recent = Overdose.objects.visible_to(scope).waiting().filter(occurred_on__gte=today - timedelta(KNOWN_FOR_DAYS))
    recent = recent.annotate(person=Coalesce("client__survivor_id", "client_id"))
    rows = recent.filter(wanted).order_by().values_list("pk", "person", "occurred_on", "follow_up_by")
    now = timezone.now()
    return [Line("overdose", pk, person, day, "", by < now) for pk, person, day, by in rows]


def people_in(scope: Scope, lines: Iterable[Line]) -> dict[UUID, Client]:
    """The clients of some lines by their id, for showing them: one query."""
    return Client.objects.visible_to(scope).in_bulk({line.client for line in lines if line.client})
