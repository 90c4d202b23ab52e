"""The form of how one province stands."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.forms.entries import EntryForm
from core.forms.registers import day_field, note_field
from core.models import Province
from peers.actions import roll_outs
from peers.models import RollOut
from peers.rules import roll_outs as rules
from peers.rules.roll_outs import LONGEST_PARTNER, RollOutEntry


class RollOutForm(EntryForm):
    """State, partner and since when."""

    writer = roll_outs.writer

    province = forms.ModelChoiceField(label=gettext_lazy("Province"), queryset=Province.objects.order_by("pk"))
    status = forms.ChoiceField(label=gettext_lazy("State"), choices=RollOut.Status.choices, widget=forms.RadioSelect)
    occurred_on = day_field(gettext_lazy("Since, or planned from"))
    partner = forms.CharField(
        label=gettext_lazy("Partner"),
        max_length=LONGEST_PARTNER,
        required=False,
        help_text=gettext_lazy("The organisation or office that gives the lessons there. No person's name."),
    )
    note = note_field()

    @classmethod
    def initial_of(cls, record: RollOut) -> dict:
        return super().initial_of(record) | {"province": record.province_id}

    def problems(self, entry: RollOutEntry):
        return list(rules.problems(entry, today=timezone.localdate()))
