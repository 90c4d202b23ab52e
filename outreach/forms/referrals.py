"""The forms of a referral: issued or changed, and what became of it."""

import json

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.registers import RecordForm, RegisterForm, day_field
from core.models import ServicePoint
from outreach import choices
from outreach.actions import referrals
from outreach.models import Client, ReferralEvent
from outreach.rules import referrals as rules
from outreach.rules.referrals import ReferralEntry


class ReferralForm(RecordForm):
    """One client sent to one kind of service; `client` is the person."""

    occurred_on = day_field(gettext_lazy("Issued on"))
    type = forms.ChoiceField(label=gettext_lazy("Service sought"), widget=forms.RadioSelect)
    destination = forms.ModelChoiceField(
        label=gettext_lazy("Service point"),
        queryset=ServicePoint.objects.none(),
        required=False,
        empty_label=gettext_lazy("Not said"),
    )
    urgent = forms.BooleanField(label=gettext_lazy("Urgent"), required=False)
    share_consent = forms.BooleanField(
        label=gettext_lazy("The person agrees that the service sees this referral"), required=False
    )
    reference = forms.CharField(label=gettext_lazy("Own reference"), max_length=64, required=False)

    def __init__(self, *args, client: Client | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.client = self.record.client if self.record else client
        held = {self.record.type} if self.record else set()
        rows = [
            (key, c.label) for key, c in codes.table("referral_type").items() if c.retired_on is None or key in held
        ]
        self.fields["type"].choices = choices.first(choices.COMMON_REFERRALS, rows)
        points = ServicePoint.objects.visible_to(self.scope).select_related("site").order_by("site__name")
        here = Q(pk=self.record.destination_id) if self.record else Q(pk=None)
        offered = points.filter(Q(site__closed_on=None) | here)
        self.fields["destination"].queryset = offered
        sought = self["type"].value() or ""
        self.fields["destination"].choices = by_fit(offered, sought)
        self.fields["destination"].widget.attrs["data-fits"] = json.dumps(kinds_by_type())
        self.layout = [(_("More"), ["occurred_on", "reference"], True)]

    def entry(self) -> ReferralEntry:
        data = self.cleaned_data
        point = data["destination"]
        said = {
            "occurred_on": data["occurred_on"],
            "type": data["type"],
            "destination_id": point.pk if point else None,
            "urgent": data["urgent"] or codes.table("referral_type")[data["type"]].attributes.get("urgent") == "1",
            "share_consent": data["share_consent"],
            "reference": data["reference"],
        }
        if self.record:
            return referrals.entry_of(self.record, **said)
        return ReferralEntry(id=self.record_id, client_id=self.client.pk, **said)

    def problems(self, entry: ReferralEntry):
        return list(rules.problems(entry, today=timezone.localdate()))


def by_fit(points, sought: str) -> list:
    """Choices of service points in groups by what they offer; those that fit the service sought come first."""
    fitting = choices.FITTING_POINTS.get(sought, ())
    groups: dict[str, list] = {}
    for point in points:
        groups.setdefault(point.kind, []).append((point.pk, str(point)))
    place = {kind: number for number, kind in enumerate(fitting)}
    order = sorted(groups, key=lambda kind: (place.get(kind, len(fitting)), str(ServicePoint.Kind(kind).label)))
    grouped = [(str(ServicePoint.Kind(kind).label), groups[kind]) for kind in order]
    return [("", _("Not said")), *grouped]


def kinds_by_type() -> dict[str, list[str]]:
    """Service sought → labels of the kinds of service points that fit it, for putting those first on the page."""
    return {
        key: [str(ServicePoint.Kind(kind).label) for kind in kinds] for key, kinds in choices.FITTING_POINTS.items()
    }


class OutcomeForm(RegisterForm):
    """What became of a referral."""

    status = forms.ChoiceField(label=gettext_lazy("What became of it"), widget=forms.RadioSelect)
    happened_on = day_field(gettext_lazy("On which day"))
    said_by = forms.ChoiceField(
        label=gettext_lazy("Who said so"), choices=ReferralEvent.SaidBy.choices, widget=forms.RadioSelect
    )
    not_completed_because = forms.ChoiceField(
        label=gettext_lazy("Why not"),
        required=False,
        help_text=gettext_lazy("Only where the service was not received."),
    )
    arrived_on = day_field(
        gettext_lazy("Arrived there on"),
        required=False,
        help_text=gettext_lazy("Leave it empty if nobody knows, or to take an arrival back."),
    )
    arrival_said_by = forms.ChoiceField(
        label=gettext_lazy("Who said that they arrived"),
        choices=ReferralEvent.SaidBy.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        referral = self.record
        self.layout = [(_("Arrival"), ["arrived_on", "arrival_said_by"], False)]
        self.fields["status"].choices = codes.choices("referral_status")
        self.fields["not_completed_because"].choices = codes.choices("referral_noncompletion_reason", _("Not said"))
        self.initial = {
            "happened_on": timezone.localdate(),
            "version": referral.version,
            "not_completed_because": referral.not_completed_because,
            "arrived_on": referral.arrived_on,
            **self.initial,
        }

    def clean(self):
        """A reason belongs to a referral that failed: with any other state it is left out."""
        cleaned = super().clean()
        row = codes.table("referral_status").get(cleaned.get("status", ""))
        failed = row is not None and row.attributes.get("group") == "closed_fail"
        if not failed:
            cleaned["not_completed_because"] = ""
        return cleaned
