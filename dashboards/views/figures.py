"""The first figures page: whom we reached, by age and sex."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.permissions import Permission
from dashboards.definitions import INDICATORS
from dashboards.forms.figures import FigureForm
from dashboards.named_periods import name, period_of
from dashboards.views import reach_cards, workbooks
from dashboards.views.screens import answered, figures_view

SHORTCUTS = ("", "last_quarter", "this_year")


@require_safe
@login_required
def figures(request):
    """Reach by age and sex; who may see definitions only is led to them."""
    if not request.scope.can(Permission.FIGURES_VIEW):
        if request.scope.can(Permission.DEFINITIONS_VIEW):
            return redirect("definitions")
        raise PermissionDenied
    form = FigureForm(request.GET, scope=request.scope, indicator=INDICATORS["REACH"])
    frame = {"heading": _("Reach by age and sex"), "shortcuts": shortcuts(form)}
    return answered(request, form, "dashboards/figures.html", frame, lambda form: page(request, form))


def page(request, form: FigureForm) -> dict:
    """What the page shows."""
    cards = reach_cards.cards(form, request.scope)
    return {**cards, "workbook_url": workbooks.address("figures-workbook", request)}


def shortcuts(form: FigureForm, page: str = "figures") -> list[tuple[str, str, bool]]:
    """(label, address, now shown) of the periods asked for most, and of every year in which something is recorded."""
    query = form.query.copy()
    for key in ("from", "to", "month"):
        query.pop(key, None)
    labels = {"": _("This quarter"), "last_quarter": _("Last quarter"), "this_year": _("This year")}
    codes = [*SHORTCUTS, *(str(year) for year in form.recorded if year < form.today.year)]
    links, now = [], "dates" if form.query.get("from") else form.query.get("period", "")
    for code in codes:
        query["period"] = code
        if not code:
            del query["period"]
        label = labels.get(code) or name(period_of(code, form.today))
        links.append((label, f"{reverse(page)}?{query.urlencode()}", code == now))
    return links


@figures_view
def workbook(request):
    """The page's tables as a workbook."""
    form = FigureForm(request.GET, scope=request.scope, indicator=INDICATORS["REACH"])
    return workbooks.answered(request, form, _("Reach by age and sex"), _tables)


def _tables(request, form: FigureForm) -> tuple[list, list]:
    shown = reach_cards.cards(form, request.scope)
    tables = [table for card in shown["all_cards"] for table in card.tables]
    return tables, list({card.indicator.code: card.indicator for card in shown["all_cards"]}.values())
