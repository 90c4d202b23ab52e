"""Filters of the referrals' lists: the register, what is overdue, what came in, the outcomes."""

import django_filters
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import OccurredFilter, RecordFilters, RegisterFilters
from core.models import ServicePoint, User
from outreach.models import Referral

NOT_SAID = "none"
OUTCOMES = [
    ("issued", _("All but the cancelled")),
    ("confirmed", _("Confirmed within 90 days")),
    ("late", _("Confirmed later")),
    ("self_reported", _("The client says so")),
    ("partly", _("Partly received")),
    ("not", _("Not received")),
    ("open", _("Still open")),
]


def _every(name: str) -> list[tuple[str, str]]:
    """All codes of a list, retired ones too: there are records of them."""
    return [(key, code.label) for key, code in codes.table(name).items()]


def type_filter() -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        label=_("Service sought"), choices=lambda: _every("referral_type"), empty_label=_("All")
    )


class SentByAndTo:
    """For filter sets: who sent the person, and where to, among what the reader sees."""

    def narrow(self):
        """Choices from inside the person's scope."""
        sent_to = Q(pk__in=self.queryset.order_by().values("destination"))
        seen = Q(pk__in=ServicePoint.objects.visible_to(self.scope).order_by().values("pk"))
        points = ServicePoint.objects.filter(seen | sent_to).select_related("site").order_by("site__name")
        named = [(str(point.pk), str(point)) for point in points]
        self.filters["destination"].extra["choices"] = [*named, (NOT_SAID, _("Not said"))]
        senders = self.queryset.order_by().values("recorded_by")
        self.filters["worker"].queryset = User.objects.filter(pk__in=senders).order_by("username")

    def to_destination(self, queryset, name, value):
        return queryset.filter(destination=None if value == NOT_SAID else value)


def destination_filter() -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=_("Sent to"), method="to_destination", choices=[], empty_label=_("All"))


def worker_filter() -> django_filters.ModelChoiceFilter:
    return django_filters.ModelChoiceFilter(
        label=_("Recorded by"), field_name="recorded_by", queryset=User.objects.none(), empty_label=_("All")
    )


class ReferralFilters(SentByAndTo, RecordFilters):
    """Open or overdue, service sought, state, outcome, reason, where to, who, day of issue, organisation, void."""

    open = django_filters.ChoiceFilter(
        label=_("Still open"),
        method="still_open",
        choices=[("open", _("Still open")), ("overdue", _("Overdue")), ("closed", _("Closed"))],
        empty_label=_("All"),
    )
    type = type_filter()
    status = django_filters.ChoiceFilter(
        label=_("State"), choices=lambda: codes.choices("referral_status"), empty_label=_("All")
    )
    outcome = django_filters.ChoiceFilter(
        label=_("What became of it"), method="with_outcome", choices=OUTCOMES, empty_label=_("All")
    )
    reason = django_filters.ChoiceFilter(
        label=_("Why not"),
        method="with_reason",
        choices=lambda: [*_every("referral_noncompletion_reason"), (NOT_SAID, _("Not said"))],
        empty_label=_("All"),
    )
    destination = destination_filter()
    worker = worker_filter()
    occurred_on = OccurredFilter(label=_("Issued"))

    class Meta:
        model = Referral
        fields = [
            *("open", "occurred_on", "type", "status", "destination", "worker"),
            *("outcome", "reason", "organisation", "void"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.narrow()

    def still_open(self, queryset, name, value):
        if value == "closed":
            return queryset.filter(closed_on__isnull=False)
        return queryset.overdue(timezone.localdate()) if value == "overdue" else queryset.open()

    def with_outcome(self, queryset, name, value):
        return queryset.with_outcome(value)

    def with_reason(self, queryset, name, value):
        return queryset.filter(not_completed_because="" if value == NOT_SAID else value)


class OverdueFilters(SentByAndTo, RegisterFilters):
    """Service sought, where to, who."""

    type = type_filter()
    destination = destination_filter()
    worker = worker_filter()

    class Meta:
        model = Referral
        fields = ["type", "destination", "worker"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.narrow()


class IncomingFilters(RegisterFilters):
    """Service sought; who is expected still, or arrived."""

    type = type_filter()
    arrived = django_filters.ChoiceFilter(
        label=_("Arrived"),
        method="has_arrived",
        choices=[("no", _("Not yet")), ("yes", _("Arrived"))],
        empty_label=_("All"),
    )

    class Meta:
        model = Referral
        fields = ["type", "arrived"]

    def has_arrived(self, queryset, name, value):
        return queryset.filter(arrived_on__isnull=value == "no")


class OutcomeFilters(SentByAndTo, RecordFilters):
    """The days of issue, service sought, where to, who, organisation."""

    type = type_filter()
    destination = destination_filter()
    worker = worker_filter()
    occurred_on = OccurredFilter(label=_("Issued"))

    class Meta:
        model = Referral
        fields = ["occurred_on", "type", "destination", "worker", "organisation"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.filters["void"]
        self.narrow()
