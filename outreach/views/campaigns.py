"""The register of campaigns, with what came of each side by side, and a page that compares them."""

from django.core.paginator import Paginator
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.permissions import Permission
from core.views.registers import Column
from core.views.screens import Screen
from core.views.written import WrittenRegister
from core.wording import coded, shown
from outreach import campaign_figures
from outreach.actions import campaigns
from outreach.filters.campaigns import CampaignFilters
from outreach.forms.campaigns import CampaignForm
from outreach.models import Campaign
from outreach.resources.campaigns import CampaignResource

PAGE = 25


def stands(campaign: Campaign) -> str:
    """How a campaign stands today, in a word or two."""
    today = timezone.localdate()
    if campaign.occurred_on > today:
        return _("Not begun yet")
    return _("Over") if campaign.ends_on and campaign.ends_on < today else _("Running now")


class Campaigns(WrittenRegister):
    """One campaign a row."""

    model = Campaign
    writer = campaigns.writer
    namespace = "campaigns"
    heading = gettext_lazy("Campaigns")
    create_label = gettext_lazy("New campaign")
    empty_text = gettext_lazy("No campaign is recorded yet.")
    columns = [
        "name",
        Column("occurred_on", gettext_lazy("First day"), sort="occurred_on"),
        "ends_on",
        Column("stands", gettext_lazy("State"), stands),
        "channels",
    ]
    code_lists = {"channels": "campaign_channel"}
    labels = {"occurred_on": gettext_lazy("First day")}
    ordering = ("-occurred_on", "name", "pk")
    filterset, form, resource = CampaignFilters, CampaignForm, CampaignResource
    create_permission = Permission.CAMPAIGN_RECORD
    void_permission = Permission.CAMPAIGN_VOID
    list_template = "outreach/campaigns/list.html"
    detail_template = "outreach/campaigns/detail.html"

    @classmethod
    def routed(cls) -> list:
        """The register's addresses and the comparison."""
        return cls.urls("groups/campaigns/", path("compare/", Compare.as_view(register=cls()), name="compare"))

    def sections(self, record):
        facts = [
            (_("First day"), shown(record.occurred_on)),
            (_("Last day"), shown(record.ends_on) or _("open")),
            (_("State"), stands(record)),
            (_("Channels"), coded("campaign_channel", record.channels)),
            (_("Message"), record.message),
        ]
        return [("", facts)]

    def extra_context(self, request, record=None):
        if record is None:
            return {"compare_url": reverse("campaigns:compare")}
        found = campaign_figures.side_by_side(request.scope, [record.pk])
        return {"parts": [(part.title, figures.get(record.pk, [])) for part, figures in found]}


class Compare(Screen):
    """One row a campaign and a column for each thing that is counted; nothing is added across columns."""

    http_method_names = ["get", "head", "options"]

    def get(self, request):
        filterset = self.register.filtered(request)
        queryset = filterset.qs if filterset.is_valid() else Campaign.objects.none()
        page = Paginator(queryset.order_by(*self.register.ordering), PAGE).get_page(request.GET.get("page"))
        rows = list(page)
        found = campaign_figures.side_by_side(request.scope, [row.pk for row in rows])
        context = {
            "heading": _("Campaigns side by side"),
            "filter": filterset,
            "columns": [label for part, _figures in found for label in part.columns or (part.title,)],
            "rows": [(row, self.days(row), cells(row, found)) for row in rows],
            "page_obj": page,
            "paginator": page.paginator,
            "result_count": page.paginator.count,
        }
        return self.show("outreach/campaigns/compare.html", context, status=200 if filterset.is_valid() else 400)

    @staticmethod
    def days(campaign: Campaign) -> str:
        first = shown(campaign.occurred_on)
        if campaign.ends_on is None:
            return _("since %(day)s") % {"day": first}
        return f"{first} – {shown(campaign.ends_on)}"


def cells(campaign: Campaign, found) -> list[tuple]:
    """(label of the column, figures, whether they are named there) of each column of a campaign's row."""
    drawn = []
    for part, figures in found:
        mine = figures.get(campaign.pk, [])
        if part.columns:
            drawn += [(label, [figure], False) for label, figure in zip(part.columns, mine, strict=True)]
        else:
            drawn.append((part.title, mine, True))
    return drawn
