"""The figures page of groups: peer educators, workplaces, schools, and what people know before and after."""

from django.utils.translation import gettext as _

from dashboards.definitions import INDICATORS
from dashboards.forms.figures import FigureForm
from dashboards.views import group_cards, workbooks
from dashboards.views.figures import shortcuts
from dashboards.views.screens import answered, figures_view


def _form(request) -> FigureForm:
    """The filters of committees: places and sector. A card that can't be limited so says it."""
    return FigureForm(request.GET, scope=request.scope, indicator=INDICATORS["WP_ACTIVE"])


@figures_view
def groups(request):
    """One card for each question about groups."""
    form = _form(request)
    frame = {"heading": _("Groups"), "shortcuts": shortcuts(form, "figures-groups")}

    def build(form: FigureForm) -> dict:
        url = workbooks.address("figures-groups-workbook", request)
        return {"sections": group_cards.sections(form, request.scope), "workbook_url": url}

    return answered(request, form, "dashboards/groups.html", frame, build)


@figures_view
def workbook(request):
    """The page's tables as a workbook."""
    return workbooks.answered(request, _form(request), _("Groups"), _tables)


def _tables(request, form: FigureForm) -> tuple[list, list]:
    sections = group_cards.sections(form, request.scope)
    cards = [card for _heading, columns in sections for column in columns for card in column]
    return [table for card in cards for table in card.tables], [card.indicator for card in cards]
