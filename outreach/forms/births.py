"""The birth date in as many boxes as are known: day, month and year, month and year, the year, or about how old."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import ages
from core.ages import OLDEST, Precision


def month_choices() -> list[tuple[str, object]]:
    return [("", gettext_lazy("Month")), *((str(number), name) for number, name in MONTHS.items())]


class BirthWidget(forms.MultiWidget):
    """Three boxes: day, month, year. Its value is (day, month, year), each a number or empty."""

    def __init__(self, attrs=None):
        number = {"inputmode": "numeric", "autocomplete": "off"}
        day, year = gettext_lazy("Day"), gettext_lazy("Year")
        super().__init__(
            [
                forms.TextInput({**number, "aria-label": day, "placeholder": day, "maxlength": 2}),
                forms.Select({"aria-label": gettext_lazy("Month")}, choices=month_choices()),
                forms.TextInput({**number, "aria-label": year, "placeholder": year, "maxlength": 4}),
            ],
            attrs,
        )

    def decompress(self, value):
        return list(value) if value else ["", "", ""]


class BirthField(forms.MultiValueField):
    """Answers (date, precision), or None if every box is empty.

    A day needs its month, a month its year. The date is the one that stands for what isn't known.
    """

    widget = BirthWidget

    def __init__(self, **kwargs):
        later = {"max_value": gettext_lazy("This birth date is in the future. Check the year.")}
        year = forms.IntegerField(required=False, min_value=1900, max_value=2200, error_messages=later)
        day, month = (
            forms.IntegerField(required=False, min_value=1, max_value=31),
            forms.IntegerField(required=False, min_value=1, max_value=12),
        )
        super().__init__(fields=(day, month, year), require_all_fields=False, required=False, **kwargs)

    def compress(self, values):
        day, month, year = values or (None, None, None)
        if year is None and (day or month):
            raise ValidationError(_("Give the year too, or leave day and month empty."))
        if day and not month:
            raise ValidationError(_("Give the month too, or leave the day empty."))
        if year is None:
            return None
        precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
        try:
            born = date(year, month or 1, day or 1)
        except ValueError:
            raise ValidationError(_("There is no such day. Check day, month and year.")) from None
        return ages.stand_in(born, precision), precision


def parts_of(born: date | None, precision: str) -> tuple:
    """What stands in the three boxes for a birth date of that precision."""
    if born is None or precision in (Precision.UNKNOWN, Precision.ESTIMATED):
        return ("", "", "")
    return (
        born.day if precision == Precision.DAY else "",
        "" if precision == Precision.YEAR else born.month,
        born.year,
    )


def about_field() -> forms.IntegerField:
    """An age that was guessed or told, in years."""
    return forms.IntegerField(
        label=gettext_lazy("Or about how old?"),
        help_text=gettext_lazy("Years, if no part of the birth date is known. Leave both empty if nobody knows."),
        required=False,
        min_value=0,
        max_value=OLDEST,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
