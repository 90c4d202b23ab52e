"""Plotly figures as plain dicts, built from counted cells only. Colours are names of tokens, read by the browser."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from dashboards.sentences import grouped

Figure: TypeAlias = dict[str, Any]
# One bar: its label, its number, and the address of the list behind it.
Bar: TypeAlias = tuple[str, float, str]

_FEMALE, _MALE, _INK, _ACCENT = "--sex-f", "--sex-m", "--ink", "--accent"
_ROW, _NAMED_ROW, _FRAME = 34, 56, 44
# From how many columns on a phone has no room for a number on each.
_CROWD = 12
# A page gives every chart the height of three rows: one or two bars in it would swallow their labels.
_GAPS = {1: 0.88, 2: 0.76}
_CLEAR = "rgba(0,0,0,0)"


def _layout(height: int, **more: Any) -> Figure:
    return {
        "height": height,
        "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
        "paper_bgcolor": _CLEAR,
        "plot_bgcolor": _CLEAR,
        "font": {"color": _INK, "family": "--font", "size": 13},
        "showlegend": False,
        "hovermode": False,
        "dragmode": False,
        "bargap": 0.22,
        **more,
    }


def _trace(bars: Sequence[Bar], colour: str, *, across: bool, **more: Any) -> Figure:
    """One row of bars with their numbers on them; `across` lays them down."""
    labels, values = [label for label, _value, _url in bars], [value for _label, value, _url in bars]
    return {
        "type": "bar",
        "orientation": "h" if across else "v",
        "x": values if across else labels,
        "y": labels if across else values,
        "text": [grouped(value) for value in values],
        "customdata": [url for _label, _value, url in bars],
        "textposition": "outside",
        "textangle": 0,
        "cliponaxis": False,
        "constraintext": "none",
        "marker": {"color": colour},
        "textfont": {"color": _INK},
        "hoverinfo": "none",
        **more,
    }


def _axis(**more: Any) -> Figure:
    return {"visible": False, "fixedrange": True, **more}


def _note(text: str, x: float, **more: Any) -> Figure:
    # Plotly reads texts as a kind of HTML: an age band such as "<25" would be taken for a tag.
    return {"text": text, "x": x, "xref": "paper", "showarrow": False, "font": {"color": _INK}, **more}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def pyramid(female: Sequence[Bar], male: Sequence[Bar], heads: tuple[str, str]) -> Figure:
    """Women and girls to the left, men and boys to the right, the youngest below; `heads` name the two sides."""
    most = max([1, *(value for _label, value, _url in (*female, *male))])
    labels = [label for label, _value, _url in female]
    middle = [_note(_escaped(label), 0.5, y=label, yref="y", xanchor="center") for label in labels]
    # As a property of the font: a tag in the text would become a style attribute, which the security policy forbids.
    bold = {"color": _INK, "weight": "bold"}
    tops = [
        _note(_escaped(head), x, y=1, yref="paper", yanchor="bottom", xanchor="center", font=bold)
        for head, x in zip(heads, (0.21, 0.79), strict=True)
    ]
    return {
        "data": [_trace(female, _FEMALE, across=True), _trace(male, _MALE, across=True, xaxis="x2")],
        "layout": _layout(
            _FRAME + _ROW * max(1, len(labels)),
            margin={"l": 4, "r": 4, "t": 32, "b": 4},
            xaxis=_axis(domain=[0, 0.42], range=[most * 1.6, 0]),
            xaxis2=_axis(domain=[0.58, 1], range=[0, most * 1.6]),
            yaxis=_axis(type="category", categoryorder="array", categoryarray=labels),
            annotations=[*tops, *middle],
        ),
    }


def months(bars: Sequence[Bar]) -> Figure:
    """One column for each month; where many stand side by side, their numbers are left to the table."""
    most = max([1, *(value for _label, value, _url in bars)])
    labels = [label for label, _value, _url in bars]
    quiet = {"textposition": "none"} if len(bars) > _CROWD else {}
    return {
        "data": [_trace(bars, _ACCENT, across=False, textfont={"color": _INK, "size": 10}, **quiet)],
        "layout": _layout(
            240,
            margin={"l": 4, "r": 4, "t": 24, "b": 8},
            xaxis={"fixedrange": True, "type": "category", "automargin": True, "categoryarray": labels},
            yaxis=_axis(range=[0, most * 1.15]),
        ),
    }


def rows(bars: Sequence[Bar], texts: Sequence[str] = (), most: float = 0) -> Figure:
    """One bar for each row, the first on top, its label above it so that long names fit a phone.

    `texts` stand on the bars instead of their numbers; `most` is what a whole bar stands for.
    """
    most = most or max([1, *(value for _label, value, _url in bars)])
    told = {"text": list(texts)} if texts else {}
    # A text is longer than a number: it needs room beside the longest bar.
    room = 1.2 if not texts else 1.9
    labels = [label for label, _value, _url in bars]
    names = [
        _note(_escaped(label), 0, y=label, yref="y", xanchor="left", yanchor="bottom", yshift=13) for label in labels
    ]
    return {
        "data": [_trace(bars, _ACCENT, across=True, **told)],
        "layout": _layout(
            _FRAME + _NAMED_ROW * max(1, len(labels)),
            bargap=_GAPS.get(len(bars), 0.64),
            xaxis=_axis(range=[0, most * room]),
            yaxis=_axis(type="category", categoryorder="array", categoryarray=labels[::-1]),
            annotations=names,
        ),
    }
