"""Columns of a register's list: what each is called, how it reads, what it orders by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.db.models import Model
from django.http import QueryDict
from django.utils.text import capfirst

from core import wording


@dataclass(frozen=True)
class Column:
    """One column. `value` reads it from a record (default: the field `key`, in words);
    `sort` names what a click on the heading orders by, empty for nothing.
    """

    key: str
    label: str = ""
    value: Callable | None = None
    sort: str = ""

    def text(self, record: Model) -> object:
        return wording.shown(self.value(record) if self.value else getattr(record, self.key))


def column_of(declared: Column | str, model: type[Model], code_lists: dict[str, str]) -> Column:
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


def order_of(columns: Sequence[Column], sort: str, default: tuple) -> tuple:
    """What to order by. Raises BadRequest for an order that no column declares."""
    if not sort:
        return default
    if sort.removeprefix("-") not in {column.sort for column in columns if column.sort}:
        raise BadRequest(f"Unknown order: {sort}")
    return (sort, "pk")


def heads_of(columns: Sequence[Column], query: QueryDict) -> list[tuple]:
    """(key, label, sortable, address of the other order, direction now) of each column, for the table's head."""
    now, heads = query.get("sort", ""), []
    for column in columns:
        direction = {column.sort: "asc", f"-{column.sort}": "desc"}.get(now, "") if column.sort else ""
        other = query.copy()
        other.pop("page", None)
        other["sort"] = f"-{column.sort}" if direction == "asc" else column.sort
        heads.append((column.key, column.label, bool(column.sort), f"?{other.urlencode()}", direction))
    return heads
