"""The attendance sheet of a course: filled in on a screen page by page, or printed empty."""

from functools import cached_property

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.actions.records import Changed
from core.views.register_forms import AmendScreen
from core.views.screens import Screen
from peers.actions import trainings
from peers.forms.training_sheets import PAGE, SheetForm, ids_in, on_sheet, short
from peers.rules.trainings import course_days

EMPTY_LINES = 6
# More days don't fit beside one another on A4.
DAYS_ON_PAPER = 10


class ReadBySomebody:
    """A screen whose register words attendances for its reader."""

    def dispatch(self, request, *args, **kwargs):
        self.register = self.register.read_by(request.scope)
        return super().dispatch(request, *args, **kwargs)


class Sheet(ReadBySomebody, AmendScreen):
    """Ticks and scores of those of one's team, forty a page; the lines of others stay as they are."""

    template = "peers/trainings/sheet.html"

    @cached_property
    def page_of_peers(self):
        return Paginator(on_sheet(self.request.scope, self.record), PAGE).get_page(self.request.GET.get("page"))

    def form(self, data=None):
        if data is None:
            peers, initial = list(self.page_of_peers), SheetForm.initial_for(self.record)
        else:
            sent = ids_in(data.getlist("rows"))
            peers, initial = list(on_sheet(self.request.scope, self.record).filter(pk__in=sent)), None
        frame = {"scope": self.request.scope, "organisations": [self.record.organisation], "record": self.record}
        return SheetForm(data, peers=peers, initial=initial, **frame)

    def words(self) -> dict:
        more = self.page_of_peers.has_next()
        return {
            "heading": _("Attendance: %(training)s") % {"training": self.register.title(self.record)},
            "submit_label": _("Save and go on") if more else _("Save"),
            "page_obj": self.page_of_peers,
            "paginator": self.page_of_peers.paginator,
            "blank_url": self.register.url("blank", self.record),
        }

    def act(self, form):
        try:
            trainings.fill_in(
                training=self.record,
                lines=form.attended(),
                about=[peer.pk for peer in form.peers],
                version=form.cleaned_data["version"],
                by=self.request.user,
            )
        except Changed as changed:
            return self.changed_meanwhile(form, str(changed))
        messages.success(self.request, _("Saved."))
        if self.page_of_peers.has_next():
            return redirect(f"{self.register.url('sheet', self.record)}?page={self.page_of_peers.next_page_number()}")
        return redirect(self.back(self.record))


class BlankSheet(Screen):
    """The sheet on paper: those of one's team, every day of the course, and empty lines."""

    needs = "amend_permission"

    def get(self, request, pk):
        days = course_days(self.record.occurred_on, self.record.ends_on)
        parts = [days[at : at + DAYS_ON_PAPER] for at in range(0, len(days), DAYS_ON_PAPER)]
        context = {
            "heading": self.register.title(self.record),
            "training": self.record,
            "sheets": [[short(day) for day in part] for part in parts],
            "peers": self.named(),
            "empty_lines": range(EMPTY_LINES),
            "sheet_url": self.register.url("sheet", self.record),
        }
        return self.show("peers/trainings/blank.html", context)

    def named(self) -> list[str]:
        """Codes of those who stand on the sheet already; of everybody who could while nobody does."""
        held = {row.peer_id for row in self.record.attendances.all()}
        peers = list(on_sheet(self.request.scope, self.record))
        return [peer.reference for peer in peers if peer.pk in held] or [peer.reference for peer in peers]
