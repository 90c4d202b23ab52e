"""What can be done with campaigns: record, amend, void; and what other records name a campaign by."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext_lazy, ngettext

from core.actions.records import Refused
from core.actions.writing import Link, Writer
from outreach.models import Campaign
from outreach.rules import campaigns as rules
from outreach.rules.campaigns import CampaignEntry

CAMPAIGN = Link(
    lambda organisation: Campaign.objects.countable().filter(organisation=organisation),
    gettext_lazy("There is no such campaign. Choose one from the list."),
)


class Campaigns(Writer):
    """Campaigns. One that records name stays: voiding it would leave them pointing at nothing."""

    model = Campaign
    entry = CampaignEntry

    def rule(self, entry, *, today):
        return rules.problems(entry)

    def voided(self, rows, *, by):
        if number := sum(naming([row.pk for row in rows]).values()):
            raise Refused(still_named(number))


def naming(ids: Iterable[UUID]) -> Counter[UUID]:
    """How many records that count name each campaign, whatever their kind: one query a kind."""
    wanted, found = list(ids), Counter[UUID]()
    for relation in Campaign._meta.related_objects:
        name = relation.field.name
        rows = relation.related_model.objects.countable().filter(**{f"{name}__in": wanted}).order_by()
        found.update(dict(rows.values_list(name).annotate(Count("pk"))))
    return found


def still_named(number: int) -> str:
    """Why a campaign can't become void, and what to do."""
    text = ngettext(
        "%(count)s record names this campaign. Take the campaign out of it first, or give the campaign a last day.",
        "%(count)s records name this campaign. Take the campaign out of them first, or give the campaign a last day.",
        number,
    )
    return text % {"count": number}


writer = Campaigns()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
