"""Logging a contact, by the action and by the form, beside the same statements without the product.

The statements of one contact are written down as they went to the database. On PostgreSQL pgbench then runs them
with new ids; on SQLite the bare driver does.
"""

import itertools
import re
import subprocess
import tempfile
import time
import uuid
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from core.models import Organisation
from core.models.users import system_user
from core.permissions import Role
from outreach.actions import clients, contacts
from outreach.rules.clients import Belonging, ClientEntry
from outreach.rules.contacts import ContactEntry
from tests.factories.people import member
from tests.machine import find_postgres

TIMES = 300
SERVICES = frozenset({"IEC", "NSP", "CONDOM"})
NUMBER = 987_654_321
FRESH = "(random() * 1e15)::bigint"
GIVEN = {"SYR_1ML_FIX": 20, "COND_M": 12}


def run(report):
    user = member(Role.OUTREACH_WORKER)
    organisation = Organisation.objects.get(code="NGO-A")
    person = ClientEntry(occurred_on=date(2025, 1, 1), sex="M", groups=(Belonging("PWID"),))
    clients.record(entry=person, by=system_user(), organisation=organisation)
    statements = written_down(lambda: act(person, user, organisation))
    by_action = rate(lambda: act(person, user, organisation))
    report("contacts by the action", f"{by_action:,.0f} /s")
    report("  statements of one", str(len(statements)), "aim: at most 6 by form (later)")
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(user)
    fill_in(browser, person)  # the session's first request writes the session
    report("  statements of one form", str(len(written_down(lambda: fill_in(browser, person)))))
    by_form = rate(lambda: fill_in(browser, person))
    report("contacts by the form", f"{by_form:,.0f} /s")
    limit = bare_rate(statements)
    report("the same statements, bare", f"{limit:,.0f} /s", "pgbench on PostgreSQL")
    report("  ratio, action", f"{by_action / limit:.3f}")
    report("  ratio, form", f"{by_form / limit:.3f}", "later aim: 0.20")


def act(person, user, organisation):
    entry = ContactEntry(
        occurred_on=date(2025, 3, 1), kind="one_to_one", client_id=person.id, services=SERVICES, given=GIVEN
    )
    contacts.record(entry=entry, by=user, organisation=organisation)


def fill_in(browser, person):
    data = {"id": uuid.uuid4(), "occurred_on": "2025-03-01", "kind": "one_to_one", "group_size": 1}
    data |= {"services": sorted(SERVICES), **{f"given_{code}": number for code, number in GIVEN.items()}}
    answer = browser.post(reverse("record-contact") + f"?client={person.id}", data)
    assert answer.status_code == 302, answer.content.decode()


def rate(once):
    once()
    began = time.perf_counter()
    for _turn in range(TIMES):
        once()
    return TIMES / (time.perf_counter() - began)


def written_down(once):
    """The statements that go to the database meanwhile, as (SQL, parameters), without those that begin and end."""
    seen = []

    def keep(execute, sql, params, many, context):
        seen.extend((sql, row) for row in (params if many else [params]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        once()
    return [(sql, params) for sql, params in seen if not re.match(r"SAVEPOINT|RELEASE|BEGIN", sql)]


def bare_rate(statements):
    """Transactions of these statements a second, each with ids of its own."""
    renewed = [(sql, renewable(sql, params)) for sql, params in statements]
    return by_pgbench(renewed) if connection.vendor == "postgresql" else by_driver(renewed)


def renewable(sql, params):
    """The parameters, with a mark for the audit line's number, which may stand once only."""
    if sql.startswith('INSERT INTO "core_auditline"'):
        return [params[0], NUMBER, *params[2:]]
    return list(params or ())


def new_id(statements):
    """The id of the contact that the statements write, as the driver knows it."""
    return next(params[0] for sql, params in statements if sql.startswith('INSERT INTO "outreach_contact"'))


def by_driver(statements):
    old = new_id(statements)
    numbers = itertools.count(NUMBER)

    def once():
        new, number = uuid.uuid4().hex, next(numbers)
        with transaction.atomic(), connection.cursor() as cursor:
            bare = cursor.cursor
            for sql, params in statements:
                bare.execute(sql, [{old: new, NUMBER: number}.get(value, value) for value in params])

    return rate(once)


def by_pgbench(statements):
    old = new_id(statements).hex
    with connection.cursor() as cursor:
        lines = [
            cursor.mogrify(sql, params).replace(f"'{old}'", ":contact").replace(str(NUMBER), FRESH)
            for sql, params in statements
        ]
    script = [
        "SELECT quote_literal(gen_random_uuid()) AS contact \\gset",
        "BEGIN;",
        *(f"{line};" for line in lines),
        "COMMIT;",
    ]
    settings = connection.settings_dict
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "contact.sql"
        path.write_text("\n".join(script))
        command = [find_postgres() / "pgbench", "-n", "-f", path, "-t", str(TIMES), "-h", settings["HOST"]]
        command += ["-p", settings["PORT"] or "5432", "-U", settings["USER"], settings["NAME"]]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])
