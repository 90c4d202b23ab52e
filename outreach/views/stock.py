"""The store's pages: what lies where, how long it lasts, what expires, what was missing, and the ledger of a place."""

from datetime import date, timedelta

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from core import codes
from core.columns import Column, heads_of
from core.permissions import Permission
from core.views.screens import PAGE
from core.wording import shown
from outreach import stock_levels
from outreach.forms.stock import place_name
from outreach.forms.stock_periods import StockOutForm
from outreach.models import Contact, StockMove, StockPlace
from outreach.stock_levels import Level
from outreach.views.stock_counts import signed
from outreach.wording import joined

P = Permission
MONTHS_AHEAD = (3, 6)


class StockScreen(View):
    """A page of the store. Anonymous → sign in; without the permission → 403."""

    http_method_names = ["get", "head", "options"]

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.method.lower() not in self.http_method_names:
            return self.http_method_not_allowed(request)
        if not request.scope.can(P.STOCK_VIEW):
            raise PermissionDenied
        self.today = timezone.localdate()
        self.places = stock_levels.places_of(request.scope)
        self.several = len({place.organisation_id for place in self.places}) > 1
        return super().dispatch(request, *args, **kwargs)

    def name(self, place: StockPlace) -> str:
        """The place's name, with its organisation's where the person works in several."""
        return joined([place.organisation.name, place_name(place)]) if self.several else place_name(place)

    def show(self, template: str, context: dict, status: int = 200):
        frame = {"lead": _("Store"), "may_record": self.request.scope.can(P.STOCK_RECORD)}
        return render(self.request, template, frame | context, status=status)

    def place(self, number: str) -> StockPlace:
        found = next((place for place in self.places if str(place.pk) == str(number)), None)
        if found is None:
            raise Http404
        return found


class Stock(StockScreen):
    """Every place and commodity at a glance, or one place of `?place=` in full."""

    def get(self, request):
        if unknown := set(request.GET) - {"place"}:
            raise BadRequest(f"Unknown filters: {', '.join(sorted(unknown))}")
        if number := request.GET.get("place", ""):
            return self.one(self.place(number))
        counts = stock_levels.last_counts(self.places)
        found = stock_levels.levels(self.places, self.today, counts)
        kept = stock_levels.keeps_stock(self.places)
        used = sorted({commodity for _place, commodity in found}, key=list(codes.table("commodity")).index)
        rows = [
            (self.name(place), f"?place={place.pk}", [self.cell(found.get((place.pk, code)), place) for code in used])
            for place in self.places
            if any((place.pk, code) in found for code in used)
        ]
        levels = [level for level in found.values() if level.place.organisation_id in kept]
        due = stock_levels.counts_due([p for p in self.places if p.organisation_id in kept], levels, self.today, counts)
        context = {
            "heading": _("Store"),
            "lead": "",
            "commodities": [codes.label("commodity", code) for code in used],
            "rows": rows,
            "alarms": [self.alarm(level) for level in self.by_urgency(levels)],
            "due": [(self.name(place), f"{reverse('stock-counts:create')}?place={place.pk}") for place in due],
            "begun": bool(kept),
            "begin_url": reverse("stock-counts:create") if request.scope.can(P.STOCK_RECORD) else "",
        }
        return self.show("outreach/stock/overview.html", context)

    def cell(self, level: Level | None, place: StockPlace) -> dict:
        if level is None:
            return {"value": None}
        return {
            "value": level.balance,
            "text": signed_number(level.balance),
            "state": level.state(self.today),
            "url": reverse("stock-ledger", args=[place.pk, level.commodity]),
        }

    def by_urgency(self, levels: list[Level]) -> list[Level]:
        """Levels of which something is to be said, the worst first."""
        order = ["below", "out", "expired", "low"]
        told = [level for level in levels if level.state(self.today)]
        return sorted(told, key=lambda level: (order.index(level.state(self.today)), str(level.place), level.commodity))

    def alarm(self, level: Level) -> dict:
        """What is wrong and what to do about it."""
        state, here = level.state(self.today), {"place": level.place.pk}
        expired = level.expired(self.today)
        document = reverse("stock-documents:create")
        words = {
            "below": _("%(pieces)s by the books: something came that nobody recorded, or was taken elsewhere. Count."),
            "out": _("None left, and people are given it here. Bring some."),
            "expired": _("%(expired)s pieces are past their last day. Take them out and record them as thrown away."),
            "low": _("%(pieces)s left, enough for %(months)s months. Bring some."),
        }[state] % {"pieces": signed_number(level.balance), "expired": f"{expired:,}", "months": months_text(level)}
        actions = {
            "below": (_("Count"), f"{reverse('stock-counts:create')}?place={here['place']}"),
            "expired": (_("Thrown away"), f"{document}?kind=loss&from={here['place']}"),
        }
        kind = "receipt" if level.place.kind == StockPlace.Kind.STORE else "transfer"
        fill = f"{document}?kind={kind}&to={here['place']}"
        label, url = actions.get(state, (_("Bring"), fill))
        return {
            "name": f"{codes.label('commodity', level.commodity)} · {self.name(level.place)}",
            "text": words,
            "tag": state_word(state),
            "kind": "danger" if state == "below" else "attention",
            "url": url,
            "link_label": label,
        }

    def one(self, place: StockPlace):
        """One place: each commodity with its balance, how long it lasts, what expires next, what came in late."""
        mine = [place]
        if place.kind == StockPlace.Kind.STORE:
            # The store feeds the whole organisation, whose use decides how long it lasts.
            mine = [other for other in self.places if other.organisation_id == place.organisation_id]
        found = {key: level for key, level in stock_levels.levels(mine, self.today).items() if key[0] == place.pk}
        count = stock_levels.last_counts([place]).get(place.pk)
        columns = [
            Column("commodity", _("Commodity")),
            Column("balance", _("There now")),
            Column("months", _("Lasts, months")),
            Column("expiry", _("Next to expire")),
            Column("late", _("Entered after the count")),
            Column("state", _("State")),
        ]
        order = list(codes.table("commodity"))
        rows = [self.row(level) for _key, level in sorted(found.items(), key=lambda item: order.index(item[0][1]))]
        context = {
            "heading": self.name(place),
            "place": place,
            "columns": heads_of(columns, self.request.GET),
            "rows": [(url, [(c.label, text) for c, text in zip(columns, cells, strict=True)]) for url, cells in rows],
            "count": count,
            "counted_on": shown(count.occurred_on) if count else "",
            "late": any(level.late for level in found.values()),
        }
        return self.show("outreach/stock/place.html", context)

    def row(self, level: Level) -> tuple[str, list]:
        state = level.state(self.today)
        cells = [
            codes.label("commodity", level.commodity),
            signed_number(level.balance),
            months_text(level),
            shown(level.next_expiry),
            signed(level.late) if level.late else "",
            state_word(state),
        ]
        return reverse("stock-ledger", args=[level.place.pk, level.commodity]), cells


