"""KNOWLEDGE: right answers to five questions before and after sessions."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboards.indicators import sessions, standings
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result, ratio
from peers.models import Session
from peers.rules.knowledge import SIDES, items

_BEFORE, _AFTER = SIDES
_PATHS = {**standings.SITE, "organisation": "organisation__code", "kind": "kind", "educator": "recorded_by__username"}


@dataclass
class _Side:
    """What one side of the check adds up to: answers asked for, right ones, people, and those with all five right."""

    asked: int = 0
    right: int = 0
    answered: int = 0
    all_right: int = 0

    def add(self, counts: dict[str, Any], questions: list[str]) -> None:
        self.asked += counts["answered"] * len(questions)
        self.right += sum(counts["right"].get(item, 0) for item in questions)
        self.answered += counts["answered"]
        self.all_right += counts["all_right"]

    @property
    def share(self) -> float | None:
        return ratio(self.right, self.asked)


def _checked(question: Question) -> Iterator[tuple[dict[str, Any], standings.Told]]:
    """Sessions with a check on both sides, with what is told of them."""
    found = Session.objects.filter(sessions.conditions(question)).exclude(knowledge={})
    for row in found.order_by().values("pk", "knowledge", "occurred_on", *_PATHS.values()):
        if not all(row["knowledge"].get(side, {}).get("answered") for side in SIDES):
            continue
        told = {key: standings.one(row[column]) for key, column in _PATHS.items()}
        month = standings.one(f"{row['occurred_on']:%Y-%m}")
        if month <= question.where.get("month", month):
            yield row, {**told, "month": month}


def count(question: Question) -> Result:
    """The share of right answers after; beside it before, the change, and who had all five right."""
    asked = [item for item in items() if item in question.where.get("item", {item})]
    whole = {side: _Side() for side in SIDES}
    cells: dict[Cell, dict[str, _Side]] = defaultdict(lambda: {side: _Side() for side in SIDES})
    by = [key for key in question.by if key != "item"]
    for row, told in _checked(question):
        for side in SIDES:
            counts = row["knowledge"][side]
            whole[side].add(counts, asked)
            for item in asked if "item" in question.by else [""]:
                known = {key: min(told[key]) for key in by} | {"item": item}
                cells[tuple(known[key] for key in question.by)][side].add(counts, [item] if item else asked)
    return _answer(question, whole, cells)


def _answer(question: Question, whole: dict[str, _Side], cells: dict[Cell, dict[str, _Side]]) -> Result:
    before, after = whole[_BEFORE], whole[_AFTER]
    parts = {cell: (sides[_AFTER].right, sides[_AFTER].asked) for cell, sides in cells.items()}
    shares = before.share, after.share
    result = standings.share(
        question,
        (after.right, after.asked),
        parts,
        before=before.share,
        change=None if None in shares else (after.share or 0) - (before.share or 0),
        all_right_before=ratio(before.all_right, before.answered),
        all_right_after=ratio(after.all_right, after.answered),
        answered_before=before.answered,
        answered_after=after.answered,
    )
    for cell in result.cells:
        cell["before"] = cells[tuple(cell[key] for key in question.by)][_BEFORE].share
    return result


def listing(question: Question) -> Listing:
    """The sessions with a check on both sides."""
    return Listing((Session, [row["pk"] for row, _told in _checked(question.total())]))
