"""What the filters of the store share: a place to choose."""

import django_filters
from django.forms import ModelChoiceField
from django.utils.translation import gettext_lazy as _

from outreach.forms.stock import place_name
from outreach.models import StockPlace


class PlaceChoiceField(ModelChoiceField):
    """Places by their names."""

    def label_from_instance(self, obj):
        return place_name(obj)


class PlaceFilter(django_filters.ModelChoiceFilter):
    """One place in which pieces lie."""

    field_class = PlaceChoiceField

    def __init__(self, **kwargs):
        super().__init__(**{"queryset": StockPlace.objects.none(), "empty_label": _("All"), **kwargs})

    def offer(self, scope) -> None:
        """Give the places inside the person's scope as choices."""
        places = StockPlace.objects.visible_to(scope).holding().select_related("site", "worker")
        self.queryset = places.order_by("kind", "site__name", "worker__username")
