"""The register of trainings: courses for peer educators, and who came."""

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import wording
from core.permissions import Permission
from core.scope import NOBODY, Scope
from core.views.register_forms import AmendScreen, CreateScreen
from core.views.registers import Column
from core.views.screens import HistoryScreen
from core.views.written import WrittenRegister
from core.wording import shown
from peers.actions import trainings
from peers.filters.trainings import TrainingFilters
from peers.forms.trainings import TrainingForm
from peers.models import PeerEducator, Training, TrainingAttendance
from peers.refreshers import was_completed
from peers.resources.trainings import TrainingResource
from peers.views.training_sheets import BlankSheet, ReadBySomebody, Sheet


class Trainings(WrittenRegister):
    """Courses. Everybody who may see trainings sees them; who came is shown of one's own team alone."""

    model = Training
    writer = trainings.writer
    namespace = "trainings"
    heading = gettext_lazy("Trainings")
    create_label = gettext_lazy("New training")
    empty_text = gettext_lazy("No training is recorded yet.")
    columns = [
        Column("occurred_on", gettext_lazy("First day"), sort="occurred_on"),
        "topics",
        "hours",
        Column("site", gettext_lazy("Site"), sort="site__name"),
        Column("number", gettext_lazy("Took part"), lambda training: len(training.attendances.all())),
    ]
    code_lists = {"topics": "training_topic"}
    labels = {"occurred_on": gettext_lazy("First day"), "attendances": gettext_lazy("Who came")}
    filterset = TrainingFilters
    form = TrainingForm
    resource = TrainingResource
    create_permission = Permission.TRAINING_RECORD
    void_permission = Permission.TRAINING_VOID
    detail_template = "peers/trainings/detail.html"
    # Whose history it is: the peer educators of others stay unnamed.
    scope: Scope = NOBODY

    @classmethod
    def routed(cls) -> list:
        register = {"register": cls()}
        return cls.urls(
            "groups/trainings/",
            path("new/", NewTraining.as_view(**register), name="create"),
            path("<uuid:pk>/amend/", AmendTraining.as_view(**register), name="amend"),
            path("<uuid:pk>/history/", TrainingHistory.as_view(**register), name="history"),
            path("<uuid:pk>/sheet/", Sheet.as_view(**register), name="sheet"),
            path("<uuid:pk>/blank/", BlankSheet.as_view(**register), name="blank"),
        )

    def readings(self, queryset):
        return super().readings(queryset).select_related("site__district").prefetch_related("attendances__peer")

    def initial(self, request):
        return super().initial(request) | {"ends_on": timezone.localdate()}

    def title(self, record):
        topics = wording.coded("training_topic", record.topics)
        return f"{record.title or topics} · {shown(record.occurred_on)}"

    def sections(self, record):
        facts = [
            (_("Topics"), wording.coded("training_topic", record.topics)),
            (_("First day"), shown(record.occurred_on)),
            (_("Last day"), shown(record.ends_on)),
            (_("Hours"), record.hours),
            (_("Site"), shown(record.site)),
        ]
        facts += [(_("Title"), record.title)] if record.title else []
        facts += [(_("Note"), record.note)] if record.note else []
        return [("", facts)]

    def actions(self, record, scope):
        offered = super().actions(record, scope)
        if record.is_void or not scope.can(self.amend_permission, record.organisation_id):
            return offered
        rest = [(label, url, "") for label, url, _style in offered]
        return [(_("Attendance sheet"), self.url("sheet", record), "main"), *rest]

    def read_by(self, scope: Scope) -> "Trainings":
        """The register for one reader, to whom attendances name those whom they may see."""
        register = type(self)()
        register.scope = scope
        return register

    def content_text(self, key, value):
        if key != "attendances":
            return super().content_text(key, value)
        seen = PeerEducator.objects.visible_to(self.scope).filter(pk__in=[line[0] for line in value])
        codes_of = {str(pk): code for pk, code in seen.values_list("pk", "reference")}
        named = [line_text(codes_of[line[0]], *line[1:]) for line in value if line[0] in codes_of]
        return "; ".join(sorted(named) + others_text(len(value) - len(named)))

    def extra_context(self, request, record=None):
        if request.resolver_match.url_name != "detail":
            return {}
        return attendance_table(request.scope, record)


def line_text(code: str, days: list, before, after, signed_off: bool) -> str:
    """One attendance as the history says it."""
    parts = [ngettext("%(number)s day", "%(number)s days", len(days)) % {"number": len(days)}]
    if before != "" or after != "":
        parts.append(f"{before if before != '' else '–'} → {after if after != '' else '–'}")
    parts += [_("can do it")] if signed_off else []
    return f"{code}: {', '.join(parts)}"


def others_text(number: int) -> list[str]:
    """How many more came whom this person doesn't see; nothing if nobody."""
    if not number:
        return []
    return [ngettext("and %(number)s of another team", "and %(number)s of other teams", number) % {"number": number}]


def attendance_table(scope: Scope, training: Training) -> dict:
    """Rows for the page of a course: those whom the person may see, and how many more there are."""
    rows = list(training.attendances.all())
    seen = PeerEducator.objects.visible_to(scope).filter(pk__in=[row.peer_id for row in rows])
    visible = set(seen.values_list("pk", flat=True))
    mine = [row for row in rows if row.peer_id in visible]
    # Who sees only themselves isn't told how many others came.
    tells = scope.everywhere(Permission.TRAINING_VIEW) or training.organisation_id in scope.organisations(
        Permission.TRAINING_VIEW
    )
    labels = [_("Peer educator"), _("Days"), _("Score before"), _("Score after"), _("Can do it"), _("Completed")]
    return {
        "attendance_columns": [(label, label, False, "", "") for label in labels],
        "attendance_rows": [
            (row.peer.get_absolute_url(), list(zip(labels, _cells(training, row), strict=True))) for row in mine
        ],
        "others": "".join(others_text(len(rows) - len(mine))) if tells else "",
        "nobody": not rows,
    }


def _cells(training: Training, row: TrainingAttendance) -> list:
    whole = (training.ends_on - training.occurred_on).days + 1
    days = _("%(came)s of %(whole)s") % {"came": len(row.days), "whole": whole}
    done = was_completed(days=len(row.days), of=whole, signed_off=row.signed_off)
    scores = ["" if score is None else score for score in (row.score_before, row.score_after)]
    return [row.peer.reference, days, *scores, shown(row.signed_off), shown(done)]


class NewTraining(CreateScreen):
    """A new course; saved, it leads on to its attendance sheet."""

    def back(self, record):
        if record is None or record.is_void:
            return super().back(record)
        return self.register.url("sheet", record)


class AmendTraining(ReadBySomebody, AmendScreen):
    """A changed course; who changed it meanwhile is told without the names of other teams."""


class TrainingHistory(ReadBySomebody, HistoryScreen):
    """The history with the names that its reader may see."""
