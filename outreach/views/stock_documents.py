"""The register of deliveries, transfers, losses and what was sent back."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from core import codes
from core.permissions import Permission
from core.views.registers import Column
from core.views.written import WrittenRegister
from core.wording import shown
from outreach.actions import stock_documents
from outreach.filters.stock_documents import StockDocumentFilters
from outreach.forms.stock import key_of, place_name
from outreach.forms.stock_documents import StockDocumentForm
from outreach.models import StockDocument, StockPlace
from outreach.resources.stock_documents import StockDocumentResource

PLACES = ("source_place", "destination_place")


def name_of(place: StockPlace | None) -> str:
    return place_name(place) if place else ""


def line_text(line: list) -> str:
    """A line in words: the commodity, its pieces, and what is known of the batch."""
    commodity, pieces, batch, day = line
    text = _("%(commodity)s: %(pieces)s") % {"commodity": codes.label("commodity", commodity), "pieces": f"{pieces:,}"}
    batch_words = [_("batch %(batch)s") % {"batch": batch}] if batch else []
    day_words = [_("good until %(day)s") % {"day": shown(date.fromisoformat(day))}] if day else []
    return " · ".join([text, *batch_words, *day_words])


class StockDocuments(WrittenRegister):
    """What came, went from place to place, was lost or sent back."""

    model = StockDocument
    writer = stock_documents.writer
    namespace = "stock-documents"
    heading = gettext_lazy("Deliveries and transfers")
    create_label = gettext_lazy("New delivery or transfer")
    empty_text = gettext_lazy("Nothing came or moved yet. Begin with what was delivered, or with a first count.")
    columns = [
        "occurred_on",
        "kind",
        Column("source_place", pgettext_lazy("place", "From"), lambda document: name_of(document.source_place)),
        Column("destination_place", pgettext_lazy("place", "To"), lambda document: name_of(document.destination_place)),
        Column("lines", gettext_lazy("What"), lambda document: "; ".join(map(line_text, document.lines))),
    ]
    filterset = StockDocumentFilters
    form = StockDocumentForm
    resource = StockDocumentResource
    create_permission = Permission.STOCK_RECORD
    void_permission = Permission.STOCK_VOID
    list_template = "outreach/stock/list.html"
    form_template = "outreach/stock/document_form.html"

    def readings(self, queryset):
        beside = [f"{place}__{part}" for place in PLACES for part in ("site", "worker")]
        return queryset.select_related("organisation", "recorded_by", "voided_by", "campaign", *beside)

    def initial(self, request):
        """A link may say what happened and where: `?kind=transfer&from=<place>&to=<place>`."""
        found = super().initial(request)
        if request.GET.get("kind") in StockDocument.Kind.values:
            found["kind"] = request.GET["kind"]
        for name, parameter in zip(PLACES, ("from", "to"), strict=True):
            number = request.GET.get(parameter, "")
            if number.isdecimal() and len(number) < 10:
                place = StockPlace.objects.visible_to(request.scope).holding().filter(pk=number).first()
                found |= {name: str(key_of(place))} if place else {}
        return found

    def sections(self, record):
        facts = [
            (_("Date"), shown(record.occurred_on)),
            (_("What happened"), record.get_kind_display()),
            *((label, name_of(place)) for label, place in self._places(record) if place),
            *((codes.label("commodity", line[0]), line_text(line).partition(": ")[2]) for line in record.lines),
            *([(_("Campaign"), record.campaign.name)] if record.campaign else []),
            (_("Note"), record.note),
        ]
        return [("", facts)]

    @staticmethod
    def _places(record):
        return [(pgettext("place", "From"), record.source_place), (pgettext("place", "To"), record.destination_place)]

    def content_text(self, key, value):
        if key == "lines":
            return [line_text(line) for line in value]
        if key in PLACES:
            return name_of(StockPlace.objects.select_related("site", "worker").filter(pk=value or None).first())
        if key == "kind":
            return StockDocument.Kind(value).label
        return super().content_text(key, value)
