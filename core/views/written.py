"""A register whose actions are a Writer's: its screens are the Register's, its verbs the Writer's."""

from core.actions.writing import Writer
from core.views.registers import Register


class WrittenRegister(Register):
    """Declare `writer` beside what a Register declares. A concept without voiding sets `void = None`."""

    writer: Writer

    def record(self, form, *, by):
        return self.writer.record(entry=form.entry(), by=by, organisation=form.organisation)

    def amend(self, record, form, *, by):
        data = form.cleaned_data
        self.writer.amend(
            record=record, entry=form.entry(), version=data["version"], by=by, reason=data["change_reason"]
        )

    def void(self, record, *, by, reason):
        self.writer.void(record=record, by=by, reason=reason)

    def readings(self, queryset):
        """With every row that the record points to: a page of fifty costs what a page of one does."""
        model = self.model
        return queryset.select_related(*(field.name for field in model._meta.concrete_fields if field.many_to_one))
