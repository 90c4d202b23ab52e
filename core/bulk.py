"""Many rows into one table at once.

Django's own bulk_create compiles an expression for every value; records come in tens of thousands, so the values
go straight to the driver: `executemany` on SQLite, `COPY` on PostgreSQL. The database's constraints hold as ever.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, models

COPY_FROM = 100


def create(instances: Iterable[models.Model]) -> None:
    """Insert unsaved instances of one model. Instances don't learn a key that the database makes."""
    rows = list(instances)
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not isinstance(field, models.AutoField)]
    readers = [(field.attname, _preparation(field)) for field in fields]
    values = (
        [prepare(getattr(row, name)) if prepare else getattr(row, name) for name, prepare in readers] for row in rows
    )
    quoted = connection.ops.quote_name
    table, columns = quoted(meta.db_table), ", ".join(quoted(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= COPY_FROM:
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
    if isinstance(target, models.DateField | models.TimeField | models.JSONField):
        return lambda value: target.get_db_prep_save(value, connection)
    if isinstance(target, models.CharField | models.IntegerField | models.BooleanField):
        return None
    raise TypeError(f"No preparation for {field}")
