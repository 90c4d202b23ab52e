"""Keeping where a client stands with methadone treatment."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core.actions import audit
from core.models import Organisation, User
from core.rules.problems import InvalidEntries
from outreach.models import Client, MethadoneStatus
from outreach.rules import methadone as rules


@transaction.atomic
def set_status(*, client: Client, status: str, since: date, by: User) -> MethadoneStatus:
    """Keep a client's status from a day on; what was said of the same day before is replaced.

    Raises InvalidEntries if the status isn't one or the day can't be.
    """
    set_many(statuses={client.pk: (status, since)}, by=by, organisation=client.organisation)
    return MethadoneStatus.objects.get(client=client, since=since)


@transaction.atomic
def set_many(*, statuses: Mapping[UUID, tuple[str, date]], by: User, organisation: Organisation) -> None:
    """Keep the status of many clients of the organisation, each from its own day on, in a constant number of queries.

    Raises InvalidEntries with the problems of each, in order.
    """
    today = timezone.localdate()
    found = [list(rules.problems(status, since, today=today)) for status, since in statuses.values()]
    if wrong := {place: problems for place, problems in enumerate(found) if problems}:
        raise InvalidEntries(wrong)
    rows = [
        MethadoneStatus(client_id=pk, status=status, since=since, recorded_by=by)
        for pk, (status, since) in statuses.items()
    ]
    MethadoneStatus.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["client", "since"], update_fields=["status", "recorded_by"]
    )
    lines = [
        audit.Entry("client.methadone", "client", str(pk), {}, audit.keyed_digest([status, str(since)]))
        for pk, (status, since) in statuses.items()
    ]
    audit.write(organisation_id=organisation.pk, by=by, entries=lines)
