"""Forms of hotspots: the place and its team, how it stands, how many people can be met."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.forms.registers import RegisterForm, day_field
from core.forms.sites import districts_by_province
from core.forms.steps import StepForm
from core.models import Site, User
from core.rules.problems import InvalidEntries
from outreach.actions import hotspots
from outreach.models import Hotspot, SizeEstimate
from outreach.rules.hotspots import LONGEST, MOST_PEOPLE, EstimateEntry, HotspotEntry, StateEntry


class HotspotForm(RegisterForm):
    """A place where people at risk can be met. Its team alone sees what stands here."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST,
        help_text=_("As the team calls it. Only the team and supervisors see it; all others see a code."),
    )
    venue = forms.ChoiceField(label=_("Kind of place"))
    district = forms.ChoiceField(label=_("District"), help_text=_("This is all that others see of the place."))
    times = forms.CharField(
        label=_("When people are there"),
        max_length=LONGEST,
        required=False,
        help_text=_("Such as “Friday and Saturday, after 21:00”."),
    )
    team = forms.ModelMultipleChoiceField(
        label=_("Team"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    site = forms.ModelChoiceField(
        label=_("In the list of sites already"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=_("No, it is new"),
        help_text=_("A site that becomes a hotspot gets a neutral name. Its contacts stay with it."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        homes = [row.pk for row in self.organisations]
        venues = dict(codes.choices("venue_typology"))
        people = hotspots.field_teams(homes)
        if self.record:
            venues.setdefault(self.record.venue, codes.label("venue_typology", self.record.venue))
            people = people | User.objects.filter(pk__in=self.record.team.values("pk"))
            del self.fields["site"]
        else:
            plain = (
                Site.objects.visible_to(self.scope)
                .open()
                .filter(organisation__in=homes, kind=hotspots.KIND_OF_SITE, hotspot=None, service_point=None)
            )
            self.fields["site"].queryset = plain.order_by("name")
        self.fields["venue"].choices = [("", _("Choose")), *venues.items()]
        self.fields["district"].choices = [("", _("Choose")), *districts_by_province()]
        self.fields["team"].queryset = people.distinct()

    @classmethod
    def initial_of(cls, record) -> dict:
        said = {name: getattr(record, name) for name in ("name", "venue", "times")}
        return {**said, "district": record.site.district_id, "team": [user.pk for user in record.team.all()]}

    def entry(self) -> HotspotEntry:
        data = self.cleaned_data
        return HotspotEntry(
            name=data["name"],
            venue=data["venue"],
            times=data["times"],
            district_id=data["district"],
            team=frozenset(user.pk for user in data["team"]),
        )

    def clean(self):
        cleaned = super().clean()
        site, home = cleaned.get("site"), self.organisation
        if site and home and site.organisation_id != home.pk:
            self.add_error("site", _("Choose a site of this organisation."))
        if not self.errors and home:
            pk, active = (self.record.pk, self.record.status == Hotspot.Status.ACTIVE) if self.record else (None, True)
            self.add_problems(hotspots.problems_of(self.entry(), home, pk, active=active))
        return cleaned


class ProblemsForm(StepForm):
    """A step's form that can show what a rule says beside its field."""

    def add_problems(self, wrong: InvalidEntries) -> None:
        for problem in (problem for found in wrong.problems.values() for problem in found):
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)


class StateForm(ProblemsForm):
    """Active, moved or closed, since when, and where to."""

    status = forms.ChoiceField(label=_("State"), choices=Hotspot.Status.choices, widget=forms.RadioSelect)
    since = day_field(_("Since"), initial=timezone.localdate)
    moved_to = forms.ModelChoiceField(
        label=_("Moved to"),
        queryset=Hotspot.objects.none(),
        required=False,
        empty_label=_("Not known, or not a hotspot"),
    )

    def __init__(self, *args, hotspot: Hotspot, scope, **kwargs):
        super().__init__(*args, **kwargs)
        others = Hotspot.objects.visible_to(scope).filter(site__organisation=hotspot.site.organisation_id)
        self.fields["moved_to"].queryset = others.exclude(pk=hotspot.pk)

    def entry(self) -> StateEntry:
        data = self.cleaned_data
        other = data["moved_to"]
        return StateEntry(status=data["status"], since=data["since"], moved_to_id=other.pk if other else None)


def people_field(label) -> forms.IntegerField:
    widget = forms.NumberInput({"inputmode": "numeric", "min": 0, "max": MOST_PEOPLE, "data-stepper": "1"})
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_PEOPLE, widget=widget)


class EstimateForm(ProblemsForm):
    """How many people can be met here, on which day that was estimated, and how."""

    low = people_field(_("At least"))
    point = people_field(_("Most likely"))
    high = people_field(_("At most"))
    method = forms.ChoiceField(label=_("How"), choices=SizeEstimate.Method.choices, widget=forms.RadioSelect)
    estimated_on = day_field(_("On"), initial=timezone.localdate)

    def entry(self) -> EstimateEntry:
        return EstimateEntry(**self.cleaned_data)
