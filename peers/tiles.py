"""Ways on to groups and the people who lead them: the tiles of the areas, in sections. Read when models are there."""

from django.utils.translation import gettext_lazy as _

from core.areas import Tile, TodayCard
from core.permissions import Permission
from peers import committee_today, today, today_plans
from peers.views import agreed_actions, caseloads, monthly_reports, refreshers
from peers.views.peer_pages import LEADS

P = Permission

GROUPS = _("Groups")
PEERS = _("Peer educators")
SESSIONS = _("Sessions")
SCHOOLS = _("Schools")
WORKPLACES = _("Workplaces")

TODAY = [
    TodayCard("peers/micro_plans/today.html", today_plans.my_plan, 12),
    TodayCard("peers/today/team.html", today.your_team, 30),
    TodayCard("peers/today/committees.html", committee_today.committees, 44),
    TodayCard("peers/micro_plans/today.html", today_plans.to_be_made, 45),
    TodayCard("peers/caseloads/today.html", caseloads.today_card, 46),
]


def reads_only_own(scope) -> bool:
    """Whether somebody sees no supervision but what is about themself."""
    return not scope.everywhere(P.SUPERVISION_VIEW) and not scope.organisations(P.SUPERVISION_VIEW)


def looks_after_others(scope) -> bool:
    return not reads_only_own(scope)


# fmt: off
TILES = [
    # Ways to record: the session stands with what is recorded most, the others together below.
    Tile("record", _("New session"), _("A talk, lesson or event for a group"), "groups", "sessions:create",
         (P.SESSION_RECORD,), 40),
    Tile("record", _("New lesson"), _("Life skills in a school class"), "book", "lessons:create",
         (P.SCHOOL_RECORD,), 52, section=GROUPS),
    Tile("record", _("Committee meeting"), _("Who came, what was decided, what is done"), "talk",
         "committee-meetings:create", (P.WORKPLACE_RECORD,), 53, section=GROUPS),
    Tile("record", _("Supervision visit"), _("Checklist, coaching, what is agreed"), "check", "supervision:create",
         (P.SUPERVISION_RECORD,), 54, section=GROUPS),
    Tile("record", _("Monthly report"), _("A peer educator's days of duty"), "note", "monthly-reports:create",
         (P.PEER_REPORT,), 55, section=GROUPS),
    Tile("record", _("Plan of a month"), _("Whom to meet in which week, and what they need"), "calendar",
         "micro-plans:create", (P.PLAN_RECORD,), 56, section=GROUPS),
    # Peer educators: first whom one looks at every week, last what is set once.
    Tile("groups", _("My page"), _("How I stand, my month and my plan"), "people", "peer-educators:mine",
         (P.PEER_VIEW,), 10, section=PEERS, when=reads_only_own),
    Tile("groups", _("My week"), _("Whom I met, what waits, on one page"), "today", "team-week",
         (P.PEER_VIEW,), 11, section=PEERS, when=reads_only_own),
    Tile("groups", _("The team's week"), _("Who was met, what waits, on one page"), "today", "team-week",
         (P.PEER_VIEW,), 11, section=PEERS, when=looks_after_others),
    Tile("groups", _("Peer educators"), _("Who leads, where, and how they stand"), "people", "peer-educators:list",
         (P.PEER_VIEW,), 12, section=PEERS, when=looks_after_others),
    Tile("groups", _("Micro-plans"), _("Whom to meet in which week, and what they need"), "calendar",
         "micro-plans:list", (P.PLAN_VIEW,), 13, section=PEERS),
    Tile("groups", _("Monthly reports"), _("Days of duty, handed in and accepted"), "note", "monthly-reports:list",
         (P.PEER_VIEW,), 14, monthly_reports.waiting, PEERS),
    Tile("groups", _("Supervision"), _("Visits, coaching and how scores go"), "check", "supervision:list",
         (P.SUPERVISION_VIEW,), 15, section=PEERS, when=looks_after_others),
    Tile("groups", _("My coaching"), _("Visits to me, notes and scores"), "check", "supervision:list",
         (P.SUPERVISION_VIEW,), 15, section=PEERS, when=reads_only_own),
    Tile("groups", _("What is agreed and open"), _("Overdue first"), "list", "agreed-actions",
         (P.SUPERVISION_VIEW,), 16, agreed_actions.overdue, PEERS),
    Tile("groups", _("Trainings"), _("Courses, who came, scores"), "book", "trainings:list",
         (P.TRAINING_VIEW,), 17, section=PEERS),
    Tile("groups", _("Training that falls due"), _("Who needs which course again, and when"), "clock", "refreshers",
         (P.TRAINING_VIEW,), 18, refreshers.waiting, PEERS),
    Tile("groups", _("Caseloads"), _("How many people each looks after"), "figures", "caseloads",
         LEADS, 19, section=PEERS),
    Tile("groups", _("Stipends and transport"), _("The month's sheet to print and sign"), "table", "stipends",
         LEADS, 20, section=PEERS),
    Tile("groups", _("Terms of peer work"), _("What days are paid with, how many people"), "edit", "peer-terms",
         (P.PEER_TERMS,), 21, section=PEERS),
    Tile("groups", _("Sessions"), _("Talks, lessons and events, counted by heads"), "groups", "sessions:list",
         (P.SESSION_VIEW,), 40, section=SESSIONS),
    Tile("groups", _("Workplaces"), _("Enterprises, their workers, agreements and policies"), "building",
         "workplaces:list", (P.WORKPLACE_VIEW,), 50, section=WORKPLACES),
    Tile("groups", _("Workplace committees"), _("Who sits in them, and how they stand"), "groups", "committees:list",
         (P.WORKPLACE_VIEW,), 51, committee_today.quiet_waiting, WORKPLACES),
    Tile("groups", _("Committee meetings"), _("Minutes, decisions, what is to be done"), "talk",
         "committee-meetings:list", (P.WORKPLACE_VIEW,), 52, section=WORKPLACES),
    Tile("groups", _("Actions that are due"), _("What committees decided to do, overdue first"), "check",
         "committees:actions", (P.WORKPLACE_VIEW,), 53, section=WORKPLACES),
    Tile("groups", _("Coverage of workplaces"), _("People reached of the workforce"), "figures",
         "workplaces:coverage", (P.WORKPLACE_VIEW,), 54, section=WORKPLACES),
    Tile("groups", _("Schools"), _("Grades, pupils, teachers, and who was reached"), "book", "schools:list",
         (P.SCHOOL_VIEW,), 60, section=SCHOOLS),
    Tile("groups", _("Life-skills lessons"), _("Classes, topics and headcounts"), "list", "lessons:list",
         (P.SCHOOL_VIEW,), 61, section=SCHOOLS),
    Tile("groups", _("Coverage of schools and pupils"), _("By province, district and grade"), "figures",
         "schools:coverage", (P.SCHOOL_VIEW,), 62, section=SCHOOLS),
    Tile("groups", _("Roll-out by province"), _("Where lessons are planned, running or ended"), "place", "roll-out",
         (P.SCHOOL_VIEW,), 63, section=SCHOOLS),
]
# fmt: on
