"""The first figures screen: whom we reached, by age and sex."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.periods import quarter_of
from core.permissions import Permission
from dashboards.counting import count


@require_safe
@login_required
def figures(request):
    """Reach in this quarter."""
    if not request.scope.can(Permission.FIGURES_VIEW):
        raise PermissionDenied
    result = count("REACH", quarter_of(timezone.localdate()), by=["age_band", "sex"], scope=request.scope)
    return render(request, "dashboards/figures.html", {"heading": _("Reach by age and sex"), "result": result})
