"""What the figures pages share: who may come in, the question in the address, and what is wrong with it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.permissions import Permission
from core.scope import Scope
from dashboards.counting import Refused
from dashboards.definitions import INDICATORS
from dashboards.forms.figures import FigureForm
from dashboards.measures import Indicator

SHOWN_GROUPS = 6


def figures_view(view: Callable) -> Callable:
    """For people who may see figures; the page writes nothing."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.scope.can(Permission.FIGURES_VIEW):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return require_safe(login_required(guarded))


def indicator_or_404(code: str, scope: Scope) -> Indicator:
    """The indicator of an address. Raises PermissionDenied (403) if it takes more than seeing figures."""
    if code not in INDICATORS:
        raise Http404
    if not scope.can(INDICATORS[code].permission):
        raise PermissionDenied
    return INDICATORS[code]


def indicators_of(scope: Scope) -> list[Indicator]:
    """The indicators whose figures the person may see."""
    return [indicator for indicator in INDICATORS.values() if scope.can(indicator.permission)]


def answered(request, form: FigureForm, template: str, frame: dict, build: Callable[[FigureForm], dict[str, Any]]):
    """The page that `build` makes of a valid question; else the same page with what is to mend, and 400."""
    context = {"filter": form, "first": SHOWN_GROUPS, **frame}
    if form.is_valid():
        try:
            return render(request, template, {**context, **build(form), "lead": " · ".join(form.in_words())})
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "dashboards/refused.html", context, status=400)
