"""Hotline calls counted again from their rows, as plainly as it can be said. Imports nothing that counts."""

from core.models import Organisation, User
from outreach.models import HotlineCall
from tests.dashboards import naive

AGES = naive.code_list("caller_age_band")
ANSWERED = {"counselling", "information", "crisis"}
ONE_OF = ("sex", "age_band", "province", "organisation", "kind", "month", "educator")


def calls(bands):
    """Every countable answered call with the values of all keys; `topic` is a set."""
    organisations = dict(Organisation._base_manager.values_list("pk", "code"))
    users = dict(User.objects.values_list("pk", "username"))
    for row in HotlineCall._base_manager.values():
        if row["voided_at"] is not None or row["nature"] not in ANSWERED:
            continue
        age = AGES[row["age_band"]]
        span = (int(age["min_age"]), int(age["max_age"])) if age["min_age"] else (None, None)
        yield {
            "date": row["occurred_on"],
            "sex": row["sex"],
            "age_band": naive.band_of(*span, bands),
            "span": span,
            "province": row["province_id"] or "unknown",
            "organisation": organisations[row["organisation_id"]],
            "kind": row["nature"],
            "month": f"{row['occurred_on']:%Y-%m}",
            "educator": users[row["recorded_by_id"]],
            "topic": set(row["topics"]) or {"unknown"},
        }


def figures(code, call):
    """(numerator, denominator) of one call."""
    if code == "HL_CALLS":
        return 1, 0
    lowest, highest = call["span"]
    return int(lowest is not None and lowest >= 10 and highest <= 24), int(lowest is not None)


def count(code, start, end, by=(), where=None, bands="YOUTH_10_24"):
    """{cell: (numerator, denominator)} and the pair of the total, as `naive.count` gives them."""
    where, cells, total = where or {}, {}, [0, 0]
    for call in calls(bands):
        if not start <= call["date"] <= end:
            continue
        if any(call[key] not in where[key] for key in ONE_OF if key in where):
            continue
        if "topic" in where and not call["topic"] & set(where["topic"]):
            continue
        one, other = figures(code, call)
        total[0] += one
        total[1] += other
        topics = call["topic"] & set(where.get("topic", call["topic"])) if "topic" in by else {""}
        for topic in topics:
            cell = tuple(topic if key == "topic" else call[key] for key in by)
            held = cells.get(cell, (0, 0))
            cells[cell] = (held[0] + one, held[1] + other)
    return cells, tuple(total)
