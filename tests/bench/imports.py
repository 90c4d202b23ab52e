"""Import of 10,000 and 100,000 contacts from a CSV file, beside copying the same rows into bare tables."""

import random
import resource
import time
from datetime import date, timedelta

from django.db import connection, transaction

from core.actions import imports
from core.models import Organisation
from core.models.users import system_user
from core.spreadsheets import read
from outreach.models import CommodityLine, Contact, ServiceGiven

FIRST = date(2024, 1, 1)
CLIENTS = "client,sex,dob,dob_precision,primary_group"
CONTACTS = "id,date,client,contact_type,headcount,site,services,hts_outcome,cond_m,syr,syr_collected,void"
GROUPS = ["PWID", "MSM", "FSW", "GFW", "STRW", "PWUD", "TG"]
SERVICES = ["IEC", "CONDOM", "NSP", "HTS_OFFER", "LUBE", "HTS_REF"]
TABLES = [Contact, ServiceGiven, CommodityLine]


def run(report):
    for rows in (10_000, 100_000):
        chance = random.Random(rows)
        organisation = Organisation.objects.create(code=f"bench-{rows}", name=f"Bench {rows}")
        bring("clients", CLIENTS, people(rows // 4, chance), organisation)
        began = resource.getrusage(resource.RUSAGE_SELF)
        seconds = bring("contacts", CONTACTS, contacts(rows, chance), organisation)
        ended = resource.getrusage(resource.RUSAGE_SELF)
        bare = copied(organisation)
        report(f"import of {rows:,} contacts", f"{rows / seconds:,.0f} rows/s")
        report(f"  of it processor time, {rows:,}", f"{ended.ru_utime - began.ru_utime:.1f} s")
        report(f"  memory at most, {rows:,}", f"{ended.ru_maxrss // 1024} MiB")
        report(f"  ratio to copying the same rows, {rows:,}", f"{bare / seconds:.3f}", "later aim: 0.30")


def bring(kind, header, lines, organisation):
    """Import a file whole; answers the seconds."""
    content = "\n".join([header, *lines]).encode()
    errand = imports.errand_of(organisation=organisation, by=system_user(), create_sites=True)
    began = time.monotonic()
    imports.bring_in(kind=kind, table=read(content), errand=errand, digest=imports.digest_of(content))
    return time.monotonic() - began


def people(number, chance):
    for place in range(number):
        born = date(1975, 1, 1) + timedelta(days=chance.randrange(12_000))
        yield f"K{place},{chance.choice('FM')},{born},day,{chance.choice(GROUPS)}"


def contacts(number, chance):
    kinds = ["one_to_one", "dic_visit", "small_group"]
    for place in range(number):
        day = FIRST + timedelta(days=chance.randrange(500))
        who, services = f"K{chance.randrange(number // 4)}", ";".join(chance.sample(SERVICES, 2))
        outcome = chance.choice(["", "tested_or_ref", "declined"])
        given = f"{chance.randrange(20)},{chance.choice([0, 10])},0,0"
        yield f"{place},{day},{who},{chance.choice(kinds)},1,S{chance.randrange(40)},{services},{outcome},{given}"


def copied(organisation):
    """Seconds to write the organisation's contacts, services and commodities into tables without any upkeep."""
    return sum(copy_of(model, organisation) for model in TABLES)


def copy_of(model, organisation):
    path = "organisation" if model is Contact else "contact__organisation"
    names = [field.attname for field in model._meta.concrete_fields]
    columns = ", ".join(field.column for field in model._meta.concrete_fields)
    rows = list(model.objects.filter(**{path: organisation}).values_list(*names))
    table, bare = model._meta.db_table, f"bench_{model._meta.model_name}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {bare} AS SELECT {columns} FROM {table} WHERE 1 = 0")
        began = time.monotonic()
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {bare} FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(names))
                cursor.executemany(f"INSERT INTO {bare} VALUES ({marks})", [list(map(str, row)) for row in rows])
        seconds = time.monotonic() - began
        cursor.execute(f"DROP TABLE {bare}")
    return seconds
