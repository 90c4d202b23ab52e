"""The forms of the slip desk, which services open without signing in: a code, and a day."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.forms.registers import day_field


class SlipCodeForm(forms.Form):
    """The code on a slip, as it is typed or scanned."""

    code = forms.CharField(
        label=gettext_lazy("Code on the slip"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "slip-input",
                "data-scan-into": "",
            }
        ),
        error_messages={"required": gettext_lazy("Type the code that is printed on the slip.")},
    )


class ConfirmForm(forms.Form):
    """On which day somebody arrived or received the service."""

    on = day_field(gettext_lazy("On which day"))

    def __init__(self, data=None, *, step: str, issued_on):
        today = timezone.localdate()
        super().__init__(data, auto_id=f"{step}-%s", initial={"on": today})
        self.fields["on"].widget.attrs |= {"min": str(issued_on), "max": str(today)}
