from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = _("One person at a time")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from outreach import offers  # noqa: PLC0415 - models can be imported only when every app is there

        offers.register()
