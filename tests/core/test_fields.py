"""Every stored field is classed once, and nothing is classed that isn't stored."""

import pytest
from django.apps import apps

from core import fields
from core.fields import Kind

APPS = ("core", "outreach", "peers", "cms", "dashboards", "fixtures")
MODELS = [model for app in APPS for model in apps.get_app_config(app).get_models()]


def stored(model):
    """Names of the columns that the model itself adds; a page's own ones come from Wagtail and are public text."""
    return {field.name for field in model._meta.local_concrete_fields if not field.name.endswith("_ptr")}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_is_classed(model):
    assert set(fields.classes_of(model)) == stored(model)


def test_every_line_names_a_model():
    assert set(fields.CLASSES) == {model._meta.label for model in MODELS}


def test_no_field_has_two_classes():
    for classes in [*fields.CLASSES.values(), *fields.BASES.values()]:
        names = [name for group in classes.values() for name in group.split()]

        assert sorted(names) == sorted(set(names))


def test_unknown_field_is_treated_as_personal():
    assert fields.is_personal(apps.get_model("outreach", "Contact"), "made_up") is True


@pytest.mark.parametrize(
    ("model", "personal"),
    [
        ("outreach.Client", {"nickname", "icon", "birth_date", "card_code"}),
        ("outreach.Contact", {"note"}),
        ("outreach.OldCard", {"code"}),
        ("outreach.ClientKey", {"key"}),
        ("peers.Session", {"note"}),
    ],
)
def test_personal_fields_are_these(model, personal):
    classes = fields.classes_of(apps.get_model(model))

    assert {name for name, kind in classes.items() if kind == Kind.PERSONAL} == personal
