"""A site, and what it offers as a service point."""

import uuid
from itertools import groupby

from django import forms
from django.utils.translation import gettext_lazy as _

from core import codes
from core.forms.registers import RegisterForm
from core.models import District, ServicePoint, Site


def districts_by_province() -> list[tuple]:
    """Choices of districts under their provinces, in the reader's language."""
    rows = District.objects.select_related("province").order_by("province_id", "pk")
    groups = groupby(rows, key=lambda row: row.province)
    return [(str(province), [(row.pk, str(row)) for row in found]) for province, found in groups]


def site_of_address(request) -> dict[str, uuid.UUID]:
    """The site that `?site=` names, as what a form already says; nothing if the person doesn't see it."""
    try:
        pk = uuid.UUID(request.GET.get("site", ""))
    except ValueError:
        return {}
    return {"site": pk} if Site.objects.visible_to(request.scope).open().filter(pk=pk).exists() else {}


class SiteForm(RegisterForm):
    """Where people are met, and what they find there."""

    layout = [(_("Service point"), ["service", "public", "opening_hours"], False)]

    code = forms.CharField(label=_("Code"), max_length=64, help_text=_("It never changes: files name the site by it."))
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Setting"))
    district = forms.ChoiceField(label=_("District"), required=False)
    service = forms.ChoiceField(
        label=_("Service"),
        required=False,
        choices=[("", _("Nobody is sent here")), *ServicePoint.Kind.choices],
        help_text=_("What people who are sent here find."),
    )
    public = forms.BooleanField(
        label=_("May be shown to the public"),
        required=False,
        help_text=_("Other organisations can send people here too. Never for hotspots."),
    )
    opening_hours = forms.CharField(label=_("Opening hours"), max_length=120, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        settings = dict(codes.choices("setting"))
        if self.record:
            self.fields["code"].disabled, self.fields["code"].initial = True, self.record.code
            settings.setdefault(self.record.kind, codes.label("setting", self.record.kind))
        self.fields["kind"].choices = list(settings.items())
        self.fields["district"].choices = [("", _("Not known")), *districts_by_province()]

    @classmethod
    def initial_of(cls, record) -> dict:
        point = getattr(record, "service_point", None)
        offered = {"service": point.kind, "public": point.public, "opening_hours": point.opening_hours} if point else {}
        own = {"code": record.code, "name": record.name, "kind": record.kind, "district": record.district_id}
        return own | offered

    def clean_district(self):
        return District.objects.filter(pk=self.cleaned_data["district"]).first()

    def clean(self):
        cleaned = super().clean()
        home = self.organisation
        taken = self.record is None and home and Site.objects.filter(organisation=home, code=cleaned.get("code"))
        if taken and taken.exists():
            self.add_error("code", _("Another site of this organisation has this code."))
        if cleaned.get("public") and not cleaned.get("service"):
            self.add_error("service", _("Say what people find here, or don't show it to the public."))
        return cleaned
