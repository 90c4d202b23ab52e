"""People who sign in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """One person who works with the programme, or the built-in system user, who can't sign in.

    Known by a user name, never by an e-mail address. What they may do is in their memberships.
    """

    language = models.CharField(
        _("language"),
        max_length=2,
        blank=True,
        default="km",
        choices=[("km", "ខ្មែរ"), ("en", "English")],
    )
    session_key = models.UUIDField(null=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(is_superuser=False), name="user_never_superuser")]

    def __str__(self):
        return self.username

    def _get_session_auth_hash(self, secret=None):
        """Bind every session to the password and to `session_key`: changing either ends them all at once."""
        value = f"{self.password}{self.session_key or ''}"
        return salted_hmac("core.models.users.User.session", value, secret=secret, algorithm="sha256").hexdigest()


SYSTEM_USERNAME = "system"


def system_user() -> User:
    """The actor of commands and imports that name nobody: made once, without a usable password."""
    user, _created = User.objects.get_or_create(
        username=SYSTEM_USERNAME, defaults={"is_active": False, "password": "!"}
    )
    return user
