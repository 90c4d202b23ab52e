"""The form of a client: new, and changed."""

from dataclasses import replace
from datetime import date

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import ages, codes
from core.ages import Precision
from core.forms.registers import RecordForm, day_field
from core.models import Province
from core.permissions import Permission
from core.templatetags.romduol import icon
from outreach import finding
from outreach.actions import clients
from outreach.choices import PICTURES
from outreach.forms.births import BirthField, about_field, parts_of
from outreach.models import Consent
from outreach.rules import clients as rules
from outreach.rules.clients import Belonging, ClientEntry, ConsentGiven

REFUSED = "refused_record"
PURPOSES = {"may_follow_up": Consent.Purpose.FOLLOW_UP, "may_share": Consent.Purpose.SHARE}


def name_field(label) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )


def province_choices() -> list[tuple[str, str]]:
    return [("", _("Not known")), *((row.pk, str(row)) for row in Province.objects.all())]


def picture_choices() -> list[tuple[str, object]]:
    """Pictures drawn beside their names."""
    drawn = [(key, format_html("{} {}", icon(f"picture-{key}"), name)) for key, name in PICTURES.items()]
    return [("", _("None")), *drawn]


class ClientForm(RecordForm):
    """A person's record, as it is changed later. Known-positive fields are there only for those who may see them."""

    renamed = {"birth_date": "birth", "birth_precision": "birth", "groups": "primary_group", "consents": "consent"}

    nickname = forms.CharField(
        label=gettext_lazy("Nickname"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("One the person likes. Never a real name."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    icon = forms.ChoiceField(label=gettext_lazy("Picture"), required=False, widget=forms.RadioSelect)
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), widget=forms.RadioSelect)
    birth = BirthField(
        label=gettext_lazy("Birth date"), help_text=gettext_lazy("As much of it as is known: the year alone is enough.")
    )
    about_age = about_field()
    primary_group = forms.ChoiceField(label=gettext_lazy("Population group"), required=False)
    group_since = day_field(
        gettext_lazy("In this group since"),
        required=False,
        help_text=gettext_lazy("Give the day on which a new group begins. Empty: from the beginning."),
    )
    gender = forms.ChoiceField(label=gettext_lazy("Gender"), required=False)
    other_groups = forms.MultipleChoiceField(
        label=gettext_lazy("Other groups"), required=False, widget=forms.CheckboxSelectMultiple
    )
    known_positive_since = day_field(gettext_lazy("Known positive, since"), required=False)
    ovc_preventive = forms.BooleanField(
        label=gettext_lazy("In approved primary prevention for children"), required=False
    )
    reference = forms.CharField(label=gettext_lazy("Own reference"), max_length=64, required=False)
    occurred_on = day_field(gettext_lazy("Registered on"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["icon"].choices = picture_choices()
        self.fields["sex"].choices = codes.choices("sex")
        self.fields["gender"].choices = codes.choices("gender_identity", _("Not recorded"))
        groups = self.group_choices()
        self.fields["primary_group"].choices = [("", _("Not recorded")), *groups]
        self.fields["other_groups"].choices = groups
        if not self.knows_status:
            del self.fields["known_positive_since"]
        self.layout = [(_("More about the person"), self.more_fields(), True)]

    def more_fields(self) -> list[str]:
        names = ["gender", "group_since", "other_groups", "known_positive_since", "ovc_preventive"]
        return [*names, "reference", "occurred_on"]

    @property
    def knows_status(self) -> bool:
        """Whether this person may see and write who is known to be positive."""
        here = self.record.organisation_id if self.record else None
        return settings.KNOWN_POSITIVE_KEPT and self.scope.can(Permission.KNOWN_POSITIVE, here)

    def group_choices(self) -> list[tuple[str, str]]:
        """Groups to choose from, and those that the record holds. `PLHIV` tells a status: for those who may know."""
        held = {row.group for row in self.record.groups.all()} if self.record else set()
        hidden = {"UNK"} if self.knows_status else {"UNK", "PLHIV"}
        offered = [(key, label) for key, label in codes.choices("population_group") if key not in hidden - held]
        return offered + [(key, codes.label("population_group", key)) for key in held - {key for key, _l in offered}]

    @classmethod
    def initial_of(cls, record) -> dict:
        today = timezone.localdate()
        current = record.group_on(today)
        rows = [row for row in record.groups.all() if row.primary and row.group == current]
        since = max((row.since or date.min for row in rows), default=date.min)
        estimated = record.birth_precision == Precision.ESTIMATED
        return super().initial_of(record) | {
            "birth": parts_of(record.birth_date, record.birth_precision),
            "about_age": record.age_on(today) if estimated else None,
            "primary_group": current if rows else "",
            "group_since": None if since == date.min else since,
            "other_groups": [row.group for row in record.groups.all() if not row.primary],
        }

    def born(self) -> tuple[date | None, str]:
        """The day that stands for the birth date, and how well it is known."""
        told, about = self.cleaned_data.get("birth"), self.cleaned_data.get("about_age")
        if told:
            return told
        if about is None:
            return None, Precision.UNKNOWN
        record = self.record
        today = timezone.localdate()
        if record and record.birth_precision == Precision.ESTIMATED and record.age_on(today) == about:
            return record.birth_date, Precision.ESTIMATED
        return ages.estimated_birth(about, today), Precision.ESTIMATED

    def groups(self) -> tuple[Belonging, ...]:
        """The group history with what the form says of it."""
        data = self.cleaned_data
        old = clients.entry_of(self.record).groups if self.record else ()
        primary = tuple(row for row in old if row.primary)
        named, since = data["primary_group"], data["group_since"]
        before = self.initial_of(self.record) if self.record else {}
        if named and (named, since) != (before.get("primary_group"), before.get("group_since")):
            primary = clients.group_history_with(primary, named, since)
        elif not named:
            primary = ()
        return (*primary, *(Belonging(group, primary=False) for group in data["other_groups"] if group != named))

    def entry(self) -> ClientEntry:
        data, record = self.cleaned_data, self.record
        born, precision = self.born()
        positive = record.known_positive_since if record else None
        return ClientEntry(
            id=self.record_id,
            occurred_on=data["occurred_on"],
            sex=data["sex"],
            gender=data["gender"],
            birth_date=born,
            birth_precision=precision,
            groups=self.groups(),
            known_positive_since=data["known_positive_since"] if self.knows_status else positive,
            ovc_preventive=data["ovc_preventive"],
            nickname=data["nickname"],
            icon=data["icon"],
            reference=data["reference"],
        )

    def problems(self, entry: ClientEntry):
        return rules.problems(entry, today=timezone.localdate())

    def clean(self):
        if self.cleaned_data.get("birth") and self.cleaned_data.get("about_age") is not None:
            text = _("Give the birth date or about how old, not both. Clear one of them.")
            self.add_error("about_age", text)
        return super().clean()


class NewClientForm(ClientForm):
    """A person who is new: consent first, then the answers that find them again."""

    consent = forms.ChoiceField(
        label=gettext_lazy("May we keep a record?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Ask first whether a record may be kept.")},
    )
    mother = name_field(gettext_lazy("Mother's name"))
    father = name_field(gettext_lazy("Father's name"))
    province = forms.ChoiceField(label=gettext_lazy("Province of birth"), required=False)
    may_follow_up = forms.BooleanField(label=gettext_lazy("May be followed up"), required=False)
    may_share = forms.BooleanField(label=gettext_lazy("May share a referral with the service"), required=False)
    is_new = forms.BooleanField(label=gettext_lazy("It is none of these: a new person"), required=False)

    field_order = ["organisation", "consent", "sex", "birth", "about_age", "primary_group", "mother", "father"]
    field_order += ["province", "nickname", "icon"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consent"].choices = consent_choices()
        self.fields["province"].choices = province_choices()
        self.fields["mother"].help_text = _("Only its first letters are used, and only to find this person again.")
        self.look_alikes = []
        self.order_fields(self.field_order)

    def more_fields(self) -> list[str]:
        return [*super().more_fields(), *PURPOSES]

    @property
    def fieldsets(self):
        """The groups without the last question, which stands beside the people found."""
        groups = [
            (legend, [f for f in fields if f.name != "is_new"], fold) for legend, fields, fold in super().fieldsets
        ]
        return [group for group in groups if group[1]]

    def entry(self) -> ClientEntry:
        entry, data = super().entry(), self.cleaned_data
        year, month = finding.known_birth(entry.birth_date, entry.birth_precision)
        answers = finding.answers_of(
            mother=data["mother"],
            father=data["father"],
            province=data["province"],
            sex=data["sex"],
            year=year,
            month=month,
        )
        purposes = [Consent.Purpose.RECORD, *(purpose for name, purpose in PURPOSES.items() if data[name])]
        given = tuple(ConsentGiven(purpose, data["consent"], entry.occurred_on) for purpose in purposes)
        return replace(entry, answers=answers, consents=given)

    def problems(self, entry: ClientEntry):
        assent = rules.assent_problems(entry, consent_age=settings.CONSENT_AGE)
        return [*super().problems(entry), *assent]

    def clean(self):
        """Search before create: who looks alike is shown first, and passed over only in so many words."""
        cleaned = super().clean()
        if self.errors or cleaned.get("is_new"):
            return cleaned
        entry = self.entry()
        self.look_alikes = finding.look_alikes(self.scope, nickname=entry.nickname, answers=entry.answers)
        if self.look_alikes:
            self.add_error(None, _("Somebody like this is known already. Look at them first."))
        return cleaned


def consent_choices() -> list[tuple[str, str]]:
    """What may be said before anything is kept; a withdrawal comes later, if ever."""
    return [(key, label) for key, label in codes.choices("consent_status") if key != "withdrawn"]
