"""Classes of schools at their highest headcount, over 100,000 lessons of some 24,000 classes in five school years."""

import random
import time
from datetime import date, timedelta

from django.utils import timezone

from core import bulk
from core.models import Organisation, Site
from core.models.users import system_user
from peers.classes import classes_of
from peers.models import Lesson, School

LESSONS, SCHOOLS, CLASSES = 100_000, 100, "ABCD"
FIRST_YEAR, YEARS = 2020, 5


def run(report):
    organisation = Organisation.objects.create(code="bench-classes", name="Bench classes")
    fill(organisation)
    one_year = Lesson.objects.filter(school_year=FIRST_YEAR)
    for what, lessons in ((f"classes of {LESSONS:,} lessons", Lesson.objects.all()), ("  of one year's", one_year)):
        began = time.perf_counter()
        found = len(classes_of(lessons))
        report(what, f"{(time.perf_counter() - began) * 1000:.0f} ms", f"{found:,} classes")


def fill(organisation):
    """Write the lessons past the action, which isn't what is measured."""
    chance = random.Random(LESSONS)
    frame = {"organisation": organisation, "recorded_by": system_user(), "recorded_at": timezone.now(), "digest": ""}
    sites = [Site(organisation=organisation, code=f"S{n}", name=f"School {n}", kind="school") for n in range(SCHOOLS)]
    Site.objects.bulk_create(sites)
    schools = [School(site=site, occurred_on=date(FIRST_YEAR, 1, 1), **frame) for site in sites]
    bulk.create(schools)
    bulk.create(lesson(chance, schools[number % SCHOOLS], frame) for number in range(LESSONS))


def lesson(chance, school, frame):
    year, heads = FIRST_YEAR + chance.randrange(YEARS), {sex: chance.randrange(1, 30) for sex in "FM"}
    return Lesson(
        school=school,
        occurred_on=date(year, 11, 1) + timedelta(days=chance.randrange(200)),
        school_year=year,
        grade=chance.randrange(1, 13),
        class_name=chance.choice(CLASSES),
        heads=heads,
        pupils=sum(heads.values()),
        **frame,
    )
