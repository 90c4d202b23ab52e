"""The form over an Entry: a field for each thing that the entry says, under the same name."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from core import codes, site_names
from core.actions.writing import Writer
from core.forms.registers import RecordForm
from core.models import Site


class EntryForm(RecordForm):
    """Fields carry the names of the entry's (`site` for `site_id`); what the form doesn't ask stays as it was.

    `code_lists` fills the choices of a field from a list; a retired code that the record holds stays choosable.
    A field called `site` gets the organisation's open sites, of schools those that it was asked with or used before.
    """

    writer: ClassVar[Writer]
    code_lists: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, code_list in self.code_lists.items():
            if name in self.fields:
                self.fields[name].choices = self.offered(name, code_list)
        if "site" in self.fields:
            sites = Site.objects.visible_to(self.scope).filter(organisation__in=self.organisations)
            here = self.record.site_id if self.record else None
            sites = sites.besides_schools(self.writer.model.objects.all(), {here, *self.asked_for("site")} - {None})
            self.fields["site"].queryset = (sites.open() | sites.filter(pk=here)).order_by("name")
            site_names.label(self.fields["site"], self.scope)

    def offered(self, name: str, code_list: str) -> list[tuple[str, str]]:
        """Codes in use, and those that the record already holds; a single choice that may stay open begins empty."""
        held = getattr(self.record, name, None) if self.record else None
        held = set(held) if isinstance(held, list) else {held}
        rows = [
            (key, row.label) for key, row in codes.table(code_list).items() if row.retired_on is None or key in held
        ]
        field = self.fields[name]
        several = isinstance(field, forms.MultipleChoiceField)
        if several or (field.required and isinstance(field.widget, forms.RadioSelect)):
            return rows
        return [("", _("Choose") if field.required else _("Not recorded")), *rows]

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        initial = super().initial_of(record)
        return initial | ({"site": record.site_id} if "site" in cls.base_fields else {})

    def said(self) -> dict[str, Any]:
        """What the form says, under the names of the entry's fields."""
        said: dict[str, Any] = {}
        for name in self.writer.entry.said():
            field = name.removesuffix("_id")
            if field not in self.fields:
                continue
            value = self.cleaned_data.get(field)
            if name.endswith("_id"):
                said[name] = getattr(value, "pk", value) or None
            elif isinstance(self.fields[field], forms.MultipleChoiceField):
                said[name] = frozenset(value or ())
            else:
                said[name] = value
        return said

    def entry(self) -> Any:
        if self.record:
            return self.writer.entry_of(self.record, **self.said())
        return self.writer.entry(id=self.record_id, **self.said())
