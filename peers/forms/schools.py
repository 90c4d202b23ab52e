"""Forms of schools: the school itself, a count of its pupils, and teachers trained."""

from datetime import date

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.entries import EntryForm
from core.forms.registers import day_field, note_field
from core.forms.sites import districts_by_province
from core.forms.steps import StepForm
from core.models import District, Site
from core.rules.dates import happened_problems
from peers.actions import schools
from peers.models import School
from peers.rules import schools as rules
from peers.rules.schools import FIRST, KIND_OF_SITE, LAST, MOST_PUPILS, MOST_TEACHERS, SchoolEntry

NEW_SITE = ["new_name", "new_district", "new_code"]


# Shorter than the code list, for the heads of a narrow table.
PUPILS_OF = {"F": gettext_lazy("Girls"), "M": gettext_lazy("Boys"), "U": gettext_lazy("Not known")}


def grade_field(label, initial: int) -> forms.IntegerField:
    widget = forms.NumberInput({"inputmode": "numeric", "min": FIRST, "max": LAST, "data-stepper": "1"})
    return forms.IntegerField(label=label, min_value=FIRST, max_value=LAST, initial=initial, widget=widget)


class SchoolForm(EntryForm):
    """One school, at a site that is there already or at a new one."""

    writer = schools.writer

    site = forms.ModelChoiceField(
        label=gettext_lazy("School in the list of sites"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=gettext_lazy("It is new: fill in below"),
    )
    new_name = forms.CharField(
        label=gettext_lazy("Name of the school"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("The school's name, never a person's."),
    )
    new_district = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    new_code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Such as the ministry's number of the school. It never changes: files name it so."),
    )
    first_grade = grade_field(gettext_lazy("First grade"), 1)
    last_grade = grade_field(gettext_lazy("Last grade"), 6)
    occurred_on = day_field(gettext_lazy("With the programme since"))
    note = note_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        taken = School.objects.countable().exclude(pk=self.record.pk if self.record else None).values("site")
        sites = Site.objects.visible_to(self.scope).filter(organisation__in=self.organisations, kind=KIND_OF_SITE)
        here = Q(pk=self.record.site_id) if self.record else Q(pk=None)
        offered = sites.exclude(pk__in=taken).filter(Q(closed_on=None) | here)
        self.fields["site"].queryset = offered.select_related("district").order_by("district", "name")
        self.fields["site"].label_from_instance = _named
        if self.record:
            self.fields["site"].required, self.fields["site"].empty_label = True, None
            for name in NEW_SITE:
                del self.fields[name]
        else:
            self.fields["new_district"].choices = [("", _("Choose")), *districts_by_province()]
            chosen_here = offered.exists()
            if not chosen_here:
                del self.fields["site"]
            rest = ["first_grade", "last_grade", "occurred_on", "note"]
            self.layout = [(_("A new school") if chosen_here else "", NEW_SITE, False), ("", rest, False)]

    @property
    def new_site(self) -> dict | None:
        """What the form says of a site to be made; None if one was chosen."""
        data = self.cleaned_data
        if self.record or data.get("site"):
            return None
        district = District.objects.filter(pk=data["new_district"]).first()
        return {"code": data["new_code"].strip(), "name": data["new_name"].strip(), "district": district}

    def clean(self):
        cleaned = super().clean()
        if self.record or not self.cleaned_data.keys() >= set(NEW_SITE):
            return cleaned
        if cleaned.get("site"):
            if any(cleaned[name] for name in NEW_SITE):
                self.add_error("site", _("Choose the site from the list, or fill in a new school: not both."))
            return cleaned
        for name in NEW_SITE:
            if not cleaned[name]:
                self.add_error(name, _("Fill this in for a new school."))
        self._code_is_free()
        return cleaned

    def _code_is_free(self) -> None:
        """A school that was saved already, and is sent again, finds its own code taken: that is no fault."""
        code, sent = self.cleaned_data.get("new_code"), self.cleaned_data.get("id")
        taken = code and self.organisation and Site.objects.filter(organisation=self.organisation, code=code)
        if taken and taken.exists() and not School.objects.filter(pk=sent, site__code=code).exists():
            self.add_error("new_code", _("Another site of this organisation has this code."))

    def problems(self, entry: SchoolEntry):
        found = rules.problems(entry, today=timezone.localdate())
        return [problem for problem in found if problem.field != "site" or entry.site_id or self.record]


def _named(site: Site) -> str:
    return f"{site.name} · {site.district}" if site.district else site.name


class DayStepForm(StepForm):
    """What was counted on one day. `was` is the day of an earlier saying that this one corrects, or None.

    Fields of numbers come after; without any number the earlier saying is taken away.
    """

    on = day_field(gettext_lazy("Date"), initial=timezone.localdate)
    was = forms.DateField(required=False, widget=forms.HiddenInput, input_formats=["%Y-%m-%d"])
    nothing = gettext_lazy("Give at least one number.")

    def clean_on(self):
        day = self.cleaned_data["on"]
        for problem in happened_problems(day, timezone.localdate(), "on"):
            raise forms.ValidationError(problem.message)
        return day

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.numbers() and not cleaned.get("was"):
            self.add_error(None, self.nothing)
        return cleaned

    def numbers(self) -> dict:
        raise NotImplementedError


class CountPupilsForm(DayStepForm):
    """Pupils on the roll by grade and sex, as counted on a day: fields `pupils_<grade>_<sex>`. Empty: not counted."""

    def __init__(self, *args, school: School, was: date | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.sexes = [(sex, PUPILS_OF.get(sex, label)) for sex, label in codes.choices("sex")]
        self.grades = range(school.first_grade, school.last_grade + 1)
        counted = {(r.grade, r.sex): r.pupils for r in school.pupils.all() if was and r.counted_on == was}
        if was:
            self.initial |= {"on": was, "was": was}
        for grade in self.grades:
            for sex, label in self.sexes:
                name = _("Grade %(grade)s, %(sex)s") % {"grade": grade, "sex": label}
                field = number_field(name, MOST_PUPILS, **{"aria-label": name})
                field.initial = counted.get((grade, sex))
                self.fields[f"pupils_{grade}_{sex}"] = field

    @property
    def fieldsets(self):
        return [("", [self["on"]], False)]

    def grid(self) -> list[tuple[str, list]]:
        """(grade, bound fields by sex)."""
        return [
            (_("Grade %(grade)s") % {"grade": grade}, [self[f"pupils_{grade}_{sex}"] for sex, _label in self.sexes])
            for grade in self.grades
        ]

    def numbers(self) -> dict[tuple[int, str], int]:
        data = self.cleaned_data
        cells = {(grade, sex): data.get(f"pupils_{grade}_{sex}") for grade in self.grades for sex, _label in self.sexes}
        return {cell: number for cell, number in cells.items() if number is not None}


class TeachersTrainedForm(DayStepForm):
    """Teachers trained on a day, by sex: fields `teachers_<sex>`."""

    def __init__(self, *args, school: School, was: date | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.sexes = codes.choices("sex")
        trained = {r.sex: r.teachers for r in school.teachers.all() if was and r.trained_on == was}
        if was:
            self.initial |= {"on": was, "was": was}
        for sex, label in self.sexes:
            field = number_field(label, MOST_TEACHERS, **{"data-stepper": "1"})
            field.initial = trained.get(sex)
            self.fields[f"teachers_{sex}"] = field

    def numbers(self) -> dict[str, int]:
        data = self.cleaned_data
        return {sex: data[f"teachers_{sex}"] for sex, _label in self.sexes if data.get(f"teachers_{sex}")}


def number_field(label, most: int, **attrs) -> forms.IntegerField:
    widget = forms.NumberInput({"inputmode": "numeric", "min": 0, "max": most, **attrs})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most, widget=widget)
