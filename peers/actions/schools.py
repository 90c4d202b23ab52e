"""What can be done with schools: record (at a site that is there, or a new one), count, train, amend, void."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import bulk, turns
from core.actions import records, sites
from core.actions.records import Outcome, Refused
from core.actions.writing import SITE, Writer
from core.batches import portions
from core.models import District, Organisation, Site, User
from core.rules.problems import Problem
from peers.models import Lesson, PupilCount, School, TeachersTrained
from peers.rules import schools as rules
from peers.rules.schools import KIND_OF_SITE, Pupils, SchoolEntry, Teachers

HAS_LESSONS = gettext_lazy("This school has lessons. Make those void first, or leave the school as it is.")


class Known(NamedTuple):
    """What the database says beside the entries at hand.

    `kinds`: the setting of each site; `schools`: the school at each site; `taught`: first and last grade of each
    school's lessons; `void`: schools that are void.
    """

    kinds: Mapping[UUID, str]
    schools: Mapping[UUID, UUID]
    taught: Mapping[UUID, tuple[int, int]]
    void: frozenset[UUID]


class Schools(Writer):
    """Schools, with their counts of pupils and trained teachers in rows of their own."""

    model = School
    entry = SchoolEntry
    links = {"site_id": SITE}
    beside_people = True  # a lesson isn't recorded while its school becomes void

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries: Sequence[SchoolEntry], organisation: Organisation) -> Known:
        kinds: dict[UUID, str] = {}
        schools: dict[UUID, UUID] = {}
        taught: dict[UUID, tuple[int, int]] = {}
        void: set[UUID] = set()
        for portion in portions({entry.site_id for entry in entries if entry.site_id}):
            here = Site.objects.filter(pk__in=portion, organisation=organisation)
            kinds |= dict(here.values_list("pk", "kind"))
            schools |= dict(School.objects.countable().filter(site__in=portion).order_by().values_list("site", "pk"))
        for portion in portions(entry.id for entry in entries):
            lessons = Lesson.objects.countable().filter(school__in=portion).order_by().values_list("school")
            taught |= {pk: (first, last) for pk, first, last in lessons.annotate(Min("grade"), Max("grade"))}
            gone = School.objects.filter(pk__in=portion).exclude(voided_at=None).order_by()
            void |= set(gone.values_list("pk", flat=True))
        # Of several new schools at one site the first is the one.
        for entry in entries:
            if entry.site_id and not entry.void and entry.id not in void:
                schools.setdefault(entry.site_id, entry.id)
        return Known(kinds, schools, taught, frozenset(void))

    def rule_with(self, entry: SchoolEntry, known: Known, *, today):
        if entry.void or entry.id in known.void:
            return
        if known.kinds.get(entry.site_id, KIND_OF_SITE) != KIND_OF_SITE:
            text = _("This site is no school. Choose another one, or change its setting to school.")
            yield Problem("site", text, str(entry.site_id))
        if known.schools.get(entry.site_id, entry.id) != entry.id:
            text = _("This site is a school here already. Open that one, or choose another site.")
            yield Problem("site", text, str(entry.site_id))
        first, last = known.taught.get(entry.id, (entry.first_grade, entry.last_grade))
        if first < entry.first_grade or last > entry.last_grade:
            text = _("There are lessons of grades %(first)s to %(last)s here. Keep these grades, or mend the lessons.")
            field = "first_grade" if first < entry.first_grade else "last_grade"
            yield Problem(field, text % {"first": first, "last": last}, str(getattr(entry, field)))

    def readings(self, queryset):
        return queryset.prefetch_related("pupils", "teachers")

    def follow(self, pairs, *, by, fresh):
        if not fresh:
            ids = [school.pk for school, _entry in pairs]
            PupilCount.objects.filter(school_id__in=ids).delete()
            TeachersTrained.objects.filter(school_id__in=ids).delete()
        bulk.create(PupilCount(school=school, **row._asdict()) for school, entry in pairs for row in entry.pupils)
        bulk.create(
            TeachersTrained(school=school, **row._asdict()) for school, entry in pairs for row in entry.teachers
        )

    @transaction.atomic
    def void(self, *, record, by, reason):
        """Void a school. Raises Refused if it has lessons, is void already, or the reason is empty."""
        turns.alone(record.organisation_id)
        if Lesson.objects.countable().filter(school=record).exists():
            raise Refused(str(HAS_LESSONS))
        return super().void(record=record, by=by, reason=reason)

    @transaction.atomic
    def void_many(self, *, ids, by, organisation, reason):
        turns.alone(organisation.pk)
        if Lesson.objects.countable().filter(school__in=ids, organisation=organisation).exists():
            raise Refused(str(HAS_LESSONS))
        return super().void_many(ids=ids, by=by, organisation=organisation, reason=reason)

    def entry_of(self, record, **changed):
        apart = {
            "pupils": tuple(Pupils(r.counted_on, r.grade, r.sex, r.pupils) for r in record.pupils.all()),
            "teachers": tuple(Teachers(r.trained_on, r.sex, r.teachers) for r in record.teachers.all()),
        }
        return super().entry_of(record, **(apart | changed))


writer = Schools()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of


def record_at_new_site(
    *, entry: SchoolEntry, code: str, name: str, district: District, by: User, organisation: Organisation
) -> Outcome:
    """Make a site and record the school there. Sent twice, the second finds the first one's site.

    Raises InvalidEntries, or Refused if another site of the organisation has the code.
    """
    values: dict[str, Any] = {"code": code, "name": name, "kind": KIND_OF_SITE, "district": district}
    return records.twice(lambda: _record_at_new_site(entry, values, by, organisation))


@transaction.atomic
def _record_at_new_site(entry: SchoolEntry, values: dict[str, Any], by: User, organisation: Organisation) -> Outcome:
    there = School.objects.filter(pk=entry.id, organisation=organisation).first()
    if there:
        site_id = there.site_id
    else:
        site_id = sites.create(organisation=organisation, values=values, by=by).pk
    said = {name: getattr(entry, name) for name in [*entry.said(), *entry.apart]} | {"site_id": site_id}
    return record(entry=SchoolEntry(id=entry.id, **said), by=by, organisation=organisation)


@transaction.atomic
def count_pupils(
    *, school: School, on: date, pupils: Mapping[tuple[int, str], int], by: User, instead_of: date | None = None
) -> School:
    """Keep the pupils of (grade, sex) as counted on a day; a second count of the day replaces the first.

    `instead_of` is the day of a count that this one corrects; without pupils that count is taken away.
    Raises InvalidEntries, or Refused if the school is void.
    """
    school = _locked(school)
    kept = tuple(row for row in entry_of(school).pupils if row.counted_on not in (on, instead_of))
    said = tuple(Pupils(on, grade, sex, number) for (grade, sex), number in sorted(pupils.items()))
    return amend(record=school, entry=entry_of(school, pupils=kept + said), version=school.version, by=by)


@transaction.atomic
def train_teachers(
    *, school: School, on: date, teachers: Mapping[str, int], by: User, instead_of: date | None = None
) -> School:
    """Keep the teachers trained on a day by sex; said again for the day it replaces what was said first.

    `instead_of` is the day of a training that this one corrects; without teachers that training is taken away.
    Raises InvalidEntries, or Refused if the school is void.
    """
    school = _locked(school)
    kept = tuple(row for row in entry_of(school).teachers if row.trained_on not in (on, instead_of))
    said = tuple(Teachers(on, sex, number) for sex, number in sorted(teachers.items()))
    return amend(record=school, entry=entry_of(school, teachers=kept + said), version=school.version, by=by)


def _locked(school: School) -> School:
    turns.beside_others(school.organisation_id)
    return School.objects.select_for_update(no_key=True).get(pk=school.pk)
