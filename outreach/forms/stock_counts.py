"""The form of a count: what lies there, commodity by commodity, before anybody looks at the books."""

from dataclasses import replace
from datetime import timedelta

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.entries import EntryForm
from core.forms.registers import day_field
from outreach.actions import stock_counts
from outreach.forms.stock import PlaceField, key_of, keys_of, place_choices, place_id
from outreach.models import StockCount, StockMove, StockPlace
from outreach.rules import stock_counts as rules
from outreach.rules.stock_documents import MOST_PIECES

MOVED_WITHIN = 183


class StockCountForm(EntryForm):
    """One count of one place. Fields `counted_<code>` and `reason_<code>` follow the code list.

    The books are not shown before: where they say something else the form comes back and asks for the reason.
    """

    writer = stock_counts.writer
    place = PlaceField(label=gettext_lazy("Place"), widget=forms.HiddenInput)
    occurred_on = day_field(gettext_lazy("Counted on"), help_text=gettext_lazy("The count is true at the day's end."))
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=280,
        help_text=gettext_lazy("No names and no telephone numbers."),
        widget=forms.Textarea({"rows": 2}),
    )
    reference = forms.CharField(label=gettext_lazy("Own reference"), max_length=64, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("organisation", None)
        self.layout = [("", ["note"], False), (_("More"), ["reference"], True)]
        self.differing: set[str] = set()
        held = [self.record.place] if self.record else []
        self.fields["place"].choices = place_choices(self.organisations, held)
        lines = {line[0]: line for line in self.record.lines} if self.record else {}
        self.codes = [key for key, row in codes.table("commodity").items() if row.retired_on is None or key in lines]
        reasons = [("", _("Choose")), *StockCount.Reason.choices]
        for code in self.codes:
            label = codes.label("commodity", code)
            widget = forms.NumberInput({"inputmode": "numeric", "min": 0})
            self.fields[f"counted_{code}"] = forms.IntegerField(
                label=label, required=False, min_value=0, max_value=MOST_PIECES, widget=widget
            )
            self.fields[f"reason_{code}"] = forms.ChoiceField(label=_("Why"), required=False, choices=reasons)

    @classmethod
    def initial_of(cls, record):
        initial = super().initial_of(record) | {"place": str(key_of(record.place))}
        for code, counted, reason in record.lines:
            initial |= {f"counted_{code}": counted, f"reason_{code}": reason}
        return initial

    def drawn_apart(self, name: str) -> bool:
        return name.startswith(("counted_", "reason_"))

    # --- drawing ---------------------------------------------------------------------------------

    def place_now(self) -> StockPlace | None:
        """The place that is counted, if it has a row."""
        if self.record:
            return self.record.place
        text = str(self["place"].value() or "")
        if text not in {str(key) for key in keys_of(self.organisations)}:
            return None
        home, kind, *of = text.split(":")
        belongs = {"site": of[0]} if kind == "site" else {"worker": of[0]} if kind == "bag" else {}
        return StockPlace.objects.filter(organisation=home, kind=kind, **belongs).first()

    def expected_codes(self) -> set[str]:
        """Commodities that lie there by the books, or moved there in the last half year."""
        place = self.place_now()
        if place is None:
            return set()
        since = timezone.localdate() - timedelta(days=MOVED_WITHIN)
        held = StockMove.objects.balances([place.pk])
        lately = StockMove.objects.filter(occurred_on__gte=since).balances([place.pk])
        return {code for (_place, code), pieces in held.items() if pieces} | {code for _place, code in lately}

    def line_groups(self) -> dict[str, list[tuple[BoundField, BoundField | None]]]:
        """(counted, reason or None) of the commodities to count, and of the others."""
        usual = self.expected_codes() or set(self.codes)
        first, rest = [], []
        for code in self.codes:
            counted, reason = self[f"counted_{code}"], self[f"reason_{code}"]
            asked = code in self.differing or reason.value()
            told = counted.value() not in (None, "")
            (first if code in usual or told or asked else rest).append((counted, reason if asked else None))
        return {"first": first, "rest": rest}

    # --- reading what was typed ------------------------------------------------------------------

    @property
    def organisation(self):
        if self.record:
            return self.record.organisation
        key = self.cleaned_data.get("place")
        return next((row for row in self.organisations if key and row.pk == key.organisation_id), None)

    def said(self):
        data = self.cleaned_data
        lines = tuple(
            (code, counted, data.get(f"reason_{code}") or "")
            for code in self.codes
            if (counted := data.get(f"counted_{code}")) is not None
        )
        return super().said() | {"place_id": place_id(data["place"], self.organisation), "lines": lines}

    def entry(self):
        """What is written. A first count is where the books begin; one that agrees with them needs no reason."""
        entry = super().entry()
        books = stock_counts.books_of([entry], self.organisation)[entry.id]
        opening = StockCount.Reason.OPENING if books.first else ""

        def reason(code: str, counted: int, given: str) -> str:
            if counted == books.expected.get(code, 0):
                return ""
            return given or str(opening)

        lines = tuple((code, counted, reason(code, counted, given)) for code, counted, given in entry.lines)
        return replace(entry, lines=lines)

    def problems(self, entry):
        return list(rules.problems(entry, today=timezone.localdate()))

    def add_problems(self, problems):
        """A difference without a reason is asked about beside its commodity."""
        if hasattr(problems, "problems"):
            problems = [problem for found in problems.problems.values() for problem in found]
        for problem in problems:
            if problem.field == "reason" and f"reason_{problem.value}" in self.fields:
                self.differing.add(problem.value)
                self.add_error(f"reason_{problem.value}", problem.message)
            else:
                super().add_problems([problem])
