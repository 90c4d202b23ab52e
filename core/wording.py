"""How a stored value reads on a screen: dates, yes and no, codes, lists."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes

# What a record is, and what a list of them is, by the name that the program has for it.
KINDS = {
    "campaign": gettext_lazy("campaign"),
    "client": gettext_lazy("client"),
    "committee": gettext_lazy("workplace committee"),
    "committee_meeting": gettext_lazy("committee meeting"),
    "code": gettext_lazy("code"),
    "concern": gettext_lazy("safeguarding concern"),
    "contact": gettext_lazy("contact"),
    "follow_up": gettext_lazy("follow-up line"),
    "hotspot": gettext_lazy("hotspot"),
    "hotline_call": gettext_lazy("hotline call"),
    "needle_collection": gettext_lazy("collection round"),
    "overdose": gettext_lazy("overdose"),
    "risk_review": gettext_lazy("risk review"),
    "peer_educator": gettext_lazy("peer educator"),
    "micro_plan": gettext_lazy("micro-plan"),
    "monthly_report": gettext_lazy("monthly report"),
    "peer_terms": gettext_lazy("terms of peer work"),
    "import": gettext_lazy("import"),
    "membership": gettext_lazy("role"),
    "organisation": gettext_lazy("organisation"),
    "referral": gettext_lazy("referral"),
    "lesson": gettext_lazy("lesson"),
    "roll_out": gettext_lazy("province in the roll-out"),
    "school": gettext_lazy("school"),
    "session": gettext_lazy("session"),
    "stock_count": gettext_lazy("count of stock"),
    "stock_document": gettext_lazy("delivery or transfer"),
    "site": gettext_lazy("site"),
    "supervision_visit": gettext_lazy("supervision visit"),
    "training": gettext_lazy("training"),
    "user": gettext_lazy("account"),
    "violence": gettext_lazy("violence"),
    "workplace": gettext_lazy("workplace"),
    "audit": gettext_lazy("Audit"),
    "campaigns": gettext_lazy("Campaigns"),
    "clients": gettext_lazy("Clients"),
    "codes": gettext_lazy("Code lists"),
    "committee-meetings": gettext_lazy("Committee meetings"),
    "committees": gettext_lazy("Workplace committees"),
    "concerns": gettext_lazy("Safeguarding concerns"),
    "conflicts": gettext_lazy("Conflicts"),
    "contacts": gettext_lazy("Contacts"),
    "figures": gettext_lazy("Figures"),
    "hotspots": gettext_lazy("Hotspots"),
    "hotline-calls": gettext_lazy("Hotline calls"),
    "members": gettext_lazy("Members"),
    "organisations": gettext_lazy("Organisations"),
    "referrals": gettext_lazy("Referrals"),
    "needle-collections": gettext_lazy("Collection rounds"),
    "overdoses": gettext_lazy("Overdoses"),
    "risk-reviews": gettext_lazy("Risk reviews"),
    "peer-educators": gettext_lazy("Peer educators"),
    "micro-plans": gettext_lazy("Micro-plans"),
    "monthly-reports": gettext_lazy("Monthly reports"),
    "lessons": gettext_lazy("Life-skills lessons"),
    "roll-outs": gettext_lazy("Roll-out by province"),
    "schools": gettext_lazy("Schools"),
    "sessions": gettext_lazy("Sessions"),
    "sites": gettext_lazy("Sites and service points"),
    "supervision": gettext_lazy("Supervision"),
    "trainings": gettext_lazy("Trainings"),
    "stock-counts": gettext_lazy("Counts of stock"),
    "stock-documents": gettext_lazy("Deliveries and transfers"),
    "workplaces": gettext_lazy("Workplaces"),
}


def kind(name: str) -> str:
    """What a record or list of this name is; the name itself, such as a screen's, if it has no words."""
    return str(KINDS.get(name, name))


def shown(value: object) -> object:
    """The value as words for a reader; numbers stay numbers, nothing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(shown(item)) for item in value)
    return value if isinstance(value, (int, float)) else str(value)


def coded(name: str, value: str | Iterable[str]) -> str:
    """The label of a code of the list, or the labels of several."""
    if isinstance(value, str):
        return codes.label(name, value)
    return ", ".join(codes.label(name, code) for code in value)
