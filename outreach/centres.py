"""Reading drop-in centres: which ones somebody works at, what they offer, whether they are open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import F
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Site
from core.permissions import Permission
from core.scope import Scope
from outreach.actions.visits import CENTRE
from outreach.models import CentreService, Contact, OpeningHours
from outreach.rules.centres import Offer, Opening, Stretch, opening_at, usual_offer, usual_offers

SHOWN_IN = 30


@dataclass(frozen=True)
class Desk:
    """The desk of one centre at a moment: `centres` are all that the person may choose from."""

    centre: Site
    centres: list[Site]
    now: datetime
    stretches: list[Stretch]

    @property
    def opening(self) -> Opening | None:
        """How the centre stands now."""
        return opening_at(self.stretches, self.now)


def centres_of(scope: Scope, permission: Permission, *, closed: bool = False) -> list[Site]:
    """Open drop-in centres of the organisations in which somebody holds the permission; `closed` ones after them."""
    sites = Site.objects.visible_to(scope).filter(kind=CENTRE)
    if not closed:
        sites = sites.open()
    if not scope.everywhere(permission):
        sites = sites.filter(organisation_id__in=scope.all_organisations(permission))
    open_first = F("closed_on").desc(nulls_first=True)
    return list(sites.select_related("organisation").order_by(open_first, "name", "pk"))


def chosen(scope: Scope, centres: list[Site], asked: str) -> Site | None:
    """The centre asked for, else the one where the person recorded a visit last; None if there is none at all.

    Raises Http404 for one that isn't theirs.
    """
    by_id = {site.pk: site for site in centres}
    if asked:
        try:
            return by_id[UUID(asked)]
        except (ValueError, KeyError):
            raise Http404 from None
    if len(centres) < 2:
        return centres[0] if centres else None
    mine = Contact.objects.visits().filter(recorded_by_id=scope.user_id, site__in=by_id)
    last = mine.order_by("-occurred_on", "-recorded_at").values_list("site_id", flat=True).first()
    return by_id.get(last, centres[0])


def desk_of(
    scope: Scope, asked: str = "", permission: Permission = Permission.CONTACT_RECORD, *, closed: bool = False
) -> Desk | None:
    """The desk at which somebody sits; None where the organisation has no centre. Raises Http404.

    `closed` is for looking back: centres that are closed by now can be chosen too.
    """
    centres = centres_of(scope, permission, closed=closed)
    centre = chosen(scope, centres, asked)
    if centre is None:
        return None
    return Desk(centre, centres, timezone.localtime(), stretches_of(centre))


def stretches_of(site: Site) -> list[Stretch]:
    """The opening hours of a centre."""
    rows = OpeningHours.objects.filter(site=site).values_list("weekday", "opens", "closes")
    return [Stretch(*row) for row in rows]


def offers_of(site: Site | None, held: frozenset[str] = frozenset()) -> Mapping[str, Offer]:
    """What can be ticked at a centre, in its order: its own list, or all of the code list where none is set up.

    `held` are codes that a visit has already: they stay, also when the centre no longer offers them.
    """
    rows = CentreService.objects.filter(site=site) if site else CentreService.objects.none()
    own = [Offer(row.code, frozenset(row.services), row.commodity, row.quantity) for row in rows]
    offers = {offer.code: offer for offer in own or usual_offers()}
    taken = {offer.commodity for offer in offers.values()}
    for code in sorted(held - offers.keys()):
        usual = usual_offer(code)
        # A commodity stands with one service, so that its pieces are counted once.
        offers[code] = Offer(code, usual.services) if usual.commodity in taken else usual
    return offers


def opening_words(opening: Opening | None) -> tuple[str, str]:
    """(words, kind of tag) for how a centre stands; empty words where no hours are set."""
    if opening is None:
        return "", ""
    if opening.open:
        return _("open until %(time)s") % {"time": f"{opening.until:%H:%M}"}, "good"
    if opening.next_at:
        return _("closed, opens at %(time)s") % {"time": f"{opening.next_at:%H:%M}"}, "attention"
    return _("closed now"), "attention"


def visitors(scope: Scope, desk: Desk):
    """Visits of today at the desk's centre that the person may see and that haven't ended, newest first."""
    visible = Contact.objects.visible_to(scope).in_now(desk.now.date()).filter(site=desk.centre)
    return visible.select_related("client").order_by("-arrived_at", "-recorded_at", "pk")


def sees_own_only(scope: Scope, desk: Desk) -> bool:
    """Whether the person sees only the visits that they recorded themselves: then nobody shown isn't nobody in."""
    return desk.centre.organisation_id in scope.own_organisations(Permission.CONTACT_VIEW)


def card(request) -> dict | None:
    """The board's beginning on the Today page; None for people without a centre to record at."""
    scope = request.scope
    if not scope.can(Permission.CONTACT_RECORD):
        return None
    desk = desk_of(scope)
    if desk is None:
        return None
    words, kind = opening_words(desk.opening)
    return {
        "centre": desk.centre,
        "opening": words,
        "opening_kind": kind,
        "number": visitors(scope, desk).count(),
        "own_only": sees_own_only(scope, desk),
        "anonymous_id": uuid4(),
    }
