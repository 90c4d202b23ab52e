"""The form of one try to find somebody who was referred."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.forms.registers import RegisterForm, day_field
from outreach.models import TracingAttempt


class TracingForm(RegisterForm):
    """How, when, and what came of it. `number` says which try it is, so that one sent twice is one."""

    how = forms.ChoiceField(
        label=gettext_lazy("How did you look?"), choices=TracingAttempt.How.choices, widget=forms.RadioSelect
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it?"), choices=TracingAttempt.Outcome.choices, widget=forms.RadioSelect
    )
    tried_on = day_field(gettext_lazy("On which day"))
    went_on = day_field(
        gettext_lazy("If they went: on which day"),
        required=False,
        help_text=gettext_lazy("Left empty, the day of this try stands."),
    )
    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {"tried_on": timezone.localdate(), **(self.initial or {})}

    def add_problems(self, problems):
        """What is wrong with the day on which they went stands beside that day."""
        super().add_problems(problems)
        if wrong := self.errors.pop("__all__", None):
            for text in wrong:
                self.add_error("went_on", text)
