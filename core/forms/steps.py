"""Forms of single steps: nothing to fill in, or a day, or a note."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms.registers import day_input


class StepForm(forms.Form):
    """A form without fields: the button is the whole question."""

    @property
    def fieldsets(self):
        return [("", self.visible_fields(), False)] if self.fields else []


class DayForm(StepForm):
    """From which day on."""

    on = forms.DateField(label=_("From which day on?"), initial=timezone.localdate, widget=day_input())

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet. Take today or a day before."))
        return day


class NoteForm(StepForm):
    """What was found, in a few words."""

    note = forms.CharField(
        label=_("What did you find?"),
        max_length=200,
        help_text=_("A few words, such as “the first one is right”."),
        error_messages={"required": _("Say in a few words what you found.")},
    )
