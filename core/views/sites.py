"""The register of sites and the service points among them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes, wording
from core.actions import sites
from core.columns import Column
from core.filters.sites import SiteFilters
from core.forms.sites import SiteForm
from core.forms.steps import DayForm
from core.models import Site
from core.permissions import Permission
from core.resources.sites import SiteResource
from core.views.registers import Register
from core.views.steps import Step, offered


class Close(Step):
    name, label, danger = "close", gettext_lazy("Close the site"), True
    intro = gettext_lazy("A closed site is no longer offered in forms. Its records stay and are counted.")
    said = gettext_lazy("The site is closed.")
    form_class = DayForm

    @staticmethod
    def fits(record):
        return record.closed_on is None

    def do(self, form):
        sites.close(site=self.record, on=form.cleaned_data["on"], by=self.request.user)


class Reopen(Step):
    name, label = "reopen", gettext_lazy("Open the site again")
    said = gettext_lazy("The site is open.")

    @staticmethod
    def fits(record):
        return record.closed_on is not None

    def do(self, form):
        sites.reopen(site=self.record, by=self.request.user)


STEPS = [Close, Reopen]


def _service(site) -> str:
    point = getattr(site, "service_point", None)
    return point.get_kind_display() if point else ""


class Sites(Register):
    """Where the programme meets people, and where it sends them."""

    model = Site
    namespace = "sites"
    heading = gettext_lazy("Sites and service points")
    create_label = gettext_lazy("New site")
    empty_text = gettext_lazy("There is no site yet.")
    columns = [
        "code",
        "name",
        "kind",
        Column("service", gettext_lazy("Service"), _service, sort="service_point__kind"),
        Column("district", gettext_lazy("District"), sort="district_id"),
        Column("organisation", gettext_lazy("Organisation"), sort="organisation__name"),
        "closed_on",
    ]
    code_lists = {"kind": "setting"}
    ordering = ("name", "pk")
    filterset = SiteFilters
    form = SiteForm
    resource = SiteResource
    view_permission = Permission.SITE_VIEW
    create_permission = Permission.SITE_MANAGE

    @classmethod
    def routed(cls) -> list:
        return cls.urls("data/sites/", *(step.route(cls, "uuid") for step in STEPS))

    def readings(self, queryset):
        return queryset.select_related("organisation", "district__province", "service_point")

    def record(self, form, *, by):
        return sites.create(organisation=form.organisation, values=form.values(), by=by)

    def amend(self, record, form, *, by):
        sites.amend(site=record, values=form.values(), by=by)

    def actions(self, record, scope):
        return [*super().actions(record, scope), *offered(STEPS, self, record, scope)]

    def sections(self, record):
        place = f"{record.district.province} · {record.district}" if record.district else ""
        point = getattr(record, "service_point", None)
        site = [
            (_("Code"), record.code),
            (_("Name"), record.name),
            (_("Setting"), codes.label("setting", record.kind)),
            (_("District"), place),
            (_("Organisation"), str(record.organisation)),
            (_("Closed on"), wording.shown(record.closed_on)),
        ]
        if point is None:
            return [("", site)]
        service = [
            (_("Service"), point.get_kind_display()),
            (_("Opening hours"), point.opening_hours),
            (_("May be shown to the public"), wording.shown(point.public)),
        ]
        return [("", site), (_("Service point"), service)]
