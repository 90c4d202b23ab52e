"""Duplicates: noting clients who look alike, merging two records of one person, and taking them apart again."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import turns
from core.actions import audit
from core.actions.records import Refused
from core.batches import portions
from core.models import Organisation, User
from core.permissions import Permission
from core.scope import Scope
from outreach.actions import facts
from outreach.models import Client, ClientKey, LookAlike

WHY_SAME_ANSWERS = "answers"
WHY_NEARLY_SAME_ANSWERS = "nearly_answers"
WHY_NICKNAME = "nickname"


def note_for(ids: Sequence[UUID], *, organisation: Organisation) -> int:
    """Put the pairs that new clients make with others on the worklist. Answers how many pairs were noted."""
    pairs: dict[tuple[UUID, UUID], str] = {}
    for portion in portions(ids):
        pairs |= _by_nickname(portion, organisation)
        pairs |= _by_key(portion, organisation)
    rows = [LookAlike(first_id=first, second_id=second, why=why) for (first, second), why in sorted(pairs.items())]
    LookAlike.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _ordered(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one < other else (other, one)


def _by_key(ids: list[UUID], organisation: Organisation) -> dict[tuple[UUID, UUID], str]:
    """Pairs with the same answers, or the same but for one part left out on both sides."""
    mine = list(ClientKey.objects.filter(client_id__in=ids).values_list("client_id", "left_out", "key"))
    owners: dict[str, list[tuple[UUID, str]]] = {}
    for client_id, left_out, key in mine:
        owners.setdefault(key, []).append((client_id, left_out))
    pairs: dict[tuple[UUID, UUID], str] = {}
    others = ClientKey.objects.filter(client__organisation=organisation, client__voided_at=None)
    for portion in portions(owners):
        for other, key in others.filter(key__in=portion).values_list("client_id", "key"):
            for client_id, left_out in owners[key]:
                if client_id != other:
                    pair = _ordered(client_id, other)
                    if pairs.get(pair) != WHY_SAME_ANSWERS:
                        pairs[pair] = WHY_NEARLY_SAME_ANSWERS if left_out else WHY_SAME_ANSWERS
    return pairs


def _by_nickname(ids: list[UUID], organisation: Organisation) -> dict[tuple[UUID, UUID], str]:
    """Pairs with the same nickname, sex and year of birth."""
    named = Client.objects.filter(pk__in=ids).exclude(nickname="").values_list("pk", "nickname", "sex", "birth_date")
    mine = {(nickname.lower(), sex, born and born.year): pk for pk, nickname, sex, born in named}
    if not mine:
        return {}
    pairs = {}
    nicknames = {nickname for _pk, nickname, _sex, _born in named}
    others = Client.objects.countable().filter(organisation=organisation, nickname__in=nicknames)
    for pk, nickname, sex, born in others.values_list("pk", "nickname", "sex", "birth_date"):
        match = mine.get((nickname.lower(), sex, born and born.year))
        if match and match != pk:
            pairs[_ordered(match, pk)] = WHY_NICKNAME
    return pairs


@transaction.atomic
def merge(*, client: Client, into: Client, by: User) -> None:
    """Say that two records are one person: `client`'s contacts count for `into`, whose attributes hold.

    Raises Refused if that would make a circle, or the records are of two organisations or void.
    """
    if client.organisation_id != into.organisation_id:
        raise Refused(_("These two records belong to two organisations and can't be merged."))
    turns.alone(client.organisation_id)
    client.refresh_from_db(fields=["merged_into"])
    if client.merged_into_id:
        raise Refused(_("This record is merged already. Take it apart first."))
    set_merges(merges={client.pk: into.pk}, by=by, organisation=client.organisation)


@transaction.atomic
def unmerge(*, client: Client, by: User) -> None:
    """Take a merged record out again: its contacts count for itself, with its own attributes.

    Raises Refused if it isn't merged.
    """
    client = Client.objects.select_related("organisation").get(pk=client.pk)
    if client.merged_into_id is None:
        raise Refused(_("This record isn't merged."))
    set_merges(merges={client.pk: None}, by=by, organisation=client.organisation)


def circles(merges: Mapping[UUID, UUID | None], organisation: Organisation) -> set[UUID]:
    """Ids among these merges that would lie on or lead into a circle, together with the merges that stand."""
    links = _links(organisation) | dict(merges)
    return {pk for pk in merges if _end(pk, links) is None}


def _links(organisation: Organisation) -> dict[UUID, UUID | None]:
    merged = Client.objects.filter(organisation=organisation).exclude(merged_into=None)
    return dict(merged.values_list("pk", "merged_into_id"))


def _end(pk: UUID, links: Mapping[UUID, UUID | None]) -> UUID | None:
    """The record at the end of the chain; None if the chain is a circle."""
    seen = set()
    while (following := links.get(pk)) is not None:
        if pk in seen:
            return None
        seen.add(pk)
        pk = following
    return pk


@transaction.atomic
def set_merges(*, merges: Mapping[UUID, UUID | None], by: User, organisation: Organisation) -> int:
    """Merge or take apart many records at once: id → the record it goes into, None to take it apart.

    Answers how many changed. Raises Refused on a circle, or if a record is void or another organisation's.
    """
    turns.alone(organisation.pk)
    before = _links(organisation)
    wanted = {pk: into for pk, into in merges.items() if before.get(pk) != into}
    if not wanted:
        return 0
    if circles(wanted, organisation):
        raise Refused(_("These records would be merged in a circle."))
    _check_alive({*wanted, *filter(None, wanted.values())}, organisation)
    after = before | wanted
    touched = [pk for pk in after if _end(pk, after) != _end(pk, before)]
    for portion in portions(set(wanted) | set(touched)):
        clients = list(Client.objects.select_for_update(no_key=True).filter(pk__in=portion))
        for client in clients:
            client.merged_into_id = after[client.pk]
            end = _end(client.pk, after)
            client.survivor_id = None if end == client.pk else end
        Client.objects.bulk_update(clients, ["merged_into", "survivor"])
    facts.refresh_people({*touched, *filter(None, (_end(pk, after) for pk in touched)), *wanted})
    _settle(wanted, by)
    lines = [_line(pk, into) for pk, into in wanted.items()]
    audit.write(organisation_id=organisation.pk, by=by, entries=lines)
    return len(wanted)


def _line(pk: UUID, into: UUID | None) -> audit.Entry:
    detail = {"into": str(into)} if into else {}
    return audit.Entry("client.merge" if into else "client.unmerge", "client", str(pk), detail)


def _check_alive(ids: set[UUID], organisation: Organisation) -> None:
    alive = 0
    for portion in portions(ids):
        alive += Client.objects.countable().filter(pk__in=portion, organisation=organisation).count()
    if alive != len(ids):
        raise Refused(_("A void record, or one of another organisation, can't be merged."))


def _settle(merges: Mapping[UUID, UUID | None], by: User) -> None:
    """Close the worklist pairs of what was merged; open those of what was taken apart."""
    now = timezone.now()
    for pk, into in merges.items():
        pairs = LookAlike.objects.filter(Q(first=pk) | Q(second=pk))
        if into is None:
            pairs = pairs.filter(decision=LookAlike.Decision.MERGED)
            pairs.update(decision=LookAlike.Decision.OPEN, decided_by=None, decided_at=None)
        else:
            first, second = _ordered(pk, into)
            pairs = pairs.filter(first=first, second=second)
            pairs.update(decision=LookAlike.Decision.MERGED, decided_by=by, decided_at=now)


@transaction.atomic
def are_two(*, pair: LookAlike, by: User) -> LookAlike:
    """Say that two look-alikes are two people: the pair leaves the worklist.

    Raises Refused if the pair was decided before.
    """
    pair = LookAlike.objects.select_for_update(of=("self",)).select_related("first").get(pk=pair.pk)
    if pair.decision != LookAlike.Decision.OPEN:
        raise Refused(_("This pair was already decided."))
    pair.decision, pair.decided_by, pair.decided_at = LookAlike.Decision.TWO, by, timezone.now()
    pair.save(update_fields=["decision", "decided_by", "decided_at"])
    entry = audit.Entry("client.are_two", "client", str(pair.first_id), {"other": str(pair.second_id)})
    audit.write(organisation_id=pair.first.organisation_id, by=by, entries=[entry])
    return pair


def open_pairs(scope: Scope):
    """The worklist: open pairs of clients whom the person may see and merge, neither merged nor void.

    EXISTS asks for two rows by their keys for each pair; a join or IN lets SQLite go through every client.
    """
    clients = Client.objects.visible_to(scope).countable().surviving()
    if not scope.everywhere(Permission.CLIENT_MERGE):
        clients = clients.filter(organisation_id__in=scope.organisations(Permission.CLIENT_MERGE))
    first, second = (Exists(clients.filter(pk=OuterRef(side))) for side in ("first_id", "second_id"))
    pairs = LookAlike.objects.filter(first, second, decision=LookAlike.Decision.OPEN)
    return pairs.select_related("first__recorded_by", "second__recorded_by")
