"""The forms of a hotline call: the quick one for the shift, with a key for each choice, and the one that amends."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.entries import EntryForm
from core.forms.registers import day_field
from core.models import Province
from outreach.actions import hotline_calls as calls
from outreach.choices import first
from outreach.forms.campaigns import CampaignField, offered
from outreach.hotline_calls import protocol_of
from outreach.models import HotlineCall
from outreach.models.hotline_calls import ANSWERED, APART
from outreach.rules import hotline_calls as rules

AGES = ("A10", "A15", "A18", "A20_24", "A25_49", "A50", "AUNK")
UNASKED = ("AUNK", "unknown", "U")
NATURES = ("information", "counselling", "crisis")
TOPICS_AT_HAND, PROVINCES_AT_HAND, CAMPAIGNS_AT_HAND = 10, 3, 4
FREQUENT_DAYS = 90
DAYS_AHEAD = (0, 1, 2, 7)
HOURS = range(7, 22)
LONGEST_CALL_SECONDS = 4 * 3600
# One key for each choice, by its place: rows of the keyboard from the top, as the groups stand on the screen.
KEYS = {"topics": "1234567890", "age_band": "qwertyu", "sex": "asdf", "nature": "zxc", "province": "iop"}
APART_KEYS = dict(zip(APART, "vbm", strict=True))


def time_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class Choices(forms.RadioSelect):
    """Chips of which each knows its key and the protocol that it calls for, for the page's script and style sheet."""

    keys: dict[str, str] = {}

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        if key := self.keys.get(str(value)):
            option["attrs"] |= {"data-key": key, "aria-keyshortcuts": key}
        protocol = "crisis" if (name, value) == ("nature", "crisis") else name == "topics" and protocol_of(str(value))
        if protocol:
            option["attrs"]["data-protocol"] = protocol
        option["key"] = key or ""
        return option


class SeveralChoices(Choices, forms.CheckboxSelectMultiple):
    """The same where several can be chosen."""

    allow_multiple_selected = True
    input_type = "checkbox"


