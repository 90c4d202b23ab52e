"""The hotline's screens: the quick form of a shift, the register of calls, the week by hour."""

from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.actions.records import Outcome, Refused
from core.permissions import Permission
from core.views.register_forms import CreateScreen
from core.views.registers import Column
from core.views.screens import Screen
from core.views.written import WrittenRegister
from core.wording import coded, shown
from outreach import hotline_calls as tallies
from outreach import spoken_codes
from outreach.actions import hotline_calls as calls
from outreach.filters.hotline_calls import HotlineCallFilters
from outreach.forms.hotline_calls import APART_KEYS, HotlineCallForm, QuickCallForm
from outreach.models import HotlineCall
from outreach.models.hotline_calls import ANSWERED, APART
from outreach.resources.hotline_calls import HotlineCallResource

TOPICS_SHOWN = 10


class HotlineCalls(WrittenRegister):
    """One call a row; nothing in it names anybody."""

    model = HotlineCall
    namespace = "hotline-calls"
    heading = gettext_lazy("Hotline calls")
    create_label = gettext_lazy("New call")
    empty_text = gettext_lazy("No call is recorded yet.")
    columns = [
        Column("occurred_on", gettext_lazy("Date"), sort="occurred_on"),
        Column("started_at", gettext_lazy("Time"), lambda call: call.started_at and f"{call.started_at:%H:%M}"),
        "nature",
        "topics",
        "age_band",
        "sex",
        "province",
        "outcome",
        Column("recorded_by", gettext_lazy("Recorded by"), sort="recorded_by__username"),
    ]
    code_lists = {
        "nature": "hotline_call_nature",
        "topics": "hotline_topic",
        "sex": "sex",
        "age_band": "caller_age_band",
        "caller": "hotline_caller_category",
        "outcome": "hotline_outcome",
        "referral_type": "referral_type",
    }
    ordering = ("-occurred_on", "-started_at", "-recorded_at", "pk")
    writer = calls.writer
    filterset, form, resource = HotlineCallFilters, HotlineCallForm, HotlineCallResource
    create_permission = Permission.CALL_RECORD
    void_permission = Permission.CALL_VOID
    list_template = "outreach/hotline/list.html"

    def title(self, call):
        return f"{codes.label('hotline_call_nature', call.nature)}, {shown(call.occurred_on)}"

    def sections(self, call):
        facts = [(column.label, column.text(call)) for column in self.list_columns()[:-1]]
        facts += [
            (self.label("caller"), codes.label("hotline_caller_category", call.caller)),
            (self.label("referral_type"), codes.label("referral_type", call.referral_type)),
            (self.label("ring_again_at"), shown(call.ring_again_at)),
        ]
        if call.follows:
            facts.append((self.label("follows"), self.title(call.follows)))
        if call.campaign:
            facts.append((self.label("campaign"), call.campaign.name))
        return [("", [(label, value) for label, value in facts if value not in ("", None)])]

    def extra_context(self, request, record=None):
        return {"week_url": reverse("hotline-week")} if record is None else {}


def protocols_of(call: HotlineCall) -> list[str]:
    """What the call's topics and nature ask of the counsellor."""
    found = {tallies.protocol_of(topic) for topic in call.topics} | ({"crisis"} if call.nature == "crisis" else set())
    return sorted(filter(None, found))


def page_keys() -> list[tuple[str, str]]:
    """What the keys of the quick form do, for the help."""
    return [
        ("z x c", _("Kind of call")),
        ("1 … 9 0", _("Topics")),
        ("q … u", _("Caller's age")),
        ("a s d f", _("Sex")),
        ("i o p", _("Province")),
        ("g", _("Who called")),
        ("h", _("What came of it")),
        ("j", _("Referred to")),
        ("k", _("The caller wants to ring again")),
        ("l", _("Rings again with a code")),
        ("+", _("Another day or time")),
        ("Enter", _("Save call")),
        ("v b m", _("Silent, prank, wrong: saved at once")),
    ]


