"""What a figure says, in one sentence. Pure: counted cells in, words out."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext

from dashboards import wording
from dashboards.age_bands import OTHER, UNKNOWN, AgeBands
from dashboards.results import Result

# Django tells no types: this one is what strict checking needs.
_: Callable[[str], str] = gettext

YOUNG = 25


def grouped(number: float) -> str:
    """The number with its thousands parted by commas."""
    return f"{number:,}"


def percent(part: int, whole: int) -> str:
    """A share in whole per cent that never says none or all where it isn't so."""
    if not whole:
        return "–"
    rounded = round(100 * part / whole)
    if part and not rounded:
        return _("less than %(share)s") % {"share": "1\u00a0%"}
    if part != whole and rounded == 100:
        return _("more than %(share)s") % {"share": "99\u00a0%"}
    return f"{rounded}\u00a0%"


def _share(part: int, whole: int) -> str:
    return f"{grouped(part)} ({percent(part, whole)})"


def reach(result: Result, bands: AgeBands) -> str:
    """Reach by age and sex: the share of women and girls, of the young, and the largest cell."""
    total = int(result.total or 0)
    if not total:
        return _("Nobody was reached.")
    if total == 1:
        return _("One person was reached: %(who)s.") % {"who": _who(result.cells[0])}
    facts = {"total": grouped(total), "female": _share(_number(result, "sex", "F"), total)}
    young = under(result, bands)
    if young is None:
        text = _("Of %(total)s people reached, %(female)s were female") % facts
    else:
        text = _("Of %(total)s people reached, %(female)s were female and %(young)s were under 25") % {
            **facts,
            "young": _share(young, total),
        }
    parts = [text, _largest(result), *_unknown(result)]
    return _("%(parts)s.") % {"parts": "; ".join(parts)}


def _who(cell: dict[str, str]) -> str:
    return f"{wording.value('sex', cell['sex'], {})}, {wording.band(cell['age_band'])}"


def _largest(result: Result) -> str:
    """The cell with most people, or how many share the lead."""
    most = max(cell["value"] for cell in result.cells)
    first = [cell for cell in result.cells if cell["value"] == most]
    facts = {"who": _who(first[0]), "number": grouped(most)}
    if len(first) == 1:
        return _("the largest group was %(who)s (%(number)s)") % facts
    facts["who"] = " / ".join(_who(cell) for cell in first[:3]) + (" / …" if len(first) > 3 else "")
    return _("the largest groups were equal: %(who)s (%(number)s each)") % facts


def _unknown(result: Result) -> list[str]:
    sex, age = _number(result, "sex", "U"), _number(result, "age_band", UNKNOWN)
    parts = []
    if sex:
        parts.append(_("sex not recorded: %(number)s") % {"number": grouped(sex)})
    if age:
        parts.append(_("age not known: %(number)s") % {"number": grouped(age)})
    return parts


def _number(result: Result, key: str, code: str) -> int:
    return sum(cell["value"] for cell in result.cells if cell[key] == code)


def under(result: Result, bands: AgeBands, years: int = YOUNG) -> int | None:
    """How many were younger than `years`; None where the bands can't tell."""
    young = {band.name for band in bands.bands if band.highest < years}
    if any(band.lowest < years <= band.highest for band in bands.bands):
        return None
    if _number(result, "age_band", OTHER):
        covered = {age for band in bands.bands for age in range(band.lowest, min(band.highest, 200) + 1)}
        outside = set(range(200)) - covered
        if not outside or min(outside) < years <= max(outside):
            return None
        if max(outside) < years:
            young.add(OTHER)
    return sum(int(cell["value"]) for cell in result.cells if cell["age_band"] in young)


def beside(result: Result) -> str:
    """Those whom the pyramid's two sides and its bands don't show."""
    return _("Other sex: %(x)s · sex not recorded: %(u)s · other ages: %(other)s · age not known: %(unknown)s") % {
        "x": grouped(_number(result, "sex", "X")),
        "u": grouped(_number(result, "sex", "U")),
        "other": grouped(_number(result, "age_band", OTHER)),
        "unknown": grouped(_number(result, "age_band", UNKNOWN)),
    }


def trend(result: Result) -> str:
    """Reach by month beside the recounted total."""
    values = {cell["month"]: cell["value"] for cell in result.cells}
    total, months = int(result.total or 0), sum(values.values())
    if not total:
        return _("Nobody was reached in any month.")
    best = max(values.values())
    first = [wording.month(code) for code, value in values.items() if value == best]
    if len(first) == 1:
        text = _("Most people were met in %(month)s: %(number)s.") % {"month": first[0], "number": grouped(best)}
    else:
        text = _("In no single month were more people met than in the others.")
    if months == total:
        return text
    added = _("The months don't add up to the period: %(people)s people were met in %(months)s person-months.")
    return f"{text} {added % {'people': grouped(total), 'months': grouped(months)}}"


def bars(labels: Sequence[str], values: Sequence[int], total: int) -> str:
    """Which row is the largest, for a sorted list."""
    if not total or not values:
        return _("Nobody was reached.")
    best = max(values)
    if list(values).count(best) > 1:
        return _("The first rows are equal: %(number)s each.") % {"number": grouped(best)}
    who = labels[list(values).index(best)]
    return _("Most: %(who)s, %(number)s of %(total)s.") % {
        "who": who,
        "number": _share(best, total),
        "total": grouped(total),
    }


def knowledge(result: Result) -> str:
    """Right answers before and after."""
    before, after = result.extra["before"], result.total
    if before is None or after is None:
        return _("No session of the period asked the questions before and after.")
    shares = {"before": f"{before * 100:.1f}\u00a0%", "after": f"{after * 100:.1f}\u00a0%"}
    facts = {**shares, "number": grouped(int(result.denominator or 0))}
    if after > before:
        return _("Right answers rose from %(before)s to %(after)s, of %(number)s asked after.") % facts
    if after < before:
        return _("Right answers fell from %(before)s to %(after)s, of %(number)s asked after.") % facts
    return _("Right answers stayed at %(after)s, of %(number)s asked after.") % facts


def signed(change: float) -> str:
    """How far a share rose or fell, in percentage points."""
    return f"{change * 100:+.1f}".replace("-", "\N{MINUS SIGN}")


def ratio(result: Result) -> str:
    """What was divided by what."""
    if not result.denominator:
        return _("No denominator: nothing can be divided.")
    # What isn't a share has something else below than above: pieces for each person, people for each peer educator.
    text = (
        _("%(numerator)s of %(denominator)s.")
        if result.indicator in wording.SHARES
        else "%(numerator)s ÷ %(denominator)s."
    )
    return text % {
        "numerator": grouped(int(result.numerator or 0)),
        "denominator": grouped(int(result.denominator)),
    }
