"""Addresses of groups, under /app/."""

from django.urls import path

from peers.views.agreed_actions import AgreedActions
from peers.views.caseloads import caseload_page
from peers.views.committee_meetings import CommitteeMeetings
from peers.views.committees import Committees
from peers.views.lessons import Lessons
from peers.views.micro_plans import MicroPlans
from peers.views.monthly_reports import MonthlyReports
from peers.views.peer_educators import PeerEducators
from peers.views.refreshers import Refreshers
from peers.views.roll_outs import RollOuts
from peers.views.schools import Schools
from peers.views.sessions import Sessions
from peers.views.stipends import stipend_sheet
from peers.views.supervision import Supervision
from peers.views.terms import peer_terms
from peers.views.trainings import Trainings
from peers.views.week import TheWeek
from peers.views.workplaces import Workplaces

urlpatterns = [
    *PeerEducators.routed(),
    *MonthlyReports.routed(),
    path("groups/stipends/", stipend_sheet, name="stipends"),
    path("groups/terms/", peer_terms, name="peer-terms"),
    path("groups/caseloads/", caseload_page, name="caseloads"),
    *Sessions.routed(),
    *MicroPlans.routed(),
    *Supervision.routed(),
    *Trainings.routed(),
    path("groups/week/", TheWeek.as_view(), name="team-week"),
    path("groups/agreed/", AgreedActions.as_view(), name="agreed-actions"),
    path("groups/refreshers/", Refreshers.as_view(), name="refreshers"),
    *Schools.routed(),
    *Lessons.urls("groups/lessons/"),
    *RollOuts.routed(),
    *Workplaces.routed(),
    *Committees.routed(),
    *CommitteeMeetings.routed(),
]