class RecordCall(CreateScreen):
    """A call while it goes on. After saving, a fresh form stands ready, with a line about the call just saved."""

    template = "outreach/hotline/record.html"

    def form(self, data=None, initial=None):
        scope = self.request.scope
        organisations = self.register.organisations(scope, self.permission)
        return QuickCallForm(data, scope=scope, organisations=organisations, initial=initial)

    def post(self, request):
        if nature := request.POST.get("apart"):
            return self.post_apart(request.POST, nature)
        if "find" in request.POST or (request.POST.get("code", "").strip() and not request.POST.get("follows")):
            return self.look_up(request.POST)
        return super().post(request)

    def post_apart(self, data: QueryDict, nature: str):
        """A silent, prank or wrong call: its nature and its time, nothing else."""
        said = {"nature": nature, "sex": "U", "age_band": "AUNK"}
        said |= {name: data[name] for name in ("id", "organisation", "elapsed") if name in data}
        query = QueryDict(mutable=True)
        query.update(said)
        form = self.form(query)
        form.fields["nature"].choices = [(code, codes.label("hotline_call_nature", code)) for code in APART]
        if not form.is_valid():
            return self.page(form)
        return self.act(form)

    def look_up(self, data: QueryDict):
        """The form as it was typed, beside the call that the code belongs to, or why there is none."""
        values = {name: data.getlist(name) if name == "topics" else data.get(name) for name in data}
        found, fault = None, ""
        try:
            found = calls.find(text=data.get("code", ""), scope=self.request.scope, by=self.request.user)
        except Refused as refused:
            fault = str(refused)
        form = self.form(initial=values | {"follows": found.pk if found else ""})
        return self.page(form, status=200 if found else 400, fault=fault, code=data.get("code", ""))

    def words(self) -> dict:
        return {"heading": _("Hotline call"), "submit_label": _("Save call"), "cancel_url": ""}

    def page(self, form, status: int = 200, **more):
        followed = form["follows"].value()
        earlier = self.register.visible(self.request.scope).filter(pk=_uuid(followed)).first() if followed else None
        context = {
            "apart": [(c, codes.label("hotline_call_nature", c), APART_KEYS[c]) for c in APART],
            "earlier": earlier and self.register.sections(earlier)[0][1],
            "saved": self.saved(),
            "page_keys": page_keys(),
        }
        return super().page(form, status, **context, **more)

    def saved(self) -> dict | None:
        """What is said of the call just saved: how many today, whether it can be undone, its code, its protocols."""
        pk, user = _uuid(self.request.GET.get("saved", "")), self.request.user
        call = pk and self.register.visible(self.request.scope).filter(pk=pk, recorded_by=user).first()
        if not call:
            return None
        mine = HotlineCall.objects.countable().filter(recorded_by=user, occurred_on=timezone.localdate())
        age = timezone.now() - call.recorded_at
        code = calls.code_of(call, by=user)
        return {
            "call": call,
            "what": codes.label("hotline_call_nature", call.nature),
            "today": mine.count(),
            "may_undo": age < calls.UNDO and not call.is_void,
            "code": spoken_codes.spoken(code) if code else "",
            "again": shown(call.ring_again_at),
            "protocols": protocols_of(call) if age < calls.UNDO else [],
        }

    def act(self, form):
        outcome = self.register.record(form, by=self.request.user)
        if outcome == Outcome.CONFLICT:
            record = self.register.visible(self.request.scope).filter(pk=form.record_id).first()
            context = {"heading": _("Not saved"), "record_url": record and self.back(record)}
            return self.show("core/registers/conflict.html", context, status=409)
        if outcome == Outcome.GONE:
            messages.warning(self.request, _("This call was undone. It was not saved again."))
            return redirect("record-call")
        return redirect(f"{reverse('record-call')}?{urlencode({'saved': form.record_id})}")


