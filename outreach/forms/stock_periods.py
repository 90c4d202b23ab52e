"""The days over which the store looks back."""

from datetime import date, timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms.registers import day_field

USUAL_DAYS, MOST_DAYS = 90, 366


class StockOutForm(forms.Form):
    """From and to; the last 90 days unless told."""

    first = day_field(gettext_lazy("From"))
    last = day_field(gettext_lazy("To"))

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {"first": today - timedelta(days=USUAL_DAYS - 1), "last": today}

    def clean(self):
        data = super().clean()
        if not self.errors and data["last"] < data["first"]:
            self.add_error("last", _("The last day lies before the first one."))
        elif not self.errors and (data["last"] - data["first"]).days >= MOST_DAYS:
            self.add_error("last", _("Choose at most a year."))
        return data

    def days(self) -> tuple[date, date]:
        """First and last day of an empty or valid form."""
        data = self.cleaned_data if self.is_bound else self.initial
        return data["first"], data["last"]
