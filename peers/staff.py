"""Who of an organisation's members leads peer educators, and whose account can be a peer educator's."""

from collections.abc import Iterable

from core.models import Membership, User
from core.permissions import GRANTS, Permission, Role

LEADING = [role for role, grants in GRANTS.items() if Permission.SUPERVISION_RECORD in grants]


def _with_role(organisations: Iterable[int], roles: Iterable[str]):
    current = Membership.objects.current().filter(organisation_id__in=list(organisations), role__in=list(roles))
    return User.objects.filter(pk__in=current.order_by().values("user_id")).order_by("username")


def supervisors(organisations: Iterable[int]):
    """People who supervise in one of the organisations now."""
    return _with_role(organisations, LEADING)


def peer_accounts(organisations: Iterable[int]):
    """People who are peer educators in one of the organisations now, by their account."""
    return _with_role(organisations, [Role.PEER_EDUCATOR])


def once_members(organisation):
    """Everybody who works in the organisation or once did."""
    ever = Membership.objects.filter(organisation=organisation)
    return User.objects.filter(pk__in=ever.order_by().values("user_id"))
