"""Declarative registers: list, detail, create, amend, void, history and export from about ten lines.

`docs/adding-a-register.md` walks through one.
"""

from datetime import date
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.db import models
from django.shortcuts import render
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import wording
from core.actions import audit
from core.models import Organisation, Record
from core.permissions import Permission
from core.views.exports import ExportScreen
from core.views.histories import HistoryScreen
from core.views.register_forms import AmendScreen, CreateScreen, VoidScreen
from core.views.screens import Column, Screen, column_of

PAGE = 50


class ListScreen(Screen):
    """The register's rows: visible ones, filtered, in the order asked for, fifty a page."""

    def get(self, request):
        register, scope = self.register, request.scope
        filterset = register.filtered(request)
        columns = [column_of(column, register.model, register.code_lists) for column in register.columns]
        sort = request.GET.get("sort", "")
        queryset = filterset.qs if filterset.is_valid() else register.model.objects.none()
        page = Paginator(self.ordered(queryset, columns, sort), PAGE).get_page(request.GET.get("page"))
        exporting = register.resource and scope.can(Permission.EXPORT)
        context = {
            "heading": register.heading,
            "filter": filterset,
            "columns": [self.head(column, sort) for column in columns],
            "rows": [(register.url("detail", row), [(c.label, c.text(row)) for c in columns]) for row in page],
            "page_obj": page,
            "paginator": page.paginator,
            "result_count": page.paginator.count,
            "create_url": register.url("create") if register.may_create(scope) else "",
            "create_label": register.create_label,
            "export_url": f"{register.url('export')}?{request.GET.urlencode()}" if exporting else "",
            "empty_text": register.empty_text,
            **register.extra_context(request),
        }
        return render(request, register.list_template, context, status=200 if filterset.is_valid() else 400)

    def ordered(self, queryset, columns: list[Column], sort: str):
        """Raises BadRequest for an order that no column declares."""
        if not sort:
            return queryset.order_by(*self.register.ordering)
        field = sort.removeprefix("-")
        if field not in {column.sort for column in columns if column.sort}:
            raise BadRequest(f"Unknown order: {sort}")
        return queryset.order_by(sort, "pk")

    def head(self, column: Column, sort: str) -> tuple:
        """(key, label, sortable, address of the other order, direction now)."""
        direction = {column.sort: "asc", f"-{column.sort}": "desc"}.get(sort, "") if column.sort else ""
        query = [(key, value) for key in self.request.GET for value in self.request.GET.getlist(key)]
        query = [(key, value) for key, value in query if key not in ("sort", "page")]
        query.append(("sort", f"-{column.sort}" if direction == "asc" else column.sort))
        return column.key, column.label, bool(column.sort), f"?{urlencode(query)}", direction


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
            "lead": register.heading,
            "heading": register.title(record),
            "sections": [*register.sections(record), *register.provenance(record)],
            "actions": register.actions(record, request.scope),
            "voided": voided,
            "history_url": register.url("history", record) if register.is_record else "",
            **register.extra_context(request, record),
        }
        return render(request, register.detail_template, context)


