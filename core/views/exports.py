"""A register's list as a file: for a reason, logged, without personal fields unless allowed and asked for."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from core.actions import exports
from core.forms.registers import ExportForm
from core.permissions import Permission
from core.resources.exports import ListFile
from core.views.screens import Screen


class ExportScreen(Screen):
    """GET asks for format and reason, POST answers the file. The list's filters stay in the address."""

    needs = "export_permission"

    def get(self, request):
        return self.page(self.form(), self.register.filtered(request))

    def post(self, request):
        form, filterset = self.form(request.POST), self.register.filtered(request)
        if not (form.is_valid() and filterset.is_valid()):
            return self.page(form, filterset)
        register, asked = self.register, form.cleaned_data
        personal = asked.get("personal", False)
        queryset = self.allowed(filterset.qs, personal=personal).order_by(*register.ordering)
        rows = list(register.resource().rows(queryset, personal=personal, holds=self.holds))
        detail = {"filters": filterset.in_force(), "personal": personal, **form.reasons()}
        frame = {"organisation_path": register.organisation_path, "kind": register.namespace}
        exports.log(queryset=queryset, detail=detail, by=request.user, **frame)
        return self.file(rows, asked, filterset.in_force())

    def form(self, data=None):
        return ExportForm(data, may_have_personal=self.request.scope.can(Permission.EXPORT_PERSONAL))

    def page(self, form, filterset):
        back = f"{self.register.url('list')}?{self.request.GET.urlencode()}"
        if not filterset.is_valid():
            return redirect(back)
        context = {
            "form": form,
            "fieldsets": [("", list(form), False)],
            "heading": _("Export: %(register)s") % {"register": self.register.heading},
            "count": self.allowed(filterset.qs, personal=False).count(),
            "submit_label": _("Make the file"),
            "cancel_url": back,
        }
        return self.show("core/registers/export.html", context)

    def allowed(self, queryset, *, personal: bool):
        """Rows of the organisations in which the person may export (personal fields, if asked for)."""
        path, scope = self.register.organisation_path, self.request.scope
        for permission in [self.register.export_permission, *([Permission.EXPORT_PERSONAL] if personal else [])]:
            if path and not scope.everywhere(permission):
                queryset = queryset.filter(**{f"{path}__in": scope.all_organisations(permission)})
        return queryset

    def holds(self, permission) -> bool:
        """Whether the permission reaches every organisation whose rows may be in the file."""
        scope = self.request.scope
        exported = scope.all_organisations(self.register.export_permission)
        return scope.everywhere(permission) or set(exported) <= set(scope.organisations(permission))

    def file(self, rows: list[list], asked: dict, filters: list[str]) -> HttpResponse:
        facts = {"who": self.request.user.username, "reason": asked["reason"], "filters": filters}
        made = ListFile(self.register.namespace, str(self.register.heading), asked["format"], **facts)
        headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=made.name)}
        return HttpResponse(made.content(rows), content_type=made.content_type, headers=headers)
