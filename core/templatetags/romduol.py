"""Template tags of the workspace: drawn icons, grouped numbers, the looks of fields and filters."""

from dataclasses import dataclass
from datetime import date

from django import template
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    MultiWidget,
    RadioSelect,
    Select,
    Textarea,
)
from django.forms.boundfield import BoundWidget
from django.http import QueryDict
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_filters import FilterSet

from core.wording import shown

register = template.Library()

_FIELD_KINDS = (
    ((RadioSelect, CheckboxSelectMultiple), "choices"),
    (CheckboxInput, "check"),
    (ClearableFileInput, "file"),
    (MultiWidget, "parts"),
    (Textarea, "text"),
    (Select, "select"),
)


@dataclass(frozen=True)
class ActiveFilter:
    """One filter value now in force; `query` is the query string that takes just this one away."""

    label: str
    value: str
    query: str


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """Draw a symbol of `core/icons.svg`. Without a label it is decoration and hidden from screen readers."""
    meaning = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" {}><use href="{}#{}"/></svg>',
        f"icon {css}".strip(),
        meaning,
        static("core/icons.svg"),
        name,
    )


@register.filter
def number(value: object) -> str:
    """Group thousands by comma, in Latin digits in both languages; None is a dash; words stay as they are."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


@register.filter
def percent_of(part: int | float | None, whole: int | float | None) -> int:
    """Whole per cent from 0 to 100, for drawing a bar (never for printing a result); 0 without a whole."""
    if not part or not whole:
        return 0
    return max(0, min(100, round(100 * part / whole)))


@register.filter
def field_kind(field: BoundField) -> str:
    """Name the layout of a field: hidden, choices, check, file, parts, select, stepper or text."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if "data-stepper" in widget.attrs:
        return "stepper"
    return next((kind for classes, kind in _FIELD_KINDS if isinstance(widget, classes)), "text")


@register.filter
def has_errors(fields: list[BoundField]) -> bool:
    """Tell whether any of these fields was refused, so that a folded part opens by itself."""
    return any(field.errors for field in fields)


@register.simple_tag
def chip_options(field: BoundField, shown: int | str = "") -> dict[str, list[BoundWidget] | bool]:
    """Split a field's options into the `first` ones and the `rest` to fold; `open` if the rest holds a choice."""
    options = list(field)
    cut = int(shown) if shown else len(options)
    if len(options) <= cut + 1:
        cut = len(options)
    rest = options[cut:]
    return {"first": options[:cut], "rest": rest, "open": any(option.data["selected"] for option in rest)}


@register.simple_tag(takes_context=True)
def kept_parameters(context: Context, form: BaseForm) -> list[tuple[str, str]]:
    """Parameters of this address that are not the form's own (a sort, for example), to send along with it."""
    own = {key for field in form for key, _label in _parameters(field)} | {"page"}
    query = context["request"].GET
    return [(key, value) for key in query for value in query.getlist(key) if key not in own]


@register.filter
def own_language_name(code: str) -> str:
    """Name a language as its readers write it (Django has no Khmer name for Khmer)."""
    return {"km": "ខ្មែរ", "en": "English"}.get(code, code)


@register.filter
def notice_kind(level_tag: str) -> str:
    """Name the look of a Django message: good, attention, danger, or plain."""
    return {"success": "good", "warning": "attention", "error": "danger"}.get(level_tag, "")


@register.simple_tag
def active_filters(filterset: FilterSet) -> list[ActiveFilter]:
    """List the filters in force, one per chosen value, each with the query string that removes it."""
    form = filterset.form
    query = QueryDict(mutable=True)
    query.update(form.data)
    query.pop("page", None)
    return [
        ActiveFilter(label, text, _without(query, key, value))
        for field in form
        for key, label in _parameters(field)
        for value, text in _chosen(field, query.getlist(key))
    ]


@register.simple_tag
def range_parts(field: BoundField) -> SafeString:
    """Draw a field of several controls, each named for screen readers: "Date from", "Date to"."""
    widget = field.field.widget
    for (_parameter, name), part in zip(_parameters(field), widget.widgets, strict=True):
        part.attrs.setdefault("aria-label", name)
    return SafeString(str(field))


def _parameters(field: BoundField) -> list[tuple[str, str]]:
    """Name and label of each parameter under which a field stands in the query string."""
    label = capfirst(str(field.label))
    widget = field.field.widget
    if not isinstance(widget, MultiWidget):
        return [(field.html_name, label)]
    suffixes = [f"_{suffix}" for suffix in getattr(widget, "suffixes", [])] or widget.widgets_names
    names = [_("%(label)s from") % {"label": label}, _("%(label)s to") % {"label": label}]
    if len(suffixes) != len(names):
        names = [label] * len(suffixes)
    return [(f"{field.html_name}{suffix}", name) for suffix, name in zip(suffixes, names, strict=True)]


def _chosen(field: BoundField, values: list[str | None]) -> list[tuple[str, str]]:
    """Pair each value sent with the words a person chose."""
    values = [value for value in values if value]
    labels = {}
    for value, text in getattr(field.field, "choices", ()) if values else ():
        nested = text if isinstance(text, (list, tuple)) else [(value, text)]
        labels |= {str(inner): str(words) for inner, words in nested}
    return [(value, labels.get(value) or _in_words(value)) for value in values]


def _in_words(value: str) -> str:
    """A day as people write it; any other text as it was typed."""
    if not value.startswith(("19", "20")) or value.count("-") != 2:
        return value
    try:
        return str(shown(date.fromisoformat(value)))
    except ValueError:
        return value


def _without(query: QueryDict, key: str, value: str) -> str:
    """Rebuild the query string without one value of one key."""
    remaining = query.copy()
    remaining.setlist(key, [kept for kept in query.getlist(key) if kept != value])
    return f"?{remaining.urlencode()}"
