"""The part of the form of a session that takes the counts of the five-question check."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core import codes
from peers.rules import knowledge as rules
from peers.rules.sessions import MOST_HEADS

ANSWERED, ALL = "answered", "all_right"


def count_field(label: str) -> forms.IntegerField:
    widget = forms.NumberInput({"inputmode": "numeric", "min": 0, "aria-label": label})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_HEADS, widget=widget)


def row_labels() -> list[tuple[str, str]]:
    """(name, label) of what is counted on each side, in the order of the sheet."""
    questions = [(f"right_{key}", codes.label("knowledge_item", key)) for key in rules.items()]
    return [(ANSWERED, _("How many answered")), *questions, (ALL, _("All five right"))]


class KnowledgeFields(forms.Form):
    """Fields `<before|after>_<what>`: how many answered, had each question right, had all five right."""

    def offer_knowledge(self) -> None:
        sides = {"before": _("before"), "after": _("after")}
        for side, word in sides.items():
            for name, label in row_labels():
                self.fields[f"{side}_{name}"] = count_field(f"{label} ({word})")

    @property
    def knowledge_rows(self) -> list[tuple[str, list]]:
        return [(label, [self[f"{side}_{name}"] for side in rules.SIDES]) for name, label in row_labels()]

    @property
    def knowledge_used(self) -> bool:
        """Whether the check says anything, so that it opens by itself."""
        return any(field.value() not in (None, "") or field.errors for _l, row in self.knowledge_rows for field in row)

    @staticmethod
    def knowledge_initial(knowledge: dict[str, Any]) -> dict[str, int]:
        initial = {}
        for side, counts in knowledge.items():
            initial |= {f"{side}_{ANSWERED}": counts[ANSWERED], f"{side}_{ALL}": counts[ALL]}
            initial |= {f"{side}_right_{item}": number for item, number in counts["right"].items()}
        return initial

    @staticmethod
    def knowledge_to_mend(knowledge: dict[str, Any], most: int) -> str:
        """The field beside which stands what is wrong: how many answered on the first side that doesn't hold."""
        sides = (side for side in rules.SIDES if side in knowledge)
        wrong = (side for side in sides if any(rules.knowledge_problems({side: knowledge[side]}, most=most)))
        return f"{next(wrong, rules.SIDES[0])}_{ANSWERED}"

    @property
    def knowledge(self) -> dict[str, Any]:
        """The counts as they were typed; a side of which nothing was typed is left out."""
        data, said = self.cleaned_data, {}
        for side in rules.SIDES:
            typed = {name: data.get(f"{side}_{name}") for name, _label in row_labels()}
            if any(number is not None for number in typed.values()):
                right = {item: typed[f"right_{item}"] for item in rules.items()}
                said[side] = {ANSWERED: typed[ANSWERED], "right": right, ALL: typed[ALL]}
        return said
