from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import areas, imports
from core.areas import Tile, TodayCard
from core.permissions import Permission as P


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = _("One person at a time")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from outreach import today  # noqa: PLC0415 - models can be imported only when every app is there
        from outreach.resources.clients import ClientImporter  # noqa: PLC0415
        from outreach.resources.contacts import ContactImporter  # noqa: PLC0415
        from outreach.resources.referrals import ReferralImporter  # noqa: PLC0415

        imports.register(ClientImporter, ContactImporter, ReferralImporter)

        record, people = (P.CONTACT_RECORD,), (P.CLIENT_VIEW,)
        contact, harm = _("One person: what we did, what was given"), _("Needles and syringes out and in")
        new, search = _("Look for them first, then register"), _("Card, nickname, own reference or answers")
        areas.register(
            Tile("record", _("Contact"), contact, "talk", "record-contact", record, 10),
            Tile("record", _("Harm reduction"), harm, "kit", "record-harm-reduction", record, 20),
            Tile("record", _("New person"), new, "people", "find", (P.CLIENT_RECORD,), 30),
            Tile("people", _("Find a person"), search, "search", "find", people, 10),
            Tile("people", _("Clients"), _("People whom we know"), "people", "clients:list", people, 20),
            Tile("people", _("Contacts"), _("What was done and given"), "talk", "contacts:list", (P.CONTACT_VIEW,), 30),
            Tile("people", _("Referrals"), _("Sent where, and what came of it"), "referral", "referrals:list",
                 (P.REFERRAL_VIEW,), 40),
            Tile("people", _("Possible duplicates"), _("One person or two?"), "merge", "duplicates",
                 (P.CLIENT_MERGE,), 50, today.duplicates_waiting),
        )  # fmt: skip
        areas.register_today(
            TodayCard("outreach/today/find.html", today.find, 5),
            TodayCard("outreach/today/to_meet.html", today.to_meet, 20),
            TodayCard("outreach/today/open_referrals.html", today.open_referrals, 30),
            TodayCard("outreach/today/duplicates.html", today.duplicates, 40),
            TodayCard("outreach/today/my_day.html", today.my_day, 50),
        )
