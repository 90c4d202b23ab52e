"""A figures page's tables as a file to take along."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from core.resources.exports import CONTENT_TYPES
from dashboards.actions import figures
from dashboards.counting import Refused
from dashboards.forms.figures import FigureForm
from dashboards.measures import Indicator
from dashboards.resources.workbooks import FiguresFile
from dashboards.tables import Table


def address(name: str, request, *args: str) -> str:
    """Where the workbook of this very page is."""
    query = request.GET.urlencode()
    return f"{reverse(name, args=args)}?{query}" if query else reverse(name, args=args)


def answered(
    request, form: FigureForm, heading: str, tables: Callable[..., tuple[list[Table], list[Indicator]]]
) -> HttpResponse:
    """The file, of the same tables as the page. Raises BadRequest (400) for what the page itself would refuse."""
    if not form.is_valid():
        raise BadRequest(form.errors.as_text())
    try:
        found, indicators = tables(request, form)
    except Refused as refused:
        raise BadRequest(str(refused)) from refused
    file = FiguresFile(heading, request.user.username, form.in_words())
    content = file.content(found, indicators)
    figures.note_workbook(
        indicators=[indicator.code for indicator in indicators],
        filters=sorted(form.query),
        scope=request.scope,
        by=request.user,
    )
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name)}
    return HttpResponse(content, content_type=CONTENT_TYPES["xlsx"], headers=headers)
