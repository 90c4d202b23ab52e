"""Closing findings of the data-quality desk with a reason, and opening them again."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions import audit
from core.actions.records import Refused
from core.models import User
from core.rules.free_text import note_problems
from outreach.models import ClosedFinding
from outreach.quality import Row


@transaction.atomic
def close(*, check: str, rows: Sequence[Row], reason: str, note: str = "", by: User) -> int:
    """Close findings for one reason; one that was closed before and opened again is closed anew. Answers how many.

    Raises Refused for a reason that isn't one, or a note that names somebody.
    """
    if reason not in ClosedFinding.Reason.values:
        raise Refused(_("Choose why these are closed."))
    if problem := next(iter(note_problems(note)), None):
        raise Refused(problem.message)
    now = timezone.now()
    ClosedFinding.objects.bulk_create(
        (
            ClosedFinding(
                organisation_id=row.organisation,
                check_name=check,
                key=row.key,
                fingerprint=row.fingerprint,
                reason=reason,
                note=note,
                closed_by=by,
                closed_at=now,
            )
            for row in rows
        ),
        update_conflicts=True,
        unique_fields=["organisation", "check_name", "key"],
        update_fields=["fingerprint", "reason", "note", "closed_by", "closed_at"],
        batch_size=200,
    )
    lines: dict[int, list[audit.Entry]] = {}
    for row in rows:
        lines.setdefault(row.organisation, []).append(_line("close", check, row.key, {"reason": reason}))
    for organisation, entries in sorted(lines.items()):
        audit.write(organisation_id=organisation, by=by, entries=entries)
    return len(rows)


@transaction.atomic
def reopen(*, finding: ClosedFinding, by: User) -> None:
    """Take a closing back. What is still in the data stands on the list again."""
    finding.delete()
    entry = _line("reopen", finding.check_name, finding.key, {})
    audit.write(organisation_id=finding.organisation_id, by=by, entries=[entry])


def _line(verb: str, check: str, key: str, detail: dict) -> audit.Entry:
    """One line; the record's number is that of the record found, where the finding is about one."""
    return audit.Entry(f"finding.{verb}", "finding", key[:40], {"kind": check, **detail})
