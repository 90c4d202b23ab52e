"""The register of sessions: groups met, counted by heads."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes, wording
from core.permissions import Permission
from core.views.registers import Column
from core.views.written import WrittenRegister
from peers.actions import sessions
from peers.filters.sessions import SessionFilters
from peers.forms.sessions import SessionForm
from peers.models import Session
from peers.resources.sessions import SessionResource


class Sessions(WrittenRegister):
    """Talks, lessons and events."""

    model = Session
    writer = sessions.writer
    namespace = "sessions"
    heading = gettext_lazy("Sessions")
    create_label = gettext_lazy("New session")
    empty_text = gettext_lazy("No session is recorded yet.")
    columns = [
        "occurred_on",
        "kind",
        Column("site", gettext_lazy("Site"), sort="site__name"),
        Column("heads_total", gettext_lazy("Heads"), sort="heads_total"),
        "topics",
    ]
    code_lists = {"kind": "contact_type", "topics": "session_topic", "services": "service"}
    labels = {"headcounts": gettext_lazy("Heads"), "commodities": gettext_lazy("Given out and taken back")}
    filterset = SessionFilters
    form = SessionForm
    resource = SessionResource
    create_permission = Permission.SESSION_RECORD
    void_permission = Permission.SESSION_VOID
    detail_template = "peers/sessions/detail.html"
    form_template = "peers/sessions/form.html"

    def readings(self, queryset):
        return queryset.with_heads().with_lines()

    def title(self, record):
        return f"{codes.label('contact_type', record.kind)} · {wording.shown(record.occurred_on)}"

    def sections(self, record):
        place = record.site.district if record.site else None
        return [
            (
                "",
                [
                    (_("Date"), wording.shown(record.occurred_on)),
                    (_("Kind of session"), codes.label("contact_type", record.kind)),
                    (_("Site"), wording.shown(record.site)),
                    (_("District"), wording.shown(place)),
                    (_("Topics"), wording.coded("session_topic", record.topics)),
                    (_("Services given"), wording.coded("service", record.services)),
                    (_("Length in minutes"), record.minutes),
                    (_("Note"), record.note),
                ],
            )
        ]

    def content_text(self, key, value):
        if key == "headcounts":
            return _heads_text([tuple(row) for row in value])
        if key == "commodities":
            return ", ".join(_pieces_text(*line) for line in value)
        return super().content_text(key, value)

    def extra_context(self, request, record=None):
        return {"heads": heads_table(record), "pieces": _pieces(record)} if record else {}


def heads_table(session: Session) -> dict:
    """The unnamed heads by age and sex with their sums, for the figures' table component."""
    cells = {(row.sex, row.age_band): row.heads for row in session.headcounts.all()}
    sexes = [pair for pair in codes.choices("sex") if any(sex == pair[0] for sex, _band in cells)]
    bands = [band for band in codes.table("age_band_atomic") if any(band == key for _sex, key in cells)]
    sums = [sum(heads for (key, _band), heads in cells.items() if key == sex) for sex, _label in sexes]

    def row(band: str) -> list[tuple]:
        found = [cells.get((sex, band), 0) for sex, _label in sexes]
        return [(number, "") for number in [*found, sum(found)]]

    return {
        "columns": [_("Age"), *(label for _sex, label in sexes), _("All")],
        "rows": [(codes.label("age_band_atomic", band), row(band)) for band in bands],
        "foot": (_("All"), [(number, "") for number in [*sums, sum(sums)]]),
    }


def _heads_text(rows: list[tuple[str, str, int]]) -> str:
    return ", ".join(
        f"{codes.label('sex', sex)} {codes.label('age_band_atomic', band)}: {heads}" for sex, band, heads in rows
    )


def _pieces(session: Session) -> list[tuple[str, str]]:
    lines = sorted(session.commodities.all(), key=lambda line: line.commodity)
    return [(codes.label("commodity", line.commodity), _moved_text(line.given, line.taken_back)) for line in lines]


def _pieces_text(commodity: str, given: int, taken_back: int) -> str:
    return f"{codes.label('commodity', commodity)}: {_moved_text(given, taken_back)}"


def _moved_text(given: int, taken_back: int) -> str:
    if not taken_back:
        return str(given)
    return _("%(given)s given, %(taken)s taken back") % {"given": given, "taken": taken_back}
