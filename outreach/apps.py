from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import areas, imports, site_names
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
REFERRALS = (P.REFERRAL_VIEW,)
OVERDUE = ("people", _("Overdue referrals"), _("Open, and nothing heard"), "clock", "overdue-referrals", REFERRALS, 41)
INCOMING = ("people", _("Referrals sent to us"), _("By other organisations"), "arrow", "incoming:list", REFERRALS, 42)
CALLS = (P.CALL_VIEW,)
TILES += [
    Tile("record", _("Hotline call"), _("While the caller talks"), "phone", "record-call", (P.CALL_RECORD,), 15),
    Tile("people", _("Hotline calls"), _("Who rang, and what about"), "phone", "hotline-calls:list", CALLS, 60),
    Tile("people", _("The week by hour"), _("When the hotline is busy"), "table", "hotline-week", CALLS, 61),
]
MANAGE = (P.SITE_MANAGE,)
TILES += [
    Tile("record", _("Drop-in centre"), _("Who comes, what they use, who is in"), "building", "centre", RECORD, 5),
    Tile("data", _("Drop-in centres"), _("What each offers, and when it is open"), "building", "centres", MANAGE, 45),
]
STORE = (P.STOCK_VIEW,)
TILES += [
    Tile("data", _("Store"), _("What lies where, and how long it lasts"), "kit", "stock", STORE, 5),
    Tile(
        "data", _("Deliveries and transfers"), _("What came, moved, was lost"), "list", "stock-documents:list", STORE, 6
    ),
    Tile("data", _("Counts of stock"), _("What really lay there"), "check", "stock-counts:list", STORE, 7),
]
HARM, RISK = (P.HARM_VIEW,), (P.RISK_VIEW,)
TILES += [
    Tile(
        "record",
        _("Overdose"),
        _("What happened, and the new kit"),
        "attention",
        "record-overdose",
        (P.HARM_RECORD,),
        21,
    ),
    Tile(
        "record",
        _("Collection round"),
        _("Used needles from public places"),
        "place",
        "needle-collections:create",
        (P.HARM_RECORD,),
        22,
    ),
    Tile(
        "people", _("Risk reviews"), _("What people told, every three months"), "check", "risk-reviews:list", RISK, 44
    ),
    Tile("people", _("Overdoses"), _("What happened, and the follow-up"), "attention", "overdoses:list", HARM, 45),
    Tile(
        "people", _("Collection rounds"), _("Needles from public places"), "place", "needle-collections:list", HARM, 46
    ),
]
TOLD, RAISE, LEAD = (P.VIOLENCE_RECORD,), (P.CONCERN_RAISE,), (P.CONCERN_VIEW,)
TILES += [
    Tile("record", _("Violence told"), _("What happened, and the help they want"), "talk", "record-violence", TOLD, 24),
    Tile(
        "record",
        _("Raise a concern"),
        _("A child, or a worker: the lead is told"),
        "shield",
        "raise-concern",
        RAISE,
        25,
    ),
    Tile("people", _("Violence"), _("What was told, restricted"), "lock", "violence:list", (P.VIOLENCE_VIEW,), 47),
]
CONCERNS = ("people", _("Safeguarding concerns"), _("What waits for the lead"), "shield", "concerns:list", LEAD, 48)
TEAM, PLACES = (P.HOTSPOT_VIEW,), (P.SITE_VIEW,)
TILES += [
    Tile("people", _("Hotspots"), _("Where people can be met: your teams' places"), "place", "hotspots:list", TEAM, 49),
    Tile("data", _("Hotspots by district"), _("Where, and how many people"), "place", "hotspots:districts", PLACES, 44),
]
TILES += [
    Tile("record", _("Day sheet"), _("Twenty lines from paper, by keyboard"), "table", "day-sheet", RECORD, 27),
    Tile("data", _("Data quality"), _("What looks odd, to mend or to close"), "check", "quality", (P.QUALITY_VIEW,), 8),
]
DUPLICATES = ("people", _("Possible duplicates"), _("One person or two?"), "merge", "duplicates", (P.CLIENT_MERGE,), 50)


class OutreachConfig(AppConfig):
    name = "outreach"
    verbose_name = _("One person at a time")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from core.actions import sites  # noqa: PLC0415
        from outreach import (  # noqa: PLC0415 - models can be imported only when all is there
            centres,
            hotline_today,
            hotspots,
            safeguarding,
            today,
            today_stock,
        )
        from outreach.actions import facts  # noqa: PLC0415
        from outreach.resources.clients import ClientImporter  # noqa: PLC0415
        from outreach.resources.concerns import ConcernImporter  # noqa: PLC0415
        from outreach.resources.contacts import ContactImporter  # noqa: PLC0415
        from outreach.resources.hotline_calls import HotlineCallImporter  # noqa: PLC0415
        from outreach.resources.hotspots import HotspotImporter  # noqa: PLC0415
        from outreach.resources.needle_collections import NeedleCollectionImporter  # noqa: PLC0415
        from outreach.resources.overdoses import OverdoseImporter  # noqa: PLC0415
        from outreach.resources.referrals import ReferralImporter  # noqa: PLC0415
        from outreach.resources.risk_reviews import RiskReviewImporter  # noqa: PLC0415
        from outreach.resources.stock_counts import StockCountImporter  # noqa: PLC0415
        from outreach.resources.stock_documents import StockDocumentImporter  # noqa: PLC0415
        from outreach.resources.violence import ViolenceImporter  # noqa: PLC0415
        from outreach.views.overdoses import waiting  # noqa: PLC0415

        imports.register(ViolenceImporter, ConcernImporter)
        areas.register(Tile(*CONCERNS, count=safeguarding.concerns_waiting))
        areas.register_today(
            TodayCard("outreach/today/leaderless.html", safeguarding.without_lead, 1),
            TodayCard("outreach/today/concerns.html", safeguarding.concerns, 2),
            TodayCard("outreach/today/pep.html", safeguarding.pep, 2),
        )
        imports.register(RiskReviewImporter, OverdoseImporter, NeedleCollectionImporter)
        areas.register_today(TodayCard("outreach/today/overdoses.html", waiting, 15))
        sites.follow_moves(facts.site_moved)
        imports.register(HotlineCallImporter)
        imports.register(HotspotImporter)
        site_names.register(hotspots.names_for)
        imports.register(ClientImporter, ContactImporter, ReferralImporter)
        from outreach.views.incoming import incoming_waiting  # noqa: PLC0415
        from outreach.views.tracing import overdue_waiting  # noqa: PLC0415

        areas.register(Tile(*OVERDUE, count=overdue_waiting), Tile(*INCOMING, count=incoming_waiting))

        imports.register(StockDocumentImporter, StockCountImporter)
        areas.register(*TILES, Tile(*DUPLICATES, count=today.duplicates_waiting))
        areas.register_today(
            TodayCard("outreach/today/hotline.html", hotline_today.hotline, 15),
            TodayCard("outreach/today/centre.html", centres.card, 3),
            TodayCard("outreach/today/find.html", today.find, 5),
            TodayCard("outreach/today/due.html", today.who_is_due, 20),
            TodayCard("outreach/today/duplicates.html", today.duplicates, 40),
            TodayCard("outreach/today/stock.html", today_stock.stock, 45),
            TodayCard("outreach/today/my_day.html", today.my_day, 50),
        )