def signed_number(pieces: int) -> str:
    return f"{pieces:,}".replace("-", "−")


def months_text(level: Level) -> str:
    return "" if level.months is None else f"{level.months:,.1f}"


def state_word(state: str) -> str:
    """A state in a word or two."""
    return {
        "below": _("below zero"),
        "out": _("none left"),
        "expired": _("expired"),
        "low": _("running low"),
    }.get(state, "")


class Ledger(StockScreen):
    """Every move of a commodity in a place, the newest first, with the balance after it."""

    def get(self, request, number, commodity):
        place = self.place(number)
        if commodity not in codes.table("commodity"):
            raise Http404
        moves = StockMove.objects.visible_to(request.scope).of(place.pk, commodity)
        page = Paginator(moves.order_by("-occurred_on", "-pk"), PAGE).get_page(request.GET.get("page"))
        rows = list(page.object_list.select_related(*_ENDS, "document", "count"))
        columns = [
            Column("day", _("Date")),
            Column("what", _("What")),
            Column("in", _("In")),
            Column("out", _("Out")),
            Column("balance", _("Balance")),
        ]
        context = {
            "heading": joined([codes.label("commodity", commodity), self.name(place)]),
            "columns": heads_of(columns, request.GET),
            "rows": [
                (url, [(c.label, text) for c, text in zip(columns, cells, strict=True)])
                for url, cells in self.lines(place, moves, rows)
            ],
            "page_obj": page,
            "paginator": page.paginator,
            "result_count": page.paginator.count,
            "place": place,
        }
        return self.show("outreach/stock/ledger.html", context)

    def lines(self, place: StockPlace, moves, rows: list[StockMove]) -> list[tuple]:
        """(address, cells) of the rows; the balance is reckoned from all that came before the oldest of them."""
        if not rows:
            return []
        balance = moves.before(rows[-1]).balances([place.pk]).get((place.pk, rows[0].commodity), 0)
        visible = self.visible_contacts(rows)
        found = []
        for move in reversed(rows):
            came = move.quantity if move.destination_id == place.pk else 0
            went = 0 if came else move.quantity
            balance += came - went
            cells = [shown(move.occurred_on), self.what(move, place), came or "", went or "", signed_number(balance)]
            found.append((self.url(move, visible), cells))
        return found[::-1]

    def visible_contacts(self, rows: list[StockMove]) -> set:
        ids = [move.contact_id for move in rows if move.contact_id]
        seen = Contact.objects.visible_to(self.request.scope).filter(pk__in=ids)
        return set(seen.values_list("pk", flat=True)) if self.request.scope.can(P.CONTACT_VIEW) else set()

    def url(self, move: StockMove, visible: set) -> str:
        if move.document_id:
            return move.document.get_absolute_url()
        if move.count_id:
            return reverse("stock-counts:detail", args=[move.count_id])
        if move.contact_id:
            return reverse("contacts:detail", args=[move.contact_id]) if move.contact_id in visible else ""
        may = move.organisation_id in self.request.scope.organisations(P.SESSION_VIEW)
        return reverse("sessions:detail", args=[move.session]) if may else ""

    def what(self, move: StockMove, place: StockPlace) -> str:
        other = move.source if move.destination_id == place.pk else move.destination
        batch = _("batch %(batch)s") % {"batch": move.batch} if move.batch else ""
        if move.count_id:
            return _("Count")
        if move.document_id:
            return joined([move.document.get_kind_display(), place_name(other), batch])
        return _("Given at a contact") if move.contact_id else _("Given at a session")


