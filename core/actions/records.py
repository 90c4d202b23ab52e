"""What every record's actions share: digests, kept versions, voiding, conflicting copies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import bulk
from core.actions import audit
from core.batches import portions
from core.models import ConflictingCopy, Organisation, Record, RecordVersion, User

Answer = TypeVar("Answer")


class Outcome(StrEnum):
    """What became of one record that was sent in."""

    CREATED = "created"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    GONE = "gone"


class Refused(Exception):
    """A change that the rules don't allow; the message says why and what to do instead."""


class Changed(Refused):
    """The record was changed by somebody else since it was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody changed this record while you had it open. Look at the new version, then change it again.")
        )


@dataclass
class Sorted:
    """Entries sent in, sorted: an outcome for each, those to write with their digests, and audit lines."""

    outcomes: list[Outcome]
    fresh: list[tuple[Any, str]]
    lines: list[audit.Entry]


def twice(write: Callable[[], Answer]) -> Answer:
    """Write; where what may stand only once is being written at this very moment, look again: it is there then."""
    try:
        return write()
    except IntegrityError:
        return write()


def sort_out(*, model: type[Record], entries: Sequence, organisation: Organisation, by: User, source: str) -> Sorted:
    """Tell new entries from those sent before. Entries have `id` and `content()`, in the shape of the model's.

    A second text under a known id is kept for a supervisor; the first stays byte for byte. An id of another
    organisation is answered like a conflict, and nothing of either is kept or shown.
    """
    known = by_id(model.objects.all(), [entry.id for entry in entries])
    done = Sorted([], [], [])
    seen: dict[UUID, str] = {}
    kind = model.kind_name
    for entry in entries:
        content = entry.content()
        digest = audit.keyed_digest(content)
        found = known.get(entry.id)
        if found is None and entry.id not in seen:
            done.outcomes.append(Outcome.CREATED)
            done.fresh.append((entry, digest))
            done.lines.append(audit.Entry(f"{kind}.record", kind, str(entry.id), {"source": str(source)}, digest))
        elif found is None:
            done.outcomes.append(Outcome.DUPLICATE if seen[entry.id] == digest else Outcome.CONFLICT)
        elif found.organisation_id != organisation.pk:
            done.outcomes.append(Outcome.CONFLICT)
        else:
            done.outcomes.append(_outcome(found, digest))
            if done.outcomes[-1] == Outcome.CONFLICT:
                _keep_conflicting(found, content, digest, by)
                done.lines.append(audit.Entry(f"{kind}.conflict", kind, str(entry.id), {}, digest))
        seen.setdefault(entry.id, digest)
    return done


def _outcome(found: Record, digest: str) -> Outcome:
    if found.is_void:
        return Outcome.GONE
    return Outcome.DUPLICATE if found.digest == digest else Outcome.CONFLICT


def _keep_conflicting(record: Record, content: dict, digest: str, by: User) -> None:
    ConflictingCopy.objects.get_or_create(
        record_id=record.pk,
        digest=digest,
        defaults={
            "organisation_id": record.organisation_id,
            "record_kind": record.kind_name,
            "content": content,
            "sent_by": by,
            "sent_at": timezone.now(),
        },
    )


def by_id(queryset: models.QuerySet, ids: Iterable[UUID]) -> dict[UUID, Any]:
    """Rows by their ids, in as many queries as there are portions."""
    found: dict[UUID, Any] = {}
    for portion in portions(ids):
        found |= queryset.in_bulk(portion)
    return found


def known_ids(queryset: models.QuerySet, ids: Iterable[UUID]) -> set[UUID]:
    """Those of the ids that the queryset holds."""
    found: set[UUID] = set()
    for portion in portions(ids):
        found.update(queryset.filter(pk__in=portion).values_list("pk", flat=True))
    return found


def references(model: type[Record], wanted: Iterable[str], organisation: Organisation) -> dict[str, UUID]:
    """Whose these own references are already, by reference: each belongs to one record of a kind."""
    taken: dict[str, UUID] = {}
    for portion in portions(filter(None, wanted)):
        rows = model.objects.filter(organisation=organisation, reference__in=portion)
        taken |= dict(rows.values_list("reference", "pk"))
    return taken


@dataclass
class Change:
    """Records about to become new versions: (record, entry) pairs of those that differ, and what they said before."""

    pairs: list[tuple[Any, Any]]
    before: Mapping[UUID, dict]

    @property
    def records(self) -> list:
        return [record for record, _entry in self.pairs]

    def lines(self) -> list[audit.Entry]:
        """The audit lines: names of the fields that changed, never values."""
        lines = []
        for record, entry in self.pairs:
            after = entry.content()
            fields = changed_fields(self.before[record.pk], after)
            detail = {"fields": fields, "version": record.version}
            kind = record.kind_name
            lines.append(audit.Entry(f"{kind}.amend", kind, str(record.pk), detail, audit.keyed_digest(after)))
        return lines


def begin_change(*, queryset: models.QuerySet, entries: Sequence, by: User, reason: str) -> Change:
    """Lock the records that the entries name, keep what they say now, and raise their version.

    `queryset` holds the organisation's records, with what `content()` reads prefetched.
    Raises Refused if one that would change is void.
    """
    current = queryset.select_for_update(no_key=True).in_bulk([entry.id for entry in entries])
    before = {pk: record.content() for pk, record in current.items()}
    change = Change([(current[e.id], e) for e in entries if before[e.id] != e.content()], before)
    if any(record.is_void for record in change.records):
        raise Refused(_("A void record can't be changed."))
    now = timezone.now()
    bulk.create(
        RecordVersion(
            organisation_id=record.organisation_id,
            record_kind=record.kind_name,
            record_id=record.pk,
            version=record.version,
            content=before[record.pk],
            changed_at=now,
            changed_by=by,
            reason=reason,
        )
        for record in change.records
    )
    for record in change.records:
        record.version += 1
    return change


def changed_fields(before: dict, after: dict) -> list[str]:
    """Names of what differs between two contents, sorted."""
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


def lock_version(record: Record, version: int) -> Record:
    """The record as it stands, locked for a change.

    Raises Changed if `version` isn't the newest.
    """
    locked = type(record).objects.select_for_update(no_key=True, of=("self",))
    current = locked.select_related("organisation").get(pk=record.pk)
    if current.version != version:
        raise Changed
    return current


@transaction.atomic
def mark_void(*, record: Record, by: User, reason: str) -> Record:
    """Void one record with a reason and its audit line.

    Raises Refused if it is void already or the reason is empty.
    """
    record = type(record).objects.select_for_update(no_key=True).get(pk=record.pk)
    if record.is_void:
        raise Refused(_("This record is already void."))
    if not reason.strip():
        raise Refused(_("Say in a few words why this record is void."))
    record.voided_at, record.voided_by, record.void_reason = timezone.now(), by, reason.strip()
    record.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return record


def mark_many_void(rows: Sequence[Record], *, by: User, reason: str) -> None:
    """Void records of one kind for one reason, in one statement, without their audit lines."""
    said = {"voided_at": timezone.now(), "voided_by": by, "void_reason": reason}
    for record in rows:
        for name, value in said.items():
            setattr(record, name, value)
    if rows:
        type(rows[0]).objects.filter(pk__in=[record.pk for record in rows]).update(**said)


def void_entry(record: Record) -> audit.Entry:
    """The audit line of a voided record."""
    return audit.Entry(action=f"{record.kind_name}.void", record_kind=record.kind_name, record_id=str(record.pk))


@transaction.atomic
def settle_conflict(*, copy: ConflictingCopy, by: User, note: str) -> ConflictingCopy:
    """Close a conflicting copy after somebody has looked at both texts.

    Raises Refused if it was closed before.
    """
    copy = ConflictingCopy.objects.select_for_update().get(pk=copy.pk)
    if copy.settled_at:
        raise Refused(_("This conflict was already settled."))
    copy.settled_at, copy.settled_by, copy.settled_note = timezone.now(), by, note
    copy.save(update_fields=["settled_at", "settled_by", "settled_note"])
    entry = audit.Entry(action="conflict.settle", record_kind=copy.record_kind, record_id=str(copy.record_id))
    audit.write(organisation_id=copy.organisation_id, by=by, entries=[entry])
    return copy
