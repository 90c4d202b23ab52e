from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import areas
from core.areas import Tile, TodayCard
from core.permissions import Permission


class DashboardsConfig(AppConfig):
    name = "dashboards"
    verbose_name = _("What it adds up to")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from dashboards import today  # noqa: PLC0415 - counting reads models, which are there only now

        areas.register(
            Tile(
                area="figures",
                label=_("Definitions"),
                text=_("How this is counted"),
                icon="figures",
                url_name="definitions",
                permissions=(Permission.DEFINITIONS_VIEW,),
            )
        )
        areas.register_today(TodayCard("dashboards/today/reach.html", today.reach, 60))
