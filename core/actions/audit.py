"""Writing and verifying audit chains."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core import bulk
from core.models import AuditChain, AuditLine, User

GENESIS = "0" * 64
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


@dataclass(frozen=True)
class Entry:
    """One line to be: what was done to which record; `detail` names fields and counts, never values."""

    action: str
    record_kind: str = ""
    record_id: str = ""
    detail: dict = field(default_factory=dict)
    digest: str = ""


def canonical(content: object) -> bytes:
    """JSON with sorted keys and no spaces: the same content gives the same bytes."""
    return _ENCODER.encode(content).encode()


def keyed_digest(content: object) -> str:
    """HMAC-SHA256 of content under the installation's secret: shows a change, reveals nothing."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"audit\x00" + canonical(content), "sha256").hex()


def _hash(previous: str, at: datetime, said: Sequence[object]) -> str:
    """The chain's hash of a line: `said` are its number, actor, action, record's kind and id, detail and digest."""
    number, *rest = said
    return hashlib.sha256(canonical([previous, number, at.isoformat(), *rest])).hexdigest()


@transaction.atomic
def write(*, organisation_id: int | None, by: User | None, entries: Sequence[Entry]) -> None:
    """Append lines to the organisation's chain: the last step of the transaction they describe."""
    if not entries:
        return
    head = AuditChain.objects.select_for_update().filter(organisation_id=organisation_id).first()
    if head is None:
        AuditChain.objects.get_or_create(organisation_id=organisation_id)
        head = AuditChain.objects.select_for_update().get(organisation_id=organisation_id)
    now, actor = timezone.now(), by.pk if by else None
    previous, lines = head.hash, []
    for number, entry in enumerate(entries, start=head.length + 1):
        about = (entry.action, entry.record_kind, str(entry.record_id), entry.detail, entry.digest)
        previous = _hash(previous, now, (number, actor, *about))
        lines.append((head.pk, number, now, actor, *about, previous))
    bulk.insert(AuditLine, lines)
    head.length += len(lines)
    head.hash = previous
    head.save(update_fields=["length", "hash"])


def faults() -> Iterator[str]:
    """Every fault of every chain, in words: a line changed, missing, added or out of order."""
    for chain in AuditChain.objects.select_related("organisation").order_by("pk"):
        yield from _chain_faults(chain)


def _chain_faults(chain: AuditChain) -> Iterator[str]:
    previous, expected = GENESIS, 1
    for line in chain.lines.order_by("sequence").iterator(chunk_size=2000):
        if line.sequence != expected:
            yield f"{chain}: line {expected} is missing before line {line.sequence}"
            expected = line.sequence
        about = (line.action, line.record_kind, line.record_id, line.detail, line.digest)
        if line.hash != _hash(previous, line.at, (line.sequence, line.actor_id, *about)):
            yield f"{chain}: line {line.sequence} was changed, or the line before it was"
        previous, expected = line.hash, expected + 1
    if (expected - 1, previous) != (chain.length, chain.hash):
        yield f"{chain}: the head names {chain.length} lines, the chain ends at {expected - 1}"
