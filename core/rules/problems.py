"""What a rule answers when something is wrong: the field, and a sentence that says how to mend it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one field of one record. `value` is what was given, for reports on files."""

    field: str
    message: str
    value: str = ""


class InvalidEntries(Exception):
    """Entries that break rules: `problems` maps the entry's place in the list to its problems."""

    def __init__(self, problems: dict[int, list[Problem]]) -> None:
        super().__init__(f"{len(problems)} entries break rules")
        self.problems = problems
