"""Filters of the lists of committees and of their meetings. How a committee stands is reckoned, as of today."""

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import OccurredFilter, RecordFilters
from peers import committee_standing
from peers.filters.workplaces import province_filter, sector_filter
from peers.models import Committee, CommitteeMeeting, Workplace

NEARLY = "nearly"


def statuses() -> list[tuple[str, str]]:
    return [*codes.choices("committee_status"), (NEARLY, _("About to go quiet"))]


class CommitteeFilters(RecordFilters):
    """Status, sector, province, workplace, organisation, void."""

    status = django_filters.ChoiceFilter(
        label=_("Status"), method="with_status", choices=statuses, empty_label=_("All")
    )
    sector = sector_filter("workplace__sector")
    province = province_filter("workplace__site__district__province")
    workplace = django_filters.ModelChoiceFilter(
        label=_("Workplace"), queryset=Workplace.objects.none(), empty_label=_("All")
    )
    occurred_on = OccurredFilter(label=_("Planned or noted"))

    class Meta:
        model = Committee
        fields = ["status", "sector", "province", "workplace", "occurred_on", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["workplace"].queryset = Workplace.objects.visible_to(self.scope).countable()

    def with_status(self, queryset, name, value):
        today = timezone.localdate()
        rows = committee_standing.with_last_minuted(Committee.objects.visible_to(self.scope).order_by(), today)
        found = [(row.pk, committee_standing.standing_read(row, today)) for row in rows]
        fits = [pk for pk, stands in found if (stands.nearly_quiet if value == NEARLY else stands.status == value)]
        return queryset.filter(pk__in=fits)


class CommitteeMeetingFilters(RecordFilters):
    """Day, workplace, with or without minutes, organisation, void."""

    occurred_on = OccurredFilter()
    workplace = django_filters.ModelChoiceFilter(
        field_name="committee__workplace", label=_("Workplace"), queryset=Workplace.objects.none(), empty_label=_("All")
    )
    minuted = django_filters.ChoiceFilter(
        label=_("Minutes"),
        method="with_minutes",
        choices=[("yes", _("With minutes")), ("no", _("Without minutes"))],
        empty_label=_("All"),
    )

    class Meta:
        model = CommitteeMeeting
        fields = ["occurred_on", "workplace", "minuted", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["workplace"].queryset = Workplace.objects.visible_to(self.scope).countable()

    def with_minutes(self, queryset, name, value):
        minuted = ~Q(minutes="") | Q(minutes_on_paper=True)
        return queryset.filter(minuted if value == "yes" else ~minuted)
