"""The form of a round that collects used needles and syringes."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms.entries import EntryForm
from core.forms.registers import day_field, note_field
from core.forms.sites import districts_by_province
from core.models import Site
from outreach.actions import needle_collections
from outreach.models import HowCounted
from outreach.rules import needle_collections as rules
from outreach.rules.needle_collections import MOST_GRAMS, MOST_PIECES, NeedleCollectionEntry


def whole_number(label: Any, most: int) -> forms.IntegerField:
    widget = forms.NumberInput({"inputmode": "numeric", "min": 1, "max": most})
    return forms.IntegerField(label=label, required=False, min_value=1, max_value=most, widget=widget)


class NeedleCollectionForm(EntryForm):
    """One round. Without a number of pieces, it follows from the weight."""

    writer = needle_collections.writer

    occurred_on = day_field(gettext_lazy("Date"))
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"), queryset=Site.objects.none(), required=False, empty_label=gettext_lazy("No site")
    )
    district = forms.ChoiceField(label=gettext_lazy("Or the district"), required=False)
    method = forms.ChoiceField(
        label=gettext_lazy("How they were counted"), choices=HowCounted.choices, widget=forms.RadioSelect
    )
    pieces = whole_number(gettext_lazy("Needles and syringes"), MOST_PIECES)
    grams = whole_number(gettext_lazy("Weight in grams"), MOST_GRAMS)
    note = note_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].choices = [("", _("Not needed with a site")), *districts_by_province()]
        text = _("Weighed: leave the number empty, and it follows from the weight at %(grams)s g for each syringe.")
        self.fields["grams"].help_text = text % {"grams": number_format(settings.GRAMS_PER_SYRINGE)}

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        return super().initial_of(record) | {"district": record.district_id}

    def said(self) -> dict[str, Any]:
        said = super().said()
        if said["pieces"] is None and said["grams"]:
            said["pieces"] = rules.pieces_in(said["grams"])
        return said

    def problems(self, entry: NeedleCollectionEntry) -> list:
        return list(rules.problems(entry, today=timezone.localdate()))
