"""The screens of a register that read: list, record, history. `core.views.registers` declares what they show."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from core import histories, wording
from core.actions import audit
from core.columns import Column, heads_of, order_of

__all__ = ["Column", "Screen"]

PAGE = 50


class Screen(View):
    """One screen of a register. Anonymous → sign in; what isn't yours → 404; yours but not allowed → 403."""

    register = record = None
    needs = "view_permission"
    http_method_names = ["get", "post", "head", "options"]

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.method.lower() not in self.http_method_names or not hasattr(self, request.method.lower()):
            return self.http_method_not_allowed(request)
        if not request.scope.can(self.register.view_permission):
            raise PermissionDenied
        here = None
        if "pk" in kwargs:
            self.record = self.found(kwargs["pk"])
            here = self.register.organisation_of(self.record)
        if not request.scope.can(self.permission, here):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @property
    def permission(self):
        return getattr(self.register, self.needs)

    def found(self, pk):
        record = self.register.visible(self.request.scope).filter(pk=pk).first()
        if record is None:
            raise Http404
        return record

    def show(self, template: str, context: dict, status: int = 200):
        """The page, with what the concept's own template adds."""
        more = self.register.extra_context(self.request, self.record)
        return render(self.request, template, {"lead": self.register.heading, **context, **more}, status=status)


class ListScreen(Screen):
    """The register's rows: visible ones, filtered, in the order asked for, fifty a page."""

    def get(self, request):
        register = self.register
        filterset, columns = register.filtered(request), register.list_columns()
        if register.is_record and request.GET.get("void"):
            columns.append(Column("void_reason", _("Void because")))
        queryset = filterset.qs if filterset.is_valid() else register.model.objects.none()
        order = order_of(columns, request.GET.get("sort", ""), register.ordering)
        page = Paginator(queryset.order_by(*order), PAGE).get_page(request.GET.get("page"))
        context = {
            "lead": "",
            "heading": register.heading,
            "filter": filterset,
            "columns": heads_of(columns, request.GET),
            "rows": [(register.url("detail", row), [(c.label, c.text(row)) for c in columns]) for row in page],
            "page_obj": page,
            "paginator": page.paginator,
            "result_count": page.paginator.count,
            "create_url": register.create_url(request.scope),
            "create_label": register.create_label,
            "export_url": register.export_url(request),
            "empty_text": register.empty_text,
        }
        return self.show(register.list_template, context, status=200 if filterset.is_valid() else 400)


class DetailScreen(Screen):
    """One record in sections, with what may be done to it."""

    def get(self, request, pk):
        register, record = self.register, self.record
        if register.audits_views:
            entry = audit.Entry(f"{record.kind_name}.view", record.kind_name, str(record.pk))
            audit.write(organisation_id=register.organisation_of(record), by=request.user, entries=[entry])
        voided = None
        if getattr(record, "is_void", False):
            at = wording.shown(record.voided_at)
            voided = {"at": at, "by": record.voided_by, "reason": record.void_reason}
        context = {
            "record": record,
            "heading": register.title(record),
            "sections": register.sections(record),
            "provenance": register.provenance(record),
            "actions": register.actions(record, request.scope),
            "voided": voided,
            "history_url": register.url("history", record) if register.is_record else "",
        }
        return self.show(register.detail_template, context)


class HistoryScreen(Screen):
    """Versions newest first, with what each changed."""

    def get(self, request, pk):
        register, record, scope = self.register, self.record, request.scope
        context = {
            "heading": _("History: %(record)s") % {"record": register.title(record)},
            "versions": histories.timeline(register, record, unseen=register.unseen(record, scope), scope=scope),
            "back_url": register.url("detail", record),
        }
        return self.show("core/registers/history.html", context)
