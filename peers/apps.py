from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import areas, imports


class PeersConfig(AppConfig):
    name = "peers"
    verbose_name = _("Groups and the people who lead them")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Models can be imported only when every app is there.
        from peers import campaign_parts, session_contacts, team_privacy  # noqa: PLC0415
        from peers.resources.attendance import AttendanceImporter  # noqa: PLC0415
        from peers.resources.committee_meetings import CommitteeMeetingImporter  # noqa: PLC0415
        from peers.resources.committees import CommitteeImporter  # noqa: PLC0415
        from peers.resources.lessons import LessonImporter  # noqa: PLC0415
        from peers.resources.micro_plans import MicroPlanImporter  # noqa: PLC0415
        from peers.resources.monthly_reports import ReportImporter  # noqa: PLC0415
        from peers.resources.peer_educators import PeerImporter  # noqa: PLC0415
        from peers.resources.roll_outs import RollOutImporter  # noqa: PLC0415
        from peers.resources.schools import SchoolImporter  # noqa: PLC0415
        from peers.resources.sessions import HeadcountRows, SessionImporter  # noqa: PLC0415
        from peers.resources.supervision import SupervisionImporter  # noqa: PLC0415
        from peers.resources.trainings import TrainingImporter  # noqa: PLC0415
        from peers.resources.workplaces import WorkplaceImporter  # noqa: PLC0415
        from peers.tiles import TILES, TODAY  # noqa: PLC0415

        session_contacts.register()
        campaign_parts.register()
        team_privacy.register()
        imports.register(PeerImporter)
        imports.register(ReportImporter)
        imports.register(MicroPlanImporter)
        imports.register(SessionImporter)
        imports.register(AttendanceImporter)
        imports.register(TrainingImporter)
        imports.register(SupervisionImporter)
        imports.register(SchoolImporter)
        imports.register(LessonImporter)
        imports.register(RollOutImporter)
        imports.register(WorkplaceImporter, CommitteeImporter, CommitteeMeetingImporter)
        imports.register_writer("session", HeadcountRows())
        areas.register(*TILES)
        areas.register_today(*TODAY)
