"""How the cells of a day sheet read: what was typed becomes days, codes, numbers and people. No database.

A cell left empty in a carried column is as in the line above; a ditto mark repeats the cell above in any column.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ages import OLDEST
from outreach.choices import COMMON_SERVICES
from outreach.rules.commodities import MOST_PIECES

LINES = 20
_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_DITTO = frozenset({'"', "“", "”", "''", "″", "〃"})
_NEW = re.compile(r"(?:new\b|ថ្មី|\+)\s*(.*)", re.IGNORECASE | re.DOTALL)
_NOT_KNOWN = "?"


@dataclass(frozen=True)
class Column:
    """One column of the sheet, on the screen and on paper. `source` names the choices that its cells are read by.

    `width` is in characters on the screen, in parts of the line on paper.
    """

    name: str
    label: Any
    width: int
    source: str = ""
    carried: bool = False
    number: bool = False
    most: int = 0


COLUMNS = (
    Column("date", gettext_lazy("Date"), 11, carried=True),
    Column("site", gettext_lazy("Site"), 12, "site", carried=True),
    Column("worker", gettext_lazy("Worker"), 12, "worker", carried=True),
    Column("person", gettext_lazy("Person"), 14),
    Column("sex", gettext_lazy("Sex"), 4, "sex"),
    Column("age", gettext_lazy("Age"), 4, number=True, most=OLDEST),
    Column("group", gettext_lazy("Group"), 7, "group"),
    Column("consent", gettext_lazy("Agreed"), 8, "consent"),
    Column("kind", gettext_lazy("Kind of contact"), 11, "kind", carried=True),
    Column("services", gettext_lazy("Other services"), 13, "service"),
    Column("condoms", gettext_lazy("Condoms"), 5, number=True, most=MOST_PIECES),
    Column("lubricant", gettext_lazy("Lubricant"), 5, number=True, most=MOST_PIECES),
    Column("syringes", gettext_lazy("Syringes out"), 5, number=True, most=MOST_PIECES),
    Column("returned", gettext_lazy("Syringes back"), 5, number=True, most=MOST_PIECES),
    Column("hts", gettext_lazy("HIV test"), 11, "hts"),
    Column("referral", gettext_lazy("Referred to"), 9, "referral"),
    Column("note", gettext_lazy("Note"), 18),
)
# The services that are ticked stand before the others, in this order.
TICKED = COMMON_SERVICES
CARRIED = tuple(column.name for column in COLUMNS if column.carried)


@dataclass
class Reading:
    """What one line says: values by column, and a sentence for each cell that can't be read.

    `person` is the word that names somebody; `new` says that the person is to be registered, with a nickname or none.
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    person: str = ""
    new: bool = False
    nickname: str = ""
    age_unknown: bool = False


def is_blank(texts: Mapping[str, str], ticks: frozenset[str]) -> bool:
    """Whether a line says nothing of its own: what it carries on counts for the lines below only."""
    return not ticks and not any(texts[c.name] for c in COLUMNS if not c.carried)


def carried_on(texts: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """The texts of a line with what it takes from the line above."""
    return {
        column.name: above.get(column.name, "")
        if texts[column.name] in _DITTO or (column.carried and not texts[column.name])
        else texts[column.name]
        for column in COLUMNS
    }


def read(texts: Mapping[str, str], choices: Mapping[str, Mapping[str, str]], day_above: date) -> Reading:
    """Read the cells of one line; `choices` are code → label by source."""
    found = Reading()
    for column, text in ((column, texts[column.name].strip()) for column in COLUMNS):
        try:
            found.values[column.name] = _value(column, text, choices, day_above)
        except ValueError as fault:
            found.errors[column.name] = str(fault)
            found.values[column.name] = None
    new = _NEW.fullmatch(texts["person"].strip())
    found.new, found.nickname = bool(new), new[1].strip() if new else ""
    found.person = "" if new else texts["person"].strip()
    found.age_unknown = texts["age"].strip() == _NOT_KNOWN
    return found


def _value(column: Column, text: str, choices: Mapping[str, Mapping[str, str]], day_above: date) -> Any:
    if column.name == "date":
        return day_of(text, day_above)
    if column.name == "age" and text == _NOT_KNOWN:
        return None
    if column.number:
        return number_of(text, column.most)
    if column.name == "services":
        return tuple(code_of(part, choices["service"]) for part in re.split(r"[\s,;]+", text) if part)
    if column.source:
        return code_of(text, choices[column.source]) if text else ""
    return text


def day_of(text: str, above: date) -> date:
    """A whole date, or the day of the month alone: month and year are then those of the line above.

    Raises ValueError.
    """
    text = text.translate(_KHMER_DIGITS)
    if not text:
        return above
    try:
        if text.isascii() and text.isdecimal() and len(text) <= 2:
            return above.replace(day=int(text))
        parts = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
        return date(*map(int, parts.groups())) if parts else date.fromisoformat("-")
    except ValueError:
        text = _("Write the day as year-month-day, such as 2025-03-14, or the day of the month alone.")
        raise ValueError(text) from None


def number_of(text: str, most: int) -> int | None:
    """A whole number, None for an empty cell. Raises ValueError."""
    text = text.translate(_KHMER_DIGITS)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and int(text) <= most):
        raise ValueError(_("Write a whole number from 0 to %(most)s.") % {"most": most})
    return int(text)


def code_of(text: str, choices: Mapping[str, str]) -> str:
    """The code that a text means: the code or its label, or the beginning of one of them alone.

    Raises ValueError.
    """
    wanted = text.casefold()
    for code, label in choices.items():
        if wanted in (code.casefold(), str(label).casefold()):
            return code
    begins = [c for c in choices if c.casefold().startswith(wanted)]
    begins = begins or [c for c, label in choices.items() if str(label).casefold().startswith(wanted)]
    if len(begins) == 1:
        return begins[0]
    if begins:
        several = _("“%(text)s” can mean several: %(codes)s. Write more of it.")
        raise ValueError(several % {"text": text, "codes": ", ".join(begins[:8])})
    message = _("“%(text)s” isn't known here. Write one of: %(codes)s.")
    raise ValueError(message % {"text": text, "codes": ", ".join([*choices][:30])})


def needed_of_new(found: Reading) -> Iterator[tuple[str, str]]:
    """(column, sentence) of what a new person's line still lacks."""
    if not found.values["sex"] and "sex" not in found.errors:
        yield "sex", _("A new person needs a sex: F, M, X, or U if it isn't known.")
    if found.values["age"] is None and not found.age_unknown and "age" not in found.errors:
        yield "age", _("A new person needs about an age, or ? if it isn't known.")
    if not found.values["group"] and "group" not in found.errors:
        yield "group", _("A new person needs a group, or UNK if it isn't known.")
    if "consent" not in found.errors:
        if not found.values["consent"]:
            yield "consent", _("Only who agreed to a record is registered. Write how they agreed, or clear the person.")
        elif found.values["consent"] == "refused_record":
            yield "consent", _("Who refuses a record stays anonymous. Clear the person.")
