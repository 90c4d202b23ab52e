"""The form of a session: what, where, who came by name, how many more, and what was given out."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes, site_names
from core.forms.registers import RecordForm, day_field, note_field
from core.models import Site
from core.resources.cells import day_of
from outreach.models import Campaign
from peers import session_lists
from peers.actions import sessions
from peers.forms.session_knowledge import KnowledgeFields
from peers.forms.session_people import AttendeeFields, FacilitatorFields
from peers.models import Session
from peers.rules import sessions as rules
from peers.rules import topics
from peers.rules.sessions import GROUP_LEVELS, MOST_HEADS, SMALL_GROUP, UNKNOWN, SessionEntry

# What is likely to be taken back: everything else can only be given.
TAKEN_BACK = ("needle_syringe", "disposal")
# Leaflets and cards are given at most sessions: they stand first.
PRINTED = "iec"
# Heads of whom the age isn't known are counted by − and +; the others in the table of sex and age.
COUNTED = [("F", "AUNK"), ("M", "AUNK"), UNKNOWN]


def number_field(label: str, *, stepper: bool = False, **attrs) -> forms.IntegerField:
    """A whole number that may stay empty."""
    attrs = {"inputmode": "numeric", "min": 0, **({"data-stepper": "1"} if stepper else {}), **attrs}
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST_HEADS, widget=forms.NumberInput(attrs=attrs)
    )


def session_kinds(record=None) -> list[tuple[str, str]]:
    """Small groups, kinds of contact that are counted by heads, and the record's own."""
    rows = [
        (key, code.label)
        for key, code in codes.table("contact_type").items()
        if (code.retired_on is None and (code.attributes.get("counting_level") in GROUP_LEVELS or key == SMALL_GROUP))
        or (record is not None and key == record.kind)
    ]
    return sorted(rows, key=lambda row: row[0] != SMALL_GROUP)


def head_field(sex: str, band: str) -> str:
    return "heads_only" if (sex, band) == UNKNOWN else f"heads_{sex}_{band}"


def topic_label(key: str, label: str) -> str:
    """A topic with the age from which it is taught, or for whom it is."""
    if topics.for_clients_only(key):
        return _("%(topic)s · registered clients only") % {"topic": label}
    if limit := topics.youngest(key):
        return _("%(topic)s · from %(age)s") % {"topic": label, "age": limit}
    return label


