"""One person at a time: clients and what is recorded with them; centres, hotspots, the hotline, the store."""

from outreach.models.campaigns import Campaign
from outreach.models.centres import CentreService, OpeningHours
from outreach.models.clients import Client, ClientGroup, ClientKey, Consent, LookAlike, OldCard
from outreach.models.concerns import Concern
from outreach.models.contacts import CommodityLine, Contact, HowCounted, ServiceGiven
from outreach.models.facts import Fact
from outreach.models.follow_ups import FollowUpTick
from outreach.models.harm_reduction import MethadoneStatus, NeedleCollection, Overdose
from outreach.models.hotline_calls import HotlineCall
from outreach.models.hotspots import Hotspot, SizeEstimate
from outreach.models.quality import ClosedFinding
from outreach.models.referrals import Referral, ReferralEvent, TracingAttempt
from outreach.models.risk_reviews import RiskReview
from outreach.models.stock import StockCount, StockDocument, StockMove, StockPlace
from outreach.models.violence import ViolenceEvent

__all__ = [
    "Campaign",
    "CentreService",
    "Client",
    "ClientGroup",
    "ClientKey",
    "ClosedFinding",
    "CommodityLine",
    "Concern",
    "Consent",
    "Contact",
    "Fact",
    "FollowUpTick",
    "HotlineCall",
    "Hotspot",
    "HowCounted",
    "LookAlike",
    "MethadoneStatus",
    "NeedleCollection",
    "OldCard",
    "OpeningHours",
    "Overdose",
    "Referral",
    "ReferralEvent",
    "RiskReview",
    "ServiceGiven",
    "SizeEstimate",
    "StockCount",
    "StockDocument",
    "StockMove",
    "StockPlace",
    "TracingAttempt",
    "ViolenceEvent",
]