_ENDS = ("source__site", "source__worker", "destination__site", "destination__worker")


class Expiries(StockScreen):
    """What is past its last day, and what will be within three or six months."""

    def get(self, request):
        wanted = request.GET.get("months", "3")
        if wanted not in map(str, MONTHS_AHEAD) or set(request.GET) - {"months"}:
            raise BadRequest("Unknown months")
        until = self.today + timedelta(days=round(int(wanted) * 30.5))
        balances = StockMove.objects.balances([place.pk for place in self.places])
        batches = stock_levels.batches_of(list(balances), self.today)
        by_id = {place.pk: place for place in self.places}
        found = sorted(
            (batch.expires_on, self.name(by_id[key[0]]), codes.label("commodity", key[1]), batch.number, pieces, key)
            for key, held in batches.items()
            for batch, pieces in held
            if batch.expires_on and batch.expires_on <= until
        )
        columns = [
            Column("day", _("Last good day")),
            Column("commodity", _("Commodity")),
            Column("place", _("Place")),
            Column("batch", _("Batch")),
            Column("pieces", _("Pieces")),
            Column("state", _("State")),
        ]
        rows = [
            (
                reverse("stock-ledger", args=key),
                list(zip([c.label for c in columns], self.cells(day, commodity, place, batch, pieces), strict=True)),
            )
            for day, place, commodity, batch, pieces, key in found
        ]
        context = {
            "heading": _("What expires"),
            "columns": heads_of(columns, request.GET),
            "rows": rows,
            "choices": [(months, str(months) == wanted) for months in MONTHS_AHEAD],
        }
        return self.show("outreach/stock/expiries.html", context)

    def cells(self, day: date, commodity: str, place: str, batch: str, pieces: int) -> list:
        state = _("expired") if day < self.today else ""
        return [shown(day), commodity, place, batch, pieces, state]


class StockOuts(StockScreen):
    """Days on which a place had nothing of what it gives people."""

    def get(self, request):
        form = StockOutForm(request.GET or None, today=self.today)
        if unknown := set(request.GET) - set(form.fields):
            raise BadRequest(f"Unknown filters: {', '.join(sorted(unknown))}")
        rows, columns = (
            [],
            [
                Column("place", _("Place")),
                Column("commodity", _("Commodity")),
                Column("days", _("Days without")),
                Column("balance", _("On the last day")),
            ],
        )
        if not form.is_bound or form.is_valid():
            start, end = form.days()
            for level, days in stock_levels.stock_outs(self.kept(), start, end):
                place, commodity = level.place, codes.label("commodity", level.commodity)
                cells = [self.name(place), commodity, days, signed_number(level.balance)]
                url = reverse("stock-ledger", args=[place.pk, level.commodity])
                rows.append((url, [(c.label, text) for c, text in zip(columns, cells, strict=True)]))
        context = {
            "heading": _("Days without stock"),
            "form": form,
            "columns": heads_of(columns, request.GET),
            "rows": rows,
        }
        return self.show("outreach/stock/outs.html", context, status=400 if form.errors else 200)

    def kept(self) -> list[StockPlace]:
        kept = stock_levels.keeps_stock(self.places)
        return [place for place in self.places if place.organisation_id in kept]
