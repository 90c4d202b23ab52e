"""The form of a delivery, transfer, loss or sending back."""

from collections import Counter
from datetime import date

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import codes
from core.forms.entries import EntryForm
from core.forms.registers import day_field
from outreach.actions import stock_documents
from outreach.forms.campaigns import CampaignField, offered
from outreach.forms.stock import PlaceField, key_of, place_choices, place_id
from outreach.models import StockDocument, StockMove
from outreach.rules import stock_documents as rules
from outreach.rules.stock_documents import ARRIVING, LEAVING, LONGEST_BATCH, MOST_PIECES

ROWS, FIRST_ROWS = 12, 6
PARTS = ("commodity", "pieces", "batch", "expires")


class StockDocumentForm(EntryForm):
    """One document. Fields `commodity_0`, `pieces_0`, `batch_0`, `expires_0` are its first line, and so on.

    More than the books hold is asked about once: `anyway` says that it is recorded all the same.
    """

    writer = stock_documents.writer
    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=StockDocument.Kind.choices, widget=forms.RadioSelect
    )
    occurred_on = day_field(gettext_lazy("Date"))
    source_place = PlaceField(
        label=pgettext_lazy("place", "From"), required=False, help_text=gettext_lazy("Not asked for a delivery.")
    )
    destination_place = PlaceField(
        label=pgettext_lazy("place", "To"), required=False, help_text=gettext_lazy("Only for a delivery or a move.")
    )
    campaign = CampaignField(
        label=gettext_lazy("For the campaign"),
        help_text=gettext_lazy("Only for material that belongs to a campaign."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=280,
        help_text=gettext_lazy("Supplier and delivery note; why something was lost. No names of people."),
        widget=forms.Textarea({"rows": 2}),
    )
    reference = forms.CharField(label=gettext_lazy("Own reference"), max_length=64, required=False)
    anyway = forms.BooleanField(label=gettext_lazy("Record it all the same"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("organisation", None)
        self.layout = [("", ["campaign", "note"], False), (_("More"), ["reference"], True)]
        self.short: list[str] = []
        held = [place for place in self._record_places().values() if place]
        choices = place_choices(self.organisations, held)
        for name in ("source_place", "destination_place"):
            self.fields[name].choices = choices
        if not self.record:
            self._begin_with_the_store()
        self._offer_campaigns()
        self._add_rows()

    def _offer_campaigns(self) -> None:
        day = self.record.occurred_on if self.record else timezone.localdate()
        rows = offered(self.organisations, day, self.record).values_list("pk", "name")
        self.fields["campaign"].choices = [("", _("None")), *((str(pk), name) for pk, name in rows)]
        if not rows:
            del self.fields["campaign"]

    def _record_places(self) -> dict:
        record = self.record
        if record is None:
            return {}
        return {"source_place": record.source_place, "destination_place": record.destination_place}

    def _begin_with_the_store(self) -> None:
        if len(self.organisations) == 1 and "source_place" not in self.initial:
            store = f"{self.organisations[0].pk}:store"
            kind = self.initial.get("kind") or StockDocument.Kind.RECEIPT
            self.initial["kind"] = kind
            name = "destination_place" if kind == StockDocument.Kind.RECEIPT else "source_place"
            self.initial.setdefault(name, store)

    def _add_rows(self) -> None:
        lines = self.record.lines if self.record else []
        held = {line[0] for line in lines}
        goods = [("", _("Choose"))] + [
            (key, row.label) for key, row in codes.table("commodity").items() if row.retired_on is None or key in held
        ]
        self.rows = max(ROWS, len(lines) + 3)
        for number in range(self.rows):
            words = {"number": number + 1}
            labels = {
                "commodity": _("Commodity, line %(number)s") % words,
                "pieces": _("Pieces, line %(number)s") % words,
                "batch": _("Batch, line %(number)s") % words,
                "expires": _("Last good day, line %(number)s") % words,
            }
            pieces = forms.NumberInput({"inputmode": "numeric", "min": 1})
            batch = forms.TextInput({"list": "batches", "autocomplete": "off"})
            self.fields |= {
                f"commodity_{number}": forms.ChoiceField(label=labels["commodity"], choices=goods, required=False),
                f"pieces_{number}": forms.IntegerField(
                    label=labels["pieces"], required=False, min_value=1, max_value=MOST_PIECES, widget=pieces
                ),
                f"batch_{number}": forms.CharField(
                    label=labels["batch"], required=False, max_length=LONGEST_BATCH, widget=batch
                ),
                f"expires_{number}": day_field(labels["expires"], required=False),
            }

    @classmethod
    def initial_of(cls, record):
        initial = super().initial_of(record) | {"campaign": str(record.campaign_id or "")}
        for name in ("source_place", "destination_place"):
            place = getattr(record, name)
            initial[name] = str(key_of(place)) if place else ""
        for number, line in enumerate(record.lines):
            initial |= {f"{part}_{number}": value for part, value in zip(PARTS, line, strict=True)}
        return initial

    def drawn_apart(self, name: str) -> bool:
        return name == "anyway" or name.rpartition("_")[0] in PARTS

    def line_rows(self) -> list[dict[str, BoundField]]:
        """The lines' fields, for the template: those at hand."""
        return [self._row(number) for number in range(FIRST_ROWS)]

    def more_rows(self) -> list[dict[str, BoundField]]:
        """The lines that are folded away."""
        return [self._row(number) for number in range(FIRST_ROWS, self.rows)]

    def more_open(self) -> bool:
        return any(row["commodity"].value() or row["pieces"].value() for row in self.more_rows())

    def _row(self, number: int) -> dict[str, BoundField]:
        return {part: self[f"{part}_{number}"] for part in PARTS}

    def known_batches(self) -> list[tuple[str, str]]:
        """(batch, what it is) of the batches that came in, for the browser to offer."""
        moves = StockMove.objects.filter(organisation__in=self.organisations).exclude(batch="")
        rows = moves.order_by("expires_on").values_list("batch", "commodity", "expires_on").distinct()[:300]
        return [(b, " · ".join(filter(None, [codes.label("commodity", c), str(e or "")]))) for b, c, e in rows]

    # --- reading what was typed ------------------------------------------------------------------

    @property
    def organisation(self):
        """The organisation of the places named."""
        if self.record:
            return self.record.organisation
        keys = [self.cleaned_data.get(name) for name in ("source_place", "destination_place")]
        chosen = next((key.organisation_id for key in self._asked(keys) if key), None)
        return next((row for row in self.organisations if row.pk == chosen), None)

    def _asked(self, places: list) -> list:
        """From and to, as far as what happened has them."""
        kind = self.cleaned_data.get("kind")
        return [places[0] if kind in LEAVING else None, places[1] if kind in ARRIVING else None]

    def clean(self):
        self.lines = self._read_lines()
        cleaned = super().clean()
        if not self.errors:
            self._ask_about_too_much(self.entry())
        return cleaned

    def _read_lines(self) -> tuple:
        data, lines = self.cleaned_data, []
        known = {(batch, code): day for batch, code, day in self._batch_days()}
        for number in range(self.rows):
            code, pieces = data.get(f"commodity_{number}"), data.get(f"pieces_{number}")
            batch = (data.get(f"batch_{number}") or "").strip()
            day: date | None = data.get(f"expires_{number}") or known.get((batch, code))
            if f"pieces_{number}" in self.errors or f"expires_{number}" in self.errors:
                continue
            if code and not pieces:
                self.add_error(f"pieces_{number}", _("Write how many pieces."))
            elif not code and (pieces or batch or day):
                self.add_error(f"commodity_{number}", _("Choose the commodity."))
            elif code:
                lines.append((code, pieces, batch, str(day or "")))
        return tuple(lines)

    def _batch_days(self):
        """The last day of each batch named without one, where it is known."""
        named = {text.strip() for n in range(self.rows) if (text := self.cleaned_data.get(f"batch_{n}"))}
        if not named:
            return []
        moves = StockMove.objects.filter(organisation__in=self.organisations, batch__in=named, expires_on__isnull=False)
        return moves.order_by().values_list("batch", "commodity", "expires_on").distinct()

    def said(self):
        data = self.cleaned_data
        places = self._asked([data.get("source_place"), data.get("destination_place")])
        source, destination = (place_id(key, self.organisation) for key in places)
        said = super().said()
        return said | {"source_place_id": source, "destination_place_id": destination, "lines": self.lines}

    def problems(self, entry):
        data = self.cleaned_data
        asked = self._asked([data.get("source_place"), data.get("destination_place")])
        if len({key.organisation_id for key in asked if key}) > 1:
            self.add_error("destination_place", _("Both places must be of one organisation."))
            return []
        return list(rules.problems(entry, today=timezone.localdate()))

    def _ask_about_too_much(self, entry) -> None:
        """More than there is by the books, on that day or now: recorded only when somebody says so."""
        if entry.kind not in LEAVING or self.cleaned_data.get("anyway"):
            return
        wanted: Counter[str] = Counter()
        for commodity, pieces, _batch, _day in entry.lines:
            wanted[commodity] += pieces
        moves = StockMove.objects.exclude(document=entry.id)
        place = entry.source_place_id
        then, now = moves.until(entry.occurred_on).balances([place]), moves.balances([place])
        for commodity, pieces in wanted.items():
            there = min(then.get((place, commodity), 0), now.get((place, commodity), 0))
            if pieces > there:
                words = {"commodity": codes.label("commodity", commodity), "there": f"{there:,}"}
                self.short.append(_("%(commodity)s: only %(there)s there by the books.") % words)
        if self.short:
            text = _("More than the books hold. Count again, or tick this: the place stands below zero until mended.")
            self.add_error("anyway", text)
