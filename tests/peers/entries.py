"""Sessions as somebody would send them in."""

from datetime import date

from peers.rules.sessions import SessionEntry


def entry(**changed):
    values = {"occurred_on": date(2025, 3, 1), "kind": "large_group", "heads": {("U", "AUNK"): 30}, **changed}
    return SessionEntry(**values)
