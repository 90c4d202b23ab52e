"""Schools, lessons and states of provinces as somebody would send them in."""

import uuid
from datetime import date

from core.models import Site
from core.models.users import system_user
from peers.actions import lessons, schools
from peers.models import Lesson, School
from peers.rules.lessons import LessonEntry
from peers.rules.schools import SchoolEntry
from tests.factories.people import organisation


def school_site(code="SCHOOL-1", home="NGO-A", district="1401", **changed):
    values = {"name": f"Primary school {code}", "kind": "school", "district_id": district, **changed}
    return Site.objects.create(organisation=organisation(home), code=code, **values)


def school_entry(**changed):
    values = {"occurred_on": date(2024, 10, 1), **changed}
    if "site_id" not in values:
        values["site_id"] = school_site(f"SCHOOL-{uuid.uuid4().hex[:6]}").pk
    return SchoolEntry(**values)


def school_of(code="SCHOOL-1", home="NGO-A", district="1401", **changed):
    """A school at a site of its own."""
    site = school_site(code, home, district)
    entry = school_entry(site_id=site.pk, **changed)
    schools.record(entry=entry, by=system_user(), organisation=organisation(home))
    return School.objects.get(pk=entry.id)


def lesson_entry(school=None, **changed):
    values = {
        "occurred_on": date(2025, 2, 3),
        "school_id": school.pk if school else None,
        "grade": 5,
        "class_name": "A",
        "topics": frozenset({"goals"}),
        "heads": {"F": 20, "M": 22},
        **changed,
    }
    return LessonEntry(**values)


def lesson_of(school, **changed):
    entry = lesson_entry(school, **changed)
    lessons.record(entry=entry, by=system_user(), organisation=school.organisation)
    return Lesson.objects.get(pk=entry.id)
