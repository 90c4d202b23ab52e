from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import areas
from core.areas import TodayCard


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = _("What it adds up to")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from dashboards import today  # noqa: PLC0415 - counting reads models, which are there only now

        areas.register_today(TodayCard("dashboards/today/reach.html", today.reach, 60))
