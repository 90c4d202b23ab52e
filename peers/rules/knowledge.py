"""The five-question knowledge check, before and after a session: counts only, never who answered what.

The questions are those of UNAIDS GAM 1.16; somebody knows enough who has all five right.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core import codes
from core.rules.problems import Problem

SIDES = ("before", "after")
FIELD = "knowledge"


def items() -> list[str]:
    """Codes of the questions, in the order in which they are asked."""
    return list(codes.table("knowledge_item"))


def knowledge_problems(knowledge: Mapping[str, Any], *, most: int) -> Iterator[Problem]:
    """Everything wrong with the counts; `most` is how many people were there."""
    for side, counts in knowledge.items():
        if side not in SIDES or not isinstance(counts, Mapping):
            yield Problem(FIELD, _("The knowledge check has two sides: before and after."), str(side))
        elif found := _problem_of(counts, most):
            where = _("Before the session: %(what)s") if side == "before" else _("After the session: %(what)s")
            yield Problem(FIELD, where % {"what": found}, str(counts.get("answered", "")))


def _problem_of(counts: Mapping[str, Any], most: int) -> str:
    """What is wrong with one side; empty if it holds together."""
    answered, right, all_right = counts.get("answered"), counts.get("right"), counts.get("all_right")
    if not isinstance(right, Mapping) or not all(map(_is_count, [answered, all_right, *right.values()])):
        return _("Write down how many answered, how many had each question right, and how many all five.")
    if unknown := sorted(right.keys() - set(items())):
        return codes.unknown("knowledge_item", unknown[0])
    if right.keys() != set(items()):
        return _("Write a number for each of the five questions, 0 where nobody had it right.")
    if not 1 <= answered <= most:
        return _("Somebody answered, and no more people than were there. Check how many answered.")
    if max(right.values()) > answered:
        return _("More people have a question right than answered. Check the numbers.")
    if all_right > min(right.values()):
        return _("More people have all five right than one of the questions. Check the numbers.")
    # Whoever hasn't all right has one wrong at least.
    if all_right < sum(right.values()) - (len(right) - 1) * answered:
        return _("With these numbers more people must have all five right. Check the numbers.")
    return ""


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0
