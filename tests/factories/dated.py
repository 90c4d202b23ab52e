"""Rows of registers beside contacts, dated from today, as they stand in the database."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from outreach.models import Overdose

DAY = timezone.localdate


def ago(days):
    return str(DAY() - timedelta(days=days))


def record_of(model, programme, person, days, **values):
    """A row of a register beside contacts, as it stands in the database."""
    at = timezone.now() - timedelta(days=days)
    common = {"organisation": programme.organisation, "recorded_by": programme.by, "recorded_at": at}
    return model.objects.create(
        id=uuid4(), occurred_on=DAY() - timedelta(days=days), client=person, digest="0" * 64, **common, **values
    )


def overdose(programme, person, days, **values):
    by = timezone.now() - timedelta(days=days) + timedelta(hours=72)
    return record_of(Overdose, programme, person, days, follow_up_by=by, **values)
