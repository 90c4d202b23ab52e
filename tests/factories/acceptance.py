"""The worked example of `tests/acceptance/`, read plainly and written through the actions."""

import csv
import json
from pathlib import Path

from tests.factories.programme import Programme

FOLDER = Path(__file__).resolve().parent.parent / "acceptance"
UNITS = {"cond_m": "COND_M", "cond_f": "COND_F", "lube": "LUBE_S", "syr": "SYR_1ML_FIX", "hivst": "HIVST_KIT"}


def rows(name):
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def expected():
    return json.loads((FOLDER / "expected.json").read_text())


def write(programme: Programme):
    """Everybody and everything of the example; answers the clients by reference."""
    people = {}
    for row in rows("clients"):
        people[row["client"]] = programme.person(
            reference=row["client"],
            sex=row["sex"],
            born=row["dob"] or None,
            precision=row["dob_precision"],
            group=row["primary_group"],
            known=row["known_pos_since"] or None,
            ovc=row["ovc_preventive"] == "1",
        )
    for row in rows("contacts"):
        _event(programme, row, people.get(row["client"]))
    for row in rows("referrals"):
        programme.referred(
            people[row["client"]],
            row["date"],
            kind=row["type"],
            status=row["status"],
            closed=row["closed"] or None,
            reference=row["id"],
        )
    for row in rows("clients"):
        if row["merged_into"]:
            programme.merge(people[row["client"]], people[row["merged_into"]])
    return people


def _event(programme, row, person):
    shared = {
        "kind": row["contact_type"],
        "services": row["services"],
        "site": programme.site(row["site"]),
        "given": {code: int(row[column]) for column, code in UNITS.items() if int(row[column])},
        "back": {"SYR_1ML_FIX": int(row["syr_collected"])} if int(row["syr_collected"]) else {},
        "reference": row["id"],
        "void": row["void"] == "1",
    }
    size = int(row["headcount"])
    if person is None and size > 1:
        programme.talk(row["date"], size, **shared)
    else:
        programme.met(person, row["date"], size=size, outcome=row["hts_outcome"], **shared)
