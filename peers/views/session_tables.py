"""How the parts of a session read: heads by age and sex, named people, the knowledge check, what was given."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core import codes
from outreach import wording
from outreach.models import Client
from peers.models import Session
from peers.plan_wording import percent
from peers.rules.knowledge import SIDES, items


def heads_table(session: Session) -> dict:
    """The unnamed heads by age and sex with their sums, for the figures' table component."""
    cells = {(row.sex, row.age_band): row.heads for row in session.headcounts.all()}
    sexes = [pair for pair in codes.choices("sex") if any(sex == pair[0] for sex, _band in cells)]
    bands = [band for band in codes.table("age_band_atomic") if any(band == key for _sex, key in cells)]
    sums = [sum(heads for (key, _band), heads in cells.items() if key == sex) for sex, _label in sexes]

    def row(band: str) -> list[tuple]:
        found = [cells.get((sex, band), 0) for sex, _label in sexes]
        return [(number, "") for number in [*found, sum(found)]]

    return {
        "columns": [_("Age"), *(label for _sex, label in sexes), _("All")],
        "rows": [(codes.label("age_band_atomic", band), row(band)) for band in bands],
        "foot": (_("All"), [(number, "") for number in [*sums, sum(sums)]]),
    }


def people_lines(people: Iterable[Client]) -> list[dict]:
    """Named people, for the component that draws one person."""
    found = sorted(people, key=wording.name)
    return [wording.person(person, url=person.get_absolute_url(), link_label=_("Open")) for person in found]


def knowledge_table(knowledge: dict[str, Any]) -> dict | None:
    """How many had each question right, before and after, in numbers and per cent; None without a check."""
    sides = [side for side in SIDES if side in knowledge]
    if not sides:
        return None
    words = {"before": _("Before"), "after": _("After")}

    def row(label: str, numbers: list[int]) -> tuple[str, list]:
        shares = [_share(number, knowledge[side]["answered"]) for number, side in zip(numbers, sides, strict=True)]
        return label, [(share, "") for share in shares]

    rows = [
        row(codes.label("knowledge_item", key), [knowledge[side]["right"][key] for side in sides]) for key in items()
    ]
    return {
        "columns": [_("Question"), *(words[side] for side in sides)],
        "rows": [(_("How many answered"), [(knowledge[side]["answered"], "") for side in sides]), *rows],
        "foot": row(_("All five right"), [knowledge[side]["all_right"] for side in sides]),
    }


def _share(number: int, answered: int) -> str:
    return f"{number:,} ({percent(number, answered)}\u00a0%)" if answered else f"{number:,}"


def knowledge_text(knowledge: dict[str, Any]) -> str:
    """The check in a few words, for the history."""
    texts = {
        "before": _("Before: %(right)s of %(answered)s with all five right"),
        "after": _("After: %(right)s of %(answered)s with all five right"),
    }
    told = ((side, knowledge[side]) for side in SIDES if side in knowledge)
    return "; ".join(texts[side] % {"right": c["all_right"], "answered": c["answered"]} for side, c in told)


def heads_text(rows: list[tuple[str, str, int]]) -> str:
    return ", ".join(
        f"{codes.label('sex', sex)} {codes.label('age_band_atomic', band)}: {heads}" for sex, band, heads in rows
    )


def pieces(session: Session) -> list[tuple[str, str]]:
    """What was given; leaflets and cards first."""
    table = codes.table("commodity")
    lines = sorted(
        session.commodities.all(),
        key=lambda line: (table[line.commodity].attributes.get("category") != "iec", line.commodity),
    )
    return [(codes.label("commodity", line.commodity), _moved_text(line.given, line.taken_back)) for line in lines]


def pieces_text(commodity: str, given: int, taken_back: int) -> str:
    return f"{codes.label('commodity', commodity)}: {_moved_text(given, taken_back)}"


def _moved_text(given: int, taken_back: int) -> str:
    if not taken_back:
        return str(given)
    return _("%(given)s given, %(taken)s taken back") % {"given": given, "taken": taken_back}
