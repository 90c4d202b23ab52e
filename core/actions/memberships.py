"""Scopes from memberships, and granting and ending memberships."""

from django.db import transaction
from django.utils import timezone

from core.actions import audit
from core.models import Membership, Organisation, User
from core.permissions import Role
from core.scope import NOBODY, Scope


def scope_of(user) -> Scope:
    """The scope of a signed-in user; nobody's if anonymous or inactive."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    pairs = Membership.objects.current().filter(user=user).values_list("organisation_id", "role")
    return Scope(user_id=user.pk, memberships=tuple((pk, Role(role)) for pk, role in pairs))


@transaction.atomic
def grant(
    *, user: User, organisation: Organisation, role: Role, by: User, safeguarding_lead: bool = False
) -> Membership:
    """Give a person a role in an organisation, ending the role they had there."""
    Membership.objects.filter(user=user, organisation=organisation, ended_at=None).update(
        ended_at=timezone.now()
    )
    membership = Membership.objects.create(
        user=user, organisation=organisation, role=role, safeguarding_lead=safeguarding_lead
    )
    entry = audit.Entry(
        "membership.grant", "membership", str(membership.pk), {"user": user.pk, "role": str(role)}
    )
    audit.write(organisation_id=organisation.pk, by=by, entries=[entry])
    return membership


@transaction.atomic
def end(*, membership: Membership, by: User) -> Membership:
    """End a person's role in an organisation, from now on."""
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    entry = audit.Entry("membership.end", "membership", str(membership.pk), {"user": membership.user_id})
    audit.write(organisation_id=membership.organisation_id, by=by, entries=[entry])
    return membership
