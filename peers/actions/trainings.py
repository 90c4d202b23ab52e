"""What can be done with trainings: record, amend, void, and fill in the attendance sheet."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from core import bulk
from core.actions.writing import SITE, Writer
from core.models import User
from peers.models import PeerEducator, Training, TrainingAttendance
from peers.rules import trainings as rules
from peers.rules.trainings import Attended, TrainingEntry


class Trainings(Writer):
    """Courses, with those who came in rows of their own."""

    model = Training
    entry = TrainingEntry
    links = {"site_id": SITE}

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries, organisation):
        """When each peer educator who is named was recruited."""
        ids = {one.peer_id for entry in entries for one in entry.attendances}
        if not ids:
            return {}
        rows = PeerEducator.objects.filter(organisation=organisation, pk__in=ids)
        return dict(rows.values_list("pk", "occurred_on"))

    def rule_with(self, entry, known, *, today):
        return rules.recruited_problems(entry, known)

    def readings(self, queryset):
        return queryset.prefetch_related("attendances")

    def follow(self, pairs: Sequence[tuple[Training, TrainingEntry]], *, by, fresh):
        if not fresh:
            TrainingAttendance.objects.filter(training_id__in=[training.pk for training, _entry in pairs]).delete()
        bulk.create(
            TrainingAttendance(
                training=training,
                peer_id=one.peer_id,
                days=sorted(str(day) for day in one.days),
                score_before=one.score_before,
                score_after=one.score_after,
                signed_off=one.signed_off,
            )
            for training, entry in pairs
            for one in entry.attendances
        )

    def entry_of(self, record, **changed):
        rows = tuple(attended(row) for row in record.attendances.all())
        return super().entry_of(record, **({"attendances": rows} | changed))


def attended(row: TrainingAttendance) -> Attended:
    return Attended(
        peer_id=row.peer_id,
        days=frozenset(map(date.fromisoformat, row.days)),
        score_before=row.score_before,
        score_after=row.score_after,
        signed_off=row.signed_off,
    )


writer = Trainings()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of


@transaction.atomic
def fill_in(
    *,
    training: Training,
    lines: Iterable[Attended],
    about: Iterable[UUID],
    version: int,
    by: User,
) -> Training:
    """Say anew who of the peer educators in `about` came; the lines of everybody else stay as they are.

    Raises Changed if `version` isn't the newest, Refused if it is void, InvalidEntries if a rule is broken.
    """
    stands, told = entry_of(training), set(about)
    kept = [one for one in stands.attendances if one.peer_id not in told]
    entry = entry_of(training, attendances=(*kept, *lines))
    return amend(record=training, entry=entry, version=version, by=by)
