from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import areas, imports
from core.areas import Tile, TodayCard
from core.permissions import Permission

P = Permission
RECORD, SEE = (P.CONTACT_RECORD,), (P.CLIENT_VIEW,)
TILES = [
    Tile("record", _("Contact"), _("One person: what we did, what was given"), "talk", "record-contact", RECORD, 10),
    Tile(
        "record", _("Harm reduction"), _("Needles and syringes out and in"), "kit", "record-harm-reduction", RECORD, 20
    ),
    Tile("record", _("New person"), _("Look for them first, then register"), "people", "find", (P.CLIENT_RECORD,), 30),
    Tile("people", _("Find a person"), _("Card, nickname, own reference or answers"), "search", "find", SEE, 10),
    Tile("people", _("Clients"), _("People whom we know"), "people", "clients:list", SEE, 20),
    Tile("people", _("Contacts"), _("What was done and given"), "talk", "contacts:list", (P.CONTACT_VIEW,), 30),
    Tile(
        "people",
        _("Referrals"),
        _("Sent where, and what came of it"),
        "referral",
        "referrals:list",
        (P.REFERRAL_VIEW,),
        40,
    ),
]
CALLS = (P.CALL_VIEW,)
TILES += [
    Tile("record", _("Hotline call"), _("While the caller talks"), "phone", "record-call", (P.CALL_RECORD,), 15),
    Tile("people", _("Hotline calls"), _("Who rang, and what about"), "phone", "hotline-calls:list", CALLS, 60),
    Tile("people", _("The week by hour"), _("When the hotline is busy"), "table", "hotline-week", CALLS, 61),
]
DUPLICATES = ("people", _("Possible duplicates"), _("One person or two?"), "merge", "duplicates", (P.CLIENT_MERGE,), 50)


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = _("One person at a time")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core.actions import sites  # noqa: PLC0415
        from outreach import hotline_today, today  # noqa: PLC0415 - models can be imported only when every app is there
        from outreach.actions import facts  # noqa: PLC0415
        from outreach.resources.clients import ClientImporter  # noqa: PLC0415
        from outreach.resources.contacts import ContactImporter  # noqa: PLC0415
        from outreach.resources.hotline_calls import HotlineCallImporter  # noqa: PLC0415
        from outreach.resources.referrals import ReferralImporter  # noqa: PLC0415

        sites.follow_moves(facts.site_moved)
        imports.register(HotlineCallImporter)
        imports.register(ClientImporter, ContactImporter, ReferralImporter)

        areas.register(*TILES, Tile(*DUPLICATES, count=today.duplicates_waiting))
        areas.register_today(
            TodayCard("outreach/today/hotline.html", hotline_today.hotline, 15),
            TodayCard("outreach/today/find.html", today.find, 5),
            TodayCard("outreach/today/due.html", today.who_is_due, 20),
            TodayCard("outreach/today/duplicates.html", today.duplicates, 40),
            TodayCard("outreach/today/my_day.html", today.my_day, 50),
        )
