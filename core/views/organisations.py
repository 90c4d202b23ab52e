"""The register of organisations, for administrators."""

from django.utils.translation import gettext_lazy

from core.actions import organisations
from core.filters.organisations import OrganisationFilters
from core.forms.organisations import OrganisationForm
from core.models import Organisation
from core.permissions import Permission
from core.resources.organisations import OrganisationResource
from core.views.registers import Register


class Organisations(Register):
    """Everybody who runs the programme."""

    model = Organisation
    namespace = "organisations"
    heading = gettext_lazy("Organisations")
    create_label = gettext_lazy("New organisation")
    empty_text = gettext_lazy("There is no organisation yet.")
    columns = ["code", "name", "provider_type", "active"]
    code_lists = {"provider_type": "provider_type"}
    ordering = ("name", "pk")
    filterset = OrganisationFilters
    form = OrganisationForm
    resource = OrganisationResource
    view_permission = Permission.ORGANISATION_MANAGE
    create_permission = Permission.ORGANISATION_MANAGE
    organisation_path = "pk"

    def record(self, form, *, by):
        return organisations.create(**form.values(), by=by)

    def amend(self, record, form, *, by):
        organisations.amend(organisation=record, by=by, **form.values())
