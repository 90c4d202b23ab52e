"""The gallery shows every component, and the template tags draw what they say."""

import re
from pathlib import Path

import pytest
from django import forms
from django.contrib.auth import get_user_model
from django.http import QueryDict
from django.template.loader import get_template, render_to_string
from django.urls import reverse

from core.templatetags import romduol
from core.views.gallery import GalleryFilter, GalleryForm

TEMPLATES = Path(romduol.__file__).parents[1] / "templates"
COMPONENTS = sorted((TEMPLATES / "core/components").glob("*.html"))
SPRITE = Path(romduol.__file__).parents[1] / "static/core/icons.svg"


@pytest.fixture
def worker(db):
    return get_user_model().objects.create_user("worker")


@pytest.fixture
def gallery_page(client, worker):
    client.force_login(worker)
    return client.get(reverse("gallery"))


def drawn_templates(response):
    return {template.name for template in response.templates}


def test_gallery_shows_every_component(gallery_page):
    missing = {f"core/components/{path.name}" for path in COMPONENTS} - drawn_templates(gallery_page)

    assert missing == set()


def test_gallery_anonymous_is_asked_to_sign_in(client, db):
    response = client.get(reverse("gallery"))

    assert response.status_code == 302


def test_gallery_ids_are_unique(gallery_page):
    ids = re.findall(r'\sid="([^"]+)"', gallery_page.content.decode())

    assert sorted(ids) == sorted(set(ids))


def test_icons_named_in_templates_are_all_drawn():
    symbols = set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))
    named = {
        name
        for folder in Path(TEMPLATES).parents[1].glob("*/templates")
        for path in folder.rglob("*.html")
        for name in re.findall(r'\{% icon "([a-z-]+)"(?!\|add)', path.read_text())
    }

    assert named - symbols == set()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_error_page_asks_no_session_and_sets_no_cookie(name, rf):
    page = get_template(f"{name}.html").render({}, rf.get("/en/nowhere/"))

    assert page.count("<h1>") == 1
    assert "csrfmiddlewaretoken" not in page


# --- forms --------------------------------------------------------------------------------------------


def draw(field, **context):
    return render_to_string("core/components/field.html", {"field": field, **context})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("title", "text"),
        ("colour", "select"),
        ("shade", "choices"),
        ("shades", "choices"),
        ("pieces", "stepper"),
        ("note", "text"),
        ("table", "file"),
        ("agreed", "check"),
        ("key", "hidden"),
    ],
)
def test_field_kind_of_each_widget(name, kind):
    assert romduol.field_kind(GalleryForm()[name]) == kind


@pytest.mark.parametrize("name", ["title", "shade", "pieces"])
def test_field_refused_is_linked_to_its_error(name):
    drawn = draw(GalleryForm({"shade": "purple", "pieces": "-3"})[name])
    described = re.search(r'aria-describedby="([^"]+)"', drawn)[1].split()

    assert [f'id="{target}"' in drawn for target in described] == [True] * len(described)
    assert f"id_{name}_error" in described


def test_form_errors_link_to_fields_that_exist():
    form = GalleryForm({"shade": "purple", "pieces": "-3"})
    summary = render_to_string("core/components/form_errors.html", {"form": form})
    fields = "".join(draw(field) for field in form)
    targets = re.findall(r'href="#([^"]+)"', summary)

    assert targets == ["id_title", "id_colour", "id_shade", "id_pieces"]
    assert [f'id="{target}"' in fields for target in targets] == [True] * 4


def test_chip_options_fold_after_the_first():
    options = romduol.chip_options(GalleryForm()["shades"], 2)

    assert [len(options["first"]), len(options["rest"]), options["open"]] == [2, 3, False]


def test_chip_options_open_when_a_folded_one_is_chosen():
    options = romduol.chip_options(GalleryForm(initial={"shades": ["white"]})["shades"], 2)

    assert options["open"] is True


def test_chip_options_one_too_many_is_not_folded():
    options = romduol.chip_options(GalleryForm()["shades"], 4)

    assert [len(options["first"]), len(options["rest"])] == [5, 0]


# --- filters ------------------------------------------------------------------------------------------


@pytest.fixture
def filterset(db):
    query = QueryDict("words=spot&colour=green&colour=blue&day_after=2025-01-02&sort=-day&page=3")
    return GalleryFilter(query, queryset=get_user_model().objects.none())


def test_active_filters_one_per_value_in_words(filterset):
    active = [(chosen.label, chosen.value) for chosen in romduol.active_filters(filterset)]

    assert active == [
        ("Words", "spot"),
        ("Colour", "Green"),
        ("Colour", "Blue"),
        ("Date from", "2 January 2025"),
    ]


def test_active_filters_each_takes_only_itself_away(filterset):
    green = romduol.active_filters(filterset)[1]

    assert green.query == "?words=spot&colour=blue&day_after=2025-01-02&sort=-day"


def test_active_filters_without_query_are_none(db):
    unbound = GalleryFilter(None, queryset=get_user_model().objects.none())

    assert romduol.active_filters(unbound) == []


def test_kept_parameters_are_those_the_filter_does_not_know(rf, filterset):
    request = rf.get("/", {"words": "spot", "sort": "-day", "page": "3", "day_after": "2025-01-02"})

    assert romduol.kept_parameters({"request": request}, filterset.form) == [("sort", "-day")]


def test_range_parts_are_named(filterset):
    drawn = romduol.range_parts(filterset.form["day"])

    assert re.findall(r'aria-label="([^"]+)"', drawn) == ["Date from", "Date to"]


# --- words and numbers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "drawn"),
    [(8630, "8,630"), (0, "0"), (None, "–"), ("", "–"), ("hidden", "hidden"), (12.345, "12.3")],
)
def test_number_groups_and_never_invents(value, drawn):
    assert romduol.number(value) == drawn


@pytest.mark.parametrize(("part", "whole", "drawn"), [(62, 100, 62), (130, 100, 100), (5, 0, 0), (None, 9, 0)])
def test_percent_of_stays_between_0_and_100(part, whole, drawn):
    assert romduol.percent_of(part, whole) == drawn


def test_icon_with_label_is_read_out():
    assert 'role="img" aria-label="done"' in romduol.icon("check", "done")


def test_icon_without_label_is_silent():
    assert 'aria-hidden="true"' in romduol.icon("check")


def test_field_text_of_a_person_is_escaped():
    class Form(forms.Form):
        title = forms.CharField(label="<b>Title</b>")

    assert "<b>" not in draw(Form()["title"])
