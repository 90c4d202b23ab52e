"""The roll-out of life-skills education in a file: the columns of import and export."""

from django.utils.translation import gettext_lazy

from core.models import Province
from core.permissions import Permission
from core.resources.cells import ChoiceCell, TextCell
from core.resources.entries import EntryImporter, EntryResource, Named
from core.resources.registers import Column
from peers.actions import roll_outs
from peers.models import RollOut

PROVINCE = Named(
    lambda errand: Province.objects.all(),
    gettext_lazy("No province has this code. Use its two digits, such as 14."),
    "code",
)


class RollOutResource(EntryResource):
    """One province a row; `date` is since when it stands so."""

    province = Column(column_name="province", attribute="province_id", widget=TextCell())
    status = Column(column_name="status", attribute="status", widget=ChoiceCell(RollOut.Status.choices))
    partner = Column(column_name="partner", attribute="partner", widget=TextCell())
    note = Column(column_name="note", attribute="note", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = RollOut


class RollOutImporter(EntryImporter):
    """One province a row."""

    name = "roll_outs"
    order = 77
    label = gettext_lazy("Roll-out by province")
    resource = RollOutResource
    writer = roll_outs.writer
    links = {"province": PROVINCE}
    permission = Permission.SCHOOL_RECORD
    required = ("id", "date", "province", "status")
    template_columns = ("id", "date", "province", "status", "partner", "note")
