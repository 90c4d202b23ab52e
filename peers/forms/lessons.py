"""The form of a life-skills lesson: which class, which topics, how many pupils."""

from itertools import groupby
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.entries import EntryForm
from core.forms.registers import day_field, note_field
from peers import school_years
from peers.actions import lessons
from peers.models import Lesson, School
from peers.rules import lessons as rules
from peers.rules.lessons import LONGEST_MINUTES, MOST_PUPILS, LessonEntry
from peers.rules.schools import FIRST, LAST

SEXES_AT_HAND = ("F", "M")


class LessonForm(EntryForm):
    """One lesson. A class that had a lesson this school year is one tap; another one is a grade and a name.

    Fields `heads_<sex>` follow the code list.
    """

    writer = lessons.writer
    renamed = {"heads": "heads_F"}

    school = forms.TypedChoiceField(label=gettext_lazy("School"), coerce=UUID)
    occurred_on = day_field(gettext_lazy("Date"))
    known_class = forms.ChoiceField(label=gettext_lazy("Class"), required=False, widget=forms.RadioSelect)
    grade = forms.TypedChoiceField(
        label=gettext_lazy("Grade"), coerce=int, required=False, empty_value=None, widget=forms.RadioSelect
    )
    class_name = forms.CharField(
        label=gettext_lazy("Class in the grade"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Such as A or ក. Leave it empty if the grade has one class."),
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics"), widget=forms.CheckboxSelectMultiple, required=False
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        required=False,
        min_value=1,
        max_value=LONGEST_MINUTES,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    note = note_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["school"].choices = self._schools()
        self.here = self._school_at_hand()
        first, last = (self.here.first_grade, self.here.last_grade) if self.here else (FIRST, LAST)
        grades = range(first, last + 1)
        self.fields["grade"].choices = [(str(g), _("Grade %(grade)s") % {"grade": g}) for g in grades]
        self._offer_classes()
        self._offer_topics()
        self.sexes = codes.choices("sex")
        for sex, label in self.sexes:
            widget = forms.NumberInput({"inputmode": "numeric", "min": 0, "max": MOST_PUPILS, "data-stepper": "1"})
            self.fields[f"heads_{sex}"] = forms.IntegerField(
                label={"F": _("Girls"), "M": _("Boys")}.get(sex, label),
                required=False,
                min_value=0,
                max_value=MOST_PUPILS,
                widget=widget,
            )
        at_hand = [f"heads_{sex}" for sex, _label in self.sexes if sex in SEXES_AT_HAND]
        others = [f"heads_{sex}" for sex, _label in self.sexes if sex not in SEXES_AT_HAND]
        self.layout = [
            (_("Pupils in the lesson"), at_hand, False),
            (_("More about the lesson"), [*others, "minutes", "note"], True),
        ]

    # --- what is offered -------------------------------------------------------------------------

    def _schools(self) -> list[tuple]:
        """Schools under their districts; the record's own stays, whatever became of it."""
        rows = School.objects.visible_to(self.scope).filter(organisation__in=self.organisations, site__closed_on=None)
        rows = rows.countable()
        if self.record:
            rows = rows | School.objects.filter(pk=self.record.school_id)
        names = rows.order_by("site__district", "site__name").select_related("site__district")
        groups = groupby(names, key=lambda school: str(school.site.district or _("No district")))
        self.schools = {str(school.pk): school for school in names}
        return [("", _("Choose")), *((place, [(str(s.pk), s.site.name) for s in found]) for place, found in groups)]

    def _school_at_hand(self) -> School | None:
        """The school that is posted, changed or offered first: grades and classes are its own."""
        held = str(self.record.school_id) if self.record else str(self.initial.get("school") or "")
        return self.schools.get(self.data.get(self.add_prefix("school"), "") or held)

    def _offer_classes(self) -> None:
        """Classes of the school with lessons this school year, unless a lesson is changed: that one says its own."""
        found = []
        if self.here and not self.record:
            year = school_years.year_of(timezone.localdate())
            mine = Lesson.objects.countable().filter(school=self.here, school_year=year).order_by()
            found = sorted(set(mine.values_list("grade", "class_name")))
        if not found:
            del self.fields["known_class"]
            return
        named = [(f"{grade}:{name}", f"{grade} {name}".strip()) for grade, name in found]
        self.fields["known_class"].choices = [*named, ("", _("Another class"))]

    def _offer_topics(self) -> None:
        held = set(self.record.topics) if self.record else set()
        rows = [
            (key, row.label)
            for key, row in codes.table("lifeskills_topic").items()
            if not row.retired_on or key in held
        ]
        self.fields["topics"].choices = rows

    @property
    def chosen_grade(self) -> int:
        """The grade as far as it is known; the school's last one while it isn't."""
        known, _colon, _name = str(self["known_class"].value() or "").partition(":") if self.knows else ("", "", "")
        text = known or str(self["grade"].value() or "")
        return int(text) if text.isdecimal() and len(text) < 3 else (self.here.last_grade if self.here else LAST)

    @property
    def knows(self) -> bool:
        """Whether classes with earlier lessons are offered."""
        return "known_class" in self.fields

    def topics_by_grade(self) -> list[tuple[int, list, bool]]:
        """(lowest grade, its topics' chips, whether any is chosen), lowest first."""
        groups: dict[int, list] = {}
        for option in self["topics"]:
            groups.setdefault(rules.fits_from(str(option.data["value"])), []).append(option)
        return [(grade, found, any(o.data["selected"] for o in found)) for grade, found in sorted(groups.items())]

    @property
    def topics_fitting(self) -> list[tuple[int, list]]:
        """Topics that fit the grade, and groups of which one is chosen already."""
        return [
            (grade, found) for grade, found, chosen in self.topics_by_grade() if chosen or grade <= self.chosen_grade
        ]

    @property
    def topics_later(self) -> list[tuple[int, list]]:
        shown = {grade for grade, _found in self.topics_fitting}
        return [(grade, found) for grade, found, _chosen in self.topics_by_grade() if grade not in shown]

    def drawn_apart(self, name: str) -> bool:
        """Class and topics are drawn by the lesson's own template."""
        return name in ("known_class", "grade", "class_name", "topics")

    # --- what it says ----------------------------------------------------------------------------

    @classmethod
    def initial_of(cls, record: Lesson) -> dict:
        heads = {f"heads_{sex}": number for sex, number in record.heads.items()}
        return super().initial_of(record) | heads | {"school": str(record.school_id)}

    def clean(self):
        grade, _colon, name = (self.cleaned_data.get("known_class") or "").partition(":")
        if grade:
            # Grade and name are out of sight then: whatever was left in them isn't meant.
            self.cleaned_data |= {"grade": int(grade), "class_name": name}
            for field in ("grade", "class_name"):
                self.errors.pop(field, None)
        elif self.cleaned_data.get("grade") is None and "grade" not in self.errors:
            self.add_error("grade", _("Choose the class, or its grade."))
        return super().clean()

    def said(self) -> dict:
        data = self.cleaned_data
        heads = {sex: data.get(f"heads_{sex}") or 0 for sex, _label in self.sexes}
        return super().said() | {"heads": heads}

    def problems(self, entry: LessonEntry):
        return list(rules.problems(entry, today=timezone.localdate()))
