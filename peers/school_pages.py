"""What a school's page shows: its classes by school year with their lessons, its rolls, its trained teachers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.wording import coded, shown
from outreach.wording import joined
from peers import school_years
from peers.models import Lesson, School
from peers.rolls import Line, Roll, days_for, rolls_of, share


@dataclass
class ClassLessons:
    """One class in one school year: its lessons in order of days, and the one whose headcount counts."""

    name: str
    grade: int
    best: Lesson
    lessons: list[Lesson]


@dataclass
class SchoolYear:
    """One school year of a school. `table` holds pupils reached against the roll, by grade."""

    year: int
    name: str
    classes: list[ClassLessons]
    pupils: int
    table: dict
    rolls_text: str


def class_label(grade: int, name: str) -> str:
    """What a class is called: Grade 5 A, or Grade 5 for the only one."""
    return _("Grade %(grade)s") % {"grade": f"{grade} {name}".strip()}


def province_of(school: School) -> object:
    return school.site.district.province if school.site.district else None


def grades_of(school: School) -> str:
    first, last = school.first_grade, school.last_grade
    return str(first) if first == last else f"{first}–{last}"


def heads_text(heads: dict[str, int], sexes: dict[str, str]) -> str:
    """Pupils by sex in words: Female 20, Male 22."""
    return ", ".join(f"{label} {heads[sex]}" for sex, label in sexes.items() if sex in heads)


def years_of(school: School) -> list[SchoolYear]:
    """The school's years with lessons, newest first. One query beside the school's own rows."""
    years: dict[int, dict[tuple[int, str], list[Lesson]]] = defaultdict(lambda: defaultdict(list))
    for lesson in Lesson.objects.countable().filter(school=school).order_by("occurred_on", "pk"):
        years[lesson.school_year][lesson.grade, lesson.class_name].append(lesson)
    return [_year(school, year, classes) for year, classes in sorted(years.items(), reverse=True)]


def _year(school: School, year: int, lessons: dict[tuple[int, str], list[Lesson]]) -> SchoolYear:
    classes = []
    for (grade, name), found in sorted(lessons.items()):
        best = min(found, key=lambda lesson: (-lesson.pupils, lesson.occurred_on, lesson.pk))
        for lesson in found:
            lesson.topic_labels = coded("lifeskills_topic", lesson.topics)
            lesson.counts = lesson is best
        classes.append(ClassLessons(class_label(grade, name), grade, best, found))
    start, end = days_for(year)
    rows = [(r.school_id, r.grade, r.counted_on, r.pupils) for r in school.pupils.all() if start <= r.counted_on <= end]
    rolls = {grade: roll for (_school, grade), roll in rolls_of(rows).items()}
    return SchoolYear(
        year=year,
        name=school_years.name(year),
        classes=classes,
        pupils=sum(one.best.pupils for one in classes),
        table=_table(classes, rolls),
        rolls_text=_rolls_text(rolls),
    )


def _table(classes: list[ClassLessons], rolls: dict[int, Roll]) -> dict:
    """Grades with lessons: classes, and pupils reached of those on the roll."""
    whole, rows = Line(), []
    by_grade: dict[int, list[ClassLessons]] = defaultdict(list)
    for one in classes:
        by_grade[one.grade].append(one)
    for grade, mine in sorted(by_grade.items()):
        line = Line()
        for found in (line, whole):
            found.count(len(mine), sum(one.best.pupils for one in mine), rolls.get(grade))
        rows.append((_("Grade %(grade)s") % {"grade": grade}, [(line.classes, ""), (reached_text(line), "")]))
    foot = (_("All"), [(whole.classes, ""), (reached_text(whole), "")])
    heads = [_("Grade"), _("Classes"), _("Pupils reached, of the roll")]
    return {"columns": heads, "rows": rows, "foot": foot if len(rows) > 1 else None}


def reached_text(line: Line) -> str:
    """Pupils reached of those on the roll, in words; more than it has ask for a new count."""
    if not line.rolls:
        return _("%(reached)s · roll not counted") % {"reached": f"{line.reached:,}"}
    numbers = {"counted": f"{line.counted:,}", "roll": f"{line.roll:,}", "share": share(line.counted, line.roll) or 0}
    if line.counted > line.roll:
        text = _("%(counted)s of %(roll)s · count again") % numbers
    else:
        text = _("%(counted)s of %(roll)s · %(share)s %%") % numbers
    if line.reached > line.counted:
        said = {"more": f"{line.reached - line.counted:,}"}
        text = f"{text} · " + _("%(more)s more without a roll") % said
    return unbroken(text)


def unbroken(text: str) -> str:
    """A text of a narrow table whose per cent sign stays with its number."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def _rolls_text(rolls: dict) -> str:
    days = sorted({roll.counted_on for roll in rolls.values()})
    if not days:
        return _("No roll is counted for this school year or the one before, so there is no coverage.")
    return _("Rolls as counted on %(days)s.") % {"days": ", ".join(str(shown(day)) for day in days)}


def counts_of(school: School, sexes: dict[str, str]) -> list[tuple[date, str, int, str]]:
    """(day, its text, pupils, by grade in words) of each count, newest first."""
    days: dict[date, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in school.pupils.all():
        days[row.counted_on][row.grade][row.sex] = row.pupils
    found = []
    for day, grades in sorted(days.items(), reverse=True):
        texts = [f"{class_label(grade, '')}: {heads_text(heads, sexes)}" for grade, heads in sorted(grades.items())]
        found.append((day, shown(day), sum(sum(heads.values()) for heads in grades.values()), joined(texts)))
    return found


def trainings_of(school: School, sexes: dict[str, str]) -> list[tuple[date, str, int, str]]:
    """(day, its text, teachers, by sex in words) of each training, newest first."""
    days: dict[date, dict[str, int]] = defaultdict(dict)
    for row in school.teachers.all():
        days[row.trained_on][row.sex] = row.teachers
    return [
        (day, shown(day), sum(heads.values()), heads_text(heads, sexes))
        for day, heads in sorted(days.items(), reverse=True)
    ]
