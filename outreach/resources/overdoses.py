"""Overdoses in a file: the columns of import and export, and what a row means."""

from django.utils.translation import gettext_lazy

from core.permissions import Permission
from core.resources.cells import ChoiceCell, CodesCell, DayCell, FlagCell, NumberCell, TextCell, TimeCell
from core.resources.entries import SITE, EntryImporter, EntryResource
from core.resources.registers import Column
from outreach.actions import overdoses
from outreach.models import Overdose
from outreach.resources.risk_reviews import CLIENT, client_name
from outreach.rules.overdoses import MOST_DOSES


class OverdoseResource(EntryResource):
    """One overdose a row, in the layout of the import `overdoses`."""

    client = Column(column_name="client", widget=TextCell())
    happened_at = Column(column_name="happened_at", attribute="happened_at", widget=TimeCell())
    site = Column(column_name="site", widget=TextCell())
    substances = Column(column_name="substances", attribute="substances", widget=CodesCell("substance"))
    helped_by = Column(column_name="helped_by", attribute="helped_by", widget=ChoiceCell(Overdose.Helper.choices))
    doses = Column(column_name="doses", attribute="doses", widget=NumberCell(most=MOST_DOSES))
    replace_kit = Column(column_name="replace_kit", attribute="replace_kit", widget=FlagCell())
    outcome = Column(column_name="outcome", attribute="outcome", widget=ChoiceCell(Overdose.Outcome.choices))
    followed_up_on = Column(column_name="followed_up_on", attribute="followed_up_on", widget=DayCell())
    follow_up = Column(column_name="follow_up", attribute="follow_up", widget=ChoiceCell(Overdose.FollowUp.choices))

    class Meta(EntryResource.Meta):
        model = Overdose

    def dehydrate_client(self, overdose):
        return client_name(overdose)

    def dehydrate_site(self, overdose):
        return overdose.site.code if overdose.site_id else ""


class OverdoseImporter(EntryImporter):
    """One overdose a row; the contact that goes with it is recorded as a screen would."""

    name = "overdoses"
    order = 61
    label = gettext_lazy("Overdoses")
    resource = OverdoseResource
    writer = overdoses.writer
    links = {"client": CLIENT, "site": SITE}
    permission = Permission.HARM_RECORD
    required = ("id", "date", "outcome")
    template_columns = ("id", "client", "date", "happened_at", "site", "helped_by", "doses", "replace_kit", "outcome")
    readings = staticmethod(lambda queryset: queryset.select_related("client", "site"))
