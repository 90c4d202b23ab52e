"""A register's list as a file: for a reason, logged, without personal fields unless allowed and asked for."""

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions import audit
from core.forms.registers import ExportForm
from core.permissions import Permission
from core.resources.workbooks import csv_bytes, workbook_bytes
from core.views.screens import Screen

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ExportScreen(Screen):
    """GET asks for format and reason, POST answers the file. The list's filters stay in the address."""

    needs = "export_permission"

    def get(self, request):
        return self.page(self.form())

    def post(self, request):
        form = self.form(request.POST)
        filterset = self.register.filtered(request)
        if not filterset.is_valid():
            return redirect(f"{self.register.url('list')}?{request.GET.urlencode()}")
        if not form.is_valid():
            return self.page(form)
        personal = form.cleaned_data.get("personal", False)
        queryset = self.allowed(filterset.qs, personal).order_by(*self.register.ordering)
        rows = list(self.register.resource().rows(queryset, personal=personal))
        self.log(queryset, filterset.in_words(), form, personal)
        return self.answer(rows, form, filterset)

    def form(self, data=None):
        return ExportForm(data, may_have_personal=self.request.scope.can(Permission.EXPORT_PERSONAL))

    def page(self, form):
        filterset = self.register.filtered(self.request)
        count = self.allowed(filterset.qs, False).count() if filterset.is_valid() else 0
        context = {
            "form": form,
            "fieldsets": [("", list(form), False)],
            "heading": _("Export: %(register)s") % {"register": self.register.heading},
            "intro": _("Records in the file: %(count)s, with the filters of the list.") % {"count": count},
            "submit_label": _("Make the file"),
            "cancel_url": f"{self.register.url('list')}?{self.request.GET.urlencode()}",
        }
        return render(self.request, "core/registers/export.html", context)

    def allowed(self, queryset, personal: bool):
        """Rows of the organisations in which the person may export (personal fields, if asked for)."""
        path, scope = self.register.organisation_path, self.request.scope
        for permission in [Permission.EXPORT, *([Permission.EXPORT_PERSONAL] if personal else [])]:
            if path and not scope.everywhere(permission):
                queryset = queryset.filter(**{f"{path}__in": scope.all_organisations(permission)})
        return queryset

    def log(self, queryset, filters: list[str], form, personal: bool) -> None:
        """One line in the chain of each organisation, with its own number of rows."""
        register = self.register
        path = register.organisation_path
        base = register.model.objects.filter(pk__in=queryset.order_by().values("pk")).order_by()
        counts = dict(base.values_list(path).annotate(Count("pk"))) if path else {None: base.count()}
        detail = {"filters": filters, "personal": personal, "format": form.cleaned_data["format"]}
        detail["reason"] = form.cleaned_data["reason"]
        for organisation_id, rows in sorted(counts.items(), key=str) or [(None, 0)]:
            entry = audit.Entry(f"{register.namespace}.export", register.namespace, "", {**detail, "rows": rows})
            audit.write(organisation_id=organisation_id, by=self.request.user, entries=[entry])

    def answer(self, rows: list[list], form, filterset) -> HttpResponse:
        now, user = timezone.localtime(), self.request.user
        name = f"{self.register.namespace}-{now:%Y%m%d-%H%M}-{user.username}"
        if form.cleaned_data["format"] == ExportForm.CSV:
            return _file(csv_bytes(rows), "text/csv; charset=utf-8", f"{name}.csv")
        about = [
            (_("Register"), str(self.register.heading)),
            (_("Made on"), f"{now:%Y-%m-%d %H:%M}"),
            (_("Made by"), user.username),
            (_("For"), form.cleaned_data["reason"]),
            (_("Filters"), ", ".join(filterset.in_words()) or "–"),
            (_("Records"), len(rows) - 1),
        ]
        sheets = [(str(self.register.heading), rows), (_("About this file"), about)]
        return _file(workbook_bytes(sheets), XLSX, f"{name}.xlsx")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