class SessionForm(AttendeeFields, FacilitatorFields, KnowledgeFields, RecordForm):
    """One talk, lesson or event. Fields `heads_<sex>_<band>`, `given_<code>`, `taken_<code>` follow the code lists.

    `repeats` asks for the people of the last session again where the form changes a record.
    """

    renamed = {"heads": "heads_only"}

    occurred_on = day_field(gettext_lazy("Date"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of session"))
    site = forms.ModelChoiceField(
        label=gettext_lazy("Site"), queryset=Site.objects.none(), required=False, empty_label=gettext_lazy("No site")
    )
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics"), required=False, widget=forms.CheckboxSelectMultiple
    )
    heads_only = number_field(gettext_lazy("People, sex and age not known"), stepper=True)
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"),
        required=False,
        min_value=1,
        max_value=rules.LONGEST_MINUTES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Services given"), required=False, widget=forms.CheckboxSelectMultiple
    )
    campaign = forms.ModelChoiceField(
        label=gettext_lazy("Campaign"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=gettext_lazy("No campaign"),
        error_messages={
            "invalid_choice": gettext_lazy("This campaign didn't run on that day. Choose another, or check the date.")
        },
    )
    place = forms.CharField(
        label=gettext_lazy("Where exactly"),
        required=False,
        max_length=rules.LONGEST_PLACE,
        help_text=gettext_lazy("A few words, such as “canteen”. No names of people."),
    )
    note = note_field()

    def __init__(self, *args, repeats: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = session_kinds(self.record)
        self.fields["topics"].choices = [(key, topic_label(key, label)) for key, label in self.coded("session_topic")]
        self.fields["services"].choices = self.coded("service")
        self.fields["site"].queryset = self.sites()
        site_names.label(self.fields["site"], self.scope)
        self.fields["campaign"].queryset = self.campaigns()
        if not self._said("campaign") and not self.fields["campaign"].queryset.exists():
            del self.fields["campaign"]
        self.sexes = codes.choices("sex")
        self.bands = codes.choices("age_band_atomic")
        self._offer_heads()
        self.offer_facilitators()
        self.offer_knowledge()
        self.offer_people(self._last() if repeats or self.record is None else None)
        self._lay_out()

    def _offer_heads(self) -> None:
        for sex, sex_label in self.sexes:
            for band, band_label in self.bands:
                if (sex, band) in COUNTED and (sex, band) != UNKNOWN:
                    self.fields[f"heads_{sex}_{band}"] = number_field(
                        _("%(sex)s, age not known") % {"sex": sex_label}, stepper=True
                    )
                elif (sex, band) != UNKNOWN:
                    label = _("%(sex)s, %(age)s") % {"sex": sex_label, "age": band_label}
                    self.fields[f"heads_{sex}_{band}"] = number_field(label, **{"aria-label": label})

    def _lay_out(self) -> None:
        more = self.commodity_fields()
        printed = [name for name in more if codes.table("commodity")[name[6:]].attributes.get("category") == PRINTED]
        codes_apart = "facilitators" in self.fields
        self.layout = [
            (
                "",
                ["occurred_on", "kind", "site", "facilitators", *([] if codes_apart else ["facilitator_codes"])],
                False,
            ),
            *([(_("Other peer educators led it too"), ["facilitator_codes"], True)] if codes_apart else []),
            ("", ["topics"], False),
            (_("Leaflets and cards"), printed, False),
            (_("Given out and taken back"), [name for name in more if name not in printed], True),
            (_("More about the session"), ["services", "minutes", "campaign", "place", "note"], True),
        ]
        self.before = (3 if codes_apart else 2) + ("organisation" in self.fields)

    @property
    def before_people(self) -> list:
        return self.fieldsets[: self.before]

    @property
    def after_people(self) -> list:
        """Without the reason of a change, which stands at the very end."""
        return [group for group in self.fieldsets[self.before :] if group[1][0].name != "change_reason"]

    @property
    def last_place(self) -> str:
        """Where the last session was, as the list of sites calls the place."""
        site = self.last.site if self.last else None
        return self.fields["site"].label_from_instance(site) if site else ""

    def _said(self, name: str):
        """What a field says so far, as it was posted or as the form begins."""
        return self.data.get(name) if self.is_bound else self.initial.get(name)

    def _last(self) -> Session | None:
        """The last session at the same site, or by the same peer educators, whose people may come again."""
        site = next(
            (pk for pk in self.sites().values_list("pk", flat=True) if str(pk) == str(self._said("site"))), None
        )
        widget = forms.CheckboxSelectMultiple()
        posted = widget.value_from_datadict(self.data, {}, "facilitators") if self.is_bound else None
        led = {str(pk) for pk in (posted or self.initial.get("facilitators") or ())}
        offered = self.fields["facilitators"].choices if "facilitators" in self.fields else []
        peers = [pk for pk, _code in offered if pk in led]
        return session_lists.last_with_people(
            self.scope, self.organisations, site_id=site, facilitators=peers, but=self.record_pk
        )

    @property
    def record_pk(self):
        return self.record.pk if self.record else None

    def coded(self, name: str) -> list[tuple[str, str]]:
        """Codes in use, and retired ones that the record already holds."""
        held = {*self.record.topics, *self.record.services} if self.record else set()
        return [(key, c.label) for key, c in codes.table(name).items() if c.retired_on is None or key in held]

    def sites(self):
        """Sites of the organisations to choose from; a closed one only if the record has it."""
        sites = Site.objects.visible_to(self.scope).filter(organisation__in=self.organisations)
        here = Site.objects.filter(pk=self.record.site_id) if self.record else Site.objects.none()
        sites = sites.besides_schools(Session.objects.all(), self.asked_for("site"))
        return (sites.open() | here).order_by("name")

    def campaigns(self):
        """Campaigns that ran on the day, and the record's own."""
        said = self._said("occurred_on")
        day = said if isinstance(said, date) else day_of(str(said or "")) or timezone.localdate()
        mine = Campaign.objects.visible_to(self.scope).filter(organisation__in=self.organisations).running_on(day)
        held = Campaign.objects.filter(pk=self.record.campaign_id) if self.record else Campaign.objects.none()
        return (mine | held).order_by("name")

    def commodity_fields(self) -> list[str]:
        """Add a field for each commodity given, and for those that may be taken back; answers their names."""
        lines = {row.commodity: row for row in self.record.commodities.all()} if self.record else {}
        given, taken = [], []
        for code, row in codes.table("commodity").items():
            line = lines.get(code)
            if row.retired_on is None or line:
                self.fields[f"given_{code}"] = number_field(row.label, stepper=True)
                given.append(f"given_{code}")
            if row.attributes.get("category") in TAKEN_BACK or (line and line.taken_back):
                label = _("Taken back: %(what)s") % {"what": row.label}
                self.fields[f"taken_{code}"] = number_field(label, stepper=True)
                taken.append(f"taken_{code}")
        return given + taken

    def drawn_apart(self, name: str) -> bool:
        """People, heads and the knowledge check are drawn by the template."""
        return name == "attendees" or name.startswith(("heads_", "before_", "after_"))

    @property
    def steppers(self) -> list:
        return [self[head_field(sex, band)] for sex, band in COUNTED]

    def grid(self) -> list[tuple[str, list]]:
        """(age band, bound fields by sex), None where the cell is counted above the table."""
        return [
            (label, [None if (sex, band) in COUNTED else self[f"heads_{sex}_{band}"] for sex, _label in self.sexes])
            for band, label in self.bands
        ]

    @property
    def grid_used(self) -> bool:
        """Whether the table of heads says anything, so that it opens by itself."""
        return any(field and (field.value() or field.errors) for _label, fields in self.grid() for field in fields)

    @classmethod
    def initial_of(cls, record) -> dict:
        initial = super().initial_of(record) | cls.knowledge_initial(record.knowledge)
        initial |= {"site": record.site_id, "campaign": record.campaign_id}
        initial["facilitators"] = [str(peer.pk) for peer in record.facilitators.all()]
        initial["attendees"] = [str(row.client_id) for row in record.attendances.all()]
        for row in record.headcounts.all():
            initial[head_field(row.sex, row.age_band)] = row.heads
        for line in record.commodities.all():
            initial |= {f"given_{line.commodity}": line.given, f"taken_{line.commodity}": line.taken_back}
        return initial

    def entry(self) -> SessionEntry:
        data = self.cleaned_data
        heads = {(sex, band): data.get(head_field(sex, band)) or 0 for sex, _s in self.sexes for band, _b in self.bands}
        held = self.record.campaign_id if self.record else None
        campaign = data["campaign"] and data["campaign"].pk if "campaign" in self.fields else held
        return SessionEntry(
            id=self.record_id,
            occurred_on=data["occurred_on"],
            kind=data["kind"],
            site_id=data["site"].pk if data["site"] else None,
            topics=frozenset(data["topics"]),
            services=frozenset(data["services"]),
            minutes=data["minutes"],
            place=data["place"],
            campaign_id=campaign,
            knowledge=self.knowledge,
            facilitators=self.led_by,
            attendees=self.came,
            heads={cell: number for cell, number in heads.items() if number},
            given=self.pieces("given_"),
            taken_back=self.pieces("taken_"),
            note=data["note"],
            reference=self.record.reference if self.record else "",
        )

    def pieces(self, prefix: str) -> dict[str, int]:
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix) and value
        }

    def problems(self, entry: SessionEntry):
        if self.organisation is None:
            return []
        self.renamed = self.renamed | {"knowledge": self.knowledge_to_mend(entry.knowledge, entry.size)}
        found = sessions.problems_of(entries=[entry], organisation=self.organisation)
        return [problem for problems in found.values() for problem in problems]
