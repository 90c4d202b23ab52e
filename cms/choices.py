"""Words that several page types share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sensitivity(models.IntegerChoices):
    """How much a page could give its reader away, or startle a child."""

    GENERAL = 0, _("0 · general")
    SEXUAL_HEALTH = 1, _("1 · sexual health")
    EXPLICIT = 2, _("2 · explicit, drug use or violence")


class NativeReview(models.TextChoices):
    """Whether someone who grew up with the page's language has read it for tone and sense."""

    PENDING = "pending", _("waiting for a native reader")
    DONE = "done", _("read by a native reader")
