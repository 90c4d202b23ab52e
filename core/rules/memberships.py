"""Who may appoint whom, and whom one may help to sign in: the tables of `core.permissions`, asked in words."""

from collections.abc import Iterable

from core.permissions import APPOINTS, GRANTS, HELPS, Permission, Reach, Role
from core.scope import Scope


def _roles(scope: Scope, organisation_id: int, table: dict[Role, frozenset[Role]]) -> frozenset[Role]:
    """Roles that the person's own roles reach in this organisation; an administrator's reach everywhere."""
    if scope.system:
        return frozenset(Role)
    own = [
        role
        for pk, role in scope.memberships
        if pk == organisation_id or GRANTS[role].get(Permission.MEMBER_MANAGE) == Reach.EVERYWHERE
    ]
    return frozenset().union(*(table.get(role, frozenset()) for role in own))


def appointable(scope: Scope, organisation_id: int) -> frozenset[Role]:
    """Roles that the person may give and end in the organisation."""
    return _roles(scope, organisation_id, APPOINTS)


def may_appoint(scope: Scope, user_id: int, memberships: Iterable[tuple[int, str]]) -> bool:
    """Whether the person may change somebody who holds these (organisation, role) pairs; never oneself."""
    return user_id != scope.user_id and all(Role(role) in appointable(scope, pk) for pk, role in memberships)


def may_help(scope: Scope, user_id: int, memberships: Iterable[tuple[int, str]]) -> bool:
    """Whether the person may release somebody's sign-in and make their link; never one's own."""
    return user_id != scope.user_id and all(Role(role) in _roles(scope, pk, HELPS) for pk, role in memberships)
