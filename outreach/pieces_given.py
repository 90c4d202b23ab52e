"""What was given to people in a time: condoms in pieces, needles and syringes in units. Reads only."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from core import codes
from outreach.models import Client, CommodityLine


@dataclass(frozen=True)
class PiecesGiven:
    """What one person got."""

    condoms: int = 0
    needles: int = 0


def given_to(people: Collection[UUID], start: date, end: date) -> dict[UUID, PiecesGiven]:
    """What each person got from `start` to `end`, both days included, by the person's id: one query for all of them.

    Contacts of records merged into the person count; void contacts don't.
    """
    table = codes.table("commodity")
    condoms = codes.having("commodity", "category", "condom")
    weights = {code: int(row.attributes.get("needle_syringe_units") or 0) for code, row in table.items()}
    lines = CommodityLine.objects.filter(
        contact__voided_at=None, contact__occurred_on__gte=start, contact__occurred_on__lte=end, given__gt=0
    )
    ids = list(people)
    # Named by their records, so that the database goes from people to contacts and doesn't read the whole time.
    records = Client.objects.filter(Q(pk__in=ids) | Q(survivor__in=ids)).order_by()
    lines = lines.filter(contact__client__in=records.values("pk"))
    lines = lines.annotate(person=Coalesce("contact__client__survivor_id", "contact__client_id"))
    rows = lines.filter(person__in=ids).order_by().values("person", "commodity").annotate(n=Sum("given"))
    pieces: Counter = Counter()
    for row in rows:
        pieces[row["person"], "condoms"] += row["n"] if row["commodity"] in condoms else 0
        pieces[row["person"], "needles"] += row["n"] * weights.get(row["commodity"], 0)
    return {pk: PiecesGiven(pieces[pk, "condoms"], pieces[pk, "needles"]) for pk in people}