class HotlineCallForm(EntryForm):
    """One call, with everything that can be said of it."""

    writer = calls.writer
    code_lists = {
        "nature": "hotline_call_nature",
        "topics": "hotline_topic",
        "sex": "sex",
        "age_band": "caller_age_band",
        "caller": "hotline_caller_category",
        "outcome": "hotline_outcome",
        "referral_type": "referral_type",
    }

    nature = forms.ChoiceField(label=gettext_lazy("Kind of call"), widget=Choices)
    topics = forms.MultipleChoiceField(label=gettext_lazy("Topics"), required=False, widget=SeveralChoices)
    age_band = forms.ChoiceField(label=gettext_lazy("Caller's age"), widget=Choices, initial="AUNK")
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), widget=Choices, initial="U")
    province = forms.ChoiceField(label=gettext_lazy("Province"), required=False, widget=Choices)
    caller = forms.ChoiceField(label=gettext_lazy("Who called"), initial="unknown", required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("What came of it"), required=False)
    referral_type = forms.ChoiceField(label=gettext_lazy("Referred to"), required=False)
    campaign = CampaignField(label=gettext_lazy("Heard through"))
    occurred_on = day_field(gettext_lazy("Date"))
    started_at = forms.TimeField(
        label=gettext_lazy("Time"),
        required=False,
        widget=time_input(),
        error_messages={"invalid": gettext_lazy("Write the time as hours:minutes, such as 14:30.")},
    )
    again_on = day_field(gettext_lazy("Rings again on"), required=False)
    again_at = forms.TimeField(label=gettext_lazy("At"), required=False, widget=time_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        provinces = [(row.code, str(row)) for row in Province.objects.order_by("code")]
        fields["province"].choices = [("", _("Not asked")), *provinces]
        fields["age_band"].choices = first(AGES, fields["age_band"].choices)
        for name in ("age_band", "caller", "sex"):
            fields[name].choices = [
                (key, _("Not asked") if key in UNASKED else text) for key, text in fields[name].choices if key
            ]

        self._offer_campaigns()

    def campaigns(self):
        """The campaigns to choose from, the newest first."""
        day = self.record.occurred_on if self.record else timezone.localdate()
        return offered(self.organisations, day, self.record)

    def _offer_campaigns(self) -> None:
        """Ask through which campaign the caller heard of the hotline, where there is any."""
        found = [(str(pk), name) for pk, name in self.campaigns().values_list("pk", "name")]
        if found:
            self.fields["campaign"].choices = [("", _("Not asked")), *found]
        else:
            del self.fields["campaign"]

    @classmethod
    def initial_of(cls, record: HotlineCall) -> dict[str, Any]:
        initial = super().initial_of(record) | {"province": record.province_id or ""}
        initial["campaign"] = str(record.campaign_id or "")
        if record.ring_again_at:
            again = timezone.localtime(record.ring_again_at)
            initial |= {"again_on": again.date(), "again_at": again.time()}
        return initial

    def clean_caller(self) -> str:
        return self.cleaned_data["caller"] or "unknown"

    def clean(self):
        data = self.cleaned_data
        if bool(data.get("again_on")) != bool(data.get("again_at")) and not self.errors:
            text = _("Give both the day and the hour at which the caller rings again, or neither.")
            self.add_error("again_at" if data.get("again_on") else "again_on", text)
        return super().clean()

    def again(self) -> datetime | None:
        """When the caller means to ring again."""
        on, at = self.cleaned_data.get("again_on"), self.cleaned_data.get("again_at")
        return timezone.make_aware(datetime.combine(on, at)) if on and at else None

    def said(self) -> dict[str, Any]:
        said = super().said()
        if not said["outcome"] and said["referral_type"]:
            said["outcome"] = "referred"
        # A time in the same minute is the same time: nothing that the form asks for is changed by opening it.
        again, held = self.again(), getattr(self.record, "ring_again_at", None)
        same = again and held and again == held.replace(second=0, microsecond=0)
        return said | {"ring_again_at": held if same else again}

    def problems(self, entry):
        names = {"ring_again_at": "again_on" if "again_on" in self.fields else "again_day"}
        found = rules.problems(entry, today=timezone.localdate())
        return [type(one)(names.get(one.field, one.field), one.message, one.value) for one in found]


class QuickCallForm(HotlineCallForm):
    """One call while it goes on: chips with keys, the time taken by itself.

    `elapsed` says how many seconds ago the first key was struck, so that the call is kept at its beginning.
    `code` is what a caller says who rings again; `follows` is the call found by it.
    """

    elapsed = forms.IntegerField(required=False, widget=forms.HiddenInput)
    follows = forms.UUIDField(required=False, widget=forms.HiddenInput)
    campaign = CampaignField(label=gettext_lazy("Heard through"), widget=forms.RadioSelect)
    again_day = forms.ChoiceField(label=gettext_lazy("Rings again"), required=False, widget=forms.RadioSelect)
    again_hour = forms.ChoiceField(label=gettext_lazy("At what hour"), required=False, widget=forms.RadioSelect)
    again_on = again_at = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occurred_on"].required = False
        self.fields["nature"].initial = "information"
        organisations = [row.pk for row in self.organisations]
        lately = HotlineCall.objects.filter(organisation__in=organisations).countable()
        natures = [pair for pair in self.fields["nature"].choices if pair[0] not in APART]
        self.fields["nature"].choices = first(NATURES, natures)
        self.fields["topics"].choices = first(frequent_topics(lately), self.fields["topics"].choices)
        used = tuple(last_provinces(lately, self.scope.user_id))
        self.fields["province"].choices = first(("", *used), self.fields["province"].choices)
        self.shown_provinces = len(used) + 1
        self.fields["again_day"].choices = [("", _("No")), *((str(days), day_ahead(days)) for days in DAYS_AHEAD)]
        self.fields["again_hour"].choices = [(str(hour), f"{hour}:00") for hour in HOURS]
        for name, keys in KEYS.items():
            values = [str(value) for value, _label in self.fields[name].choices]
            self.fields[name].widget.keys = dict(zip(values[: self.at_hand(name)], keys, strict=False))

    def campaigns(self):
        """Those that run today; of a call that is sent in, every one that it may name."""
        return super().campaigns() if self.is_bound else super().campaigns().running_on(timezone.localdate())

    def at_hand(self, name: str) -> int:
        """How many chips of a field stand on the screen before "More"."""
        numbers = {
            "topics": TOPICS_AT_HAND,
            "campaign": CAMPAIGNS_AT_HAND,
            "age_band": len(AGES),
            "province": self.shown_provinces,
        }
        return numbers.get(name, len(self.fields[name].choices))

    @property
    def groups(self) -> dict[str, tuple]:
        """The chips of each field: those at hand, the others, and whether one of the others is chosen."""
        found = {}
        for name in (*KEYS, "campaign", "again_day", "again_hour"):
            if name not in self.fields:
                continue
            chips, cut = list(self[name]), self.at_hand(name)
            rest = chips[cut:]
            found[name] = (self[name], chips[:cut], rest, any(chip.data["selected"] for chip in rest))
        return found

    @property
    def organisation_field(self):
        """The question of those who work in several organisations; None for the others."""
        return self["organisation"] if "organisation" in self.fields else None

    @property
    def folded_open(self) -> bool:
        """Whether what stands under "Date and time" says anything or was refused."""
        return any(self[name].errors or self[name].value() for name in ("occurred_on", "started_at"))

    def clean(self):
        data = self.cleaned_data
        day, hour = data.get("again_day"), data.get("again_hour")
        if bool(day) != bool(hour) and not self.errors:
            text = _("Give both the day and the hour at which the caller rings again, or neither.")
            self.add_error("again_hour" if day else "again_day", text)
        elif day and hour and self.again() <= timezone.now():
            self.add_error("again_hour", _("This hour has passed. Choose a later one."))
        self._take_time(data)
        return super().clean()

    def _take_time(self, data: dict[str, Any]) -> None:
        """Day and time of the call, where nobody wrote them: its first key, or now.

        Of a call that was saved already they are those saved, so that the same press sent twice says the same.
        """
        if data.get("occurred_on") or "occurred_on" in self.errors or "id" in self.errors:
            return
        times = HotlineCall.objects.filter(pk=self.record_id, recorded_by_id=self.scope.user_id)
        saved = times.values_list("occurred_on", "started_at").first()
        seconds = min(max(data.get("elapsed") or 0, 0), LONGEST_CALL_SECONDS)
        began = timezone.localtime(timezone.now() - timedelta(seconds=seconds))
        data["occurred_on"], at = saved or (began.date(), began.time().replace(second=0, microsecond=0))
        data["started_at"] = data.get("started_at") or at

    def again(self) -> datetime | None:
        day, hour = self.cleaned_data.get("again_day"), self.cleaned_data.get("again_hour")
        if not (day and hour):
            return None
        on = timezone.localdate() + timedelta(days=int(day))
        return timezone.make_aware(datetime.combine(on, time(int(hour))))

    def said(self) -> dict[str, Any]:
        said = super().said()
        if said["ring_again_at"] and not said["outcome"]:
            said["outcome"] = "callback"
        return said


def frequent_topics(lately) -> tuple[str, ...]:
    """Topics by how often they came in the 90 days before this week began: a key means the same all week long."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    rows = lately.in_period(monday - timedelta(days=FREQUENT_DAYS), monday - timedelta(days=1))
    tally: Counter[str] = Counter()
    for topics, calls_about in rows.filter(nature__in=ANSWERED).values_list("topics").annotate(Count("pk")).order_by():
        tally.update(dict.fromkeys(topics, calls_about))
    order = list(codes.table("hotline_topic"))
    return tuple(sorted(tally, key=lambda code: (-tally[code], order.index(code) if code in order else 99)))


def last_provinces(lately, user_id: int | None) -> Iterable[str]:
    """The provinces of the person's last calls, each once, the last one first."""
    since = timezone.localdate() - timedelta(days=FREQUENT_DAYS)
    mine = lately.filter(recorded_by_id=user_id, occurred_on__gte=since).exclude(province=None)
    rows = mine.order_by("-occurred_on", "-recorded_at").values_list("province_id", flat=True)[:50]
    return list(dict.fromkeys(rows))[: PROVINCES_AT_HAND - 1]


def day_ahead(days: int) -> str:
    """A day from today on, in words."""
    if days < 2:
        return _("Tomorrow") if days else _("Today")
    on: date = timezone.localdate() + timedelta(days=days)
    return _("In a week") if days == 7 else str(date_format(on, "l"))
