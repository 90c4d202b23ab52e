"""What can be done with campaigns: record, amend, void; and what other records name a campaign by."""

from django.utils.translation import gettext_lazy

from core.actions.writing import Link, Writer
from outreach.models import Campaign
from outreach.rules import campaigns as rules
from outreach.rules.campaigns import CampaignEntry

CAMPAIGN = Link(
    lambda organisation: Campaign.objects.filter(organisation=organisation),
    gettext_lazy("There is no such campaign. Choose one from the list."),
)


class Campaigns(Writer):
    """Campaigns."""

    model = Campaign
    entry = CampaignEntry

    def rule(self, entry, *, today):
        return rules.problems(entry)


writer = Campaigns()
record, record_many = writer.record, writer.record_many
amend, void = writer.amend, writer.void
