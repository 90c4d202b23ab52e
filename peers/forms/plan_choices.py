"""Whose plan, and of which month: asked before a new micro-plan."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.permissions import Permission
from core.scope import Scope
from peers import months
from peers.models import PeerEducator
from peers.models.peer_educators import ENDED
from peers.plan_weeks import month_of

LAST = "last"


def plannable(scope: Scope):
    """Peer educators for whom the person may plan, by code: those in the programme or about to be."""
    peers = PeerEducator.objects.visible_to(scope).countable().with_status_on(timezone.localdate())
    peers = peers.exclude(status__in=ENDED)
    if not scope.everywhere(Permission.PLAN_RECORD):
        peers = peers.filter(organisation__in=scope.all_organisations(Permission.PLAN_RECORD))
    return peers.select_related("organisation", "user").order_by("reference")


class ChooseForm(forms.Form):
    """Peer educator and month; `people=last` proposes the people of the month before and nobody else."""

    peer = forms.ModelChoiceField(
        label=_("Peer educator"), queryset=PeerEducator.objects.none(), empty_label=_("Choose"), required=False
    )
    month = forms.ChoiceField(label=_("Month"), required=False)
    people = forms.ChoiceField(choices=[(LAST, LAST)], required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, scope: Scope) -> None:
        super().__init__(data)
        self.peers = plannable(scope)
        self.fields["peer"].queryset = self.peers
        this = month_of(timezone.localdate())
        offered = [this, months.after(this), months.before(this)]
        self.fields["month"].choices = [(f"{day:%Y-%m}", months.words(day)) for day in offered]

    @property
    def chosen_month(self) -> date:
        """The month chosen; this one unless another is."""
        chosen = self.cleaned_data.get("month")
        return date.fromisoformat(f"{chosen}-01") if chosen else month_of(timezone.localdate())
