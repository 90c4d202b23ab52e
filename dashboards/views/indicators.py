"""Every indicator with its figure, and one indicator with its breakdowns."""

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import sentences, tables, wording
from dashboards.counting import Refused, count
from dashboards.definitions import INDICATORS
from dashboards.forms.figures import FigureForm
from dashboards.measures import Indicator, Measure
from dashboards.opening import Opening
from dashboards.results import Result
from dashboards.tables import Table, Words
from dashboards.views import beside, workbooks
from dashboards.views.cards import Card
from dashboards.views.reach_cards import SEXES
from dashboards.views.screens import answered, figures_view, indicator_or_404, indicators_of

# How an indicator is split when nobody says how: as its source asks for it.
_USUAL = {
    "CONTACTS": ("kind",),
    "ATTENDANCES": ("kind",),
    "COMMODITIES": (),
    "STOCK": ("kind",),
    "KP_PREV": ("group", "testing"),
    "NS_RETURN": ("month",),
    "NS_PER_PWID_REACHED": ("month",),
    "REF_DONE": ("kind",),
    "HL_YOUNG": ("month",),
    "SG_TIMELY": ("kind",),
    "PE_ACTIVE": ("group",),
    "PE_RETENTION": ("month",),
    "PE_RATIO": ("group",),
    "PE_DOSE": ("group",),
    "WP_FORMED": ("month",),
    "WP_ACTIVE": ("province",),
    "WP_HEADS_GEN": ("sex",),
    "LS_PUPILS": ("grade", "sex"),
    "KNOWLEDGE": ("item",),
}
_PERSON = ("age_band", "sex")


def _list_form(request) -> FigureForm:
    return FigureForm(request.GET, scope=request.scope, indicator=INDICATORS["REACH"])


@figures_view
def indicators(request):
    """One line for each indicator."""
    frame = {"heading": _("All indicators")}

    def build(form: FigureForm) -> dict:
        url = workbooks.address("figures-indicators-workbook", request)
        return {"lines": _lines(form, request.scope), "workbook_url": url}

    return answered(request, _list_form(request), "dashboards/indicators.html", frame, build)


@figures_view
def indicators_workbook(request):
    """The same lines as a workbook."""
    return workbooks.answered(request, _list_form(request), _("All indicators"), _line_tables)


def _lines(form: FigureForm, scope) -> list[dict]:
    asked, query = form.asked(), form.base_query()
    return [_line(indicator, asked, query, scope) for indicator in indicators_of(scope)]


def _line(indicator: Indicator, asked, query, scope) -> dict:
    """What the page says of one indicator: its figure, or why there is none."""
    url = reverse("figure", args=[indicator.code])
    line = {"indicator": indicator, "measure": wording.measure(indicator), "url": url, "why": "", "result": None}
    misfit = [
        key
        for key in asked.where
        if key not in indicator.filters or (key == "kind" and indicator.kind_list != "contact_type")
    ]
    if misfit:
        text = _("Not shown: this can't be limited by %(keys)s.")
        return {**line, "why": text % {"keys": ", ".join(wording.key(key) for key in misfit)}}
    bands = asked.age_bands if "age_band" in asked.where else None
    try:
        result = count(indicator.code, asked.period, where=asked.where, age_bands=bands, scope=scope)
    except Refused as refused:
        # What no indicator can answer is the question's fault; what only this one can't is its own.
        if indicator.code == "REACH":
            raise
        return {**line, "why": str(refused)}
    return {**line, **_told(indicator, result), "url": f"{url}?{query.urlencode()}" if query else url}


def _told(indicator: Indicator, result: Result) -> dict:
    if indicator.measure == Measure.RATIO:
        told = {"value": wording.figure(indicator.code, result.total), "sentence": sentences.ratio(result)}
    elif indicator.measure == Measure.UNITS:
        told = {"value": _("%(number)s kinds") % {"number": len(result.cells)}, "sentence": ""}
    else:
        told = {"value": result.total, "sentence": ""}
    return {**told, "result": result}


def _line_tables(request, form: FigureForm) -> tuple[list[Table], list[Indicator]]:
    rows = []
    for line in _lines(form, request.scope):
        result = line["result"]
        figure = [line["why"], "", ""]
        if result:
            figure = [wording.figure(line["indicator"].code, result.total), result.numerator, result.denominator]
        rows.append((line["indicator"].code, [(str(line["indicator"].name), ""), *((value, "") for value in figure)]))
    columns = [_("Code"), _("Name"), _("Figure"), _("Numerator"), _("Denominator")]
    return [Table(_("All indicators"), columns, rows)], indicators_of(request.scope)


# --- one indicator -------------------------------------------------------------------------------------


def _form(request, indicator: Indicator) -> FigureForm:
    return FigureForm(request.GET, scope=request.scope, indicator=indicator, keys=True)


@figures_view
def figure(request, code):
    """One indicator: its figure, its table, what must be known of it, its definition."""
    indicator = indicator_or_404(code, request.scope)
    frame = {"heading": str(indicator.name), "indicator": indicator}

    def build(form: FigureForm) -> dict:
        url = workbooks.address("figure-workbook", request, code)
        return {"card": _card(form, indicator, request.scope), "workbook_url": url}

    return answered(request, _form(request, indicator), "dashboards/figure.html", frame, build)


@figures_view
def figure_workbook(request, code):
    """The indicator's table as a workbook."""
    indicator = indicator_or_404(code, request.scope)

    def build(request, form: FigureForm) -> tuple[list[Table], list[Indicator]]:
        card = _card(form, indicator, request.scope)
        facts = Table(_("Beside the figure"), ["", ""], [(label, [(value, "")]) for label, value, _url in card.facts])
        return [*card.tables, *([facts] if card.facts else [])], [indicator]

    return workbooks.answered(request, _form(request, indicator), str(indicator.name), build)


def usual(indicator: Indicator) -> tuple[str, ...]:
    """The breakdown shown when none is asked for."""
    return _USUAL.get(indicator.code, _PERSON)


def _card(form: FigureForm, indicator: Indicator, scope) -> Card:
    asked, opens = form.asked(), Opening(indicator.code, scope, form.base_query(), form.organisation_ids())
    by = asked.by or usual(indicator)
    if indicator.always_by:
        by = by[:1]
    result = count(indicator.code, asked.period, by=by, where=asked.where, age_bands=asked.age_bands, scope=scope)
    always = {"sex": SEXES, "age_band": asked.bands.names}
    words = Words(open=opens, names=wording.names_of(result.by), always=always)
    keys = ", ".join(wording.key(key, indicator.code) for key in result.by)
    title = _("By %(keys)s") % {"keys": keys}
    links = [(_("How this is counted"), f"{reverse('definitions')}#{indicator.code}")]
    if result.cells and (url := opens()):
        links.insert(0, (_("List of the records"), url))
    return Card(
        indicator=indicator,
        question=title,
        value=wording.figure(indicator.code, result.total),
        measure=wording.measure(indicator),
        sentence=_sentence(result, asked.bands),
        tables=[tables.build(result, words, title)],
        links=links,
        facts=beside.facts(result, opens),
    )


def _sentence(result: Result, bands) -> str:
    if result.measure == Measure.RATIO:
        return sentences.ratio(result)
    if result.measure == Measure.PEOPLE and set(result.by) == set(_PERSON):
        return sentences.reach(result, bands)
    return ""
