"""Who works in the field: the people who may have met somebody."""

from collections.abc import Iterable

from core.models import Membership, User
from core.permissions import GRANTS, Permission
from core.scope import Scope

FIELD_ROLES = [role for role, grants in GRANTS.items() if Permission.CONTACT_RECORD in grants]


def field_staff(organisation_ids: Iterable[int]):
    """People who at present may record contacts in one of the organisations, by user name."""
    roles = Membership.objects.current().filter(organisation_id__in=list(organisation_ids), role__in=FIELD_ROLES)
    return User.objects.filter(pk__in=roles.values("user_id")).order_by("username")


def may_name_workers(scope: Scope, organisation_ids: Iterable[int]) -> list[int]:
    """Those of the organisations in which the person may say that somebody else met the client."""
    wide = set(scope.organisations(Permission.CONTACT_RECORD))
    return [pk for pk in organisation_ids if pk in wide]
