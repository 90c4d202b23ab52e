"""Scopes from memberships, and granting and ending memberships."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions import audit
from core.actions.records import Refused
from core.models import SYSTEM_USERNAME, Membership, Organisation, User
from core.permissions import Role
from core.rules.memberships import appointable, may_appoint
from core.scope import NOBODY, SYSTEM, Scope

_followers: list[Callable[[User, set[str]], None]] = []


def follow(function: Callable[[User, set[str]], None]) -> None:
    """Have a function told a person and their current roles, in the same transaction, whenever these change."""
    if function not in _followers:
        _followers.append(function)


def _tell(user: User) -> None:
    roles = set(Membership.objects.current().filter(user=user).values_list("role", flat=True))
    for function in _followers:
        function(user, roles)


def scope_of(user) -> Scope:
    """The scope of a signed-in user; nobody's if anonymous or inactive."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    current = Membership.objects.current().filter(user=user)
    rows = list(current.values_list("organisation_id", "role", "safeguarding_lead"))
    return Scope(
        user_id=user.pk,
        memberships=tuple((pk, Role(role)) for pk, role, _lead in rows),
        leads=tuple(pk for pk, _role, lead in rows if lead),
    )


def scope_for(by: User) -> Scope:
    """The scope of an action's actor: as `scope_of`, and everything for the built-in system user."""
    return SYSTEM if by.username == SYSTEM_USERNAME else scope_of(by)


@transaction.atomic
def grant(
    *, user: User, organisation: Organisation, role: Role, by: User, safeguarding_lead: bool = False
) -> Membership:
    """Give a person a role in an organisation, ending the role they had there.

    Raises Refused if `by` may not give this role, may not change the present one, or is that person.
    """
    present = Membership.objects.select_for_update().filter(user=user, organisation=organisation, ended_at=None)
    scope = scope_for(by)
    held = [(organisation.pk, membership.role) for membership in present]
    if Role(role) not in appointable(scope, organisation.pk) or not may_appoint(scope, user.pk, held):
        raise Refused(_("You may not give this role to this person."))
    present.update(ended_at=timezone.now())
    membership = Membership.objects.create(
        user=user, organisation=organisation, role=role, safeguarding_lead=safeguarding_lead
    )
    detail = {"user": user.pk, "role": str(role), "safeguarding_lead": safeguarding_lead}
    entry = audit.Entry("membership.grant", "membership", str(membership.pk), detail)
    audit.write(organisation_id=organisation.pk, by=by, entries=[entry])
    _tell(user)
    return membership


@transaction.atomic
def end(*, membership: Membership, by: User) -> Membership:
    """End a person's role in an organisation, from now on.

    Raises Refused if it ended before, or `by` may not end this role, or it is their own.
    """
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    if membership.ended_at:
        raise Refused(_("This role has ended already."))
    if not may_appoint(scope_for(by), membership.user_id, [(membership.organisation_id, membership.role)]):
        raise Refused(_("You may not end the role of this person."))
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    entry = audit.Entry("membership.end", "membership", str(membership.pk), {"user": membership.user_id})
    audit.write(organisation_id=membership.organisation_id, by=by, entries=[entry])
    _tell(membership.user)
    return membership
