"""The form of a campaign, and the choices of a campaign in other records' forms."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from core.forms.entries import EntryForm
from core.forms.registers import day_field
from core.models import Record
from outreach.actions import campaigns
from outreach.models import Campaign
from outreach.rules import campaigns as rules
from outreach.rules.campaigns import LONGEST_NAME, CampaignEntry


class CampaignForm(EntryForm):
    """One campaign."""

    writer = campaigns.writer
    code_lists = {"channels": "campaign_channel"}

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Give the campaign a name.")},
    )
    message = forms.CharField(
        label=gettext_lazy("Message"),
        required=False,
        max_length=280,
        help_text=gettext_lazy("What it tells people, in one or two sentences."),
        widget=forms.Textarea({"rows": 3}),
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Channels"), required=False, widget=forms.CheckboxSelectMultiple
    )
    occurred_on = day_field(gettext_lazy("First day"))
    ends_on = day_field(
        gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Leave it empty while the end is open.")
    )
    reference = forms.CharField(
        label=gettext_lazy("Own reference"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("The name that files know it by."),
    )

    layout = [(gettext_lazy("More"), ["reference"], True)]

    def problems(self, entry: CampaignEntry) -> list:
        return list(rules.problems(entry))


class CampaignField(forms.TypedChoiceField):
    """One campaign of those offered, or none: answers its id. Choices are given by the form's `offered`."""

    def __init__(self, **kwargs):
        super().__init__(**{"required": False, "coerce": UUID, "empty_value": None, **kwargs})


def offered(organisations: Any, day: date, record: Record | None = None):
    """Campaigns that a record of a day may name: those that had begun by then, and the one that it names already."""
    held = getattr(record, "campaign_id", None)
    begun = Campaign.objects.filter(organisation__in=organisations)
    return begun.filter(Q(voided_at=None, occurred_on__lte=day) | Q(pk=held)).order_by("-occurred_on", "name")
