"""The form of a session: what, where, how many of whom, and what was given out."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes, site_names
from core.forms.registers import RecordForm, day_field
from core.models import Site
from peers.rules import sessions as rules
from peers.rules.sessions import GROUP_LEVELS, MOST_HEADS, UNKNOWN, SessionEntry

# What is likely to be taken back: everything else can only be given.
TAKEN_BACK = ("needle_syringe", "disposal")


def number_field(label: str, *, stepper: bool = False, **attrs) -> forms.IntegerField:
    """A whole number that may stay empty."""
    attrs = {"inputmode": "numeric", "min": 0, **({"data-stepper": "1"} if stepper else {}), **attrs}
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST_HEADS, widget=forms.NumberInput(attrs=attrs)
    )


def session_kinds(record=None) -> list[tuple[str, str]]:
    """Kinds of contact that are counted by heads, and the record's own."""
    return [
        (key, code.label)
        for key, code in codes.table("contact_type").items()
        if (code.retired_on is None and code.attributes.get("counting_level") in GROUP_LEVELS)
        or (record is not None and key == record.kind)
    ]


class SessionForm(RecordForm):
    """One talk, lesson or event. Fields `heads_<sex>_<band>`, `given_<code>`, `taken_<code>` follow the code lists."""

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
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=280,
        help_text=gettext_lazy("No names and no telephone numbers."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = session_kinds(self.record)
        self.fields["topics"].choices = self.coded("session_topic", "topics")
        self.fields["services"].choices = self.coded("service", "services")
        self.fields["site"].queryset = self.sites()
        site_names.label(self.fields["site"], self.scope)
        self.sexes = codes.choices("sex")
        self.bands = codes.choices("age_band_atomic")
        for sex, sex_label in self.sexes:
            for band, band_label in self.bands:
                if (sex, band) != UNKNOWN:
                    label = _("%(sex)s, %(age)s") % {"sex": sex_label, "age": band_label}
                    self.fields[f"heads_{sex}_{band}"] = number_field(label, **{"aria-label": label})
        self.layout = [
            ("", ["topics"], False),
            (_("More about the session"), ["minutes", "services", "note"], True),
            (_("Given out and taken back"), self.commodity_fields(), True),
        ]

    def coded(self, name: str, field: str) -> list[tuple[str, str]]:
        """Codes in use, and retired ones that the record already holds."""
        held = set(getattr(self.record, field, ()))
        return [(key, c.label) for key, c in codes.table(name).items() if c.retired_on is None or key in held]

    def sites(self):
        """Sites of the organisations to choose from; a closed one only if the record has it."""
        sites = Site.objects.visible_to(self.scope).filter(organisation__in=self.organisations)
        here = Site.objects.filter(pk=self.record.site_id) if self.record else Site.objects.none()
        return (sites.open() | here).order_by("name")

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
        """The grid of heads is a table of its own."""
        return name.startswith("heads_") and name != "heads_only"

    def grid(self) -> list[tuple[str, list]]:
        """(age band, bound fields by sex), None where the cell is the one of people not known."""
        return [
            (label, [None if (sex, band) == UNKNOWN else self[f"heads_{sex}_{band}"] for sex, _label in self.sexes])
            for band, label in self.bands
        ]

    @property
    def grid_used(self) -> bool:
        """Whether the table of heads says anything, so that it opens by itself."""
        return any(field and (field.value() or field.errors) for _label, fields in self.grid() for field in fields)

    @classmethod
    def initial_of(cls, record) -> dict:
        initial = super().initial_of(record)
        for row in record.headcounts.all():
            name = "heads_only" if (row.sex, row.age_band) == UNKNOWN else f"heads_{row.sex}_{row.age_band}"
            initial[name] = row.heads
        for line in record.commodities.all():
            initial |= {f"given_{line.commodity}": line.given, f"taken_{line.commodity}": line.taken_back}
        return initial

    def entry(self) -> SessionEntry:
        data = self.cleaned_data
        heads = {(sex, band): data.get(f"heads_{sex}_{band}") or 0 for sex, _s in self.sexes for band, _b in self.bands}
        heads[UNKNOWN] = data.get("heads_only") or 0
        return SessionEntry(
            id=self.record_id,
            occurred_on=data["occurred_on"],
            kind=data["kind"],
            site_id=data["site"].pk if data["site"] else None,
            topics=frozenset(data["topics"]),
            services=frozenset(data["services"]),
            minutes=data["minutes"],
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
        return rules.problems(entry, today=timezone.localdate())
