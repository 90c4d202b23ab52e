"""The register of counts: what lay there, and how it differed from the books."""

from django.http import QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.columns import heads_of
from core.permissions import Permission
from core.views.register_forms import CreateScreen
from core.views.registers import Column
from core.views.written import WrittenRegister
from core.wording import shown
from outreach.actions import stock_counts
from outreach.filters.stock_counts import StockCountFilters
from outreach.forms.stock import key_of, keys_of, place_name
from outreach.forms.stock_counts import StockCountForm
from outreach.models import StockCount, StockMove, StockPlace
from outreach.resources.stock_counts import StockCountResource


def variances(count: StockCount) -> dict[str, int]:
    """By how much the count differed from the books when it was written: above 0 where more was there."""
    return {
        move.commodity: move.quantity if move.destination_id == count.place_id else -move.quantity
        for move in count.moves.all()
    }


def signed(pieces: int) -> str:
    """A difference with its sign."""
    return f"{pieces:+,}".replace("-", "−") if pieces else "0"


def reason_text(reason: str) -> str:
    return str(StockCount.Reason(reason).label) if reason in StockCount.Reason.values else reason


def differences_text(count: StockCount) -> list[str]:
    """What differed, in words."""
    found = variances(count)
    return [
        f"{codes.label('commodity', commodity)}: {signed(found[commodity])}"
        for commodity, _counted, _reason in count.lines
        if commodity in found
    ]


def line_text(line: list) -> str:
    commodity, counted, reason = line
    text = f"{codes.label('commodity', commodity)}: {counted:,}"
    return f"{text} ({reason_text(reason)})" if reason else text


class StockCounts(WrittenRegister):
    """Counts of places."""

    model = StockCount
    writer = stock_counts.writer
    namespace = "stock-counts"
    heading = gettext_lazy("Counts of stock")
    create_label = gettext_lazy("New count")
    empty_text = gettext_lazy("No place was counted yet. A first count is where its books begin.")
    columns = [
        "occurred_on",
        Column("place", gettext_lazy("Place"), lambda count: place_name(count.place)),
        Column("lines", gettext_lazy("Commodities counted"), lambda count: len(count.lines)),
        Column("differences", gettext_lazy("Differences"), differences_text),
    ]
    filterset = StockCountFilters
    form = StockCountForm
    resource = StockCountResource
    list_template = "outreach/stock/list.html"
    create_permission = Permission.STOCK_RECORD
    void_permission = Permission.STOCK_VOID
    detail_template = "outreach/stock/count_detail.html"
    form_template = "outreach/stock/count_form.html"

    def readings(self, queryset):
        beside = ("organisation", "recorded_by", "voided_by", "place__site", "place__worker")
        return queryset.select_related(*beside).prefetch_related("moves")

    def title(self, record):
        return _("Count: %(place)s, %(day)s") % {"place": place_name(record.place), "day": shown(record.occurred_on)}

    def initial(self, request):
        return super().initial(request) | {"place": request.GET.get("place", "")}

    def sections(self, record):
        facts = [(_("Date"), shown(record.occurred_on)), (_("Place"), place_name(record.place))]
        return [("", [*facts, (_("Note"), record.note)])]

    def content_text(self, key, value):
        if key == "lines":
            return [line_text(line) for line in value]
        if key == "place":
            place = StockPlace.objects.select_related("site", "worker").filter(pk=value or None).first()
            return place_name(place) if place else ""
        return super().content_text(key, value)

    def extra_context(self, request, record=None):
        if record is None or request.resolver_match.url_name != "detail":
            return {}
        return {"counted": None if record.is_void else counted_table(record), "lines": record.lines}


def counted_table(count: StockCount) -> dict:
    """Each commodity: by the books then, counted, difference, why, and what was entered after the count."""
    found = variances(count)
    now = StockMove.objects.until(count.occurred_on).balances([count.place_id])
    columns = [
        Column("commodity", _("Commodity")),
        Column("books", _("By the books")),
        Column("counted", _("Counted")),
        Column("difference", _("Difference")),
        Column("reason", _("Why")),
        Column("late", _("Entered after the count")),
    ]
    rows, late = [], 0
    for commodity, counted, reason in count.lines:
        difference = found.get(commodity, 0)
        after = now.get((count.place_id, commodity), 0) - counted
        late += bool(after)
        name, words = codes.label("commodity", commodity), signed(after) if after else ""
        cells = [name, counted - difference, counted, signed(difference), reason_text(reason), words]
        rows.append(("", [(column.label, cell) for column, cell in zip(columns, cells, strict=True)]))
    return {"columns": heads_of(columns, QueryDict()), "rows": rows, "late": late}


class NewCount(CreateScreen):
    """A count of the place of `?place=`; without one, the places to choose from."""

    def get(self, request, pk=None):
        organisations = list(self.register.organisations(request.scope, self.permission))
        keys = keys_of(organisations, ())
        number = request.GET.get("place", "")
        if number.isdecimal() and len(number) < 10:
            place = StockPlace.objects.visible_to(request.scope).holding().filter(pk=number).first()
            if place and place.organisation_id in {row.pk for row in organisations}:
                request.GET = request.GET.copy()
                request.GET["place"] = str(key_of(place))
                return super().get(request, pk)
        if number in map(str, keys):
            return super().get(request, pk)
        context = {
            "lead": self.register.heading,
            "heading": _("Which place do you count?"),
            **self.offered(organisations, keys),
        }
        return render(request, "outreach/stock/choose_place.html", context)

    def offered(self, organisations: list, keys: dict) -> dict:
        """The store and the places where something lies or lay; and the others."""
        rows = StockPlace.objects.filter(organisation__in=organisations).holding().select_related("site", "worker")
        known = {key_of(place) for place in rows}
        names = {row.pk: row.name for row in organisations} if len(organisations) > 1 else {}
        tiles = {
            key: {"name": name, "facts": names.get(key.organisation_id, ""), "url": f"?place={key}"}
            for key, name in keys.items()
        }
        first = [tile for key, tile in tiles.items() if key in known or key.kind == StockPlace.Kind.STORE]
        return {"places": first, "others": [tile for tile in tiles.values() if tile not in first]}

    def words(self):
        form_place = self.request.POST.get("place") or self.request.GET.get("place", "")
        keys = keys_of(list(self.register.organisations(self.request.scope, self.permission)), ())
        name = next((name for key, name in keys.items() if str(key) == form_place), "")
        heading = _("Count: %(place)s") % {"place": name} if name else self.register.create_label
        return super().words() | {"heading": heading}
