"""Files of records that a Writer writes: the columns all of them share, and the importer that reads them."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions.writing import Writer
from core.import_reports import Book, Errand, Row, RowRefused, uuid_of
from core.importers import Importer
from core.models import Site
from core.resources.cells import DayCell, FlagCell, TextCell
from core.resources.registers import Column, RegisterResource

# Columns whose name is not the entry's.
RENAMED = {"date": "occurred_on", "id": "reference"}


class EntryResource(RegisterResource):
    """The columns that every such file has. A column is named as the entry's field, a link without its `_id`."""

    id = Column(column_name="id", widget=TextCell())
    date = Column(column_name="date", attribute="occurred_on", widget=DayCell())
    void = Column(column_name="void", widget=FlagCell())

    def dehydrate_id(self, record):
        return record.reference or str(record.pk)

    def dehydrate_void(self, record):
        return int(record.is_void)


class Named:
    """How the cells of one column name rows: by a field of theirs, or by their id.

    `rows` answers, for an errand, what may be named; `refusal` is the sentence for a name that isn't there.
    """

    def __init__(self, rows: Any, refusal: Any, field: str = "reference") -> None:
        self.rows, self.refusal, self.field = rows, refusal, field

    def look_up(self, names: set[str], errand: Errand) -> dict[str, Any]:
        """Keys of the rows by the names of the file; two queries at most."""
        rows: QuerySet = self.rows(errand)
        found = dict(rows.filter(**{f"{self.field}__in": names}).values_list(self.field, "pk"))
        ids = {key: name for name in names - found.keys() if (key := uuid_of(name))}
        if ids:
            found |= {ids[pk]: pk for pk in rows.filter(pk__in=ids).values_list("pk", flat=True)}
        return found


SITE = Named(
    lambda errand: Site.objects.filter(organisation=errand.organisation),
    gettext_lazy("No site has this code here. Check it, or make the site first."),
    "code",
)


class EntryImporter(Importer):
    """Reads the rows of one kind that a Writer writes: each column is a field of the entry.

    `links` says how the cells of a column name other rows. A present empty cell clears, an absent column leaves.
    """

    writer: ClassVar[Writer]
    links: ClassVar[Mapping[str, Named]] = {}
    readings: ClassVar[Any] = staticmethod(lambda queryset: queryset)

    def __init__(self, errand: Errand, header: Any = ()) -> None:
        super().__init__(errand, header)
        writer = self.writer
        names = {name.removesuffix("_id"): name for name in writer.entry.said()}
        self.fields = {column: names.get(RENAMED.get(column, column)) for column in self.widgets}
        self.found: dict[str, dict[str, Any]] = {}
        self.book = Book(
            model=writer.model,
            problems_of=writer.problems_of,
            record_many=writer.record_many,
            amend_many=writer.amend_many,
            void_many=writer.void_many,
            columns={field: column for column, field in RENAMED.items()},
            readings=self.readings,
        )

    def books(self) -> tuple[Book, ...]:
        return (self.book,)

    def look_up(self, rows: list[Row]) -> None:
        for column, link in self.links.items():
            names = {row.values[column] for row in rows if row.values.get(column)}
            self.found[column] = link.look_up(names, self.errand) if names else {}

    def entry(self, row: Row, record: Any, new_id: UUID, book: Book) -> Any:
        for column in self.required:
            if row.values[column] in (None, "", ()):
                raise RowRefused(column, _("Fill in this cell: the row can't be read without it."))
        given = self.given(row, record)
        if record is not None:
            return self.writer.entry_of(record, **given)
        return self.writer.entry(id=new_id, reference=row.reference, **given)

    def given(self, row: Row, record: Any) -> dict[str, Any]:
        """What the row says, under the names of the entry's fields. Raises RowRefused."""
        given: dict[str, Any] = {}
        for column, name in self.fields.items():
            if name is None or name == "reference":
                continue
            value = row.values[column]
            if column in self.links:
                if value and value not in self.found[column]:
                    raise RowRefused(column, str(self.links[column].refusal))
                value = self.found[column].get(value) if value else None
            elif value is None and not self.may_be_empty(name):
                continue
            given[name] = frozenset(value) if isinstance(value, tuple) and self.is_set(name) else value
        return given

    def may_be_empty(self, name: str) -> bool:
        """Whether the record's own field takes nothing for an answer."""
        return bool(self.writer.model._meta.get_field(name.removesuffix("_id")).null)

    def is_set(self, name: str) -> bool:
        return "frozenset" in str(self.writer.entry.__annotations__.get(name, ""))
