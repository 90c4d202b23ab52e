"""The form of a contact, for somebody known or anonymous."""

import uuid

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes, site_names
from core.forms.registers import RecordForm, day_field, note_field
from core.models import ServicePoint, Site
from core.permissions import Permission
from core.rules.problems import Problem
from outreach.actions import contacts
from outreach.choices import (
    COMMON_GOODS,
    COMMON_SERVICES,
    HARM_REDUCTION_GOODS,
    HARM_REDUCTION_SERVICES,
    HARM_REDUCTION_TAKEN,
    NEEDLES,
    USED_COMES_BACK,
    first,
)
from outreach.models import Client, Contact
from outreach.models.contacts import HowCounted
from outreach.rules import contacts as rules
from outreach.rules.commodities import MOST_PIECES
from outreach.rules.contacts import LARGEST_GROUP, MOST_OTHERS, ContactEntry, KnownClient
from outreach.rules.referrals import ReferralEntry
from outreach.staff import field_staff, may_name_workers

SITES_AT_HAND = 4
FACILITY = "facility"
KNOWN_POSITIVE = "known_pos"


def pieces_field(label: str, ticks: str = "") -> forms.IntegerField:
    """A number of pieces with − and +; `ticks` is the service that giving them means."""
    attrs = {"inputmode": "numeric", "min": 0, "max": MOST_PIECES, "data-stepper": "1"}
    if ticks:
        attrs["data-ticks"] = ticks
    widget = forms.NumberInput(attrs)
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_PIECES, initial=0, widget=widget)


