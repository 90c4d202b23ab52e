"""What a server adds to a number of queries: PostgreSQL asks for each turn of `core.turns`, SQLite for none."""

from django.db import connection


def with_turns(queries: int, turns: int) -> int:
    """A number of queries, with the turns that are taken where turns are asked for."""
    return queries + (turns if connection.vendor == "postgresql" else 0)
