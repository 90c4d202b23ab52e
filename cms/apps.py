from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import areas
from core.areas import Tile
from core.permissions import Permission


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("What young people read")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are there from now on, not before.
        from cms.actions import groups, workflows  # noqa: PLC0415
        from core.actions import memberships  # noqa: PLC0415

        memberships.follow(groups.sync_user)
        areas.register(
            Tile(
                area="record",
                label=_("Public pages"),
                text=_("What young people read: write, review, take down"),
                icon="book",
                url_name="wagtailadmin_home",
                permissions=(Permission.CONTENT_EDIT,),
                order=90,
                count=workflows.waiting_for,
            )
        )
