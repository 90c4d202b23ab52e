"""The filters that every register has: dates, organisation, void records; choices inside the person's scope."""

import django_filters
from django.core.exceptions import BadRequest
from django.forms import Form, MultiWidget
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_filters.widgets import DateRangeWidget

from core.models import Organisation

OWN_PARAMETERS = {"page", "sort"}


class DayRangeWidget(DateRangeWidget):
    """Two calendars: from and to, both days included."""

    suffixes = ["after", "before"]

    def __init__(self, attrs=None):
        super().__init__(attrs)
        for widget, label in zip(self.widgets, (_("From"), _("To")), strict=True):
            widget.input_type = "date"
            widget.attrs["aria-label"] = label


class OccurredFilter(django_filters.DateFromToRangeFilter):
    """A range of days of a date field, both days included."""

    def __init__(self, **kwargs):
        super().__init__(**{"label": _("Date"), "widget": DayRangeWidget, **kwargs})


class RegisterFilters(django_filters.FilterSet):
    """Filters of a register. `scope` is the person's; a parameter that isn't declared is refused with 400."""

    def __init__(self, data=None, *args, scope, **kwargs):
        self.scope = scope
        super().__init__(chosen(data or {}), *args, **kwargs)

    def check_parameters(self) -> None:
        """Raises BadRequest if the address holds a filter that this list doesn't have."""
        if unknown := set(self.data) - parameters_of(self.form) - OWN_PARAMETERS:
            raise BadRequest(f"Unknown filters: {', '.join(sorted(unknown))}")

    def in_force(self) -> list[str]:
        """Names of the filters in force: what an audit line may hold."""
        return sorted(key for key, value in self.data.items() if value and key not in OWN_PARAMETERS)


class RecordFilters(RegisterFilters):
    """Filters of Records: a range of days, the organisation where there are several, void records on request."""

    occurred_on = OccurredFilter()
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"), queryset=Organisation.objects.none(), empty_label=_("All")
    )
    void = django_filters.ChoiceFilter(
        label=_("Void records"),
        method="with_void",
        choices=[("with", _("Shown too")), ("only", _("Only these"))],
        empty_label=_("Left out"),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        permission = self.queryset.model.view_permission
        if self.scope.everywhere(permission):
            organisations = Organisation.objects.all()
        else:
            organisations = Organisation.objects.filter(pk__in=self.scope.all_organisations(permission))
        if not self.scope.everywhere(permission) and len(self.scope.all_organisations(permission)) < 2:
            del self.filters["organisation"]
        else:
            self.filters["organisation"].queryset = organisations

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("void") else queryset.countable()

    def with_void(self, queryset, name, value):
        return queryset.exclude(voided_at=None) if value == "only" else queryset


def chosen(data: QueryDict | dict) -> QueryDict:
    """The parameters without empty ones: a form sends all its fields, chosen or not."""
    lists = dict(data.lists()) if isinstance(data, QueryDict) else {key: [value] for key, value in data.items()}
    kept = QueryDict(mutable=True)
    for key, values in lists.items():
        if values := [value for value in values if value != ""]:
            kept.setlist(key, values)
    return kept


def parameters_of(form: Form) -> set[str]:
    """Names under which the form's fields may stand in an address."""
    names = set()
    for name, field in form.fields.items():
        if isinstance(field.widget, MultiWidget):
            names |= {f"{name}_{suffix}" for suffix in field.widget.suffixes}
        else:
            names.add(name)
    return names
