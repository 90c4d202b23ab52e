"""What can be done with clients: record, amend, void, replace a card, keep consent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import ages, bulk, turns
from core.actions import audit, records
from core.actions.records import Outcome, Refused
from core.batches import portions
from core.models import Organisation, Record, User
from core.rules.problems import InvalidEntries, Problem
from outreach import card_codes, uic
from outreach.actions import facts, look_alikes, referrals
from outreach.models import Client, ClientGroup, ClientKey, Consent, OldCard
from outreach.rules import clients as rules
from outreach.rules.clients import ClientEntry, ConsentGiven

# Answers that take a consent back.
WITHDRAWN = ("refused_record", "withdrawn")


def record(*, entry: ClientEntry, by: User, organisation: Organisation, source: str = Record.Source.WEB) -> Outcome:
    """Record one client. Sent again with the same content it is a duplicate, with other content a conflict.

    Raises InvalidEntries if the entry breaks a rule.
    """
    return records.twice(lambda: record_many(entries=[entry], by=by, organisation=organisation, source=source))[0]


@transaction.atomic
def record_many(
    *,
    entries: Sequence[ClientEntry],
    by: User,
    organisation: Organisation,
    source: str = Record.Source.WEB,
    checked: bool = False,
) -> list[Outcome]:
    """Record clients in a constant number of queries for each portion; one outcome an entry, in order.

    `checked` says that the caller has just asked `problems_of` in this transaction.
    Raises InvalidEntries with every problem of every entry.
    """
    if not checked and (wrong := problems_of(entries=entries, organisation=organisation)):
        raise InvalidEntries(wrong)
    normal = [_normal(entry) for entry in entries]
    done = records.sort_out(model=Client, entries=normal, organisation=organisation, by=by, source=source)
    _write(done.fresh, organisation, by, source)
    look_alikes.note_for([entry.id for entry, _digest in done.fresh], organisation=organisation)
    audit.write(organisation_id=organisation.pk, by=by, entries=done.lines)
    return done.outcomes


def _normal(entry: ClientEntry) -> ClientEntry:
    """The entry with the day that stands for an imprecise birth date."""
    if entry.birth_date is None:
        return entry
    born = ages.stand_in(entry.birth_date, ages.Precision(entry.birth_precision))
    return entry if born == entry.birth_date else replace(entry, birth_date=born)


def problems_of(*, entries: Sequence[ClientEntry], organisation: Organisation) -> dict[int, list[Problem]]:
    """Every problem of every entry, by its place in the list: the rules, and references that another client has."""
    today = timezone.localdate()
    taken = records.references(Client, [entry.reference for entry in entries], organisation)
    met = facts.first_days(entry.id for entry in entries if entry.birth_date)
    wrong: dict[int, list[Problem]] = {}
    for place, entry in enumerate(entries):
        found = [*rules.problems(entry, today=today), *rules.born_after_problems(entry, met.get(entry.id))]
        if taken.get(entry.reference, entry.id) != entry.id:
            text = _("Another client has this reference already. Find that client, or use another reference.")
            found.append(Problem("reference", text, entry.reference))
        if found:
            wrong[place] = found
    return wrong


def _write(fresh: list[tuple[ClientEntry, str]], organisation: Organisation, by: User, source: str) -> None:
    now = timezone.now()
    entries = [entry for entry, _digest in fresh]
    rows = []
    for (entry, digest), code in zip(fresh, _card_codes(entries), strict=True):
        client = Client(id=entry.id, organisation=organisation, recorded_by=by, recorded_at=now, source=source)
        client.digest, client.card_code = digest, code
        _fill(client, entry)
        rows.append(client)
    bulk.create(rows)
    _write_groups(entries)
    _write_keys(entries)
    bulk.create(
        Consent(client_id=entry.id, purpose=c.purpose, status=c.status, given_on=c.given_on, recorded_by=by)
        for entry in entries
        for c in entry.consents
    )


def _card_codes(entries: list[ClientEntry]) -> list[str]:
    """A card code for each entry: the one it names, else a new one that no client has or had."""
    codes = [entry.card_code or card_codes.new_code() for entry in entries]
    while True:
        taken = _taken(codes)
        seen: set[str] = set()
        again = [place for place, code in enumerate(codes) if code in taken or code in seen or seen.add(code)]
        if not again:
            return codes
        for place in again:
            codes[place] = card_codes.new_code()


def _taken(codes: list[str]) -> set[str]:
    found: set[str] = set()
    for portion in portions(codes):
        found.update(Client.objects.filter(card_code__in=portion).values_list("card_code", flat=True))
        found.update(OldCard.objects.filter(code__in=portion).values_list("code", flat=True))
    return found


def _fill(client: Client, entry: ClientEntry) -> None:
    client.reference = entry.reference
    client.occurred_on = entry.occurred_on
    client.nickname = entry.nickname
    client.icon = entry.icon
    client.sex = entry.sex
    client.gender = entry.gender
    client.birth_date = entry.birth_date
    client.birth_precision = entry.birth_precision
    client.known_positive_since = entry.known_positive_since
    client.ovc_preventive = entry.ovc_preventive
    client.restricted = any(row.group == rules.EXPLOITED_CHILD for row in entry.groups)


FIELDS = [
    "reference",
    "occurred_on",
    "nickname",
    "icon",
    "sex",
    "gender",
    "birth_date",
    "birth_precision",
    "known_positive_since",
    "ovc_preventive",
    "restricted",
    "version",
]


def _write_groups(entries: list[ClientEntry]) -> None:
    bulk.create(
        ClientGroup(client_id=entry.id, group=row.group, primary=row.primary, since=row.since)
        for entry in entries
        for row in entry.groups
    )


def _write_keys(entries: list[ClientEntry]) -> None:
    """Hash the answers and forget them."""
    how = uic.formula(settings.UIC_FORMULA, settings.UIC_FORMULA_VERSION)
    bulk.create(
        ClientKey(client_id=entry.id, formula=how.version, left_out=left_out, key=key)
        for entry in entries
        if uic.tells_apart(how, entry.answers)
        for left_out, key in uic.keys(how, entry.answers, settings.UIC_KEY).items()
    )


@transaction.atomic
def amend(*, client: Client, entry: ClientEntry, version: int, by: User, reason: str = "") -> Client:
    """Change a client into a new version; the old one stays readable, matching keys stay as they are.

    Raises Changed if `version` isn't the newest, Refused if it is void, InvalidEntries if a rule is broken.
    """
    turns.alone(client.organisation_id)
    current = records.lock_version(client, version)
    amend_many(entries=[entry], by=by, organisation=current.organisation, reason=reason)
    return Client.objects.get(pk=client.pk)


@transaction.atomic
def amend_many(
    *,
    entries: Sequence[ClientEntry],
    by: User,
    organisation: Organisation,
    reason: str = "",
    checked: bool = False,
) -> int:
    """Change clients, named by their entries' ids; what says the same already is left alone. Answers how many changed.

    Raises Refused if one of them is void, InvalidEntries if a rule is broken.
    """
    turns.alone(organisation.pk)
    if not checked and (wrong := problems_of(entries=entries, organisation=organisation)):
        raise InvalidEntries(wrong)
    return sum(
        _amend_portion([_normal(entry) for entry in portion], by, organisation, reason)
        for portion in portions(entries, 1000)
    )


def _amend_portion(entries: list[ClientEntry], by: User, organisation: Organisation, reason: str) -> int:
    mine = Client.objects.filter(organisation=organisation).prefetch_related("groups")
    change = records.begin_change(queryset=mine, entries=entries, by=by, reason=reason)
    for client, entry in change.pairs:
        _fill(client, entry)
    Client.objects.bulk_update(change.records, FIELDS)
    ClientGroup.objects.filter(client__in=[client.pk for client in change.records]).delete()
    _write_groups([entry for _client, entry in change.pairs])
    facts.refresh_people([client.person_id for client in change.records])
    audit.write(organisation_id=organisation.pk, by=by, entries=change.lines())
    return len(change.pairs)


@transaction.atomic
def void(*, client: Client, by: User, reason: str) -> Client:
    """Void a client that was recorded by mistake.

    Raises Refused if records of the client still count, or others are merged into it.
    """
    turns.alone(client.organisation_id)
    told = [client.contacts, client.referrals, client.overdoses, client.risk_reviews, client.violence_events]
    if any(rows.countable().exists() for rows in told):
        raise Refused(_("This client has records of their own. Void those first, or merge the client into another."))
    if client.merged_from.exists():
        raise Refused(_("Other records are merged into this client. Take them apart first."))
    client = records.mark_void(record=client, by=by, reason=reason)
    audit.write(organisation_id=client.organisation_id, by=by, entries=[records.void_entry(client)])
    return client


@transaction.atomic
def replace_card(*, client: Client, by: User) -> str:
    """Give a client a new card; the old code still finds them. Answers the new code."""
    turns.alone(client.organisation_id)
    client = Client.objects.select_for_update().get(pk=client.pk)
    OldCard.objects.create(code=client.card_code, client=client, replaced_at=timezone.now(), replaced_by=by)
    [client.card_code] = _card_codes([ClientEntry(occurred_on=client.occurred_on)])
    client.save(update_fields=["card_code"])
    entry = audit.Entry("client.replace_card", "client", str(client.pk))
    audit.write(organisation_id=client.organisation_id, by=by, entries=[entry])
    return client.card_code


@transaction.atomic
def keep_consent(*, client: Client, given: ConsentGiven, by: User) -> Consent:
    """Keep what a client said about one purpose. The newest holds; earlier ones stay readable.

    Who takes back sharing, or the record itself, takes it back for every open referral at once.
    """
    turns.beside_others(client.organisation_id)
    consent = Consent.objects.create(
        client=client, purpose=given.purpose, status=given.status, given_on=given.given_on, recorded_by=by
    )
    if given.status in WITHDRAWN and given.purpose in (Consent.Purpose.SHARE, Consent.Purpose.RECORD):
        referrals.stop_sharing(client=client, by=by)
    detail = {"purpose": str(given.purpose), "status": given.status}
    entry = audit.Entry("client.consent", "client", str(client.pk), detail)
    audit.write(organisation_id=client.organisation_id, by=by, entries=[entry])
    return consent


@transaction.atomic
def note_found(*, found: Sequence[Client], by: User) -> None:
    """Write down whom a search showed: a find reaches further than what one may list."""
    lines: dict[int, list[audit.Entry]] = {}
    for client in found:
        entry = audit.Entry("client.find", "client", str(client.pk))
        lines.setdefault(client.organisation_id, []).append(entry)
    for organisation_id, entries in lines.items():
        audit.write(organisation_id=organisation_id, by=by, entries=entries)


def group_history_with(
    groups: Sequence[rules.Belonging], group: str, since: date | None
) -> tuple[rules.Belonging, ...]:
    """Groups after a primary group was named: without a day it replaces the history, with a day it joins it."""
    others = tuple(row for row in groups if not row.primary)
    history = tuple(row for row in groups if row.primary and row.since != since) if since else ()
    return (*others, *history, rules.Belonging(group, True, since))


def entry_of(client: Client) -> ClientEntry:
    """The entry that would record the client as it stands: the base of every change."""
    groups = tuple(rules.Belonging(row.group, row.primary, row.since) for row in client.groups.all())
    return ClientEntry(
        id=client.pk,
        occurred_on=client.occurred_on,
        sex=client.sex,
        gender=client.gender,
        birth_date=client.birth_date,
        birth_precision=client.birth_precision,
        groups=groups,
        known_positive_since=client.known_positive_since,
        ovc_preventive=client.ovc_preventive,
        nickname=client.nickname,
        icon=client.icon,
        reference=client.reference,
    )
