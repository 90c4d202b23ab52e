"""What one signed-in person may see: built once a request, passed explicitly, never thread-local."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.permissions import GRANTS, LEAD_GRANTS, Permission, Reach, Role


@dataclass(frozen=True)
class Scope:
    """The memberships of one person, read through the role table.

    `memberships` holds (organisation id, role) pairs, `leads` the organisations in which the person is a
    safeguarding lead. `system` is the built-in actor of commands and imports: it may do everything everywhere and
    can't sign in.
    """

    user_id: int | None
    memberships: tuple[tuple[int, Role], ...] = ()
    leads: tuple[int, ...] = ()
    system: bool = False

    def _reach(self, permission: Permission) -> Iterable[tuple[int, Reach]]:
        for organisation_id, role in self.memberships:
            reach = GRANTS[role].get(permission)
            if reach is not None:
                yield organisation_id, reach
        if permission in LEAD_GRANTS:
            yield from ((organisation_id, Reach.ORGANISATION) for organisation_id in self.leads)

    def everywhere(self, permission: Permission) -> bool:
        """Whether the permission holds for every organisation."""
        return self.system or any(reach == Reach.EVERYWHERE for _, reach in self._reach(permission))

    def organisations(self, permission: Permission) -> list[int]:
        """Organisations in which the permission reaches every record."""
        return sorted({pk for pk, reach in self._reach(permission) if reach != Reach.OWN})

    def own_organisations(self, permission: Permission) -> list[int]:
        """Organisations in which the permission reaches only the person's own records."""
        wide = set(self.organisations(permission))
        return sorted({pk for pk, reach in self._reach(permission) if reach == Reach.OWN} - wide)

    def all_organisations(self, permission: Permission) -> list[int]:
        """Organisations in which the permission reaches anything at all."""
        return sorted({pk for pk, _ in self._reach(permission)})

    def covers(self, permission: Permission, seen_by: Permission) -> bool:
        """Whether every record that `seen_by` lets the person see lies where `permission` reaches every record."""
        if self.everywhere(permission):
            return True
        wide = set(self.organisations(permission))
        return not self.everywhere(seen_by) and wide.issuperset(self.all_organisations(seen_by))

    def can(self, permission: Permission, organisation_id: int | None = None) -> bool:
        """Whether the permission is held: anywhere, or in the one organisation named."""
        if self.everywhere(permission):
            return True
        held = self.all_organisations(permission)
        return bool(held) if organisation_id is None else organisation_id in held

    @property
    def roles(self) -> set[Role]:
        return {role for _, role in self.memberships}


SYSTEM = Scope(user_id=None, system=True)
NOBODY = Scope(user_id=None)
