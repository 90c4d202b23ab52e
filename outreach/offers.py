"""What outreach offers to the kernel: tiles and what waits behind them, cards of Today, kinds of files, site names.

`AppConfig.ready` calls `register` once models can be imported.
"""

from dataclasses import replace

from core import areas, imports, site_names
from core.actions import sites
from core.areas import TodayCard
from outreach import campaign_figures, centres, hotline_today, hotspots, safeguarding, tiles, today, today_stock
from outreach.actions import facts
from outreach.resources.campaigns import CampaignImporter
from outreach.resources.clients import ClientImporter
from outreach.resources.concerns import ConcernImporter
from outreach.resources.contacts import ContactImporter
from outreach.resources.hotline_calls import HotlineCallImporter
from outreach.resources.hotspots import HotspotImporter
from outreach.resources.needle_collections import NeedleCollectionImporter
from outreach.resources.overdoses import OverdoseImporter
from outreach.resources.referrals import ReferralImporter
from outreach.resources.risk_reviews import RiskReviewImporter
from outreach.resources.stock_counts import StockCountImporter
from outreach.resources.stock_documents import StockDocumentImporter
from outreach.resources.violence import ViolenceImporter
from outreach.views.incoming import incoming_waiting
from outreach.views.overdoses import waiting
from outreach.views.tracing import overdue_waiting

IMPORTERS = [
    ClientImporter,
    ContactImporter,
    ReferralImporter,
    HotlineCallImporter,
    RiskReviewImporter,
    OverdoseImporter,
    NeedleCollectionImporter,
    ViolenceImporter,
    ConcernImporter,
    HotspotImporter,
    StockDocumentImporter,
    StockCountImporter,
    CampaignImporter,
]
TODAY = [
    TodayCard("outreach/today/leaderless.html", safeguarding.without_lead, 1),
    TodayCard("outreach/today/concerns.html", safeguarding.concerns, 2),
    TodayCard("outreach/today/pep.html", safeguarding.pep, 2),
    TodayCard("outreach/today/centre.html", centres.card, 3),
    TodayCard("outreach/today/find.html", today.find, 5),
    TodayCard("outreach/today/hotline.html", hotline_today.hotline, 15),
    TodayCard("outreach/today/overdoses.html", waiting, 15),
    TodayCard("outreach/today/due.html", today.who_is_due, 20),
    TodayCard("outreach/today/duplicates.html", today.duplicates, 40),
    TodayCard("outreach/today/stock.html", today_stock.stock, 45),
    TodayCard("outreach/today/my_day.html", today.my_day, 50),
]


def register() -> None:
    """Tell the kernel everything."""
    imports.register(*IMPORTERS)
    sites.follow_moves(facts.site_moved)
    site_names.register(hotspots.names_for)
    campaign_figures.register(campaign_figures.MOVED, campaign_figures.CALLS)
    areas.register(*tiles.RECORD, *tiles.PEOPLE, *tiles.DATA, *tiles.GROUPS)
    areas.register(
        replace(tiles.DUPLICATES, count=today.duplicates_waiting),
        replace(tiles.OVERDUE, count=overdue_waiting),
        replace(tiles.INCOMING, count=incoming_waiting),
        replace(tiles.CONCERNS, count=safeguarding.concerns_waiting),
    )
    areas.register_today(*TODAY)
