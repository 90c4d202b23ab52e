"""The store's card of the Today page: what stands below zero, what expires soon, what isn't counted yet."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.permissions import Permission
from outreach import stock_levels
from outreach.models import StockMove
from outreach.stock_levels import Level

EXPIRING_DAYS = 60


def stock(request) -> dict | None:
    """One line for each thing that waits in the store; None where no stock is kept or nothing waits.

    Seven queries, however much there is.
    """
    if not request.scope.can(Permission.STOCK_RECORD):
        return None
    today = timezone.localdate()
    places = stock_levels.places_of(request.scope, Permission.STOCK_RECORD)
    kept = stock_levels.keeps_stock(places) if places else set()
    places = [place for place in places if place.organisation_id in kept]
    if not places:
        return None
    by_id = {place.pk: place for place in places}
    balances = StockMove.objects.balances(by_id)
    below = sum(pieces < 0 for pieces in balances.values())
    until = today + timedelta(days=EXPIRING_DAYS)
    batches = stock_levels.batches_of(list(balances), today, (today, until))
    expiring = sum(
        1
        for held in batches.values()
        for batch, _pieces in held
        if batch.expires_on is not None and today <= batch.expires_on <= until
    )
    levels = [Level(by_id[place], commodity, pieces) for (place, commodity), pieces in balances.items()]
    due = len(stock_levels.counts_due(places, levels, today))
    lines = [
        *_line(below, _("below zero by the books"), "danger", "stock"),
        *_line(expiring, _("expire within 60 days"), "attention", "stock-expiries"),
        *_line(due, ngettext("place not counted this month", "places not counted this month", due), "", "stock"),
    ]
    return {"lines": lines} if lines else None


def _line(number: int, text: str, kind: str, url_name: str) -> list[dict]:
    return [{"number": number, "text": text, "kind": kind, "url": reverse(url_name)}] if number else []
