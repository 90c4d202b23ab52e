"""Writers: an entry and its record say the same, and what is read back writes the same again."""

from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from core.actions.writing import Writer
from core.entries import plain


def writers() -> list[type[Writer]]:
    """Every kind of record that a Writer writes."""
    found, waiting = [], [Writer]
    while waiting:
        children = waiting.pop().__subclasses__()
        found += [child for child in children if getattr(child, "model", None)]
        waiting += children
    return sorted(found, key=lambda writer: writer.__name__)


@pytest.mark.parametrize("writer", writers(), ids=lambda writer: writer.__name__)
def test_entry_says_what_the_record_says(writer):
    said = {name.removesuffix("_id") for name in writer.entry.said()}

    assert said == {field.name for field in writer.model.said_fields()}


@pytest.mark.parametrize("writer", writers(), ids=lambda writer: writer.__name__)
def test_links_are_checked(writer):
    """Whatever an entry points to is asked for: a link nobody checks could name another organisation's row."""
    pointing = {name for name in writer.entry.said() if name.endswith("_id")}

    assert set(writer.links) == pointing


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        (0, 0),
        (False, False),
        (date(2025, 1, 31), "2025-01-31"),
        (time(9, 30), "09:30:00"),
        (datetime(2025, 1, 31, 9, 30, tzinfo=UTC), "2025-01-31T09:30:00+00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (frozenset({"b", "a"}), ["a", "b"]),
        ((("COND_M", 5, date(2025, 1, 1)),), [["COND_M", 5, "2025-01-01"]]),
        ({"b": 1, "a": None}, {"a": "", "b": 1}),
    ],
)
def test_plain_is_what_json_holds(value, said):
    assert plain(value) == said
