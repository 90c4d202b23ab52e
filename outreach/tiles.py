"""Outreach's ways on: the tiles of the areas, in sections. What counts what waits is joined in `offers`."""

from django.utils.translation import gettext_lazy as _

from core.areas import Tile
from core.permissions import Permission

P = Permission

INCIDENTS = _("When something happened")
REFERRALS = _("Referrals")
HARM_REDUCTION = _("Risk and harm reduction")
PROTECTION = _("Protection")
HOTLINE = _("Hotline")
STORE = _("Store")
CAMPAIGNS = _("Campaigns")


def record(order: int, url_name: str, label: str, text: str, icon: str, permission: Permission, section: str = ""):
    """A way to record something."""
    return Tile("record", label, text, icon, url_name, (permission,), order, section=section)


def people(order: int, url_name: str, label: str, text: str, icon: str, permission: Permission, section: str = ""):
    """A way to what is known of people."""
    return Tile("people", label, text, icon, url_name, (permission,), order, section=section)


def data(order: int, url_name: str, label: str, text: str, icon: str, permission: Permission, section: str = ""):
    """A way to what belongs to the office."""
    return Tile("data", label, text, icon, url_name, (permission,), order, section=section)


def groups(order: int, url_name: str, label: str, text: str, icon: str, permission: Permission, section: str = ""):
    """A way to what is done with groups."""
    return Tile("groups", label, text, icon, url_name, (permission,), order, section=section)


# fmt: off
RECORD = [
    record(5, "centre", _("Drop-in centre"), _("Who comes, what they use, who is in"), "building", P.CONTACT_RECORD),
    record(10, "record-contact", _("Contact"), _("One person: what we did, what was given"), "talk", P.CONTACT_RECORD),
    record(15, "record-call", _("Hotline call"), _("While the caller talks"), "phone", P.CALL_RECORD),
    record(20, "record-harm-reduction", _("Harm reduction"), _("Needles and syringes out and in"), "kit",
           P.CONTACT_RECORD),
    record(30, "find", _("New person"), _("Look for them first, then register"), "people", P.CLIENT_RECORD),
    record(50, "day-sheet", _("Day sheet"), _("Twenty lines from paper, by keyboard"), "table", P.CONTACT_RECORD),
    record(60, "record-overdose", _("Overdose"), _("What happened, and the new kit"), "attention", P.HARM_RECORD,
           INCIDENTS),
    record(61, "record-violence", _("Violence told"), _("What happened, and the help they want"), "talk",
           P.VIOLENCE_RECORD, INCIDENTS),
    record(62, "raise-concern", _("Raise a concern"), _("A child, or a worker: the lead is told"), "shield",
           P.CONCERN_RAISE, INCIDENTS),
    record(63, "needle-collections:create", _("Collection round"), _("Used needles from public places"), "place",
           P.HARM_RECORD, INCIDENTS),
]
PEOPLE = [
    people(10, "find", _("Find a person"), _("Card, nickname, own reference or answers"), "search", P.CLIENT_VIEW),
    people(20, "clients:list", _("Clients"), _("People whom we know"), "people", P.CLIENT_VIEW),
    people(30, "contacts:list", _("Contacts"), _("What was done and given"), "talk", P.CONTACT_VIEW),
    people(32, "hotspots:list", _("Hotspots"), _("Where people can be met: your teams' places"), "place",
           P.HOTSPOT_VIEW),
    people(40, "referrals:list", _("Referrals"), _("Sent where, and what came of it"), "referral", P.REFERRAL_VIEW,
           REFERRALS),
    people(43, "referral-outcomes", _("What became of referrals"), _("Who got there, how soon, and why not"), "figures",
           P.REFERRAL_VIEW, REFERRALS),
    people(50, "risk-reviews:list", _("Risk reviews"), _("What people told, every three months"), "check",
           P.RISK_VIEW, HARM_REDUCTION),
    people(51, "overdoses:list", _("Overdoses"), _("What happened, and the follow-up"), "attention", P.HARM_VIEW,
           HARM_REDUCTION),
    people(52, "needle-collections:list", _("Collection rounds"), _("Needles from public places"), "place",
           P.HARM_VIEW, HARM_REDUCTION),
    people(61, "violence:list", _("Violence"), _("What was told, restricted"), "lock", P.VIOLENCE_VIEW, PROTECTION),
    people(70, "hotline-calls:list", _("Hotline calls"), _("Who rang, and what about"), "phone", P.CALL_VIEW, HOTLINE),
    people(71, "hotline-week", _("The week by hour"), _("When the hotline is busy"), "table", P.CALL_VIEW, HOTLINE),
]
DATA = [
    data(8, "quality", _("Data quality"), _("What looks odd, to mend or to close"), "check", P.QUALITY_VIEW),
    data(44, "hotspots:districts", _("Hotspots by district"), _("Where, and how many people"), "place", P.SITE_VIEW),
    data(45, "centres", _("Drop-in centres"), _("What each offers, and when it is open"), "building", P.SITE_MANAGE),
    data(100, "stock", _("Store"), _("What lies where, and how long it lasts"), "kit", P.STOCK_VIEW, STORE),
    data(101, "stock-documents:list", _("Deliveries and transfers"), _("What came, moved, was lost"), "list",
         P.STOCK_VIEW, STORE),
    data(102, "stock-counts:list", _("Counts of stock"), _("What really lay there"), "check", P.STOCK_VIEW, STORE),
]
GROUPS = [
    groups(90, "campaigns:list", _("Campaigns"), _("Messages spread for some time"), "campaign", P.CAMPAIGN_VIEW,
           CAMPAIGNS),
    groups(91, "campaigns:compare", _("Campaigns side by side"), _("What came of each"), "table", P.CAMPAIGN_VIEW,
           CAMPAIGNS),
]
DUPLICATES = people(35, "duplicates", _("Possible duplicates"), _("One person or two?"), "merge", P.CLIENT_MERGE)
OVERDUE = people(41, "overdue-referrals", _("Overdue referrals"), _("Open, and nothing heard"), "clock",
                 P.REFERRAL_VIEW, REFERRALS)
INCOMING = people(42, "incoming:list", _("Referrals sent to us"), _("By other organisations"), "arrow",
                  P.REFERRAL_VIEW, REFERRALS)
CONCERNS = people(60, "concerns:list", _("Safeguarding concerns"), _("What waits for the lead"), "shield",
                  P.CONCERN_VIEW, PROTECTION)
# fmt: on
