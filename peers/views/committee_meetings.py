"""The register of committee meetings, the actions that are due, and the minutes on paper."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.actions.records import Refused
from core.permissions import Permission
from core.rules.problems import InvalidEntries
from core.views.register_forms import CreateScreen
from core.views.registers import Column
from core.views.screens import Screen
from core.views.written import WrittenRegister
from core.wording import shown
from peers import committee_standing, committee_words
from peers.actions import committee_meetings
from peers.filters.committees import CommitteeMeetingFilters
from peers.forms.committee_meetings import CommitteeMeetingForm
from peers.models import Committee, CommitteeMeeting
from peers.resources.committee_meetings import CommitteeMeetingResource
from peers.views.committee_pages import action_line


def present_text(present: dict) -> str:
    """Who came, by sex."""
    return ", ".join(f"{codes.label('sex', sex)}: {number}" for sex, number in sorted(present.items()))


def actions_text(meeting: CommitteeMeeting) -> str:
    total = len(meeting.actions.all())
    done = sum(action.done_on is not None for action in meeting.actions.all())
    return _("%(done)s of %(total)s done") % {"done": done, "total": total} if total else ""


def minutes_text(meeting: CommitteeMeeting) -> str:
    if meeting.minutes:
        return _("yes")
    return _("on paper") if meeting.minutes_on_paper else _("no")


class CommitteeMeetings(WrittenRegister):
    """One meeting a row."""

    model = CommitteeMeeting
    writer = committee_meetings.writer
    namespace = "committee-meetings"
    heading = gettext_lazy("Committee meetings")
    create_label = gettext_lazy("New meeting")
    empty_text = gettext_lazy("No meeting is recorded yet. Open a committee and record its first meeting.")
    columns = [
        "occurred_on",
        Column("committee", gettext_lazy("Committee"), sort="committee__workplace__enterprise"),
        Column("present", gettext_lazy("Members present"), lambda meeting: sum(meeting.present.values()) or ""),
        Column("minutes", gettext_lazy("Minutes"), minutes_text),
        Column("decisions", gettext_lazy("Decisions"), lambda meeting: len(meeting.decisions)),
        Column("actions", gettext_lazy("Actions"), actions_text),
    ]
    labels = {"actions": gettext_lazy("Actions")}
    filterset = CommitteeMeetingFilters
    form = CommitteeMeetingForm
    resource = CommitteeMeetingResource
    create_permission = Permission.WORKPLACE_RECORD
    void_permission = Permission.WORKPLACE_VOID
    detail_template = "peers/committee_meetings/detail.html"
    form_template = "peers/committee_meetings/form.html"

    def record(self, form, *, by):
        return committee_meetings.hold(entry=form.entry(), done=form.done(), by=by, organisation=form.organisation)

    @classmethod
    def routed(cls) -> list:
        register = cls()
        return cls.urls(
            "groups/committee-meetings/",
            path("new/", NewMeeting.as_view(register=register), name="create"),
            path("<uuid:pk>/done/", ActionDone.as_view(register=register), name="done"),
            path("<uuid:pk>/sheet/", MinutesSheet.as_view(register=register), name="sheet"),
        )

    def readings(self, queryset):
        people = ("committee__workplace__site", "organisation", "recorded_by", "voided_by")
        return queryset.select_related(*people).prefetch_related("actions")

    def title(self, record):
        return f"{record.committee} · {shown(record.occurred_on)}"

    def sections(self, record):
        return [
            (
                "",
                [
                    (_("Committee"), shown(record.committee)),
                    (_("Date"), shown(record.occurred_on)),
                    (_("Members present"), present_text(record.present)),
                    (_("Minutes, in short"), record.minutes),
                    (_("Minutes on paper"), shown(record.minutes_on_paper)),
                ],
            )
        ]

    def content_text(self, key, value):
        if key == "present":
            return present_text(value)
        if key == "decisions":
            return "; ".join(value)
        if key == "actions":
            return "; ".join(_action_text(*row) for row in value)
        if key == "committee" and value:
            found = Committee.objects.filter(pk=value).select_related("workplace").first()
            return str(found or value)
        return super().content_text(key, value)

    def actions(self, record, scope):
        sheet = [] if record.is_void else [(_("Minutes to print"), self.url("sheet", record), "")]
        return [*super().actions(record, scope), *sheet]

    def extra_context(self, request, record=None):
        if request.resolver_match.url_name != "detail" or record is None:
            return {}
        may = request.scope.can(Permission.WORKPLACE_RECORD, record.organisation_id) and not record.is_void
        return {
            "no_minutes": not record.is_minuted,
            "decisions": record.decisions,
            "meeting_actions": _lines(record, may=may),
            "committee_url": record.committee.get_absolute_url(),
        }


def _action_text(text: str, role: str, due_on: str, done_on: str) -> str:
    said = [codes.label("committee_role", role)] if role else []
    said.append(_("until %(day)s") % {"day": due_on})
    if done_on:
        said.append(_("done on %(day)s") % {"day": done_on})
    return f"{text} ({', '.join(said)})"


def _lines(meeting: CommitteeMeeting, *, may: bool) -> list[dict]:
    """Every action of a meeting, open ones with their button."""
    today, found = timezone.localdate(), []
    for action in meeting.actions.all():
        line = action_line(action, today, may=may)
        if action.done_on:
            done = _("done on %(day)s") % {"day": shown(action.done_on)}
            line |= {"kind": "good", "when": done, "done_url": ""}
        found.append(line)
    return found


class NewMeeting(CreateScreen):
    """A meeting of the committee of `?committee=`; without one, the committee is chosen first."""

    def get(self, request, pk=None):
        offered = self.offered()
        if any(str(committee.pk) == request.GET.get("committee") for committee in offered):
            return super().get(request)
        today = timezone.localdate()
        standing = committee_standing.standing_of(offered, today)
        context = {
            "heading": _("Whose meeting?"),
            "committees": [
                (
                    f"{self.register.url('create')}?committee={committee.pk}",
                    str(committee.workplace),
                    committee_words.chip(standing[committee.pk]),
                )
                for committee in offered
            ],
            "committees_url": reverse("committees:list"),
        }
        return self.show("peers/committee_meetings/choose.html", context)

    def offered(self) -> list[Committee]:
        """Committees that are formed and not closed, where the person may record."""
        organisations = self.register.organisations(self.request.scope, self.permission)
        formed = Committee.objects.visible_to(self.request.scope).countable().filter(formed_on__isnull=False)
        mine = formed.filter(closed_on=None, organisation__in=organisations).select_related("workplace")
        return list(mine.order_by("workplace__enterprise", "pk"))

    def form(self, data=None):
        organisations = self.register.organisations(self.request.scope, self.permission)
        asked = (self.request.POST if data is not None else self.request.GET).get("committee", "")
        chosen = next((one for one in self.offered() if str(one.pk) == asked), None)
        if chosen:
            organisations = organisations.filter(pk=chosen.organisation_id)
        initial = None if data is not None else {"occurred_on": timezone.localdate(), "committee": chosen.pk}
        return self.register.form(data, scope=self.request.scope, organisations=organisations, initial=initial)


class ActionDone(Screen):
    """The button "Done" beside an open action: done today. Pressed twice it is said once."""

    needs = "amend_permission"
    http_method_names = ["post", "options"]

    def post(self, request, pk):
        place, version = (_number(request.POST.get(name, "")) for name in ("place", "version"))
        try:
            committee_meetings.action_done(
                meeting=self.record, place=place, on=timezone.localdate(), version=version, by=request.user
            )
        except Refused as refused:
            messages.warning(request, str(refused))
        except InvalidEntries as wrong:
            messages.warning(request, " ".join(problem.message for problem in wrong.problems[0]))
        else:
            messages.success(request, _("Noted: done today. Mend the day by changing the meeting."))
        places = {
            "actions": reverse("committees:actions"),
            "committee": self.record.committee.get_absolute_url(),
        }
        return redirect(places.get(request.POST.get("back", ""), self.record.get_absolute_url()))


def _number(text: str) -> int:
    """A small number of the form; 0, which is none, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


class MinutesSheet(Screen):
    """The minutes of a meeting on A4, to be signed and kept."""

    def get(self, request, pk):
        context = {
            "heading": self.register.title(self.record),
            "record": self.record,
            "present": present_text(self.record.present),
            "decisions": self.record.decisions,
            "actions": _lines(self.record, may=False),
            "back_url": self.record.get_absolute_url(),
        }
        return self.show("peers/committee_meetings/sheet.html", context)
