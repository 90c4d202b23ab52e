"""Steps with a record that carry the version that was open: one changed meanwhile asks again."""

from django.contrib import messages
from django.shortcuts import redirect

from core.actions.records import Changed
from core.views.steps import Step


class VersionedStep(Step):
    """One step of a record. Its `form_class` has the field `version`."""

    @staticmethod
    def fits(record) -> bool:
        return not record.is_void

    def words(self) -> dict:
        return super().words() | {"heading": f"{self.label}: {self.record}"}

    def form(self, data=None, **more):
        return self.form_class(data, scope=self.request.scope, organisations=[], record=self.record, **more)

    def act(self, form):
        try:
            self.do(form)
        except Changed as changed:
            form.data = form.data.copy()
            form.data["version"] = self.found(self.record.pk).version
            form.add_error(None, str(changed))
            return self.page(form, status=409)
        messages.success(self.request, self.said)
        return redirect(self.back(self.record))
