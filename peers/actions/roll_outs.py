"""What can be done with the roll-out of life-skills education: one state a province and organisation."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions.writing import Link, Writer
from core.models import Organisation, Province, User
from core.rules.problems import Problem
from peers.models import RollOut
from peers.rules import roll_outs as rules
from peers.rules.roll_outs import RollOutEntry

PROVINCE = Link(
    lambda organisation: Province.objects.all(),
    gettext_lazy("There is no such province. Choose one from the list."),
)


class Known(NamedTuple):
    """The countable row of each province, and which of the rows at hand are void."""

    rows: Mapping[str, UUID]
    void: frozenset[UUID]


class RollOuts(Writer):
    """Where life-skills education is planned, running or ended."""

    model = RollOut
    entry = RollOutEntry
    links = {"province_id": PROVINCE}

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries: Sequence[RollOutEntry], organisation: Organisation) -> Known:
        mine = RollOut.objects.filter(organisation=organisation)
        rows = dict(mine.countable().values_list("province", "pk"))
        void = frozenset(mine.exclude(voided_at=None).values_list("pk", flat=True))
        for entry in entries:
            if not entry.void and entry.id not in void:
                rows.setdefault(entry.province_id, entry.id)
        return Known(rows, void)

    def rule_with(self, entry: RollOutEntry, known: Known, *, today):
        mine = entry.void or entry.id in known.void
        if not mine and known.rows.get(entry.province_id, entry.id) != entry.id:
            text = _("This province stands here already. Change that one: its history is kept.")
            yield Problem("province", text, entry.province_id)


writer = RollOuts()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of


def set_state(*, organisation: Organisation, province: Province, status: str, on: date, by: User) -> RollOut:
    """Say how a province stands from a day on; what it said before stays in the history. Said again, nothing changes.

    Raises InvalidEntries.
    """
    try:
        return _set_state(organisation, province, status, on, by)
    except IntegrityError:
        # Somebody else said it first, at this very moment.
        return _set_state(organisation, province, status, on, by)


@transaction.atomic
def _set_state(organisation: Organisation, province: Province, status: str, on: date, by: User) -> RollOut:
    mine = RollOut.objects.countable().filter(organisation=organisation, province=province)
    row = mine.select_for_update(no_key=True).first()
    if row is None:
        entry = RollOutEntry(id=uuid4(), occurred_on=on, province_id=province.pk, status=status)
        writer.record_many(entries=[entry], by=by, organisation=organisation)
        return RollOut.objects.get(pk=entry.id)
    if row.status == status:
        return row
    return amend(record=row, entry=entry_of(row, occurred_on=on, status=status), version=row.version, by=by)
