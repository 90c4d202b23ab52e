"""A step with one row beside changing it: a page that says what will happen, and a button that does it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms.steps import StepForm
from core.views.register_forms import FormScreen


class Step(FormScreen):
    """Declared by a subclass: `name` (its address under the row), words, the form if it asks anything, and `do`.

    `may` says whether this person may take it with this row: False answers 403. `fits` says whether it makes sense
    as the row stands: False leads back to the row, since somebody has just done it. Either hides its button.
    """

    needs = "amend_permission"
    name = ""
    label = ""
    intro = ""
    said = gettext_lazy("Saved.")
    danger = False
    form_class = StepForm

    @classmethod
    def route(cls, register, key: str = "int"):
        """The step's address under a register's row; `key` is the path converter of the row's primary key."""
        return path(f"<{key}:pk>/{cls.name}/", cls.as_view(register=register()), name=cls.name)

    @staticmethod
    def may(record, scope) -> bool:
        return True

    @staticmethod
    def fits(record) -> bool:
        return True

    def do(self, form):
        raise NotImplementedError

    def get(self, request, pk):
        return self.refuse() or super().get(request, pk)

    def post(self, request, pk):
        return self.refuse() or super().post(request, pk)

    def refuse(self):
        """Back to the row if there is nothing to do; raises PermissionDenied (403) if it isn't this person's to do."""
        if not self.may(self.record, self.request.scope):
            raise PermissionDenied
        if self.fits(self.record):
            return None
        messages.info(self.request, _("There is nothing to do here: it is so already."))
        return redirect(self.register.url("detail", self.record))

    def form(self, data=None):
        return self.form_class(data)

    def words(self) -> dict:
        title = self.register.title(self.record)
        return {
            "heading": f"{self.label}: {title}",
            "intro": self.intro,
            "submit_label": self.label,
            "danger": self.danger,
        }

    def act(self, form):
        self.do(form)
        messages.success(self.request, self.said)
        return redirect(self.register.url("detail", self.record))


def offered(steps, register, record, scope) -> list[tuple[str, str, str]]:
    """(label, address, style) of the steps that this person may take with the row now."""
    here = register.organisation_of(record)
    return [
        (step.label, register.url(step.name, record), "danger" if step.danger else "")
        for step in steps
        if scope.can(getattr(register, step.needs), here) and step.may(record, scope) and step.fits(record)
    ]
