"""The forms of a drop-in centre: what it offers, when it is open; and which day or period to look at."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.registers import day_field
from core.rules.dates import EARLIEST
from core.rules.problems import InvalidEntries, Problem
from outreach.forms.visits import time_field
from outreach.models.centres import WEEKDAYS
from outreach.rules import centres as rules
from outreach.rules.centres import MOST_USUAL, Offer, Stretch

LAST_PLACE = 99


class SetUpForm(forms.Form):
    """A form over rules; problems of a field that isn't drawn stand on top."""

    def add_problems(self, problems: list[Problem] | InvalidEntries) -> None:
        """Show what a rule says beside its field."""
        if isinstance(problems, InvalidEntries):
            problems = [problem for found in problems.problems.values() for problem in found]
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)


class ServicesForm(SetUpForm):
    """The centre's own list: five fields for each service of the code list, named `<field>_<code>`.

    `held` is the list that stands; a centre without one is offered the code list's own mapping, all of it ticked.
    """

    def __init__(self, data=None, *, held: list[Offer]):
        self.usual = {offer.code: offer for offer in rules.usual_offers()}
        self.held = {offer.code: offer for offer in held}
        self.codes = [*self.held, *(code for code in self.usual if code not in self.held)]
        initial = {}
        for place, code in enumerate(self.codes, start=1):
            offer = self.held.get(code) or self.usual[code]
            initial |= self._initial(offer, place, on=not held or code in self.held)
        super().__init__(data, initial=initial)
        for code in self.codes:
            self._add_fields(self.held.get(code) or self.usual[code])

    @staticmethod
    def _initial(offer: Offer, place: int, *, on: bool) -> dict:
        said = {"offered": on, "order": place, "services": sorted(offer.services), "commodity": offer.commodity}
        return {f"{name}_{offer.code}": value for name, value in (said | {"quantity": offer.quantity or None}).items()}

    def _add_fields(self, offer: Offer) -> None:
        code = offer.code
        services = codes.choices("service")
        known = {key for key, _label in services}
        services += [(key, codes.label("service", key)) for key in sorted(offer.services - known)]
        goods = dict(codes.choices("commodity", _("Nothing")))
        goods.setdefault(offer.commodity, codes.label("commodity", offer.commodity))
        self.fields[f"offered_{code}"] = forms.BooleanField(label=codes.label("dic_service", code), required=False)
        self.fields[f"order_{code}"] = forms.IntegerField(
            label=_("Place in the list"),
            min_value=1,
            max_value=LAST_PLACE,
            required=False,
            widget=forms.NumberInput({"inputmode": "numeric"}),
        )
        self.fields[f"services_{code}"] = forms.MultipleChoiceField(
            label=_("Counts as"), choices=services, required=False, widget=forms.CheckboxSelectMultiple
        )
        self.fields[f"commodity_{code}"] = forms.ChoiceField(
            label=_("Usually given"), choices=list(goods.items()), required=False
        )
        self.fields[f"quantity_{code}"] = forms.IntegerField(
            label=_("Pieces"),
            min_value=0,
            max_value=MOST_USUAL,
            required=False,
            widget=forms.NumberInput({"inputmode": "numeric"}),
        )

    @property
    def rows(self) -> list[tuple]:
        """(the tick, what it means in words, the fields behind it) of each service."""
        return [
            (self[f"offered_{code}"], self._meaning(code), [self[f"{name}_{code}"] for name in self._BEHIND])
            for code in self.codes
        ]

    _BEHIND = ("order", "services", "commodity", "quantity")

    def _meaning(self, code: str) -> str:
        services = self[f"services_{code}"].value() or []
        commodity, number = self[f"commodity_{code}"].value(), self[f"quantity_{code}"].value()
        words = ", ".join(codes.label("service", key) for key in services) or _("counts as no service of the programme")
        return f"{words} · {number} × {codes.label('commodity', commodity)}" if commodity else words

    def offers(self) -> list[Offer]:
        """The list as it was ticked, in the order that was typed."""
        data, found = self.cleaned_data, []
        for number, code in enumerate(self.codes):
            if not data[f"offered_{code}"]:
                continue
            offer = Offer(
                code,
                frozenset(data[f"services_{code}"]),
                data[f"commodity_{code}"],
                data[f"quantity_{code}"] or 0,
            )
            found.append((data[f"order_{code}"] or LAST_PLACE, number, offer))
        return [offer for _place, _number, offer in sorted(found, key=lambda row: row[:2])]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            self.add_problems(list(rules.offer_problems(self.offers(), timezone.localdate())))
        return cleaned


class HoursForm(SetUpForm):
    """Opening hours: two stretches a weekday, the second for after a midday break. Empty is closed."""

    STRETCHES = ("", "again_")

    def __init__(self, data=None, *, held: list[Stretch]):
        initial: dict = {}
        for day, _name in WEEKDAYS:
            mine = sorted(stretch for stretch in held if stretch.weekday == day)
            for prefix, stretch in zip(self.STRETCHES, mine, strict=False):
                initial |= {f"{prefix}opens_{day}": stretch.opens, f"{prefix}closes_{day}": stretch.closes}
        super().__init__(data, initial=initial)
        for day, name in WEEKDAYS:
            for prefix in self.STRETCHES:
                again = _("second time") if prefix else ""
                said = {"day": name, "again": again}
                for part, words in (("opens", _("%(day)s opens %(again)s")), ("closes", _("%(day)s closes %(again)s"))):
                    self.fields[f"{prefix}{part}_{day}"] = time_field(words % said, **{"aria-label": words % said})

    @property
    def rows(self) -> list[tuple]:
        """(weekday, its four fields) of the week."""
        parts = [f"{prefix}{part}" for prefix in self.STRETCHES for part in ("opens", "closes")]
        return [(name, [self[f"{part}_{day}"] for part in parts]) for day, name in WEEKDAYS]

    def stretches(self) -> list[Stretch]:
        """The stretches that were typed in whole."""
        found = []
        for day, _name in WEEKDAYS:
            for prefix in self.STRETCHES:
                opens, closes = (self.cleaned_data.get(f"{prefix}{part}_{day}") for part in ("opens", "closes"))
                if opens and closes:
                    found.append(Stretch(day, opens, closes))
        return found

    def clean(self):
        cleaned = super().clean()
        for day, _name in WEEKDAYS:
            for prefix in self.STRETCHES:
                opens, closes = (cleaned.get(f"{prefix}{part}_{day}") for part in ("opens", "closes"))
                if bool(opens) != bool(closes) and not self.errors:
                    field = f"{prefix}{'closes' if opens else 'opens'}_{day}"
                    self.add_error(field, _("Give both times, or leave both empty."))
        if not self.errors:
            self.add_problems(list(rules.hours_problems(self.stretches())))
        return cleaned


class DayForm(forms.Form):
    """Which day's sheet."""

    day = day_field(gettext_lazy("Day"), required=False)

    def clean_day(self):
        day = self.cleaned_data["day"] or timezone.localdate()
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet. Take today or a day before."))
        if day < EARLIEST:
            raise forms.ValidationError(_("This day is before 1990. Check the year."))
        return day


class PeriodForm(forms.Form):
    """Which days the table of hours is about."""

    PERIODS = [
        ("4w", gettext_lazy("Last 4 weeks")),
        ("3m", gettext_lazy("Last 3 months")),
        ("1y", gettext_lazy("Last year")),
    ]

    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=PERIODS, required=False)
