"""Declarative registers: list, record, create, amend, void, history and export from about ten lines.

`docs/adding-a-register.md` walks through one.
"""

from datetime import date

from django.db import models
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import wording
from core.columns import Column, column_of
from core.forms.sites import site_of_address
from core.models import Organisation, Record
from core.permissions import Permission
from core.views.exports import ExportScreen
from core.views.register_forms import AmendScreen, CreateScreen, VoidScreen
from core.views.screens import DetailScreen, HistoryScreen, ListScreen

__all__ = ["Column", "Register"]


class Register:
    """One register, declared. `record`, `amend` and `void` call the concept's actions; what is left out isn't routed.

    record(form, *, by) answers an Outcome, or the new row of a model that isn't a Record;
    amend(record, form, *, by) and void(record, *, by, reason) change one. They may raise Refused.
    """

    model: type[models.Model]
    namespace = heading = ""
    columns: list[Column | str] = []
    code_lists: dict[str, str] = {}  # field → code list that its values belong to
    labels: dict[str, str] = {}  # key of content() → label, where it isn't a field
    ordering: tuple = ("-occurred_on", "-recorded_at", "pk")
    filterset = form = resource = record = amend = void = None
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
        register, key = cls(), cls.model._meta.pk
        kind = getattr(key, "target_field", key).get_internal_type()
        one = f"<{ {'UUIDField': 'uuid', 'CharField': 'str'}.get(kind, 'int') }:pk>/"
        screens = [
            ("", "list", ListScreen, True),
            ("new/", "create", CreateScreen, cls.record),
            ("export/", "export", ExportScreen, cls.resource),
            (one, "detail", DetailScreen, True),
            (f"{one}amend/", "amend", AmendScreen, cls.amend),
            (f"{one}void/", "void", VoidScreen, cls.void),
            (f"{one}history/", "history", HistoryScreen, register.is_record),
        ]
        routes = [path(at, view.as_view(register=register), name=name) for at, name, view, there in screens if there]
        return [path(prefix, include(([*extra, *routes], cls.namespace)))]

    def url(self, name: str, record=None) -> str:
        return reverse(f"{self.namespace}:{name}", args=[record.pk] if record else None)

    def create_url(self, scope) -> str:
        return self.url("create") if self.record and scope.can(self.create_permission) else ""

    def export_url(self, request) -> str:
        may = self.resource and request.scope.can(self.export_permission)
        return f"{self.url('export')}?{request.GET.urlencode()}" if may else ""

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

    def list_columns(self) -> list[Column]:
        return [column_of(column, self.model, self.code_lists) for column in self.columns]

    def organisation_of(self, record) -> int | None:
        for part in self.organisation_path.split("__") if self.organisation_path else ():
            record = getattr(record, part)
        return record if self.organisation_path else None

    def organisations(self, scope, permission):
        """Organisations in which the person holds the permission."""
        rows = Organisation.objects.filter(active=True)
        return rows if scope.everywhere(permission) else rows.filter(pk__in=scope.all_organisations(permission))

    def initial(self, request) -> dict:
        """Hook: what a new form already says: a Record today, and the site of `?site=`."""
        return ({"occurred_on": timezone.localdate()} if self.is_record else {}) | site_of_address(request)

    def title(self, record) -> str:
        """Hook: the heading of a record's pages."""
        return str(record)

    def label(self, key: str) -> str:
        """What a field or a key of `content()` is called."""
        if key in self.labels:
            return str(self.labels[key])
        known = {field.name: field.verbose_name for field in self.model._meta.concrete_fields}
        return capfirst(str(known.get(key, key)))

    def content_text(self, key: str, value: object) -> object:
        """Hook: how a value of `content()` reads in the history."""
        if key in self.code_lists and value:
            return wording.coded(self.code_lists[key], value)
        days = {field.name for field in self.model._meta.concrete_fields if isinstance(field, models.DateField)}
        return wording.shown(date.fromisoformat(value) if key in days and value else value)

    def unseen(self, record, scope) -> set[str]:
        """Hook: keys of `content()` that this person may not see in this record."""
        return set()

    def sections(self, record) -> list[tuple[str, list[tuple]]]:
        """Hook: (title, [(label, value)]) of the record's page."""
        return [("", [(column.label, column.text(record)) for column in self.list_columns()])]

    def provenance(self, record) -> list[tuple[str, list[tuple]]]:
        """Where a Record comes from."""
        if not self.is_record:
            return []
        names = ["organisation", "reference", "recorded_by", "recorded_at", "version"]
        facts = [(self.label(name), wording.shown(getattr(record, name))) for name in names]
        return [(_("This record"), [*facts, (self.label("source"), record.get_source_display())])]

    def actions(self, record, scope) -> list[tuple[str, str, str]]:
        """Hook: (label, address, style) of what this person may do to the record."""
        here, offered = self.organisation_of(record), []
        if getattr(record, "is_void", False):
            return []
        if self.amend and scope.can(self.amend_permission, here):
            offered.append((_("Change"), self.url("amend", record), "main"))
        if self.void and scope.can(self.void_permission, here):
            offered.append((_("Make void"), self.url("void", record), ""))
        return offered

    def extra_context(self, request, record=None) -> dict:
        """Hook: what the concept's own templates need."""
        return {}
