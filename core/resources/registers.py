"""Columns of a register's export, in the layout that its import reads."""

from collections.abc import Callable, Iterator
from datetime import datetime, time

from import_export import fields, resources

from core.fields import is_personal
from core.permissions import Permission


class Column(fields.Field):
    """One column: `column_name` and the `attribute` that it holds, or a `dehydrate_<name>` of the resource.

    `personal` marks a column that isn't a field but shows one; a column of a personal field is personal by itself.
    `needs` is the permission without which the column is left out: importing the file again then leaves it alone.
    """

    def __init__(self, *args, personal: bool = False, needs: Permission | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.personal, self.needs = personal, needs

    def export(self, instance, **kwargs):
        """The bare value: numbers stay numbers, dates are ISO texts, nothing is an empty text."""
        value = self.get_value(instance)
        if value is None:
            return ""
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, (list, tuple, dict, time, datetime)):
            return self.widget.render(value)
        return value if isinstance(value, (int, float)) else str(value)


class RegisterResource(resources.Resource):
    """What of a register may leave it. `rows` yields the header and one list a record, without personal columns
    unless they are asked for.

    Every column is declared, and `Meta.model` named: a field that no column shows is never in a file.
    """

    class Meta:
        chunk_size = 500

    def columns(self, *, personal: bool, holds: Callable[[Permission], bool]) -> list[str]:
        """Names of the columns to write, in the order of their declaration; `holds` tells what is permitted."""
        allowed = {n: f for n, f in self.fields.items() if not getattr(f, "needs", None) or holds(f.needs)}
        return [
            name
            for name, field in allowed.items()
            if personal or not (getattr(field, "personal", False) or self._shows_personal(field))
        ]

    def _shows_personal(self, field: fields.Field) -> bool:
        model = self._meta.model
        for part in (field.attribute or "").split("__"):
            if model is None or part not in {own.name for own in model._meta.get_fields()}:
                return False
            if is_personal(model, part):
                return True
            model = model._meta.get_field(part).related_model
        return False

    def rows(
        self, queryset, *, personal: bool = False, holds: Callable[[Permission], bool] = lambda permission: True
    ) -> Iterator[list]:
        """The header, then one list for each record, read in portions."""
        names = self.columns(personal=personal, holds=holds)
        yield [self.fields[name].column_name for name in names]
        for record in self.iter_queryset(queryset):
            yield [self.export_field(self.fields[name], record) for name in names]
