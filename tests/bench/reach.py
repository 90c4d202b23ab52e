"""One-year reach at 1,000,000 contacts of 300,000 people in five years, by SQL over the facts."""

import random
import statistics
import time
from datetime import date, timedelta
from uuid import UUID

from django.db import connection

from core import codes
from core.periods import Period, year
from core.scope import SYSTEM
from dashboards import counting
from outreach.models import Fact

CONTACTS, PEOPLE = 1_000_000, 300_000
FIRST, DAYS = date(2020, 1, 1), 5 * 365
KINDS = ["one_to_one"] * 6 + ["dic_visit"] * 2 + ["small_group", "large_group"]
PROVINCES = ["12"] * 5 + ["01", "02", "14", "18"]
AIM = "aim: at most 200 ms"


def run(report):
    began = time.monotonic()
    fill()
    report(f"facts written: {CONTACTS:,}", f"{time.monotonic() - began:.0f} s")
    period = year(2023)
    questions = {
        "REACH by sex and age, one year": ("REACH", period, ["sex", "age_band"], None),
        "REACH total, one year": ("REACH", period, [], None),
        "REACH by sex and age, one province and group": (
            "REACH",
            period,
            ["sex", "age_band"],
            {"province": ["12"], "group": ["PWID"]},
        ),
        "REACH by month, one year": ("REACH", period, ["month"], None),
        "REACH by province, one year": ("REACH", period, ["province"], None),
        "REACH by sex and age, one quarter": (
            "REACH",
            Period(date(2023, 1, 1), date(2023, 3, 31)),
            ["sex", "age_band"],
            None,
        ),
        "KP_PREV by group and testing, a second half": (
            "KP_PREV",
            Period(date(2023, 4, 1), date(2023, 9, 30)),
            ["group", "testing"],
            None,
        ),
        "CONTACTS by month, one year": ("CONTACTS", period, ["month"], None),
    }
    for name, (code, asked, by, where) in questions.items():
        aim = AIM if name.startswith("REACH by sex and age, one year") else ""
        report(name, f"{milliseconds(code, asked, by, where):.0f} ms", aim)


def milliseconds(code, period, by, where):
    """The median of seven runs, after one that warms up."""
    times = []
    for _turn in range(8):
        began = time.perf_counter()
        counting.count(code, period, by=by, where=where, scope=SYSTEM)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[1:])


def rows():
    """Facts of people who are met three times on average; the same every time."""
    chance = random.Random(2)
    groups = codes.table("population_group")
    names = list(groups)
    services = [1 << code.number for code in codes.table("service").values()]
    people = []
    for number in range(PEOPLE):
        born = date(1960, 1, 1) + timedelta(days=chance.randrange(55 * 365))
        group = "PWID" if number % 4 == 0 else chance.choice(names)
        people.append((UUID(int=number + 1), born, chance.choice("FFMMXU"), group))
    for number in range(CONTACTS):
        client, born, sex, group = people[chance.randrange(PEOPLE)]
        day = FIRST + timedelta(days=chance.randrange(DAYS))
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        province = chance.choice(PROVINCES)
        yield {
            "contact_id": UUID(int=number + 1),
            "client": client,
            "organisation": 1 + number % 3,
            "educator": 1,
            "date": day,
            "month": day.year * 100 + day.month,
            "day_group": day.toordinal() * 1000 + groups[group].number,
            "group": group,
            "sex": sex,
            "age": max(age, 0),
            "kind": chance.choice(KINDS),
            "group_size": 1,
            "site": None,
            "district": province + "01",
            "province": province,
            "services": chance.choice(services) | chance.choice(services),
            "hts_outcome": chance.choice(["", "tested_or_ref", "declined"]),
            "known_positive_since": None,
            "ovc_preventive": False,
            "ns_given": 0,
            "ns_taken_back": 0,
        }


def fill():
    """Write the facts without the contacts they mirror, which counting doesn't read."""
    columns = [field.column for field in Fact._meta.concrete_fields]
    names = [field.attname for field in Fact._meta.concrete_fields]
    table, quoted = connection.ops.quote_name(Fact._meta.db_table), ", ".join(map(connection.ops.quote_name, columns))
    codes.table("service")  # read now: nothing else may be asked while rows are copied
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            # A vacuum in between would keep the last one from finishing its work.
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in rows():
                    copy.write_row([row[name] for name in names])
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("BEGIN")
            marks = ", ".join(["?"] * len(columns))
            cursor.connection.executemany(
                f"INSERT INTO {table} ({quoted}) VALUES ({marks})",
                ([plain(row[name]) for name in names] for row in rows()),
            )
            cursor.execute("COMMIT")
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else f"VACUUM ANALYZE {table}")


def plain(value):
    """The value as SQLite keeps it."""
    if isinstance(value, UUID):
        return value.hex
    return str(value) if isinstance(value, date) else value
