"""The actions of one kind of record, declared: record, amend and void, many at once and each with its audit line.

A concept's own `actions/` module makes one Writer and adds what is its own: what follows from a record is written in
`follow`, in the same transaction.
"""

import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import bulk, turns
from core.actions import audit, records
from core.actions.records import Outcome
from core.batches import portions
from core.entries import Entry
from core.models import Organisation, Record, Site, User
from core.rules.problems import InvalidEntries, Problem


@dataclass(frozen=True)
class Link:
    """What a field of an entry may point to: `rows` answers the organisation's own, `refusal` says what to do."""

    rows: Callable[[Organisation], models.QuerySet]
    refusal: Any


SITE = Link(
    lambda organisation: Site.objects.filter(organisation=organisation),
    gettext_lazy("There is no such site. Choose one from the list."),
)


class Writer:
    """The actions of one kind of record. One object a concept, without state.

    `links` says which fields of the entry name rows of the organisation. `beside_people` takes the turn of
    `core.turns`, for kinds whose writing touches what is derived from people.
    """

    model: ClassVar[type[Record]]
    entry: ClassVar[type[Entry]]
    links: ClassVar[Mapping[str, Link]] = {}
    beside_people: ClassVar[bool] = False

    # --- what subclasses say ---------------------------------------------------------------------

    def rule(self, entry: Any, *, today: date) -> Iterator[Problem]:
        """Everything wrong with an entry by itself."""
        raise NotImplementedError

    def known(self, entries: Sequence[Any], organisation: Organisation) -> Any:
        """Hook: what `rule_with` needs of the database, read once for all entries."""
        return None

    def rule_with(self, entry: Any, known: Any, *, today: date) -> Iterator[Problem]:
        """Hook: everything wrong with an entry beside what the database holds."""
        yield from ()

    def readings(self, queryset: models.QuerySet) -> models.QuerySet:
        """Hook: records with what their `content()` reads at hand."""
        return queryset

    def derive(self, record: Any, entry: Any) -> None:
        """Hook: set the record's derived fields, before it is written."""

    def follow(self, pairs: Sequence[tuple[Any, Any]], *, by: User, fresh: bool) -> None:
        """Hook: write what follows from (record, entry) pairs just written. `fresh` says that they are new."""

    def voided(self, rows: Sequence[Any], *, by: User) -> None:
        """Hook: write what follows from records that just became void."""

    # --- recording -------------------------------------------------------------------------------

    def record(self, *, entry: Any, by: User, organisation: Organisation, source: str = Record.Source.WEB) -> Outcome:
        """Record one. Sent again with the same content it is a duplicate, with other content a conflict.

        Raises InvalidEntries if the entry breaks a rule.
        """
        sent: dict[str, Any] = {"entries": [entry], "by": by, "organisation": organisation, "source": source}
        return records.twice(lambda: self.record_many(**sent))[0]

    @transaction.atomic
    def record_many(
        self,
        *,
        entries: Sequence[Any],
        by: User,
        organisation: Organisation,
        source: str = Record.Source.WEB,
        checked: bool = False,
    ) -> list[Outcome]:
        """Record many in a constant number of queries a portion; one outcome an entry, in order.

        `checked` says that the caller has just asked `problems_of` in this transaction.
        Raises InvalidEntries with every problem of every entry.
        """
        self._take_turn(organisation.pk)
        if not checked and (wrong := self.problems_of(entries=entries, organisation=organisation)):
            raise InvalidEntries(wrong)
        done = records.sort_out(model=self.model, entries=entries, organisation=organisation, by=by, source=source)
        now = timezone.now()
        pairs = [(self._new(entry, digest, organisation, by, source, now), entry) for entry, digest in done.fresh]
        for portion in portions(pairs, 1000):
            bulk.create(record for record, _entry in portion)
            self.follow(portion, by=by, fresh=True)
        audit.write(organisation_id=organisation.pk, by=by, entries=done.lines)
        return done.outcomes

    def _new(self, entry: Any, digest: str, organisation: Organisation, by: User, source: str, now: Any) -> Record:
        record = self.model(
            id=entry.id, organisation=organisation, recorded_by=by, recorded_at=now, source=source, digest=digest
        )
        self._fill(record, entry)
        if entry.void:
            record.voided_at, record.voided_by, record.void_reason = now, by, "import"
        return record

    def _fill(self, record: Record, entry: Any) -> None:
        for name in self.entry.said():
            value = getattr(entry, name)
            if isinstance(value, frozenset):
                value = sorted(value)
            elif isinstance(value, tuple):
                value = [list(part) if isinstance(part, tuple) else part for part in value]
            elif isinstance(value, Mapping):
                value = dict(value)
            setattr(record, name, value)
        self.derive(record, entry)

    def problems_of(self, *, entries: Sequence[Any], organisation: Organisation) -> dict[int, list[Problem]]:
        """Every problem of every entry, by its place in the list: rules, and links to what isn't the organisation's."""
        today, known = timezone.localdate(), self.known(entries, organisation)
        held = {
            name: records.known_ids(link.rows(organisation), {pk for e in entries if (pk := getattr(e, name))})
            for name, link in self.links.items()
        }
        taken = records.references(self.model, [entry.reference for entry in entries], organisation)
        wrong: dict[int, list[Problem]] = {}
        for place, entry in enumerate(entries):
            found = [*self.rule(entry, today=today), *self.rule_with(entry, known, today=today)]
            for name, link in self.links.items():
                pk = getattr(entry, name)
                if pk and pk not in held[name]:
                    found.append(Problem(name.removesuffix("_id"), str(link.refusal), str(pk)))
            if taken.get(entry.reference, entry.id) != entry.id:
                text = _("Another record has this reference already. Use another one, or leave it empty.")
                found.append(Problem("reference", text, entry.reference))
            if found:
                wrong[place] = found
        return wrong

    # --- changing --------------------------------------------------------------------------------

    def amend(self, *, record: Any, entry: Any, version: int, by: User, reason: str = "") -> Any:
        """Change a record into a new version; the old one stays readable.

        Raises Changed if `version` isn't the newest, Refused if it is void, InvalidEntries if a rule is broken.
        """
        return records.twice(lambda: self._amend(record, entry, version, by, reason))

    @transaction.atomic
    def _amend(self, record: Any, entry: Any, version: int, by: User, reason: str) -> Any:
        self._take_turn(record.organisation_id)
        current = records.lock_version(record, version)
        self.amend_many(entries=[entry], by=by, organisation=current.organisation, reason=reason)
        return self.model.objects.get(pk=record.pk)

    @transaction.atomic
    def amend_many(
        self,
        *,
        entries: Sequence[Any],
        by: User,
        organisation: Organisation,
        reason: str = "",
        checked: bool = False,
    ) -> int:
        """Change records, named by their entries' ids; what says the same is left alone. Answers how many changed.

        Raises Refused if one of them is void, InvalidEntries if a rule is broken.
        """
        self._take_turn(organisation.pk)
        if not checked and (wrong := self.problems_of(entries=entries, organisation=organisation)):
            raise InvalidEntries(wrong)
        return sum(self._amend_portion(portion, by, organisation, reason) for portion in portions(entries, 1000))

    def _amend_portion(self, entries: list, by: User, organisation: Organisation, reason: str) -> int:
        mine = self.readings(self.model.objects.filter(organisation=organisation))
        change = records.begin_change(queryset=mine, entries=entries, by=by, reason=reason)
        fields = [*self.model.said_fields(), *map(self.model._meta.get_field, sorted(self.model.derived))]
        # Only what changed in one of them: writing every field takes longer than all the rest.
        changed = {"version"}
        for record, entry in change.pairs:
            stood = [getattr(record, field.attname) for field in fields]
            self._fill(record, entry)
            stands = [getattr(record, field.attname) for field in fields]
            changed |= {field.name for field, old, new in zip(fields, stood, stands, strict=True) if old != new}
        self.model.objects.bulk_update(change.records, sorted(changed), batch_size=200)
        self.follow(change.pairs, by=by, fresh=False)
        audit.write(organisation_id=organisation.pk, by=by, entries=change.lines())
        return len(change.pairs)

    @transaction.atomic
    def void(self, *, record: Any, by: User, reason: str) -> Any:
        """Void a record: it stays readable and counts nowhere.

        Raises Refused if it is void already or the reason is empty.
        """
        self._take_turn(record.organisation_id)
        record = records.mark_void(record=record, by=by, reason=reason)
        self.voided([record], by=by)
        audit.write(organisation_id=record.organisation_id, by=by, entries=[records.void_entry(record)])
        return record

    @transaction.atomic
    def void_many(self, *, ids: Sequence[UUID], by: User, organisation: Organisation, reason: str) -> int:
        """Void many for one reason; those that are void already are left alone. Answers how many became void."""
        self._take_turn(organisation.pk)
        lines = []
        for portion in portions(ids):
            rows = list(self.model.objects.filter(voided_at=None, pk__in=portion, organisation=organisation))
            records.mark_many_void(rows, by=by, reason=reason)
            self.voided(rows, by=by)
            lines += [records.void_entry(row) for row in rows]
        audit.write(organisation_id=organisation.pk, by=by, entries=lines)
        return len(lines)

    def _take_turn(self, organisation_id: int) -> None:
        if self.beside_people:
            turns.beside_others(organisation_id)

    # --- reading back ----------------------------------------------------------------------------

    def entry_of(self, record: Any, **changed: Any) -> Any:
        """The entry that would record the record as it stands, or with some of it changed."""
        kinds = typing.get_type_hints(self.entry)
        stands = {}
        for name in self.entry.said():
            value = getattr(record, name)
            origin = typing.get_origin(kinds[name])
            if origin is frozenset:
                value = frozenset(value)
            elif origin is tuple:
                value = tuple(tuple(part) if isinstance(part, list) else part for part in value)
            stands[name] = value
        return self.entry(id=record.pk, **(stands | changed))
