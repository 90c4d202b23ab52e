"""The register of rounds that collect used needles and syringes from public places."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.permissions import Permission
from core.views.registers import Column
from core.views.written import WrittenRegister
from core.wording import shown
from outreach import wording
from outreach.actions import needle_collections
from outreach.filters.needle_collections import NeedleCollectionFilters
from outreach.forms.needle_collections import NeedleCollectionForm
from outreach.models import HowCounted, NeedleCollection
from outreach.resources.needle_collections import NeedleCollectionResource
from outreach.rules.needle_collections import pieces_in


def place(collection: NeedleCollection) -> str:
    return str(collection.site or collection.district or "")


class NeedleCollections(WrittenRegister):
    """One round a row."""

    model = NeedleCollection
    writer = needle_collections.writer
    namespace = "needle-collections"
    heading = gettext_lazy("Collection rounds")
    create_label = gettext_lazy("Collection round")
    empty_text = gettext_lazy("No round that collected used needles is recorded yet.")
    columns = [
        "occurred_on",
        Column("site", gettext_lazy("Site or district"), place, sort="site__name"),
        "method",
        "pieces",
        "grams",
        Column("recorded_by", gettext_lazy("Recorded by"), sort="recorded_by__username"),
    ]
    filterset = NeedleCollectionFilters
    form = NeedleCollectionForm
    resource = NeedleCollectionResource
    create_permission = Permission.HARM_RECORD
    void_permission = Permission.HARM_VOID

    def readings(self, queryset):
        return super().readings(queryset).select_related("site__district")

    def title(self, record):
        return wording.joined([_("Collection round"), str(shown(record.occurred_on))])

    def content_text(self, key, value):
        if key == "method":
            return str(dict(HowCounted.choices).get(value, value))
        return super().content_text(key, value)

    def sections(self, record):
        district = record.site.district if record.site else record.district
        facts = [
            (_("Date"), shown(record.occurred_on)),
            (_("Site"), shown(record.site)),
            (_("District"), shown(district)),
            (_("How they were counted"), record.get_method_display()),
            (_("Needles and syringes"), record.pieces),
        ]
        if record.grams:
            facts.append((_("Weight in grams"), record.grams))
            if record.pieces == pieces_in(record.grams):
                facts.append((_("Reckoned"), _("The number follows from the weight.")))
        if record.note:
            facts.append((_("Note"), record.note))
        return [("", facts)]
