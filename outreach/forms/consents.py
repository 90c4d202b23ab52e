"""What a client agrees to, said again or taken back."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.forms.registers import RegisterForm, day_field
from core.rules.dates import happened_problems
from outreach.models import Consent
from outreach.rules.clients import ConsentGiven


class ConsentForm(RegisterForm):
    """One purpose, what was said, and on which day. `record` is the client."""

    purpose = forms.ChoiceField(label=_("For what"), choices=Consent.Purpose.choices, widget=forms.RadioSelect)
    status = forms.ChoiceField(label=_("What the person said"), widget=forms.RadioSelect)
    given_on = day_field(_("On which day"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = codes.choices("consent_status")
        self.initial = {"given_on": timezone.localdate(), **self.initial}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("given_on"):
            self.add_problems(list(happened_problems(cleaned["given_on"], timezone.localdate(), "given_on")))
        return cleaned

    def given(self) -> ConsentGiven:
        data = self.cleaned_data
        return ConsentGiven(data["purpose"], data["status"], data["given_on"])
