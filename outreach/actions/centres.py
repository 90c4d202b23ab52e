"""What can be set up of a drop-in centre: its own list of services, and its opening hours."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from core.actions import audit
from core.models import Site, User
from core.rules.problems import InvalidEntries
from outreach.models import CentreService, OpeningHours
from outreach.rules import centres as rules
from outreach.rules.centres import Offer, Stretch


@transaction.atomic
def set_services(*, site: Site, offers: Sequence[Offer], by: User) -> bool:
    """Make `offers`, in this order, the centre's list. Answers whether anything changed.

    Raises InvalidEntries if the list breaks a rule.
    """
    if wrong := list(rules.offer_problems(offers, timezone.localdate())):
        raise InvalidEntries({0: wrong})
    site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    rows = [
        CentreService(
            site=site,
            code=offer.code,
            services=sorted(offer.services),
            commodity=offer.commodity,
            quantity=offer.quantity,
            order=place,
        )
        for place, offer in enumerate(offers, start=1)
    ]
    said = [_offered(row) for row in rows]
    if [_offered(row) for row in site.centre_services.all()] == said:
        return False
    site.centre_services.all().delete()
    CentreService.objects.bulk_create(rows)
    _note(site, by, "centre.set_services", len(rows), said)
    return True


@transaction.atomic
def set_hours(*, site: Site, stretches: Sequence[Stretch], by: User) -> bool:
    """Make `stretches` the centre's opening hours. Answers whether anything changed.

    Raises InvalidEntries if they break a rule.
    """
    if wrong := list(rules.hours_problems(stretches)):
        raise InvalidEntries({0: wrong})
    site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    rows = [OpeningHours(site=site, weekday=s.weekday, opens=s.opens, closes=s.closes) for s in sorted(stretches)]
    said = [str((row.weekday, row.opens, row.closes)) for row in rows]
    if [str((row.weekday, row.opens, row.closes)) for row in site.opening_hours.all()] == said:
        return False
    site.opening_hours.all().delete()
    OpeningHours.objects.bulk_create(rows)
    _note(site, by, "centre.set_hours", len(rows), said)
    return True


def _offered(row: CentreService) -> list:
    return [row.order, row.code, row.services, row.commodity, row.quantity]


def _note(site: Site, by: User, action: str, rows: int, said: list) -> None:
    entry = audit.Entry(action, "site", str(site.pk), {"rows": rows}, audit.keyed_digest(said))
    audit.write(organisation_id=site.organisation_id, by=by, entries=[entry])
