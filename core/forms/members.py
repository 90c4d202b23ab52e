"""A person and their role in an organisation."""

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from core.forms.registers import RegisterForm
from core.forms.steps import StepForm
from core.models import ROLE_LABELS, User
from core.permissions import Role
from core.rules.memberships import appointable

LEAD_HELP = _("Is called in when a child or anybody else may be in danger.")


def role_choices(roles) -> list[tuple[str, str]]:
    """Choices of the roles, in the role table's order."""
    return [(role.value, ROLE_LABELS[role]) for role in Role if role in roles]


class MemberForm(RegisterForm):
    """A new person with a first role."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=_("What the person types to sign in. Not an e-mail address, not a telephone number."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    role = forms.ChoiceField(label=_("Role"))
    safeguarding_lead = forms.BooleanField(label=_("Safeguarding lead"), required=False, help_text=LEAD_HELP)
    language = forms.ChoiceField(
        label=_("Language"), choices=User._meta.get_field("language").choices, widget=forms.RadioSelect, initial="km"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        roles = frozenset().union(*(appointable(self.scope, row.pk) for row in self.organisations))
        self.fields["role"].choices = [("", _("Choose")), *role_choices(roles)]

    def clean_username(self):
        username = self.cleaned_data["username"].strip()
        if "@" in username:
            raise forms.ValidationError(_("Choose a name without “@”: it is not an e-mail address."))
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("This user name is taken. Choose another one."))
        return username

    def clean(self):
        cleaned = super().clean()
        role, home = cleaned.get("role"), self.organisation
        if role and home and Role(role) not in appointable(self.scope, home.pk):
            self.add_error("role", _("You may not give this role in this organisation."))
        return cleaned


class RoleForm(StepForm):
    """Another role for a person, in the same organisation or in one more."""

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=None, empty_label=None)
    role = forms.ChoiceField(label=_("Role"))
    safeguarding_lead = forms.BooleanField(label=_("Safeguarding lead"), required=False, help_text=LEAD_HELP)

    def __init__(self, *args, scope, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.fields["organisation"].queryset = organisations
        roles = frozenset().union(*(appointable(scope, pk) for pk in organisations.values_list("pk", flat=True)))
        self.fields["role"].choices = role_choices(roles)

    def clean(self):
        cleaned = super().clean()
        role, home = cleaned.get("role"), cleaned.get("organisation")
        if role and home and Role(role) not in appointable(self.scope, home.pk):
            self.add_error("role", _("You may not give this role in this organisation."))
        return cleaned
