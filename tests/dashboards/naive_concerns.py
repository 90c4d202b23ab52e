"""Safeguarding concerns: raised at random, and counted again from their rows as plainly as it can be said."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from core.models import Organisation
from outreach.actions import concerns
from outreach.models import Concern
from outreach.rules.concerns import ConcernEntry, action
from tests.dashboards import naive

WITHIN = {
    code: {"now": timedelta(hours=1), "24h": timedelta(hours=24), "72h": timedelta(hours=72)}[row["respond_within"]]
    for code, row in naive.code_list("safeguarding_concern").items()
}
KINDS = ["sexual", "missing", "neglect", "staff"]


def raise_one(chance, programme, person, day):
    """A concern about somebody, known or not, with nothing done, or something in time or late, by a minute or more."""
    kinds = frozenset(chance.sample(KINDS, chance.choice([1, 1, 2, 3])))
    raised = timezone.make_aware(datetime.combine(day, time(chance.randrange(24), chance.randrange(60))))
    shortest = min(WITHIN[kind] for kind in kinds)
    after = [timedelta(0), shortest, shortest + timedelta(minutes=1), timedelta(hours=chance.randrange(100))]
    moments = chance.sample(after, chance.choice([0, 1, 1, 2]))
    known = person and chance.random() < 0.7
    entry = ConcernEntry(
        occurred_on=day,
        raised_at=raised,
        client_id=person.pk if known else None,
        concerns=kinds,
        sex=chance.choice("FMXU"),
        age=chance.choice([None, 9, 10, 14, 15, 17, 18, 24, 25]),
        actions=tuple(sorted({action(raised + moment, "spoke") for moment in moments})),
        void=chance.random() < 0.1,
    )
    concerns.record_many(entries=[entry], by=programme.by, organisation=programme.organisation, checked=True)


def rows(world, bands):
    """Every countable concern with the values of all keys; `kind` is a set."""
    organisations = dict(Organisation._base_manager.values_list("pk", "code"))
    for row in Concern._base_manager.values():
        if row["voided_at"] is not None:
            continue
        client = world.clients.get(world.person(row["client_id"]), {})
        age = naive.years(client.get("birth_date"), row["occurred_on"]) if client else None
        age = row["age"] if age is None else age
        limit = row["raised_at"] + min(WITHIN[kind] for kind in row["concerns"])
        first = min((datetime.fromisoformat(at) for at, _what, _note in row["actions"]), default=None)
        yield {
            "date": row["occurred_on"],
            "sex": client["sex"] if client else row["sex"],
            "age_band": naive.band_of(age, age, bands),
            "organisation": organisations[row["organisation_id"]],
            "month": f"{row['occurred_on']:%Y-%m}",
            "kind": set(row["concerns"]),
            "in_time": first is not None and first <= limit,
        }


def count(world, start, end, by, where, bands):
    """{cell: (numerator, denominator)} and the pair of the total."""
    where, cells, total = where or {}, {}, [0, 0]
    for row in rows(world, bands):
        if not start <= row["date"] <= end:
            continue
        if any(not (row[key] if key == "kind" else {row[key]}) & set(values) for key, values in where.items()):
            continue
        total[0] += row["in_time"]
        total[1] += 1
        for kind in row["kind"] & set(where.get("kind", row["kind"])) if "kind" in by else [""]:
            cell = tuple(kind if key == "kind" else row[key] for key in by)
            in_time, raised = cells.get(cell, (0, 0))
            cells[cell] = (in_time + row["in_time"], raised + 1)
    return cells, tuple(total)
