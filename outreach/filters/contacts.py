"""Filters of the contacts' list."""

import django_filters
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RecordFilters
from core.models import Site, User
from core.permissions import Permission
from outreach.models import Contact, ServiceGiven


class ContactFilters(RecordFilters):
    """Day, kind, place, group, service, worker, with or without a client, organisation, void."""

    kind = django_filters.ChoiceFilter(
        label=_("Kind of contact"), choices=lambda: codes.choices("contact_type"), empty_label=_("All")
    )
    site = django_filters.ModelChoiceFilter(label=_("Site"), queryset=Site.objects.none(), empty_label=_("All"))
    group = django_filters.ChoiceFilter(
        label=_("Population group"),
        field_name="fact__group",
        choices=lambda: codes.choices("population_group"),
        empty_label=_("All"),
    )
    service = django_filters.ChoiceFilter(
        label=_("Service"), method="with_service", choices=lambda: codes.choices("service"), empty_label=_("All")
    )
    worker = django_filters.ModelChoiceFilter(label=_("Worker"), queryset=User.objects.none(), empty_label=_("All"))
    who = django_filters.ChoiceFilter(
        label=_("Person"),
        method="of_whom",
        choices=[("known", _("Known clients")), ("anonymous", _("Anonymous"))],
        empty_label=_("All"),
    )

    class Meta:
        model = Contact
        fields = ["occurred_on", "kind", "site", "group", "service", "worker", "who", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["site"].queryset = Site.objects.visible_to(self.scope).besides_schools(Contact.objects.all())
        wide = self.scope.organisations(Permission.CONTACT_VIEW)
        if wide:
            members = User.objects.filter(memberships__organisation__in=wide).distinct()
            self.filters["worker"].queryset = members.order_by("username")
        else:
            del self.filters["worker"]

    def with_service(self, queryset, name, value):
        return queryset.filter(Exists(ServiceGiven.objects.filter(contact=OuterRef("pk"), service=value)))

    def of_whom(self, queryset, name, value):
        return queryset.filter(client__isnull=value == "anonymous")
