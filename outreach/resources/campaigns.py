"""Campaigns in a file, and how the files of other records name one."""

from django.utils.translation import gettext_lazy

from core.permissions import Permission
from core.resources.cells import DayCell, KnownCodesCell, TextCell
from core.resources.entries import EntryImporter, EntryResource, Named
from core.resources.registers import Column
from outreach.actions import campaigns
from outreach.models import Campaign

# Void ones too: a void record that names one is left alone when its file comes in again.
CAMPAIGN = Named(
    lambda errand: Campaign.objects.filter(organisation=errand.organisation),
    gettext_lazy("No campaign has this reference here. Check it, or import the campaigns first."),
)


def named(campaign: Campaign | None) -> str:
    """How a file names a campaign: by its own reference, or by its id."""
    return (campaign.reference or str(campaign.pk)) if campaign else ""


class CampaignResource(EntryResource):
    """One campaign a row, in the layout of the import `campaigns`: `date` is the first day."""

    name = Column(column_name="name", attribute="name", widget=TextCell())
    message = Column(column_name="message", attribute="message", widget=TextCell())
    channels = Column(column_name="channels", attribute="channels", widget=KnownCodesCell("campaign_channel"))
    ends_on = Column(column_name="ends_on", attribute="ends_on", widget=DayCell())

    class Meta(EntryResource.Meta):
        model = Campaign


class CampaignImporter(EntryImporter):
    """One campaign a row. A campaign that records name isn't made void by a file either."""

    name = "campaigns"
    order = 30
    label = gettext_lazy("Campaigns")
    resource = CampaignResource
    writer = campaigns.writer
    required = ("id", "date", "name")
    permission = Permission.CAMPAIGN_RECORD
    template_columns = ("id", "date", "ends_on", "name", "message", "channels")

    def check(self, book, drafts):
        numbers = campaigns.naming(draft.record.pk for draft in drafts if draft.void)
        for draft in drafts:
            if draft.void and (number := numbers[draft.record.pk]):
                self.wrong(draft.row, "void", campaigns.still_named(number))
        super().check(book, drafts)
