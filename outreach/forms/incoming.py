"""The form by which a service says what it knows of a referral that was sent to it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.registers import day_field

STEPS = [
    ("accepted", gettext_lazy("We can help")),
    ("arrived", gettext_lazy("The person arrived")),
    ("served", gettext_lazy("The service was received")),
    ("rejected", gettext_lazy("We can't help")),
]


class FacilityForm(forms.Form):
    """Which step, and on which day; why not, where the service can't help. The button says the step."""

    step = forms.ChoiceField(label=gettext_lazy("What do you say?"), choices=STEPS)
    on = day_field(gettext_lazy("On which day"))
    because = forms.ChoiceField(
        label=gettext_lazy("Why not"), required=False, help_text=gettext_lazy("Only where you can't help.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["because"].choices = codes.choices("referral_noncompletion_reason", _("Not said"))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("step") != "rejected":
            cleaned["because"] = ""
        return cleaned
