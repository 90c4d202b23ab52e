"""The component gallery: every piece of a screen in its states, with made-up neutral content."""

import datetime as dt
from dataclasses import dataclass

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

COLOURS = [
    ("green", _("Green")),
    ("amber", _("Amber")),
    ("blue", _("Blue")),
    ("grey", _("Grey")),
    ("white", _("White")),
]
PICTURES = ["lotus", "shell", "rice", "fish", "boat", "moon", "star", "palm", "drum", "kite", "bird", "rain"]


@dataclass(frozen=True)
class Way:
    """A way on, as an area's tile is."""

    label: str
    text: str
    icon: str
    url_name: str = "gallery"


class GalleryForm(forms.Form):
    """One field of every kind that the field component lays out."""

    title = forms.CharField(label=_("Title"), help_text=_("A few plain words."))
    day = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    colour = forms.ChoiceField(label=_("Colour"), choices=COLOURS)
    shade = forms.ChoiceField(label=_("One choice"), choices=COLOURS[:3], widget=forms.RadioSelect)
    shades = forms.MultipleChoiceField(
        label=_("Several choices"), choices=COLOURS, widget=forms.CheckboxSelectMultiple, required=False
    )
    pieces = forms.IntegerField(
        label=_("Pieces"),
        min_value=0,
        max_value=99,
        widget=forms.NumberInput(attrs={"data-stepper": "1", "inputmode": "numeric"}),
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    table = forms.FileField(label=_("File"), required=False)
    agreed = forms.BooleanField(label=_("Agreed"), required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)


class GalleryFilter(django_filters.FilterSet):
    """Filters of three kinds: words, one of several, and a range with two ends."""

    words = django_filters.CharFilter(label=_("Words"), method="leave")
    colour = django_filters.MultipleChoiceFilter(
        label=_("Colour"), choices=COLOURS, widget=forms.CheckboxSelectMultiple, method="leave"
    )
    day = django_filters.DateFromToRangeFilter(
        label=_("Date"),
        method="leave",
        widget=django_filters.widgets.DateRangeWidget(attrs={"type": "date"}),
    )

    def leave(self, queryset, name, value):
        """Filter nothing: the gallery shows the bar, not its work."""
        return queryset


@require_safe
@login_required
def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component; a test holds that none is missing."""
    return render(request, "core/gallery.html", gallery_context(request))


def gallery_context(request: HttpRequest) -> dict:
    """The made-up content of the gallery."""
    heading = {"heading": _("Gallery"), "lead": _("Every part of a screen, in its states")}
    meanwhile = {"theirs": [(_("Title"), "", 12)]}
    return {**heading, **meanwhile, **_forms(), **_list(request), **_record(), **_figure()}


def _forms() -> dict:
    chosen = {"title": "Spot 4", "shade": "green", "shades": ["green", "white"], "pieces": 12}
    good = GalleryForm(initial=chosen, auto_id="good_%s")
    return {
        "form": good,
        "bad_form": GalleryForm({"shade": "purple", "pieces": "-3"}, auto_id="bad_%s"),
        "fieldsets": [
            ("", [good["title"], good["day"], good["colour"], good["shade"]], False),
            (_("Given"), [good["pieces"]], False),
            (_("Date, note, consent"), [good["note"], good["agreed"]], True),
        ],
        "steps": [(_("File"), "done"), (_("Preview"), "current"), (_("Result"), "todo")],
        "tiles": [(Way(_("Place"), _("Every part of a screen, in its states"), "place"), 7)],
        "pictures": [f"picture-{name}" for name in PICTURES],
    }


def _list(request: HttpRequest) -> dict:
    query = request.GET or QueryDict("words=spot&colour=green&day_after=2025-01-01")
    paginator = Paginator(range(1, 135), 50)
    return {
        "filter": GalleryFilter(query, queryset=get_user_model().objects.none()),
        "columns": [
            ("place", _("Place"), True, "?sort=-place", "asc"),
            ("date", _("Date"), True, "?sort=date", ""),
            ("pieces", _("Pieces"), False, "", ""),
        ],
        "rows": [
            ("#spot-4", [(_("Place"), "Spot 4"), (_("Date"), dt.date(2025, 1, 15)), (_("Pieces"), 24)]),
            ("#centre", [(_("Place"), "Centre"), (_("Date"), dt.date(2025, 1, 14)), (_("Pieces"), "")]),
        ],
        "paginator": paginator,
        "page_obj": paginator.page(2),
    }


def _record() -> dict:
    return {
        "facts": [(_("Place"), "Spot 4"), (_("Date"), dt.date(2025, 1, 15)), (_("Note"), "")],
        "versions": [
            (2, dt.date(2025, 1, 16), "worker", _("Changed"), _("Counted again"), [(_("Pieces"), "12", "24")]),
            (1, dt.date(2025, 1, 15), "worker", _("Recorded"), "", []),
        ],
    }


def _figure() -> dict:
    return {
        "table": {
            "caption": _("Age"),
            "columns": [_("Age"), _("Female"), _("Male"), _("All")],
            "rows": [
                ("10–14", [(87, "#"), (65, "#"), (152, "#")]),
                ("15–19", [(1512, "#"), (None, ""), (1512, "#")]),
            ],
            "foot": (_("All"), [(1599, "#"), (65, "#"), (1664, "#")]),
        },
        "links": [(_("How this is counted"), "#definition"), (_("List"), "#list")],
    }
