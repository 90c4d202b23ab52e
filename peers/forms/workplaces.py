"""The forms of workplaces: the enterprise and its site, and a dated count of its workers."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.entries import EntryForm
from core.forms.registers import RegisterForm, day_field, note_field
from core.forms.sites import districts_by_province
from core.models import District, Site
from peers.actions import workplaces
from peers.models import Workplace
from peers.rules import workplaces as rules
from peers.rules.workplaces import MOST_WORKERS, WorkplaceEntry

NEW_SITE = ("new_code", "new_name", "new_district")
UNKNOWN_AGE = "AUNK"


class WorkplaceForm(EntryForm):
    """One enterprise at a site of the list, or at one that is made with it."""

    writer = workplaces.writer
    code_lists = {"sector": "workplace_sector"}

    enterprise = forms.CharField(label=gettext_lazy("Enterprise"), max_length=rules.LONGEST_NAME)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"))
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choose"),
        help_text=gettext_lazy("Workplaces that are in the list of sites and aren't recorded here yet."),
    )
    new_code = forms.CharField(
        label=gettext_lazy("Code of the new site"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("It never changes: files name the site by it."),
    )
    new_name = forms.CharField(
        label=gettext_lazy("Name of the new site"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Left empty, it is called like the enterprise."),
    )
    new_district = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    occurred_on = day_field(gettext_lazy("The programme works with it since"))
    agreement_on = day_field(gettext_lazy("Agreement signed on"), required=False)
    agreement_until = day_field(gettext_lazy("Agreement until"), required=False)
    policy_on = day_field(gettext_lazy("HIV policy adopted on"), required=False)
    note = note_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = Workplace.objects.countable().filter(organisation__in=self.organisations)
        here = self.record.site_id if self.record else None
        sites = self.fields["site"].queryset.filter(kind=workplaces.KIND_OF_SITE).exclude(pk__in=taken.values("site"))
        self.fields["site"].queryset = (sites | Site.objects.filter(pk=here)).order_by("name")
        about = (_("Agreement and policy"), ["agreement_on", "agreement_until", "policy_on"], False)
        self.layout = [("", ["enterprise", "sector", "site"], False), about, ("", ["occurred_on", "note"], False)]
        if self.record:
            for name in NEW_SITE:
                del self.fields[name]
            self.fields["site"].help_text = ""
        else:
            self.fields["new_district"].choices = [("", _("Not known")), *districts_by_province()]
            self.layout.insert(1, (_("Or make a new site"), list(NEW_SITE), True))

    @property
    def fresh_site(self) -> dict[str, Any] | None:
        """Code, name and district of the site that is to be made; None where one of the list was chosen."""
        data = self.cleaned_data
        if self.record or data.get("site") or not data.get("new_code"):
            return None
        district = District.objects.filter(pk=data["new_district"]).first() if data.get("new_district") else None
        name = data.get("new_name") or data["enterprise"]
        return {"code": data["new_code"], "name": name, "district": district}

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("site") and any(cleaned.get(name) for name in NEW_SITE):
            self.add_error("new_code", _("Choose a site of the list or make a new one, not both."))
        elif not cleaned.get("site") and cleaned.get("new_name") and not cleaned.get("new_code"):
            self.add_error("new_code", _("Give the new site a code."))
        return cleaned

    def problems(self, entry: WorkplaceEntry) -> list:
        found = rules.problems(entry, today=timezone.localdate())
        return [problem for problem in found if problem.field != "site" or not self.fresh_site]


class WorkforceForm(RegisterForm):
    """A dated count: `w_<sex>_<band>` follow the code lists; those of unknown age are asked for first."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    counted_on = day_field(gettext_lazy("Counted on"), initial=timezone.localdate)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", self.record.version)
        self.sexes, self.bands = codes.choices("sex"), codes.choices("age_band_atomic")
        quick = []
        for sex, sex_label in self.sexes:
            for band, band_label in self.bands:
                unknown = band == UNKNOWN_AGE
                label = _("%(sex)s, %(age)s") % {"sex": sex_label, "age": band_label}
                attrs = {"inputmode": "numeric", "min": 0, **({} if unknown else {"aria-label": label})}
                self.fields[f"w_{sex}_{band}"] = forms.IntegerField(
                    label=_("%(sex)s, age not known") % {"sex": sex_label} if unknown else label,
                    required=False,
                    min_value=0,
                    max_value=MOST_WORKERS,
                    widget=forms.NumberInput(attrs),
                )
                quick += [f"w_{sex}_{band}"] if unknown else []
        self.layout = [(_("Workers"), quick, False)]

    def drawn_apart(self, name: str) -> bool:
        return name.startswith("w_")

    def grid(self) -> list[tuple[str, list]]:
        """(age band, bound fields by sex) of the ages that are known."""
        known = [(band, label) for band, label in self.bands if band != UNKNOWN_AGE]
        return [(label, [self[f"w_{sex}_{band}"] for sex, _label in self.sexes]) for band, label in known]

    @property
    def grid_used(self) -> bool:
        """Whether the table says anything, so that it opens by itself."""
        return any(field.value() or field.errors for _label, fields in self.grid() for field in fields)

    def count(self) -> list[tuple[str, str, int]]:
        """(sex, age band, workers) of every cell in which somebody was counted."""
        data = self.cleaned_data
        cells = [(sex, band, data.get(f"w_{sex}_{band}")) for sex, _s in self.sexes for band, _b in self.bands]
        found = [(sex, band, workers) for sex, band, workers in cells if workers]
        return found or [("U", UNKNOWN_AGE, 0)]

    def clean(self) -> dict:
        cleaned = super().clean()
        typed = [value for name, value in cleaned.items() if name.startswith("w_") and value is not None]
        if not self.errors and not typed:
            self.add_error(
                f"w_F_{UNKNOWN_AGE}", _("Write how many workers there are, by sex, or by sex and age below.")
            )
        return cleaned
