"""Schools and lessons from files: cells, sites that are made, what is refused and how to mend it."""

from datetime import date

import pytest

from core.actions.imports import HasErrors
from core.models import AuditLine, Site
from peers.models import Lesson, School
from peers.resources.school_cells import HeadsCell, PupilsCell, TeachersCell
from peers.rules.schools import Pupils, Teachers
from tests.factories.files import bring, counted, text_file
from tests.factories.schools import lesson_of, school_of, school_site

pytestmark = pytest.mark.usefixtures("lists")
HOME = "DEMO-NGO"
NEW = "id,date,site,site_name,district"


def errors(kind, *lines, **how):
    """(row, column) of everything that is wrong with a file."""
    with pytest.raises(HasErrors) as wrong:
        bring(kind, text_file(*lines), code=HOME, **how)
    return [(problem.row, problem.column) for problem in wrong.value.report.errors]


@pytest.mark.parametrize(
    ("cell", "text", "value", "written"),
    [
        (HeadsCell(), "F:20;M:22", {"F": 20, "M": 22}, "F:20;M:22"),
        (HeadsCell(), " m=២២ ; f : 20 ", {"M": 22, "F": 20}, "F:20;M:22"),
        (HeadsCell(), "F:1;F:2", {"F": 3}, "F:3"),
        (HeadsCell(), "", {}, ""),
        (
            PupilsCell(),
            "2024-11-01 5M:22; 5F:20|2025-11-01 5F:19",
            (
                Pupils(date(2024, 11, 1), 5, "M", 22),
                Pupils(date(2024, 11, 1), 5, "F", 20),
                Pupils(date(2025, 11, 1), 5, "F", 19),
            ),
            "2025-11-01 5F:19 | 2024-11-01 5F:20;5M:22",
        ),
        (PupilsCell(), "", (), ""),
        (
            TeachersCell(),
            "2025-03-01 F:2",
            (Teachers(date(2025, 3, 1), "F", 2),),
            "2025-03-01 F:2",
        ),
    ],
)
def test_cell_is_read_and_written_in_one_way(cell, text, value, written):
    assert cell.clean(text) == value
    assert cell.render(value) == written
    assert cell.render(cell.clean(written)) == written


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (HeadsCell(), "20"),
        (HeadsCell(), "F:-1"),
        (HeadsCell(), "F:1234567"),
        (PupilsCell(), "5F:20"),
        (PupilsCell(), "2025-11-01"),
        (PupilsCell(), "2025-13-01 5F:20"),
        (PupilsCell(), "2025-11-01 F:20"),
        (PupilsCell(), "2025-11-01 555F:20"),
        (TeachersCell(), "F:2"),
        (TeachersCell(), "2025-03-01 5F:2"),
        (TeachersCell(), "0000-00-00 F:2"),
    ],
)
def test_cell_that_says_nothing_is_refused_with_an_example(cell, text):
    with pytest.raises(ValueError, match="such as"):
        cell.clean(text)


def test_import_makes_sites_of_schools_where_it_may():
    report = bring("schools", text_file(NEW, "S1,2024-10-01,PS-1,School one,1401"), code=HOME, sites=True)

    site = Site.objects.get(code="PS-1")
    assert (report.added, report.new_sites) == (1, ["PS-1"])
    assert (site.name, site.kind, site.district_id) == ("School one", "school", "1401")
    assert School.objects.get().site == site
    assert AuditLine.objects.filter(action="site.create", record_id=str(site.pk)).count() == 1


@pytest.mark.parametrize(
    ("line", "sites", "wrong"),
    [
        ("S1,2024-10-01,PS-1,School one,1401", False, [(2, "site")]),
        ("S1,2024-10-01,PS-1,School one,", True, [(2, "district")]),
        ("S1,2024-10-01,PS-1,School one,9999", True, [(2, "district")]),
        (f"S1,2024-10-01,PS-1,{'x' * 121},1401", True, [(2, "site_name")]),
        (f"S1,2024-10-01,{'x' * 65},School one,1401", True, [(2, "site")]),
        ("S1,,PS-1,School one,1401", True, [(2, "date")]),
        ("S1,2024-10-01,,School one,1401", True, [(2, "site")]),
        ("S1,9999-12-31,PS-1,School one,1401", True, [(2, "date")]),
    ],
)
def test_import_of_a_school_that_does_not_fit_makes_nothing(line, sites, wrong):
    assert errors("schools", NEW, line, sites=sites) == wrong
    assert (Site.objects.count(), School.objects.count()) == (0, 0)


