"""The Today page and the areas' own pages, made of what the apps registered."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import wording
from core.areas import tiles_of, today_cards
from core.context import areas, looks

# Ways to record that Today itself shows; the others are one tap further.
SHOWN_TODAY = 6


@require_safe
@login_required
def today(request):
    """What should I do now: cards that have something to say, and the ways to record.

    For whom neither is there, every area's ways on: the page is nobody's dead end.
    """
    first, cards = [], []
    for card in today_cards():
        context = card.build(request)
        if context is not None:
            drawn = render_to_string(card.template, context, request=request)
            (first if card.order < 10 else cards).append(drawn)
    tiles = with_counts("record", request.scope)
    more = len(tiles) > SHOWN_TODAY
    if not (first or cards or tiles):
        tiles, more = [pair for name, *_rest in areas() for pair in with_counts(name, request.scope)], False
    context = {
        "heading": _("Today"),
        "lead": wording.shown(timezone.localdate()),
        "first": first,
        "tiles": tiles[:SHOWN_TODAY] if more else tiles,
        "more": more,
        "cards": cards,
    }
    return render(request, "core/today.html", context)


@require_safe
@login_required
def area(request, name):
    """The ways on from one area. Raises PermissionDenied (403) if none of them is open to the person."""
    tiles = with_counts(name, request.scope)
    if not tiles:
        raise PermissionDenied
    label, icon = next((label, icon) for area_name, label, icon, *_rest in areas() if area_name == name)
    heading, _icon = looks(name, label, icon, request.scope)
    sections: dict[str, list] = {"": []}
    for tile, count in tiles:
        sections.setdefault(str(tile.section), []).append((tile, count))
    return render(request, "core/area.html", {"sections": sections.items(), "heading": heading})


def with_counts(name, scope):
    """The area's tiles, each with the number that waits for somebody (None: nothing is counted there)."""
    return [(tile, tile.count(scope) if tile.count else None) for tile in tiles_of(name, scope)]
