from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Organisations, places and records")
    default_auto_field = "django.db.models.BigAutoField"
