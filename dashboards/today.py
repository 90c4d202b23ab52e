"""The card of the Today page for those who answer for figures."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import codes
from core.periods import quarter_of
from core.permissions import Permission
from dashboards.counting import count
from dashboards.named_periods import last_quarter, name


def reach(request) -> dict | None:
    """People reached in this quarter so far, beside the whole last quarter.

    None for those who see no figures, and before the code lists are loaded: then there is nothing to count by.
    """
    if not request.scope.can(Permission.FIGURES_VIEW) or not codes.table("age_band_sets"):
        return None
    today = timezone.localdate()
    now, before = quarter_of(today), last_quarter(today)
    so_far, whole = (count("REACH", period, scope=request.scope).total for period in (now, before))
    url = reverse("figures")
    return {
        "lines": [
            (_("%(period)s so far") % {"period": name(now)}, so_far, url),
            (name(before), whole, f"{url}?period=last_quarter"),
        ]
    }
