"""Whom the lines of a day sheet mean: every line of it in a constant number of queries.

Cards and references reach the whole organisation, nicknames what the person may see anyway, as in `outreach.finding`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Q

from core.ages import Precision, age_on
from core.models import Organisation
from core.scope import Scope
from outreach import card_codes
from outreach.models import Client, Contact

AGE_APART = 1
MOST_ALIKE = 5


def _spellings(nickname: str) -> set[str]:
    """The ways in which a nickname is commonly capitalised: they are asked for by the index."""
    return {nickname, nickname.lower(), nickname.upper(), nickname.capitalize(), nickname.title()}


def named(scope: Scope, organisation: Organisation, words: Iterable[str]) -> dict[str, list[Client]]:
    """The people whom each word may mean: those whose card or own reference it is, else those of that nickname."""
    wanted = {word for word in words if word}
    if not wanted:
        return {}
    mine = Client.objects.findable_by(scope).filter(organisation=organisation)
    mine = mine.select_related("survivor").prefetch_related("groups", "survivor__groups")
    found: dict[str, dict[UUID, Client]] = {word: {} for word in wanted}

    def note(words: Iterable[str], client: Client) -> None:
        person = client.survivor or client
        for word in words:
            found[word].setdefault(person.pk, person)

    for words, client in _exactly(mine, wanted):
        note(words, client)
    rest = {word for word in wanted if not found[word]}
    for client in _called(scope, organisation, rest):
        note({word for word in rest if client.nickname.casefold() == word.casefold()}, client)
    return _allowed(mine, found)


def _exactly(mine, wanted: set[str]) -> Iterable[tuple[set[str], Client]]:
    """(words, client) of those whose card, earlier card or own reference a word is."""
    by_code: dict[str, set[str]] = {}
    for word in wanted:
        by_code.setdefault(card_codes.normalised(word), set()).add(word)
    cards = [code for code in by_code if card_codes.is_code(code)]
    for client in mine.filter(Q(card_code__in=cards) | Q(reference__in=wanted)):
        yield by_code.get(client.card_code, set()) | ({client.reference} & wanted), client
    for client in mine.filter(old_cards__code__in=cards).annotate(lost_card=F("old_cards__code")):
        yield by_code[client.lost_card], client


def _called(scope: Scope, organisation: Organisation, nicknames: set[str]) -> Iterable[Client]:
    if not nicknames:
        return []
    spellings = set().union(*map(_spellings, nicknames))
    people = Client.objects.visible_to(scope).countable().filter(organisation=organisation, nickname__in=spellings)
    return people.select_related("survivor").prefetch_related("groups", "survivor__groups")


def _allowed(mine, found: Mapping[str, Mapping[UUID, Client]]) -> dict[str, list[Client]]:
    """Without survivors whom the person may not find."""
    people = {pk for matches in found.values() for pk in matches}
    allowed = set(mine.filter(pk__in=people).values_list("pk", flat=True)) if people else set()
    return {
        word: sorted((c for pk, c in matches.items() if pk in allowed), key=lambda c: c.card_code)
        for word, matches in found.items()
    }


@dataclass(frozen=True)
class NewPerson:
    """Somebody about to be registered, as a line of the sheet says it."""

    id: UUID
    nickname: str
    sex: str
    age: int | None
    group: str
    day: date


def like_new(scope: Scope, organisation: Organisation, people: Iterable[NewPerson]) -> dict[UUID, list[Client]]:
    """People known already who may be these: of the same nickname, or nameless and registered on the same day.

    Sex and group are the same, the age is at most a year apart, as far as both are known.
    """
    wanted = list(people)
    if not wanted:
        return {}
    spellings = set().union(*(_spellings(person.nickname) for person in wanted if person.nickname))
    days = {person.day for person in wanted if not person.nickname}
    known = Client.objects.visible_to(scope).countable().surviving().filter(organisation=organisation)
    known = known.filter(Q(nickname__in=spellings) | Q(occurred_on__in=days, nickname="")).prefetch_related("groups")
    candidates = list(known.exclude(pk__in=[person.id for person in wanted]))
    return {person.id: [c for c in candidates if _alike(person, c)][:MOST_ALIKE] for person in wanted}


def _alike(person: NewPerson, client: Client) -> bool:
    if person.nickname.casefold() != client.nickname.casefold():
        return False
    if not person.nickname and client.occurred_on != person.day:
        return False
    return alike(
        (person.sex, person.age, person.group),
        (client.sex, looks_on(client, person.day), client.group_on(person.day)),
    )


def looks_on(client: Client, day: date) -> int | None:
    """The age that somebody would write down: of a birth date that is a guess, the years alone are told apart."""
    if client.birth_date and client.birth_precision in (Precision.YEAR, Precision.ESTIMATED):
        return max(day.year - client.birth_date.year, 0)
    return age_on(client.birth_date, day)


def alike(one: tuple[str, int | None, str], other: tuple[str, int | None, str]) -> bool:
    """Whether (sex, age, group) of two people agree, as far as they are known."""
    (sex, age, group), (other_sex, other_age, other_group) = one, other
    same_sex = "U" in (sex, other_sex) or sex == other_sex
    same_group = "UNK" in (group, other_group) or group == other_group
    return same_sex and same_group and (None in (age, other_age) or abs(age - other_age) <= AGE_APART)


def recorded_on(
    scope: Scope, organisation: Organisation, people: Iterable[UUID], days: Iterable[date]
) -> dict[tuple[UUID, date, UUID | None], UUID]:
    """Contacts of these people on these days that the person may see, by person, day and site."""
    ids, days = set(people), set(days)
    if not ids:
        return {}
    rows = Contact.objects.visible_to(scope).countable().filter(organisation=organisation, occurred_on__in=days)
    rows = rows.filter(Q(client__in=ids) | Q(client__survivor__in=ids)).select_related("client")
    return {(row.client.person_id, row.occurred_on, row.site_id): row.pk for row in rows}
