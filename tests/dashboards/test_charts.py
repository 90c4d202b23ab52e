"""Charts hold counted cells and nothing else, in a form that plotly takes."""

import json

from plotly import graph_objects

from dashboards import charts

FEMALE = [("<25", 3, "/list/?sex=F"), ("25+", 1200, "")]
MALE = [("<25", 0, ""), ("25+", 7, "")]


def values(trace):
    return list(trace["x" if trace["orientation"] == "h" else "y"])


def valid(figure):
    """Whether plotly takes every property; colours are told by the browser."""
    text = json.dumps(figure)
    for token in ("--sex-f", "--sex-m", "--ink", "--accent"):
        text = text.replace(f'"{token}"', '"#000000"')
    graph_objects.Figure(json.loads(text.replace('"--font"', '"sans-serif"')))
    return True


def test_pyramid_shows_the_counted_cells():
    figure = charts.pyramid(FEMALE, MALE, ("Female 1,203", "Male 7"))

    assert [values(trace) for trace in figure["data"]] == [[3, 1200], [0, 7]]
    assert figure["data"][0]["text"] == ["3", "1,200"]
    assert figure["data"][0]["customdata"] == ["/list/?sex=F", ""]
    assert valid(figure)


def test_pyramid_escapes_what_plotly_would_take_for_a_tag():
    figure = charts.pyramid(FEMALE, MALE, ("Female", "Male"))

    texts = [note["text"] for note in figure["layout"]["annotations"]]
    assert texts == ["Female", "Male", "&lt;25", "25+"]


def test_months_keep_their_numbers_while_there_is_room():
    few, many = ([(f"m{number}", number, "") for number in range(count)] for count in (12, 13))

    assert "none" not in charts.months(few)["data"][0]["textposition"]
    assert charts.months(many)["data"][0]["textposition"] == "none"
    assert valid(charts.months(many))


def test_rows_put_the_first_on_top():
    figure = charts.rows([("most", 9, ""), ("least", 1, "")])

    assert figure["layout"]["yaxis"]["categoryarray"] == ["least", "most"]
    assert values(figure["data"][0]) == [9, 1]
    assert valid(figure)


def test_charts_of_nothing_are_still_charts():
    assert valid(charts.pyramid([("25+", 0, "")], [("25+", 0, "")], ("Female 0", "Male 0")))
    assert valid(charts.months([]))
    assert valid(charts.rows([]))
