"""An organisation."""

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from core import codes
from core.forms.registers import RegisterForm
from core.models import Organisation


class OrganisationForm(RegisterForm):
    """Code, name, kind of provider, whether workers carry stock of their own."""

    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        validators=[validate_slug],
        help_text=_("Short, Latin letters, digits, “-” and “_”. It never changes: files name the organisation by it."),
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    provider_type = forms.ChoiceField(label=_("Kind of provider"))
    active = forms.BooleanField(
        label=_("Active"),
        required=False,
        initial=True,
        help_text=_("Taken away, its members see and record nothing in it. What is recorded stays and is counted."),
    )

    stock_in_bags = forms.BooleanField(
        label=_("Stock in workers' bags"),
        required=False,
        help_text=_(
            "What a worker gives out leaves the worker's own bag instead of the site. It holds for what is recorded or "
            "changed from now on; bags are filled by transfers."
        ),
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, organisations=[], **kwargs)
        self.fields["provider_type"].choices = codes.choices("provider_type") or [("ngo", "ngo")]
        if self.record:
            self.fields["code"].disabled, self.fields["code"].initial = True, self.record.code

    def clean_code(self):
        code = self.cleaned_data["code"]
        if self.record is None and Organisation.objects.filter(code__iexact=code).exists():
            raise forms.ValidationError(_("Another organisation has this code."))
        return code
