"""Turns: changes to people, and what is recorded of them meanwhile, one after the other in each organisation.

What is derived from a person (the facts of their contacts) is written by whoever records a contact, and again by
whoever merges or changes the person: done at the same time, each would miss the other's rows. Take the turn before
anything is read. SQLite has one writer at a time anyway.
"""

from django.db import connection

_PEOPLE = 7301


def beside_others(organisation_id: int) -> None:
    """Until the transaction ends: nobody's change to people runs; others may record beside this one."""
    _take("pg_advisory_xact_lock_shared", organisation_id)


def alone(organisation_id: int) -> None:
    """Until the transaction ends: nobody else changes or records people of this organisation."""
    _take("pg_advisory_xact_lock", organisation_id)


def _take(function: str, organisation_id: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [_PEOPLE, organisation_id])
