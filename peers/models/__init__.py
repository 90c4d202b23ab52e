"""Groups and the people who lead them: peer educators, sessions, workplaces, schools."""

from peers.models.committee_meetings import CommitteeAction, CommitteeMeeting
from peers.models.committees import Committee, CommitteeMember
from peers.models.lessons import Lesson
from peers.models.micro_plans import MicroPlan, PlanLine
from peers.models.monthly_reports import MonthlyReport
from peers.models.peer_educators import PeerEducator, PeerStatus, PeerTerms
from peers.models.roll_outs import RollOut
from peers.models.schools import PupilCount, School, TeachersTrained
from peers.models.sessions import Session, SessionAttendance, SessionCommodity, SessionHeadcount
from peers.models.supervision import AgreedAction, SupervisionVisit
from peers.models.trainings import Training, TrainingAttendance
from peers.models.workplaces import WorkforceCount, Workplace

__all__ = [
    "AgreedAction",
    "Committee",
    "CommitteeAction",
    "CommitteeMeeting",
    "CommitteeMember",
    "Lesson",
    "MicroPlan",
    "MonthlyReport",
    "PeerEducator",
    "PeerStatus",
    "PeerTerms",
    "PlanLine",
    "PupilCount",
    "RollOut",
    "School",
    "Session",
    "SessionAttendance",
    "SessionCommodity",
    "SessionHeadcount",
    "SupervisionVisit",
    "TeachersTrained",
    "Training",
    "TrainingAttendance",
    "WorkforceCount",
    "Workplace",
]