class UndoCall(Screen):
    """Take back the call that one has just saved."""

    needs = "create_permission"

    def post(self, request, pk):
        try:
            calls.undo(call=self.record, by=request.user)
            messages.success(request, _("Undone. The call counts nowhere."))
        except Refused as refused:
            messages.warning(request, str(refused))
        return redirect("record-call")


class Week(Screen):
    """Seven days by hour, with the share of young callers and what was asked about. `?day=` names a day of the week."""

    def get(self, request):
        day = _day(request.GET.get("day", ""))
        monday = day - timedelta(days=day.weekday())
        days = [monday + timedelta(days=number) for number in range(7)]
        rows = self.register.model.objects.visible_to(request.scope).countable().in_period(days[0], days[-1])
        found = tallies.tally(rows.values_list(*tallies.COLUMNS))
        context = {
            "lead": self.register.heading,
            "heading": _("The week by hour"),
            "day": day,
            "from_day": shown(days[0]),
            "to_day": shown(days[-1]),
            "days": [
                (date_format(one, "D"), one.day, date_format(one, "M"), one == timezone.localdate()) for one in days
            ],
            "hours": hours(found, days),
            "sums": [sum(found.hours.get((one, hour), (0, 0))[0] for hour in (*range(24), None)) for one in days],
            "facts": facts(found, days),
            "topics": topics(found, days),
            "tally": found,
            "last_week": f"?day={monday - timedelta(days=7)}",
            "next_week": f"?day={monday + timedelta(days=7)}" if days[-1] < timezone.localdate() else "",
        }
        return self.show("outreach/hotline/week.html", context)


def list_url(first: date, last: date, **filters: str) -> str:
    """The register's list of some days, filtered."""
    query = {"occurred_on_after": first, "occurred_on_before": last, **filters}
    return f"{reverse('hotline-calls:list')}?{urlencode(query)}"


def hours(found: tallies.Tally, days: list[date]) -> list[tuple]:
    """(hour, cells) of each hour; a cell is (answered, its list, apart, its list, shade from 0 to 4).

    Calls without a time have a last row of their own.
    """
    most = max([1, *(answered for answered, _apart in found.hours.values())])
    untimed = any(hour is None for _day, hour in found.hours)
    rows = []
    for hour in (*range(24), *([None] if untimed else [])):
        at = "none" if hour is None else str(hour)
        cells = []
        for day in days:
            answered, apart = found.hours.get((day, hour), (0, 0))
            cells.append(
                (
                    answered,
                    list_url(day, day, hour=at, answered="answered"),
                    apart,
                    list_url(day, day, hour=at, answered="apart"),
                    -(-4 * answered // most),
                )
            )
        rows.append((_("No time") if hour is None else f"{hour:02}:00", cells))
    return rows


def facts(found: tallies.Tally, days: list[date]) -> list[tuple]:
    """(label, number, address of its list) of answered calls, and of those apart."""
    first, last = days[0], days[-1]
    rows = [(_("Answered calls"), found.answered, list_url(first, last, answered="answered"))]
    rows += [
        (codes.label("hotline_call_nature", code), found.natures[code], list_url(first, last, nature=code))
        for code in (*ANSWERED, *APART)
    ]
    return [(label, number, url if number else "") for label, number, url in rows]


def topics(found: tallies.Tally, days: list[date]) -> list[tuple]:
    """(topic, calls, address of their list), the most frequent first."""
    return [
        (coded("hotline_topic", code), [(number, list_url(days[0], days[-1], topic=code))])
        for code, number in sorted(found.topics.items(), key=lambda pair: (-pair[1], pair[0]))[:TOPICS_SHOWN]
    ]


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise BadRequest("day") from None
    # The weeks beside it must be days too.
    if not date.min.year < day.year < date.max.year:
        raise BadRequest("day")
    return day
