"""Deciding whether two records are one person."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from outreach import finding, wording
from outreach.models import Client


class OtherCardForm(forms.Form):
    """Which other record: by its card or own reference. `client` is the one at hand."""

    other = forms.CharField(label=gettext_lazy("Card or own reference of the other record"), max_length=80)

    def __init__(self, *args, scope, client: Client, **kwargs):
        super().__init__(*args, **kwargs)
        self.scope, self.client = scope, client

    def clean_other(self) -> Client:
        """The record meant, in the same organisation, and visible."""
        visible = Client.objects.visible_to(self.scope).filter(organisation=self.client.organisation_id)
        matches = finding.exact_matches(self.scope, self.cleaned_data["other"])
        found = [m.client for m in matches if visible.filter(pk=m.client.pk).exists()]
        if not found:
            raise forms.ValidationError(_("No record has this card or reference. Check it, or find the person first."))
        if found[0].pk == self.client.pk:
            raise forms.ValidationError(_("This is the same record. Give the card of the other one."))
        return found[0]


class SurvivorForm(forms.Form):
    """Which of two records goes on: its details count, and the other's contacts count for it."""

    survivor = forms.ChoiceField(label=gettext_lazy("Which record goes on?"), widget=forms.RadioSelect)

    def __init__(self, *args, pair: tuple[Client, Client], **kwargs):
        super().__init__(*args, **kwargs)
        self.pair = pair
        self.fields["survivor"].choices = [(str(client.pk), wording.name(client)) for client in pair]

    def chosen(self) -> tuple[Client, Client]:
        """(the record that ends, the record that goes on)."""
        one, other = self.pair
        return (other, one) if str(one.pk) == self.cleaned_data["survivor"] else (one, other)
