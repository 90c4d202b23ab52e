"""Where a client stands with methadone treatment, said anew."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms.registers import RegisterForm, day_field
from outreach.models import MethadoneStatus
from outreach.rules import methadone as rules


class MethadoneForm(RegisterForm):
    """One status and the day from which it holds. `record` is the client."""

    renamed = {"methadone": "status"}

    status = forms.ChoiceField(label=_("Methadone"), choices=MethadoneStatus.Status.choices, widget=forms.RadioSelect)
    since = day_field(_("Since"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = {"since": timezone.localdate(), **self.initial}

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            found = rules.problems(cleaned["status"], cleaned["since"], today=timezone.localdate())
            self.add_problems(list(found))
        return cleaned
