"""Reading what the search box was given: a card, a reference, a nickname, or the answers of the UIC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.models import Site
from core.scope import Scope
from outreach import card_codes, uic
from outreach.models import Client, ClientKey, Contact, Fact

MOST_SHOWN = 12
LATELY_DAYS = 90

CARD, OLD_CARD, REFERENCE = "card", "old_card", "reference"
NICKNAME, SAME_ANSWERS = "nickname", "answers"


@dataclass(frozen=True)
class Match:
    """One client that fits. `why` is a constant of this module, or the UIC part that differs;
    `merged_from` is the record that was meant, where it was merged into this one."""

    client: Client
    why: str
    exact: bool = False
    merged_from: Client | None = None


def exact_matches(scope: Scope, text: str) -> list[Match]:
    """Clients of the person's whole organisation whose card, earlier card or own reference is exactly this."""
    code = card_codes.normalised(text)
    clients = Client.objects.findable_by(scope).select_related("survivor")
    found = []
    if card_codes.is_code(code):
        found += [(client, CARD) for client in clients.filter(card_code=code)]
        found += [(client, OLD_CARD) for client in clients.filter(old_cards__code=code)]
    if text.strip():
        found += [(client, REFERENCE) for client in clients.filter(reference=text.strip())]
    return _survivors(scope, found, exact=True)


def look_alikes(scope: Scope, *, nickname: str = "", answers: Mapping[str, str] | None = None) -> list[Match]:
    """Clients who may be the person meant: the same answers, the same but for one part, or the nickname.

    Answers search the whole organisation; a nickname searches what the person may see anyway.
    """
    found = [*_by_answers(scope, answers or {}), *_by_nickname(scope, nickname.strip())]
    return _survivors(scope, found)[:MOST_SHOWN]


def _by_answers(scope: Scope, answers: Mapping[str, str]) -> list[tuple[Client, str]]:
    how = uic.formula(settings.UIC_FORMULA, settings.UIC_FORMULA_VERSION)
    if not uic.tells_apart(how, answers):
        return []
    wanted = {key: part for part, key in uic.keys(how, answers, settings.UIC_KEY).items()}
    keys = ClientKey.objects.filter(key__in=wanted).values_list("client_id", "key")
    why: dict = {}
    for client_id, key in keys:
        if why.get(client_id) != SAME_ANSWERS:
            why[client_id] = wanted[key] or SAME_ANSWERS
    clients = Client.objects.findable_by(scope).select_related("survivor").in_bulk(why)
    found = [(clients[pk], reason) for pk, reason in why.items() if pk in clients]
    return sorted(found, key=lambda pair: (pair[1] != SAME_ANSWERS, pair[0].card_code))


def _by_nickname(scope: Scope, nickname: str) -> list[tuple[Client, str]]:
    if len(nickname) < 2:
        return []
    clients = Client.objects.visible_to(scope).countable().select_related("survivor")
    clients = clients.filter(nickname__istartswith=nickname).order_by("nickname", "card_code")
    return [(client, NICKNAME) for client in clients[:MOST_SHOWN]]


def with_picture(scope: Scope, site: Site, icon: str) -> list[Match]:
    """People with this picture who were met at the site within the last months, the newest first."""
    since = timezone.localdate() - timedelta(days=LATELY_DAYS)
    lately = Contact.objects.countable().filter(organisation_id=site.organisation_id, occurred_on__gte=since)
    here = lately.filter(site=site, client__icon=icon).annotate(person=Coalesce("client__survivor_id", "client_id"))
    newest = here.order_by().values("person").annotate(day=Max("occurred_on")).order_by("-day", "person")
    ids = list(newest.values_list("person", flat=True)[: 2 * MOST_SHOWN])
    people = Client.objects.visible_to(scope).countable().in_bulk(ids)
    return [Match(people[pk], "") for pk in ids if pk in people][:MOST_SHOWN]


def visits_now(clients, day: date) -> dict:
    """The visits of a day that haven't ended, by the person who is in; the newest one of each."""
    ids = [client.pk for client in clients]
    theirs = Q(client__in=ids) | Q(client__survivor__in=ids)
    visits = Contact.objects.in_now(day).filter(theirs).select_related("client", "site")
    return {visit.client.person_id: visit for visit in visits.order_by("arrived_at", "recorded_at")}


def _survivors(scope: Scope, found: list[tuple[Client, str]], *, exact: bool = False) -> list[Match]:
    """One match a person: a merged record leads to its survivor; the first reason found stands."""
    matches: dict = {}
    for client, why in found:
        person = client.survivor or client
        merged_from = client if client.survivor_id else None
        matches.setdefault(person.pk, Match(person, why, exact, merged_from))
    allowed = set(Client.objects.findable_by(scope).filter(pk__in=matches).values_list("pk", flat=True))
    return [match for pk, match in matches.items() if pk in allowed]


def last_met(clients) -> dict:
    """The day of the last contact of each of these people, by id."""
    facts = Fact.objects.filter(client__in=[client.pk for client in clients])
    return dict(facts.order_by().values_list("client").annotate(day=Max("date")))


def answers_of(
    *, mother: str, father: str, province: str, sex: str, year: int | None, month: int | None
) -> dict[str, str]:
    """The UIC's answers by the names of its parts; what isn't known is an empty text."""
    return {
        "mother": mother,
        "father": father,
        "birth_month": str(month or ""),
        "birth_year": str(year or ""),
        "sex": "" if sex == "U" else sex,
        "province": province,
    }


def known_birth(born: date | None, precision: str) -> tuple[int | None, int | None]:
    """Year and month of birth, as far as they are told rather than guessed."""
    if born is None or precision in ("unknown", "estimated"):
        return None, None
    return born.year, None if precision == "year" else born.month
