"""Violence in a file: the columns of import and export, and what a row means."""

from typing import Any

from django.utils.translation import gettext_lazy

from core.import_reports import Row
from core.permissions import Permission
from core.resources.cells import ChoiceCell, CodeCell, CodesCell, DayCell, NumberCell, TextCell, TimeCell
from core.resources.entries import SITE, EntryImporter, EntryResource
from core.resources.registers import Column
from outreach.actions import violence
from outreach.models import ViolenceEvent
from outreach.resources.risk_reviews import CLIENT, client_name
from outreach.rules.violence import OLDEST


class ViolenceResource(EntryResource):
    """One event a row, told on `date`."""

    client = Column(column_name="client", widget=TextCell())
    site = Column(column_name="site", widget=TextCell())
    sex = Column(column_name="sex", attribute="sex", widget=CodeCell("sex"))
    age = Column(column_name="age", attribute="age", widget=NumberCell(most=OLDEST))
    types = Column(column_name="types", attribute="types", widget=CodesCell("violence_type"))
    happened_on = Column(column_name="happened_on", attribute="happened_on", widget=DayCell())
    happened_at = Column(column_name="happened_at", attribute="happened_at", widget=TimeCell())
    help_wanted = Column(column_name="help_wanted", attribute="help_wanted", widget=CodesCell("referral_type"))
    pep = Column(column_name="pep", attribute="pep", widget=ChoiceCell(ViolenceEvent.Pep.choices))
    note = Column(column_name="note", attribute="note", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = ViolenceEvent

    def dehydrate_client(self, event):
        return client_name(event)

    def dehydrate_site(self, event):
        return event.site.code if event.site_id else ""


def with_sex(given: dict[str, Any]) -> dict[str, Any]:
    """An empty cell of a sex says that it isn't known."""
    return given | ({"sex": given["sex"] or "U"} if "sex" in given else {})


class ViolenceImporter(EntryImporter):
    """One event a row. The referrals and concerns that it led to come in files of their own."""

    name = "violence"
    order = 46
    label = gettext_lazy("Violence")
    resource = ViolenceResource
    required = ("id", "date", "types")
    template_columns = ("id", "date", "client", "types", "happened_on", "help_wanted", "pep")
    writer = violence.writer
    links = {"client": CLIENT, "site": SITE}
    permission = Permission.VIOLENCE_RECORD
    readings = staticmethod(lambda queryset: queryset.select_related("client", "site"))

    def given(self, row: Row, record: Any) -> dict[str, Any]:
        return with_sex(super().given(row, record))