class Register:
    """One register, declared. `record`, `amend` and `void` call the concept's actions; what is left out isn't routed.

    record(form, *, by) answers an Outcome, or the new row of a model that isn't a Record;
    amend(record, form, *, by) and void(record, *, by, reason) change one. They may raise Refused.
    """

    model: type[models.Model]
    namespace = ""
    heading = ""
    columns: list[Column | str] = []
    code_lists: dict[str, str] = {}  # field → code list that its values belong to
    labels: dict[str, str] = {}  # key of content() → label, where it isn't a field
    ordering: tuple = ("-occurred_on", "-recorded_at", "pk")
    filterset = form = resource = None
    record = amend = void = None
    view_permission = create_permission = amend_permission = void_permission = None
    export_permission = Permission.EXPORT
    audits_views = False
    organisation_path = "organisation_id"  # empty for rows of the whole installation
    create_label = gettext_lazy("New")
    empty_text = gettext_lazy("Nothing is recorded here yet.")
    list_template = "core/registers/list.html"
    detail_template = "core/registers/detail.html"
    form_template = "core/registers/form.html"

    def __init__(self):
        self.is_record = issubclass(self.model, Record)
        self.view_permission = self.view_permission or self.model.view_permission
        self.amend_permission = self.amend_permission or self.create_permission

    @classmethod
    def urls(cls, prefix: str, *extra) -> list:
        """Addresses under `prefix`; `extra` are the concept's own, inside the same namespace."""
        register = cls()
        key = cls.model._meta.pk
        key = getattr(key, "target_field", key)
        one = f"<{ {'UUIDField': 'uuid', 'CharField': 'str'}.get(key.get_internal_type(), 'int') }:pk>/"
        screens = [("", "list", ListScreen, True), ("new/", "create", CreateScreen, cls.record)]
        screens += [("export/", "export", ExportScreen, cls.resource), (one, "detail", DetailScreen, True)]
        screens += [(f"{one}amend/", "amend", AmendScreen, cls.amend), (f"{one}void/", "void", VoidScreen, cls.void)]
        screens += [(f"{one}history/", "history", HistoryScreen, register.is_record)]
        routes = [path(at, view.as_view(register=register), name=name) for at, name, view, there in screens if there]
        return [path(prefix, include(([*extra, *routes], cls.namespace)))]

    def url(self, name: str, record=None) -> str:
        return reverse(f"{self.namespace}:{name}", args=[record.pk] if record else None)

    def visible(self, scope):
        return self.readings(self.model.objects.visible_to(scope))

    def readings(self, queryset):
        """Hook: what the screens need beside the row itself (`select_related`, `prefetch_related`, sums)."""
        return queryset

    def filtered(self, request):
        """The register's rows under the filters of the address. Raises BadRequest for an unknown filter."""
        filterset = self.filterset(request.GET, queryset=self.visible(request.scope), scope=request.scope)
        filterset.check_parameters()
        return filterset

    def organisation_of(self, record) -> int | None:
        value = record
        for part in self.organisation_path.split("__") if self.organisation_path else ():
            value = getattr(value, part)
        return value if self.organisation_path else None

    def organisations(self, scope, permission):
        """Organisations in which the person may do this."""
        rows = Organisation.objects.filter(active=True)
        return rows if scope.everywhere(permission) else rows.filter(pk__in=scope.all_organisations(permission))

    def may_create(self, scope) -> bool:
        return bool(self.record and scope.can(self.create_permission))

    def initial(self, request) -> dict:
        """Hook: what a new form already says."""
        return {"occurred_on": timezone.localdate()} if self.is_record else {}

    def title(self, record) -> str:
        return str(record)

    def label(self, key: str) -> str:
        """What a field or a key of `content()` is called."""
        if key in self.labels:
            return str(self.labels[key])
        known = {field.name for field in self.model._meta.concrete_fields}
        return capfirst(str(self.model._meta.get_field(key).verbose_name)) if key in known else key

    def content_text(self, key: str, value: object) -> object:
        """Hook: how a value of `content()` reads in the history."""
        if key in self.code_lists and value:
            return wording.coded(self.code_lists[key], value)
        if isinstance(value, str) and key in self.model_dates():
            return wording.shown(date.fromisoformat(value)) if value else ""
        return wording.shown(value)

    def model_dates(self) -> set[str]:
        return {field.name for field in self.model._meta.concrete_fields if isinstance(field, models.DateField)}

    def unseen(self, record, scope) -> set[str]:
        """Hook: keys of `content()` that this person may not see in this record."""
        return set()

    def sections(self, record) -> list[tuple[str, list[tuple]]]:
        """Hook: (title, [(label, value)]) of the record's page."""
        columns = [column_of(column, self.model, self.code_lists) for column in self.columns]
        return [("", [(column.label, column.text(record)) for column in columns])]

    def provenance(self, record) -> list[tuple[str, list[tuple]]]:
        """Where a Record comes from."""
        if not self.is_record:
            return []
        names = ["organisation", "reference", "recorded_by", "recorded_at", "version"]
        facts = [(self.label(name), wording.shown(getattr(record, name))) for name in names]
        return [(_("This record"), [*facts, (self.label("source"), record.get_source_display())])]

    def actions(self, record, scope) -> list[tuple[str, str, str]]:
        """Hook: (label, address, style) of what this person may do to the record."""
        if getattr(record, "is_void", False):
            return []
        here, offered = self.organisation_of(record), []
        if self.amend and scope.can(self.amend_permission, here):
            offered.append((_("Change"), self.url("amend", record), "main"))
        if self.void and scope.can(self.void_permission, here):
            offered.append((_("Make void"), self.url("void", record), ""))
        return offered

    def extra_context(self, request, record=None) -> dict:
        """Hook: what the concept's own templates need."""
        return {}
