"""What every screen of a register shares: who may open it, and how a column reads."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.text import capfirst
from django.views import View

from core import wording


@dataclass(frozen=True)
class Column:
    """One column of a list. `value` reads it from a record (default: the field `key`, in words);
    `sort` names what a click on the heading orders by, empty for nothing.
    """

    key: str
    label: str = ""
    value: Callable | None = None
    sort: str = ""

    def text(self, record) -> object:
        return wording.shown(self.value(record) if self.value else getattr(record, self.key))


def column_of(declared: Column | str, model, code_lists: dict[str, str]) -> Column:
    """A column declared by its field's name alone takes label, wording and order from the field."""
    if isinstance(declared, Column):
        return declared
    field = model._meta.get_field(declared)
    value = None
    if declared in code_lists:
        value = lambda record: wording.coded(code_lists[declared], getattr(record, declared))  # noqa: E731
    elif field.choices:
        value = lambda record: getattr(record, f"get_{declared}_display")()  # noqa: E731
    sort = "" if field.is_relation or field.get_internal_type() == "JSONField" else declared
    return Column(declared, capfirst(field.verbose_name), value, sort)


class Screen(View):
    """One screen of a register. Anonymous → sign in; what isn't yours → 404; yours but not allowed → 403."""

    register = None
    needs = "view_permission"
    http_method_names = ["get", "post", "head", "options"]

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not hasattr(self, request.method.lower()) or request.method.lower() not in self.http_method_names:
            return self.http_method_not_allowed(request)
        permission, scope = getattr(self.register, self.needs), request.scope
        if not scope.can(self.register.view_permission):
            raise PermissionDenied
        if "pk" in kwargs:
            self.record = self.found(kwargs["pk"])
            allowed = scope.can(permission, self.register.organisation_of(self.record))
        else:
            allowed = scope.can(permission)
        if not allowed:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def found(self, pk):
        record = self.register.visible(self.request.scope).filter(pk=pk).first()
        if record is None:
            raise Http404
        return record
