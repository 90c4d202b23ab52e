"""People who sign in, with a role in an organisation."""

from core.actions import memberships
from core.models import Organisation, User
from core.models.users import system_user
from core.permissions import Role


def organisation(code: str = "NGO-A") -> Organisation:
    """The organisation of that code, made when it is first named."""
    return Organisation.objects.get_or_create(code=code, defaults={"name": f"Organisation {code}"})[0]


def member(role: Role | None, code: str = "NGO-A", username: str | None = None) -> User:
    """A user with one role in one organisation; with no role at all if `role` is None."""
    username = username or f"{role or 'nobody'}-{code}".lower()
    user, _made = User.objects.get_or_create(username=username, defaults={"language": "en"})
    if role:
        memberships.grant(user=user, organisation=organisation(code), role=role, by=system_user())
    return user
