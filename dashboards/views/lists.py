"""The list behind a figure or cell: exactly its records, fifty a page."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.columns import heads_of
from core.views.registers import Register
from core.views.screens import PAGE
from dashboards import sentences, wording
from dashboards.actions import figures
from dashboards.counting import Refused, count, listing
from dashboards.forms.figures import FigureForm
from dashboards.measures import Indicator, Measure
from dashboards.opening import Opening
from dashboards.results import Listing
from dashboards.views.screens import figures_view, indicator_or_404
from outreach.models import Client, Concern, Contact, HotlineCall, NeedleCollection, Referral, StockCount, StockDocument
from outreach.views.clients import Clients
from outreach.views.concerns import Concerns
from outreach.views.contacts import Contacts
from outreach.views.hotline_calls import HotlineCalls
from outreach.views.needle_collections import NeedleCollections
from outreach.views.referrals import Referrals
from outreach.views.stock_counts import StockCounts
from outreach.views.stock_documents import StockDocuments
from peers.models import Committee, Lesson, PeerEducator, Session
from peers.views.committees import Committees
from peers.views.lessons import Lessons
from peers.views.peer_educators import PeerEducators
from peers.views.sessions import Sessions

REGISTERS: dict[type, type[Register]] = {
    Client: Clients,
    Committee: Committees,
    Concern: Concerns,
    Contact: Contacts,
    HotlineCall: HotlineCalls,
    Lesson: Lessons,
    PeerEducator: PeerEducators,
    Referral: Referrals,
    Session: Sessions,
    StockCount: StockCounts,
    StockDocument: StockDocuments,
    NeedleCollection: NeedleCollections,
}
OWN = ("page", "missing")


@figures_view
def figure_list(request, code):
    """Records that a person may not see stand as a line without words, so that the list is as long as the cell."""
    indicator = indicator_or_404(code, request.scope)
    form = FigureForm(request.GET, scope=request.scope, indicator=indicator, extra=OWN)
    frame = {"filter": form, "heading": _("List: %(name)s") % {"name": indicator.name}, "indicator": indicator}
    if form.is_valid():
        missing = form.query.get("missing")
        if not Opening(code, request.scope, form.base_query(), form.organisation_ids()).may(()):
            raise PermissionDenied
        try:
            return _page(request, form, indicator, frame, missing)
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "dashboards/refused.html", frame, status=400)


def _page(request, form: FigureForm, indicator: Indicator, frame: dict, missing: str | None):
    asked = form.asked()
    question = {"where": asked.where, "age_bands": asked.age_bands, "scope": request.scope}
    found = listing(indicator.code, asked.period, missing=missing, **question)
    page = Paginator(found.ids(), PAGE).get_page(form.query.get("page"))
    records = found[page.start_index() - 1 : page.end_index()] if len(found) else []
    kinds = [(record.kind_name, record.organisation_id) for record in records]
    filters = sorted(set(form.query) - {"page"})
    figures.note_list(indicator=indicator.code, kinds=kinds, filters=filters, by=request.user)
    words = [*form.in_words(), *([_("Missing: %(part)s") % {"part": wording.part(missing)}] if missing else [])]
    back = form.base_query()
    context = {
        **frame,
        "lead": " · ".join(words),
        "tables": _tables(records, request),
        "result_count": len(found),
        "note": _note(indicator, found, asked, request.scope),
        "page_obj": page,
        "paginator": page.paginator,
        "back_url": f"{reverse('figure', args=[indicator.code])}?{back.urlencode()}",
    }
    return render(request, "dashboards/list.html", context)


def _note(indicator: Indicator, found: Listing, asked, scope) -> str:
    """What the records add up to, where one record is more than one of the figure."""
    question = {"where": asked.where, "age_bands": asked.age_bands, "scope": scope}
    if indicator.measure == Measure.ATTENDANCES:
        total = count(indicator.code, asked.period, **question).total
        return _("In these sessions: %(number)s attendances.") % {"number": sentences.grouped(int(total or 0))}
    if indicator.code == "STOCK":
        return _("These are the records that moved pieces in the period; what was there before came earlier.")
    if indicator.measure == Measure.PUPILS:
        total = count(indicator.code, asked.period, **question).total
        text = _("In these lessons, one for each class: %(number)s pupils.")
        return text % {"number": sentences.grouped(int(total or 0))}
    if indicator.code == "KNOWLEDGE":
        return _("These are the sessions whose answers are counted; one session holds many.")
    if indicator.code == "COMMODITIES" or indicator.code in ("NS_RETURN", "NS_PER_PWID_REACHED"):
        return _("These are the records in which the pieces stand; one record can hold many.")
    return ""


def _tables(records: list, request) -> list[dict]:
    """One table for each kind of record, in the register's own columns."""
    tables = []
    for model, declared in REGISTERS.items():
        ids = [record.pk for record in records if type(record) is model]
        if ids:
            tables.append(_table(declared(), ids, request))
    return tables


def _table(register: Register, ids: list, request) -> dict:
    columns = register.list_columns()
    seen = {row.pk: row for row in register.visible(request.scope).filter(pk__in=ids)}
    plain = [(key, label, False, url, "") for key, label, _sortable, url, _way in heads_of(columns, request.GET)]
    hidden = ("", [(columns[0].label, _("A restricted record"))])
    hidden = (hidden[0], hidden[1] + [(column.label, "") for column in columns[1:]])

    def row(pk) -> tuple:
        if pk not in seen:
            return hidden
        return register.url("detail", seen[pk]), [(column.label, column.text(seen[pk])) for column in columns]

    return {"heading": register.heading, "columns": plain, "rows": [row(pk) for pk in ids]}
