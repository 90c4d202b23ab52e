"""Filters of the clients' list."""

from datetime import date, timedelta

import django_filters
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import OccurredFilter, RecordFilters
from core.models import Site
from core.permissions import Permission
from outreach.models import Client, Contact, Fact, MethadoneStatus

AGE_BANDS = "YOUTH_10_24"
NOT_MET = (30, 60, 90)


def born_by(years: int, today: date) -> date:
    """The last birth date of those who are `years` old or older today."""
    day = 28 if (today.month, today.day) == (2, 29) else today.day
    return today.replace(year=today.year - years, day=day)


def age_bands() -> list[tuple[str, str]]:
    """The bands of the programme's own set, by their codes."""
    rows = codes.table("age_band_sets").items()
    bands = [(key, row) for key, row in rows if row.attributes.get("set") == AGE_BANDS]
    own = [("<10", _("Under 10"))] if bands else []
    return [*own, *((key.partition(":")[2], row.label) for key, row in bands)]


def not_met_choices() -> list[tuple[str, object]]:
    return [(str(days), _("For %(days)s days") % {"days": days}) for days in NOT_MET]


class ClientFilters(RecordFilters):
    """Group, sex, age, place and day of the last contacts, day of registration, one's own, merged records."""

    group = django_filters.ChoiceFilter(
        label=_("Population group"),
        method="in_group",
        choices=lambda: codes.choices("population_group"),
        empty_label=_("All"),
    )
    sex = django_filters.ChoiceFilter(label=_("Sex"), choices=lambda: codes.choices("sex"), empty_label=_("All"))
    age = django_filters.ChoiceFilter(label=_("Age now"), method="of_age", choices=age_bands, empty_label=_("All"))
    met_at = django_filters.ModelChoiceFilter(
        label=_("Met at"), method="met_there", queryset=Site.objects.none(), empty_label=_("All")
    )
    not_met = django_filters.ChoiceFilter(
        label=_("Not met"), method="not_met_for", choices=not_met_choices, empty_label=_("All")
    )
    occurred_on = OccurredFilter(label=_("Registered"))
    whose = django_filters.ChoiceFilter(
        label=_("Whose"), method="of_whom", choices=[("mine", _("Mine"))], empty_label=_("All")
    )
    methadone = django_filters.ChoiceFilter(
        label=_("Methadone"), method="on_methadone", choices=MethadoneStatus.Status.choices, empty_label=_("All")
    )
    merged = django_filters.ChoiceFilter(
        label=_("Merged records"),
        method="with_merged",
        choices=[("with", _("Shown too")), ("only", _("Only these"))],
        empty_label=_("Left out"),
    )

    class Meta:
        model = Client
        fields = [
            "group",
            "sex",
            "age",
            "met_at",
            "not_met",
            "occurred_on",
            "whose",
            "methadone",
            "organisation",
            "merged",
            "void",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["met_at"].queryset = Site.objects.visible_to(self.scope).besides_schools(Contact.objects.all())
        if not self.scope.can(Permission.HARM_VIEW):
            del self.filters["methadone"]

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("merged") else queryset.surviving()

    def in_group(self, queryset, name, value):
        """Whoever has this as the primary group today; `UNK` are also those without any."""
        wanted = Q(group_now=value) | (Q(group_now=None) if value == "UNK" else Q())
        return queryset.with_group_on(timezone.localdate()).filter(wanted)

    def of_age(self, queryset, name, value):
        today = timezone.localdate()
        if value == "unknown":
            return queryset.filter(birth_date=None)
        row = codes.table("age_band_sets").get(f"{AGE_BANDS}:{value}")
        low, high = (int(row.attributes["min_age"]), int(row.attributes["max_age"])) if row else (0, 9)
        queryset = queryset.filter(birth_date__lte=born_by(low, today))
        return queryset if high >= 120 else queryset.filter(birth_date__gt=born_by(high + 1, today))

    def met_there(self, queryset, name, value):
        return queryset.filter(Exists(Fact.objects.filter(client=OuterRef("pk"), site=value.pk)))

    def not_met_for(self, queryset, name, value):
        day = timezone.localdate() - timedelta(days=int(value))
        met = Fact.objects.filter(client=OuterRef("pk"), date__gte=day)
        return queryset.filter(~Exists(met), occurred_on__lt=day)

    def of_whom(self, queryset, name, value):
        return queryset.filter(queryset.own_condition(self.scope))

    def on_methadone(self, queryset, name, value):
        """Whoever stands there by the newest status."""
        said = MethadoneStatus.objects.filter(Q(client=OuterRef("pk")) | Q(client__survivor=OuterRef("pk")))
        newest = said.order_by("-since", "-pk").values("status")[:1]
        return queryset.annotate(methadone_now=Subquery(newest)).filter(methadone_now=value)

    def with_merged(self, queryset, name, value):
        return queryset.exclude(merged_into=None) if value == "only" else queryset
