"""The form of an organisation's terms of peer work."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from peers.models import PeerTerms

CURRENCIES = [("KHR", _("Riel (៛)")), ("USD", _("US dollar (US$)"))]


def amount_field(label, help_text="") -> forms.DecimalField:
    widget = forms.NumberInput({"inputmode": "decimal", "min": 0, "step": "any"})
    return forms.DecimalField(
        label=label, help_text=help_text, min_value=0, max_digits=12, decimal_places=2, widget=widget
    )


def limit_field(label) -> forms.IntegerField:
    widget = forms.NumberInput({"inputmode": "numeric", "min": 1})
    return forms.IntegerField(label=label, min_value=1, max_value=100_000, widget=widget)


class TermsForm(forms.Form):
    """What a day is paid with, and how many people one person looks after."""

    stipend_per_day = amount_field(_("Stipend for a day"), _("For a day with a session or duty, never for a contact."))
    transport_per_day = amount_field(_("Transport for a day"))
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES, widget=forms.RadioSelect)
    people_per_peer = limit_field(_("People for one peer educator, at most"))
    people_per_worker = limit_field(_("People for one outreach worker, at most"))

    @classmethod
    def initial_of(cls, terms: PeerTerms) -> dict:
        return {name: _typed(getattr(terms, name)) for name in cls.base_fields}

    @property
    def fieldsets(self):
        pay = [self[name] for name in ("stipend_per_day", "transport_per_day", "currency")]
        limits = [self[name] for name in ("people_per_peer", "people_per_worker")]
        return [(_("What is paid"), pay, False), (_("Caseloads"), limits, False)]


def _typed(value):
    """An amount as somebody would type it: no empty places after the point."""
    whole = isinstance(value, Decimal) and value == value.to_integral_value()
    return int(value) if whole else value
