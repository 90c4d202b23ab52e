from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import areas
from core.areas import Tile
from core.permissions import Permission


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Organisations, places and records")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models are ready only now.
        from core.models import ConflictingCopy  # noqa: PLC0415

        def open_conflicts(scope):
            return ConflictingCopy.objects.visible_to(scope).open().count() or None

        areas.register(
            _tile(_("Import a file"), _("Rows of a workbook or a CSV file, all of them or none"), "upload", "imports",
                  Permission.IMPORT, 10),
            _tile(_("Conflicts"), _("The same record, sent twice with different content"), "attention", "conflicts",
                  Permission.CONFLICT_RESOLVE, 40, open_conflicts),
            _tile(_("Sites and service points"), _("Where people are met, and where they are sent"), "place", "sites",
                  Permission.SITE_VIEW, 50),
            _tile(_("Members"), _("Who works here as what, and how they get in"), "people", "members",
                  Permission.MEMBER_VIEW, 60),
            _tile(_("Organisations"), _("Who runs the programme"), "building", "organisations",
                  Permission.ORGANISATION_MANAGE, 70),
            _tile(_("Code lists"), _("What the choices in forms mean, in both languages"), "list", "codes",
                  Permission.CODE_VIEW, 80),
            _tile(_("Audit"), _("Who did what, when"), "history", "audit", Permission.AUDIT_VIEW, 90),
        )  # fmt: skip


def _tile(label, text, icon, namespace, permission, order, count=None) -> Tile:
    return Tile("data", label, text, icon, f"{namespace}:list", (permission,), order, count)
