"""Trainings in a file: the columns of import and export, and what a row means."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import Row, RowRefused
from core.permissions import Permission
from core.resources.cells import CodesCell, DayCell, NumberCell, TextCell, day_of
from core.resources.entries import SITE, EntryImporter, EntryResource, Named
from core.resources.registers import Column
from peers.actions import trainings
from peers.models import PeerEducator, Training
from peers.resources.parted import joined, parted
from peers.rules.trainings import MOST_HOURS, MOST_SCORE, Attended, usual_hours

PEER = Named(
    lambda errand: PeerEducator.objects.filter(organisation=errand.organisation),
    gettext_lazy("No peer educator has this code here. Check it, or register them first."),
)
ATTENDANCES = "attendances"


class AttendancesCell(TextCell):
    """Who came: `PE-01|2025-03-01,2025-03-02|40|85|1;PE-02|…`: code, days, score before, after, can do it."""

    def clean(self, value, row=None, **kwargs):
        return tuple(self._line(part) for part in parted(value, ";") if part.strip()) if value else ()

    def _line(self, text: str) -> tuple[str, Attended]:
        cells = [cell.strip() for cell in parted(text, "|")]
        cells += [""] * (5 - len(cells))
        days = [day_of(day) for day in filter(None, cells[1].split(","))]
        number = NumberCell(most=MOST_SCORE)
        if len(cells) > 5 or not cells[0] or None in days or cells[4] not in ("", "0", "1"):
            sample = "PE-01|2025-03-01,2025-03-02|40|85|1"
            text = _("Write who came as code|days|score before|score after|1 if they can do it, such as %(sample)s.")
            raise ValueError(text % {"sample": sample})
        said = {"days": frozenset(days), "score_before": number.clean(cells[2]), "score_after": number.clean(cells[3])}
        # The row knows only a code; the importer says whose it is.
        return cells[0], Attended(peer_id=None, signed_off=cells[4] == "1", **said)

    def render(self, value, obj=None, **kwargs):
        return joined((self._text(code, one) for code, one in value or ()), ";")

    @staticmethod
    def _text(code: str, one: Attended) -> str:
        scores = ["" if score is None else str(score) for score in (one.score_before, one.score_after)]
        days = ",".join(sorted(map(str, one.days)))
        return joined([code, days, *scores, str(int(one.signed_off))], "|")


class TrainingResource(EntryResource):
    """One course a row, in the layout of the import `trainings`."""

    ends_on = Column(column_name="ends_on", attribute="ends_on", widget=DayCell())
    topics = Column(column_name="topics", widget=CodesCell("training_topic"))
    hours = Column(column_name="hours", attribute="hours", widget=NumberCell(most=MOST_HOURS))
    title = Column(column_name="title", attribute="title", widget=TextCell())
    site = Column(column_name="site", widget=TextCell())
    attendances = Column(column_name=ATTENDANCES, widget=AttendancesCell())
    note = Column(column_name="note", attribute="note", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = Training

    def dehydrate_topics(self, training):
        return ";".join(sorted(training.topics))

    def dehydrate_site(self, training):
        return training.site.code if training.site_id else ""

    def dehydrate_attendances(self, training):
        rows = sorted(training.attendances.all(), key=lambda row: row.peer.reference)
        return AttendancesCell().render([(row.peer.reference, trainings.attended(row)) for row in rows])


class TrainingImporter(EntryImporter):
    """One course a row, with those who came. Without a number of hours, they follow from the topics."""

    name = "trainings"
    order = 43
    label = gettext_lazy("Trainings")
    resource = TrainingResource
    writer = trainings.writer
    links = {"site": SITE}
    permission = Permission.TRAINING_RECORD
    required = ("id", "date", "topics")
    template_columns = ("id", "date", "ends_on", "topics", "hours", "title", "site", ATTENDANCES, "note")
    readings = staticmethod(lambda queryset: queryset.select_related("site").prefetch_related("attendances__peer"))

    def look_up(self, rows: list[Row]) -> None:
        super().look_up(rows)
        codes = {code for row in rows for code, _one in row.values.get(ATTENDANCES) or ()}
        self.peers = PEER.look_up(codes, self.errand) if codes else {}

    def given(self, row: Row, record: Any) -> dict[str, Any]:
        given = super().given(row, record)
        if record is None:
            given.setdefault("ends_on", given["occurred_on"])
            given.setdefault("hours", None)
        hours_told = given.get("hours") is not None or (record and "hours" not in row.values)
        if not hours_told:
            given["hours"] = usual_hours(given["topics"])
        if ATTENDANCES in row.values and ATTENDANCES not in row.unread:
            given["attendances"] = tuple(self.attended(code, one) for code, one in row.values[ATTENDANCES])
        return given

    def attended(self, code: str, one: Attended) -> Attended:
        if code not in self.peers:
            raise RowRefused(ATTENDANCES, f"{PEER.refusal} ({code})")
        return Attended(
            peer_id=self.peers[code],
            days=one.days,
            score_before=one.score_before,
            score_after=one.score_after,
            signed_off=one.signed_off,
        )
