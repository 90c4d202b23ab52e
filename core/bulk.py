"""Many rows into one table at once.

Django's own bulk_create compiles an expression for every value; records come in tens of thousands, so the values
go straight to the driver: `executemany` on SQLite, `COPY` on PostgreSQL. The database's constraints hold as ever.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

COPY_FROM = 100


def create(instances: Iterable[models.Model]) -> None:
    """Insert unsaved instances of one model. Instances don't learn a key that the database makes."""
    rows = list(instances)
    if not rows:
        return
    fields = written_fields(type(rows[0]))
    readers = [(field.attname, _preparation(field)) for field in fields]
    values = (
        [prepare(getattr(row, name)) if prepare else getattr(row, name) for name, prepare in readers] for row in rows
    )
    _insert(type(rows[0]), fields, values, len(rows))


def insert(model: type[models.Model], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of values, one for each of `written_fields(model)`: where there are too many to make instances of."""
    fields = written_fields(model)
    readers = [_preparation(field) for field in fields]
    values = (
        [prepare(value) if prepare else value for prepare, value in zip(readers, row, strict=True)] for row in rows
    )
    _insert(model, fields, values, len(rows))


def written_fields(model: type[models.Model]) -> list[models.Field]:
    """The columns that a row of the model is written with: all but a number that the database makes."""
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]


def _insert(model: type[models.Model], fields: list[models.Field], values: Iterable[list], number: int) -> None:
    quoted = connection.ops.quote_name
    table, columns = quoted(model._meta.db_table), ", ".join(quoted(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and number >= COPY_FROM:
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values))  # noqa: S608 - names from the model


def _preparation(field: models.Field) -> Callable[[Any], Any] | None:
    """What turns a field's value into the driver's; None where they are the same."""
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    if isinstance(target, models.UUIDField):
        return None if connection.features.has_native_uuid_field else lambda value: value and value.hex
    if isinstance(target, models.DateField | models.TimeField):
        return _again(lambda value: target.get_db_prep_save(value, connection))
    if isinstance(target, models.JSONField):
        return lambda value: target.get_db_prep_save(value, connection)
    if isinstance(target, models.CharField | models.IntegerField | models.BooleanField):
        return None
    raise TypeError(f"No preparation for {field}")


def _again(prepare: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same, asked once for a moment that many rows share."""
    asked = prepared = None

    def remembering(value: Any) -> Any:
        nonlocal asked, prepared
        if value is not asked:
            asked, prepared = value, prepare(value)
        return prepared

    return remembering
