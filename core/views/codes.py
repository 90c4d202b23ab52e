"""The code lists: what every choice in a form means, in both languages."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import wording
from core.actions import codes
from core.filters.codes import CodeFilters
from core.forms.steps import DayForm
from core.models import Code
from core.permissions import Permission
from core.resources.codes import CodeResource
from core.views.registers import Register
from core.views.steps import Step, offered


class Retire(Step):
    name, label, danger = "retire", gettext_lazy("Retire the code"), True
    intro = gettext_lazy("A retired code is no longer offered in forms. Records that hold it keep it and are counted.")
    said = gettext_lazy("The code is retired.")
    form_class = DayForm

    @staticmethod
    def fits(record):
        return record.retired_on is None

    def do(self, form):
        codes.retire(code=self.record, on=form.cleaned_data["on"], by=self.request.user)


class TakeUp(Step):
    name, label = "take-up", gettext_lazy("Take the code up again")
    said = gettext_lazy("The code is offered again.")

    @staticmethod
    def fits(record):
        return record.retired_on is not None

    def do(self, form):
        codes.take_up(code=self.record, by=self.request.user)


STEPS = [Retire, TakeUp]


class Codes(Register):
    """Every code of every list."""

    model = Code
    namespace = "codes"
    heading = gettext_lazy("Code lists")
    empty_text = gettext_lazy("No code list is loaded.")
    columns = ["code", "label_en", "label_km", "km_status", "list", "retired_on"]
    ordering = ("list", "number")
    filterset = CodeFilters
    resource = CodeResource
    view_permission = Permission.CODE_VIEW
    amend_permission = Permission.CODE_MANAGE
    organisation_path = ""

    @classmethod
    def routed(cls) -> list:
        return cls.urls("data/codes/", *(step.route(cls) for step in STEPS))

    def actions(self, record, scope):
        return offered(STEPS, self, record, scope)

    def sections(self, record):
        code = [
            (_("List"), record.list),
            (_("Code"), record.code),
            (_("English label"), record.label_en),
            (_("Khmer label"), record.label_km),
            (_("Khmer wording"), record.get_km_status_display()),
            (_("Notes"), record.notes),
            (_("Source"), record.source),
            (_("Retired on"), wording.shown(record.retired_on)),
        ]
        own = [(name, value) for name, value in record.attributes.items() if value != ""]
        return [("", code), (_("Columns of this list"), own)] if own else [("", code)]
