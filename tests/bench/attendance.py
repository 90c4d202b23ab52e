"""Import of 10,000 attendances at 500 sessions from a CSV file, the same file again, and everybody taken off."""

import random
from datetime import date, timedelta

from core.models import Organisation
from tests.bench.imports import bring, people

ROWS, SESSIONS, EACH = 10_000, 500, 20
FIRST = date(2024, 1, 1)


def run(report):
    organisation = Organisation.objects.create(code="bench-attendance", name="Bench attendance")
    chance = random.Random(ROWS)
    bring("clients", "client,sex,dob,dob_precision,primary_group", people(ROWS // 4, chance), organisation)
    bring("sessions", "id,date,kind,headcounts", sessions(), organisation)
    came = list(rows(chance))
    for what, header, lines in (
        ("import of", "session,client", came),
        ("  the same file again,", "session,client", came),
        ("  taken off again,", "session,client,void", [f"{row},1" for row in came]),
    ):
        seconds = bring("attendance", header, lines, organisation)
        report(f"{what} {ROWS:,} attendances", f"{ROWS / seconds:,.0f} rows/s")


def sessions():
    for place in range(SESSIONS):
        yield f"S{place},{FIRST + timedelta(days=place % 300)},small_group,U:AUNK=5"


def rows(chance):
    for place in range(SESSIONS):
        for who in chance.sample(range(ROWS // 4), EACH):
            yield f"S{place},K{who}"
