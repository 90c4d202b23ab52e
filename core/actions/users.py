"""Accounts: made, invited, released, closed. A link for a new password is the invitation and the forgotten password."""

import uuid

from allauth.mfa.models import Authenticator
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from core import teams, throttle
from core.actions import audit, memberships
from core.actions.records import Refused
from core.models import SYSTEM_USERNAME, Membership, Organisation, User
from core.permissions import Role
from core.rules.memberships import may_appoint, may_help


class LinkTokens(PasswordResetTokenGenerator):
    """Tokens of one-time links: good for `PASSWORD_RESET_TIMEOUT`, until used, and until a newer link is made."""

    key_salt = "core.actions.users.LinkTokens"

    def _make_hash_value(self, user, timestamp):
        return f"{super()._make_hash_value(user, timestamp)}{user.session_key}{user.is_active}"


link_tokens = LinkTokens()


def _held(user: User) -> list[tuple[int, str]]:
    return list(Membership.objects.current().filter(user=user).values_list("organisation_id", "role"))


def _write(user: User, by: User | None, action: str, **detail) -> None:
    """One line in the chain of each organisation where the person works, or in the installation's own."""
    organisations = sorted({pk for pk, _role in _held(user)}) or [None]
    entry = audit.Entry(action, "user", str(user.pk), detail)
    for organisation_id in organisations:
        audit.write(organisation_id=organisation_id, by=by, entries=[entry])


def _refuse_unless_appointer(user: User, by: User) -> None:
    if not may_appoint(memberships.scope_for(by), user.pk, _held(user)):
        raise Refused(_("You may not do this for this person. Ask an administrator."))


def _refuse_unless_helper(user: User, by: User) -> None:
    scope = memberships.scope_for(by)
    if user.username == SYSTEM_USERNAME or not may_help(scope, user.pk, _held(user)):
        raise Refused(_("You may not do this for this person. Ask an administrator."))
    if user.pk in teams.hidden_workers(scope):
        raise Refused(_("This person is in another supervisor's team. Ask their supervisor or the programme manager."))


@transaction.atomic
def create(
    *,
    username: str,
    name: str = "",
    language: str = "km",
    organisation: Organisation,
    role: Role,
    by: User,
    safeguarding_lead: bool = False,
) -> User:
    """Make an account without a password, with its first role. `invite` gives it a way in.

    Raises Refused if the user name is taken or `by` may not give the role.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(_("This user name is taken. Choose another one."))
    user = User(username=username, first_name=name, language=language, session_key=uuid.uuid4())
    user.set_unusable_password()
    user.save()
    memberships.grant(user=user, organisation=organisation, role=role, by=by, safeguarding_lead=safeguarding_lead)
    _write(user, by, "user.create")
    return user


@transaction.atomic
def invite(*, user: User, by: User) -> str:
    """A path that lets the person set a password: once, within 24 hours. Ends their sessions and earlier links.

    Raises Refused if the account is closed or `by` may not help this person.
    """
    _refuse_unless_helper(user, by)
    if not user.is_active:
        raise Refused(_("This account is closed. Open it again first."))
    user.session_key = uuid.uuid4()
    user.save(update_fields=["session_key"])
    _write(user, by, "user.invite")
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set_password", args=[uid, link_tokens.make_token(user)])


@transaction.atomic
def set_password(*, user: User, password: str, by: User) -> User:
    """Set a password that the form has checked; every session of the person ends."""
    user.set_password(password)
    user.session_key = uuid.uuid4()
    user.save(update_fields=["password", "session_key"])
    _write(user, by, "user.set_password")
    transaction.on_commit(lambda: throttle.release(user.username, user.pk))
    return user


@transaction.atomic
def release(*, user: User, by: User) -> None:
    """Let a person sign in again at once after too many tries. Raises Refused if `by` may not help them."""
    _refuse_unless_helper(user, by)
    _write(user, by, "user.release")
    transaction.on_commit(lambda: throttle.release(user.username, user.pk))


@transaction.atomic
def reset_second_factor(*, user: User, by: User) -> None:
    """Take a lost second factor off an account; the next sign-in asks for a new one where the role needs it.

    Raises Refused if `by` may not appoint this person.
    """
    _refuse_unless_appointer(user, by)
    Authenticator.objects.filter(user=user).delete()
    user.session_key = uuid.uuid4()
    user.save(update_fields=["session_key"])
    _write(user, by, "user.reset_second_factor")


@transaction.atomic
def deactivate(*, user: User, by: User) -> User:
    """Close an account: every session ends at once, and links made before are void.

    Raises Refused if `by` may not appoint this person.
    """
    _refuse_unless_appointer(user, by)
    user.is_active, user.session_key = False, uuid.uuid4()
    user.save(update_fields=["is_active", "session_key"])
    _write(user, by, "user.deactivate")
    return user


@transaction.atomic
def reactivate(*, user: User, by: User) -> User:
    """Open a closed account again. Raises Refused if `by` may not appoint this person."""
    _refuse_unless_appointer(user, by)
    if user.username == SYSTEM_USERNAME:
        raise Refused(_("Nobody signs in with this account."))
    user.is_active = True
    user.save(update_fields=["is_active"])
    _write(user, by, "user.reactivate")
    return user


def choose_language(*, user: User, language: str, by: User) -> None:
    """Remember the language that a person reads in. A taste, not a fact about the programme: no audit line."""
    if language in dict(User._meta.get_field("language").choices) and user.language != language:
        user.language = language
        user.save(update_fields=["language"])


def note_second_factor(*, user: User, on: bool, by: User) -> None:
    """Audit that a person switched their second factor on or off."""
    _write(user, by, "user.second_factor_on" if on else "user.second_factor_off")


def note_failed_sign_in(*, username: str) -> None:
    """Audit a wrong password: of the person if the name is known, else only that somebody tried."""
    user = User.objects.filter(username__iexact=username).first()
    if user:
        _write(user, None, "sign_in.failed")
    else:
        entry = audit.Entry("sign_in.failed", "user", digest=audit.keyed_digest(username.lower()))
        audit.write(organisation_id=None, by=None, entries=[entry])


def note_denied(*, by: User, screen: str, method: str, record_id: str = "") -> None:
    """Audit that a person asked for something that they may not do."""
    entry = audit.Entry("request.denied", screen[:32], record_id[:40], {"method": method})
    for organisation_id in sorted({pk for pk, _role in _held(by)}) or [None]:
        audit.write(organisation_id=organisation_id, by=by, entries=[entry])
