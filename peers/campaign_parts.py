"""What sessions bring to a campaign's page: how many, their unnamed heads, contacts of named people, pieces given."""

from collections import Counter
from uuid import UUID

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from core import codes
from core.permissions import Permission
from core.scope import Scope
from outreach import campaign_figures
from outreach.campaign_figures import Figure, Part, in_order, list_url
from peers.models import Session, SessionAttendance, SessionCommodity, SessionHeadcount

LIST = "sessions:list"


def _seen(scope: Scope, ids: list[UUID]):
    return Session.objects.visible_to(scope).countable().filter(campaign__in=ids).order_by()


def sessions(scope: Scope, ids: list[UUID]) -> dict[UUID, list[Figure]]:
    """Sessions, unnamed heads at them, and contacts of the people named: three queries."""
    seen = _seen(scope, ids)
    inside = {"session__in": seen.values("pk")}
    heads = SessionHeadcount.objects.filter(**inside).order_by().values("session__campaign")
    named = SessionAttendance.objects.filter(**inside, contact__voided_at=None).order_by().values("session__campaign")
    numbers = [
        Counter(dict(seen.values("campaign").annotate(n=Count("pk")).values_list("campaign", "n"))),
        Counter(dict(heads.annotate(n=Sum("heads")).values_list("session__campaign", "n"))),
        Counter(dict(named.annotate(n=Count("pk")).values_list("session__campaign", "n"))),
    ]
    labels = [str(label) for label in SESSIONS.columns]
    return {
        pk: [Figure(label, found[pk], list_url(LIST, pk)) for label, found in zip(labels, numbers, strict=True)]
        for pk in ids
    }


def given(scope: Scope, ids: list[UUID]) -> dict[UUID, list[Figure]]:
    """Pieces given at the sessions, by commodity."""
    lines = SessionCommodity.objects.filter(session__in=_seen(scope, ids).values("pk"), given__gt=0).order_by()
    rows = lines.values("session__campaign", "commodity").annotate(n=Sum("given"))
    figures: dict[UUID, list[Figure]] = {}
    for row in sorted(rows, key=lambda row: in_order(row["commodity"])):
        pk = row["session__campaign"]
        figure = Figure(codes.label("commodity", row["commodity"]), row["n"], list_url(LIST, pk))
        figures.setdefault(pk, []).append(figure)
    return figures


SESSIONS = Part(
    _("Sessions"),
    Permission.SESSION_VIEW,
    sessions,
    (_("Sessions held"), _("Attendances without a name"), _("Contacts of named people")),
    10,
)
GIVEN = Part(_("Given at its sessions"), Permission.SESSION_VIEW, given, (), 20)


def register() -> None:
    campaign_figures.register(SESSIONS, GIVEN)
