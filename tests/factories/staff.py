"""People who really sign in, with a password; each call makes another person and, unless told, another organisation."""

from itertools import count

from core.models import Membership, Organisation, User
from core.permissions import Role

PASSWORD = "correct horse battery staple"
_number = count(1)


def organisation(code=None, **values):
    """An active organisation; every one with another code."""
    code = code or f"org{next(_number)}"
    return Organisation.objects.create(code=code, **{"name": f"Organisation {code}", **values})


def user(username=None, **values):
    """Somebody who can sign in with PASSWORD, reads English and has no role."""
    person = User(username=username or f"person{next(_number)}", **{"language": "en", **values})
    person.set_password(PASSWORD)
    person.save()
    return person


def member(role=Role.OUTREACH_WORKER, home=None, **values):
    """Somebody with one role in the organisation `home` (a new one unless told)."""
    person = user(**values)
    Membership.objects.create(user=person, organisation=home or organisation(), role=role)
    return person
