"""One person at a time: clients, contacts, their facts, referrals."""

from outreach.models.clients import Client, ClientGroup, ClientKey, Consent, LookAlike, OldCard
from outreach.models.contacts import CommodityLine, Contact, ServiceGiven
from outreach.models.facts import Fact
from outreach.models.referrals import Referral, ReferralEvent

__all__ = [
    "Client",
    "ClientGroup",
    "ClientKey",
    "CommodityLine",
    "Consent",
    "Contact",
    "Fact",
    "LookAlike",
    "OldCard",
    "Referral",
    "ReferralEvent",
    "ServiceGiven",
]