class ContactForm(RecordForm):
    """One contact. `client` is the person met, or None; `given_<code>` and `taken_<code>` follow the code list.

    A record's own site, codes and lines stay in the form even where they may no longer be chosen.
    """

    common_services = COMMON_SERVICES
    common_goods = COMMON_GOODS
    common_taken: tuple[str, ...] = ()
    injecting = False

    site = forms.ChoiceField(label=gettext_lazy("Where"), required=False, widget=forms.RadioSelect)
    other_site = forms.ChoiceField(label=gettext_lazy("Another place"), required=False)
    services = forms.MultipleChoiceField(
        label=gettext_lazy("What we did"), required=False, widget=forms.CheckboxSelectMultiple
    )
    hts_outcome = forms.ChoiceField(label=gettext_lazy("HIV test"), required=False, widget=forms.RadioSelect)
    occurred_on = day_field(gettext_lazy("Date"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of contact"))
    group_size = forms.IntegerField(
        label=gettext_lazy("People in the group"),
        min_value=1,
        max_value=LARGEST_GROUP,
        initial=1,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    overdose_reported = forms.BooleanField(label=gettext_lazy("An overdose was reported"), required=False)
    worker = forms.ChoiceField(label=gettext_lazy("Who met the person"), required=False)
    for_others = forms.IntegerField(
        label=gettext_lazy("Needles for how many other people"),
        help_text=gettext_lazy("People to whom this person takes some of them along."),
        required=False,
        min_value=0,
        max_value=MOST_OTHERS,
        initial=0,
        widget=forms.NumberInput({"inputmode": "numeric", "min": 0, "max": MOST_OTHERS, "data-stepper": "1"}),
    )
    return_method = forms.ChoiceField(
        label=gettext_lazy("How what came back was counted"),
        choices=[("", gettext_lazy("Not recorded")), *HowCounted.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    note = note_field()
    referral_type = forms.ChoiceField(label=gettext_lazy("Referred to"), required=False)
    destination = forms.ModelChoiceField(
        label=gettext_lazy("Service point"),
        queryset=ServicePoint.objects.none(),
        required=False,
        empty_label=gettext_lazy("Not said"),
    )

    def __init__(self, *args, client: Client | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.client = self.record.client if self.record else client
        self._offer_sites()
        self._offer_codes()
        self._offer_goods()
        self._offer_workers()
        if not (self.injecting or (self.record and self._moved_needles())):
            del self.fields["for_others"], self.fields["return_method"]
        if client is None or self.record:
            del self.fields["referral_type"], self.fields["destination"]
        else:
            self._offer_referrals()

    def _offer_sites(self) -> None:
        """The places where the person recorded last, and a list of the others, those whom one refers to last.

        What was posted stays where it was chosen: what "last" means may have changed since the form was drawn.
        """
        sites = Site.objects.visible_to(self.scope).filter(organisation__in=self.organisations)
        here = self.record.site_id if self.record else None
        asked = {here, *self.asked_for("site"), *self.asked_for("other_site")} - {None}
        sites = sites.besides_schools(Contact.objects.all(), asked)
        rows = sorted(sites.values_list("pk", "name", "closed_on", "kind"), key=lambda row: row[3] == FACILITY)
        names = {str(pk): name for pk, name, closed, _kind in rows if not closed or pk == here}
        names |= {str(pk): name for pk, name in site_names.known_to(self.scope).items() if str(pk) in names}
        near, far = (self.data.get(self.add_prefix(name), "") for name in ("site", "other_site"))
        wanted = [str(here or ""), near, str(self.initial.get("site") or ""), *last_sites(self.scope), *names]
        at_hand = list(dict.fromkeys(pk for pk in wanted if pk in names and (pk != far or pk == near)))
        at_hand = at_hand if len(at_hand) <= SITES_AT_HAND + 1 else at_hand[:SITES_AT_HAND]
        self.fields["site"].choices = [*((pk, names[pk]) for pk in at_hand), ("", _("Not at a listed place"))]
        rest = [(pk, name) for pk, name in names.items() if pk not in at_hand]
        self.fields["other_site"].choices = [("", _("Choose")), *rest]
        if not rest:
            del self.fields["other_site"]
        if not self.record and at_hand:
            self.initial.setdefault("site", at_hand[0])

    def _offer_codes(self) -> None:
        record = self.record
        held = {row.service for row in record.services.all()} if record else set()
        services = [
            (key, code.label) for key, code in codes.table("service").items() if code.retired_on is None or key in held
        ]
        self.fields["services"].choices = first(self.common_services, services)
        self.fields["kind"].choices = [
            (key, code.label)
            for key, code in codes.table("contact_type").items()
            if (code.retired_on is None and code.attributes.get("counting_level") != "anonymous")
            or (record and record.kind == key)
        ]
        outcomes = codes.choices("hts_offer_outcome")
        if not self.knows_status:
            outcomes = [(key, label) for key, label in outcomes if key != KNOWN_POSITIVE]
            if record and record.hts_outcome == KNOWN_POSITIVE:
                del self.fields["hts_outcome"]
        if "hts_outcome" in self.fields:
            self.fields["hts_outcome"].choices = [("", _("Not recorded")), *outcomes]

    def _offer_workers(self) -> None:
        """Field staff, where the person may write for others; a peer writes own contacts only."""
        here = [self.record.organisation_id] if self.record else [row.pk for row in self.organisations]
        if self.client:
            here = [self.client.organisation_id]
        named = may_name_workers(self.scope, here)
        if not named:
            del self.fields["worker"]
            return
        staff = {str(pk): name for pk, name in field_staff(named).values_list("pk", "username")}
        if self.record:
            offered = staff | {str(self.record.worker_id): self.record.worker.username}
        else:
            me = str(self.scope.user_id)
            offered = {"": _("Me")} | {pk: name for pk, name in staff.items() if pk != me}
        self.fields["worker"].choices = list(offered.items())

    def _moved_needles(self) -> bool:
        table, record = codes.table("commodity"), self.record
        moved = any(
            table[row.commodity].attributes.get("category") in USED_COMES_BACK for row in record.commodities.all()
        )
        return moved or bool(record.for_others or record.return_method)

    @property
    def writes_in(self) -> int | None:
        """The organisation that is written in; None while it is still to be chosen."""
        if self.record or self.client:
            return (self.record or self.client).organisation_id
        return self.organisations[0].pk if len(self.organisations) == 1 else None

    @property
    def knows_status(self) -> bool:
        """Whether this person may see and write who is known to be positive, in the organisation written in."""
        return settings.KNOWN_POSITIVE_KEPT and self.scope.can(Permission.KNOWN_POSITIVE, self.writes_in)

    def _offer_goods(self) -> None:
        """A field for each commodity given, and one for each that comes back used."""
        lines = {row.commodity: row for row in self.record.commodities.all()} if self.record else {}
        for code, row in codes.table("commodity").items():
            line = lines.get(code)
            if row.retired_on is None or (line and line.given):
                self.fields[f"given_{code}"] = pieces_field(row.label, self.ticks(row, given=True))
            if row.attributes.get("category") in USED_COMES_BACK or (line and line.taken_back):
                label = _("Taken back: %(what)s") % {"what": row.label}
                self.fields[f"taken_{code}"] = pieces_field(label, self.ticks(row, given=False))

    def ticks(self, commodity, *, given: bool) -> str:
        """Hook: the service that giving or taking back this commodity means on this form."""
        return ""

    def _offer_referrals(self) -> None:
        self.fields["referral_type"].choices = codes.choices("referral_type", _("No referral"))
        points = ServicePoint.objects.visible_to(self.scope).open().select_related("site")
        self.fields["destination"].queryset = points.order_by("site__name")

    # --- groups of fields, for the template ---------------------------------------------------------

    def _goods(self, prefix: str) -> list[str]:
        return [name for name in self.fields if name.startswith(prefix)]

    def _split(self, prefix: str, common: tuple[str, ...]) -> tuple[list, list]:
        names = [f"{prefix}{code}" for code in common if f"{prefix}{code}" in self.fields]
        return [self[name] for name in names], [self[name] for name in self._goods(prefix) if name not in names]

    @property
    def given_first(self) -> list:
        return self._split("given_", self.common_goods)[0]

    @property
    def taken_first(self) -> list:
        return self._split("taken_", self.common_taken)[0]

    @property
    def place_fields(self) -> list:
        return self._present("organisation", "site", "other_site")

    def _present(self, *names: str) -> list:
        return [self[name] for name in names if name in self.fields]

    @property
    def after_fields(self) -> list:
        return self._present("overdose_reported" if self.injecting else "hts_outcome")

    @property
    def folds(self) -> list[tuple]:
        """(title, fields, whether it opens by itself) of the parts behind one tap."""
        given, taken = self._split("given_", self.common_goods)[1], self._split("taken_", self.common_taken)[1]
        test = self._present("hts_outcome") if self.injecting else []
        referral = self._present("referral_type", "destination")
        more = ["occurred_on", "kind", "group_size", "worker", *([] if self.injecting else ["overdose_reported"])]
        needles = self._present("for_others", "return_method")
        return [
            (_("For other people, and how returns were counted"), needles, self.used(needles)),
            (_("More given"), given, self.used(given)),
            (_("Taken back"), taken, self.used(taken)),
            (_("HIV test"), test, self.used(test)),
            (_("Referral"), referral, self.used(referral)),
            (_("Date, kind, note"), self._present(*more, "note", "change_reason"), bool(self.record)),
        ]

    @staticmethod
    def used(fields: list) -> bool:
        """Whether one of these says anything or was refused."""
        return any(field.errors or field.value() not in (None, "", 0, "0") for field in fields)

    # --- what it says -------------------------------------------------------------------------------

    @classmethod
    def initial_of(cls, record) -> dict:
        initial = super().initial_of(record)
        initial |= {"site": str(record.site_id or ""), "worker": str(record.worker_id)}
        initial["services"] = [row.service for row in record.services.all()]
        for line in record.commodities.all():
            initial |= {f"given_{line.commodity}": line.given, f"taken_{line.commodity}": line.taken_back}
        return initial

    @property
    def site_id(self) -> uuid.UUID | None:
        chosen = self.cleaned_data.get("other_site") or self.cleaned_data["site"]
        return uuid.UUID(chosen) if chosen else None

    def pieces(self, prefix: str) -> dict[str, int]:
        return {name.removeprefix(prefix): self.cleaned_data[name] or 0 for name in self._goods(prefix)}

    def entry(self) -> ContactEntry:
        data, record = self.cleaned_data, self.record
        said = {
            "occurred_on": data["occurred_on"],
            "kind": data["kind"],
            "client_id": self.client.pk if self.client else None,
            "group_size": data["group_size"],
            "site_id": self.site_id,
            "services": frozenset(data["services"]) | self.ticked(),
            "given": {code: number for code, number in self.pieces("given_").items() if number},
            "taken_back": {code: number for code, number in self.pieces("taken_").items() if number},
            "overdose_reported": data["overdose_reported"],
            "note": data["note"],
        }
        if "hts_outcome" in self.fields:
            said["hts_outcome"] = data["hts_outcome"]
        if data.get("worker"):
            said["worker_id"] = int(data["worker"])
        if "for_others" in self.fields:
            said |= {"for_others": data["for_others"] or 0, "return_method": data["return_method"]}
        return contacts.entry_of(record, **said) if record else ContactEntry(id=self.record_id, **said)

    def ticked(self) -> frozenset[str]:
        """Services that follow from what was given or taken back, on forms where they do."""
        table = codes.table("commodity")
        moved = [(code, True) for code, number in self.pieces("given_").items() if number]
        moved += [(code, False) for code, number in self.pieces("taken_").items() if number]
        return frozenset(filter(None, (self.ticks(table[code], given=given) for code, given in moved)))

    def referral(self) -> ReferralEntry | None:
        """The referral issued with this contact; its number follows from the contact's, so a retry is safe."""
        kind = self.cleaned_data.get("referral_type")
        if not kind or self.client is None:
            return None
        point = self.cleaned_data.get("destination")
        return ReferralEntry(
            id=uuid.uuid5(self.record_id, "referral"),
            occurred_on=self.cleaned_data["occurred_on"],
            client_id=self.client.pk,
            contact_id=self.record_id,
            type=kind,
            destination_id=point.pk if point else None,
            urgent=codes.table("referral_type")[kind].attributes.get("urgent") == "1",
        )

    def problems(self, entry: ContactEntry) -> list[Problem]:
        person = self.client and (self.client.survivor or self.client)
        known = KnownClient(person.birth_date, person.birth_precision) if person else None
        found = list(rules.problems(entry, today=timezone.localdate(), client=known))
        told = entry.hts_outcome == KNOWN_POSITIVE and "hts_outcome" in self.fields
        if told and self.organisation and not self.scope.can(Permission.KNOWN_POSITIVE, self.organisation.pk):
            found.append(
                Problem("hts_outcome", _("You may not record this in that organisation. Choose another answer."))
            )
        return found


class HarmReductionForm(ContactForm):
    """A contact about injecting: needles and syringes out and in, by type. Giving them means the service."""

    common_services = HARM_REDUCTION_SERVICES
    common_goods = HARM_REDUCTION_GOODS
    common_taken = HARM_REDUCTION_TAKEN
    injecting = True

    def ticks(self, commodity, *, given: bool) -> str:
        category = commodity.attributes.get("category")
        if category in NEEDLES:
            return "NSP" if given else "NSP_COLLECT"
        return "NALOXONE" if given and category == "overdose" else ""


def last_sites(scope) -> list[str]:
    """Where the person recorded last: the newest twenty contacts' sites, each once, newest first."""
    newest = Contact.objects.countable().filter(recorded_by_id=scope.user_id).exclude(site=None)
    sites = newest.order_by("-occurred_on", "-recorded_at").values_list("site_id", flat=True)[:20]
    return list(dict.fromkeys(str(pk) for pk in sites))


# What depends on the day and isn't copied from one contact to the next.
NOT_REPEATED = frozenset({"hts"})


def as_last_time(contact: Contact) -> dict:
    """What repeats from a person's last contact: place, kind, services (but tests), things given."""
    table = codes.table("service")
    initial = {"kind": contact.kind, "group_size": contact.group_size, "site": str(contact.site_id or "")}
    initial["services"] = [
        row.service for row in contact.services.all() if table[row.service].attributes.get("family") not in NOT_REPEATED
    ]
    return initial | {f"given_{line.commodity}": line.given for line in contact.commodities.all() if line.given}