def test_two_rows_with_one_new_site_are_refused():
    lines = ["S1,2024-10-01,PS-1,School one,1401", "S2,2024-10-01,PS-1,School one,1401"]

    assert errors("schools", NEW, *lines, sites=True) == [(3, "site")]


def test_two_rows_that_tell_two_things_of_a_new_site_are_refused():
    lines = ["S1,2024-10-01,PS-1,School one,1401", "S2,2024-10-01,PS-1,School two,1401"]

    assert (3, "site") in errors("schools", NEW, *lines, sites=True)


def test_site_that_is_there_is_not_changed_but_the_file_is_warned_of():
    school_site("PS-1", home=HOME)

    report = bring("schools", text_file(NEW, "S1,2024-10-01,PS-1,Other name,1402"), code=HOME)

    assert [warning.column for warning in report.warnings] == ["site_name", "district"]
    assert Site.objects.get().name == "Primary school PS-1"


def test_void_of_a_school_with_lessons_is_refused_by_the_file():
    school = school_of("PS-1", home=HOME)
    lesson_of(school)

    found = errors("schools", "id,date,site,void", f"{school.pk},2024-10-01,PS-1,1")

    assert found == [(2, "void")]
    assert not School.objects.get().is_void


LESSON = "id,date,school,grade,class,topics,pupils"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("L1,2025-01-06,NONE,5,A,goals,F:20", [(2, "school")]),
        ("L1,2025-01-06,PS-1,5,A,fishing,F:20", [(2, "topics")]),
        ("L1,2025-01-06,PS-1,5,A,gender,F:20", [(2, "topics")]),
        ("L1,2025-01-06,PS-1,5,A,,F:20", [(2, "topics")]),
        ("L1,2025-01-06,PS-1,7,A,goals,F:20", [(2, "grade")]),
        ("L1,2025-01-06,PS-1,13,A,goals,F:20", [(2, "grade")]),
        ("L1,2025-01-06,PS-1,5,A;B,goals,F:20", [(2, "class")]),
        ("L1,2025-01-06,PS-1,5,A,goals,F:501", [(2, "pupils")]),
        ("L1,2025-01-06,PS-1,5,A,goals,twenty", [(2, "pupils")]),
        ("L1,2025-01-06,PS-1,5,A,goals,", [(2, "pupils")]),
        ("L1,2025-01-06,THEIRS,5,A,goals,F:20", [(2, "school")]),
    ],
)
def test_import_of_a_lesson_that_does_not_fit_names_the_column(line, wrong):
    school_of("PS-1", home=HOME)
    school_of("THEIRS", home="NGO-B")

    assert errors("lessons", LESSON, line) == wrong


def test_lessons_name_their_school_by_reference_id_or_site():
    school = school_of("PS-1", home=HOME, reference="S1")
    lines = [f"L{place},2025-01-06,{name},5,{place},goals,F:20" for place, name in enumerate(["S1", "PS-1", school.pk])]

    bring("lessons", text_file(LESSON, *lines), code=HOME)

    assert list(Lesson.objects.values_list("school", flat=True)) == [school.pk] * 3


def test_class_written_another_way_leaves_the_lesson_alone():
    school_of("PS-1", home=HOME)
    bring("lessons", text_file(LESSON, "L1,2025-01-06,PS-1,5,5 a,goals,M:1;F:20"), code=HOME)

    report = bring("lessons", text_file(LESSON, "L1,2025-01-06,PS-1,5,A,goals,F:20;M:1"), code=HOME)

    assert counted(report) == (0, 0, 1)
