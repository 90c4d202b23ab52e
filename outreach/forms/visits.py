"""The forms of the desk: who came, and what was used during the visit."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.registers import RecordForm, note_field
from core.permissions import Permission
from core.rules.problems import Problem
from outreach import centres
from outreach.actions import contacts
from outreach.choices import NEEDLES, PICTURES
from outreach.forms.contacts import KNOWN_POSITIVE, pieces_field
from outreach.models.contacts import HowCounted
from outreach.rules import contacts as rules
from outreach.rules import visits
from outreach.rules.centres import Offer
from outreach.rules.contacts import ContactEntry, KnownClient
from outreach.rules.visits import Ticked

OPEN_AGAIN = gettext_lazy("Open the board again.")


class WhoForm(forms.Form):
    """Who came: a card, a nickname or a reference; or the picture of somebody who was here lately."""

    q = forms.CharField(label=gettext_lazy("Card, nickname or scan"), max_length=80, required=False)
    picture = forms.ChoiceField(label=gettext_lazy("Picture"), choices=list(PICTURES.items()), required=False)
    centre = forms.UUIDField(required=False, error_messages={"invalid": OPEN_AGAIN})


class CheckInForm(forms.Form):
    """One press of “Check in”. The desk made the number, so that a second press finds the first one's visit."""

    id = forms.UUIDField(error_messages={"required": OPEN_AGAIN, "invalid": OPEN_AGAIN})
    centre = forms.UUIDField(error_messages={"required": OPEN_AGAIN, "invalid": OPEN_AGAIN})
    client = forms.UUIDField(required=False, error_messages={"invalid": OPEN_AGAIN})


def time_field(label, **attrs) -> forms.TimeField:
    """A time of day to the minute."""
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", **attrs}),
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Write the time as hours and minutes, such as 14:30.")},
    )


class VisitForm(RecordForm):
    """What was used at one visit: `pieces_<commodity>` goes with a tick, `taken_<commodity>` came back."""

    used = forms.MultipleChoiceField(
        label=gettext_lazy("Used during the visit"), required=False, widget=forms.CheckboxSelectMultiple
    )
    hts_outcome = forms.ChoiceField(label=gettext_lazy("HIV test"), required=False, widget=forms.RadioSelect)
    return_method = forms.ChoiceField(label=gettext_lazy("How what came back was counted"), required=False)
    arrived_at = time_field(gettext_lazy("Arrived"))
    left_at = time_field(gettext_lazy("Left"))
    note = note_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["change_reason"]
        self.stands = contacts.entry_of(self.record)
        self.offers = offers_at(self.record)
        self.fields["used"].choices = [(code, codes.label("dic_service", code)) for code in self.offers]
        self._offer_goods()
        self._offer_outcomes()
        self.fields["return_method"].choices = [("", _("Not recorded")), *HowCounted.choices]
        if not self.taken_names:
            del self.fields["return_method"]

    def _offer_goods(self) -> None:
        table = codes.table("commodity")
        goods = [offer.commodity for offer in self.offers.values() if offer.commodity]
        for code in goods:
            self.fields[f"pieces_{code}"] = pieces_field(codes.label("commodity", code))
        needles = [code for code in goods if code in table and table[code].attributes.get("category") in NEEDLES]
        for code in dict.fromkeys([*needles, *self.stands.taken_back]):
            label = _("Taken back: %(what)s") % {"what": codes.label("commodity", code)}
            self.fields[f"taken_{code}"] = pieces_field(label)

    def _offer_outcomes(self) -> None:
        held = self.stands.hts_outcome
        if not any(visits.tests(offer) for offer in self.offers.values()) or self._may_not_know(held):
            del self.fields["hts_outcome"]
            return
        wanted = {*visits.TEST_OUTCOMES, held}
        offered = [(key, label) for key, label in codes.choices("hts_offer_outcome") if key in wanted]
        self.fields["hts_outcome"].choices = [pair for pair in offered if not self._may_not_know(pair[0])]

    def _may_not_know(self, outcome: str) -> bool:
        here = self.record.organisation_id
        knows = settings.KNOWN_POSITIVE_KEPT and self.scope.can(Permission.KNOWN_POSITIVE, here)
        return outcome == KNOWN_POSITIVE and not knows

    @property
    def taken_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith("taken_")]

    # --- for the template -----------------------------------------------------------------------------

    @property
    def ticks(self) -> list[tuple]:
        """(chip, its number of pieces, its test outcome) of each service, in the centre's order."""
        rows = []
        for option in self["used"]:
            offer = self.offers[str(option.data["value"])]
            pieces = self[f"pieces_{offer.commodity}"] if offer.commodity else None
            asks = "hts_outcome" in self.fields and visits.tests(offer)
            rows.append((option, pieces, self["hts_outcome"] if asks else None))
        return rows

    @property
    def taken_fields(self) -> list:
        return [self[name] for name in self.taken_names]

    @property
    def counted_field(self) -> list:
        return [self["return_method"]] if "return_method" in self.fields else []

    @property
    def time_fields(self) -> list:
        return [self[name] for name in ("arrived_at", "left_at", "note")]

    # --- what it says ---------------------------------------------------------------------------------

    @classmethod
    def initial_of(cls, record) -> dict:
        """What stands; the usual number of pieces for what isn't ticked yet."""
        stands = contacts.entry_of(record)
        return super().initial_of(record) | shown(stands.content(), offers_at(record))

    def said(self) -> Ticked:
        """What was ticked and typed. An empty number of pieces means the usual quantity."""
        data = self.cleaned_data
        goods = {offer.commodity for offer in self.offers.values() if offer.commodity}
        given = {code: data[f"pieces_{code}"] for code in goods if data.get(f"pieces_{code}") is not None}
        taken = {name.removeprefix("taken_"): data[name] or 0 for name in self.taken_names}
        outcome = data["hts_outcome"] if "hts_outcome" in self.fields else None
        return Ticked(
            used=frozenset(data["used"]),
            given=given,
            taken_back=taken,
            hts_outcome=outcome,
            return_method=data.get("return_method", ""),
            note=data["note"],
            arrived_at=data["arrived_at"],
            left_at=data["left_at"],
        )

    def entry(self) -> ContactEntry:
        return visits.visited(self.stands, self.offers, self.said())

    def problems(self, entry: ContactEntry) -> list[Problem]:
        person = self.record.client and (self.record.client.survivor or self.record.client)
        known = KnownClient(person.birth_date, person.birth_precision) if person else None
        found = list(rules.problems(entry, today=timezone.localdate(), client=known))
        now = timezone.localtime()
        today = {name: getattr(entry, name) for name in ("arrived_at", "left_at") if entry.occurred_on == now.date()}
        text = _("This time hasn't come yet. Check it.")
        return found + [Problem(name, text, str(at)) for name, at in today.items() if at and at > now.time()]

    def merged_data(self, opened: dict):
        """What was typed here, on top of what the record says now; `opened` is the content that the form opened on.

        What wasn't touched here follows the other desk, so that saving again loses nothing of either.
        """
        data = self.data.copy()
        then, now = (shown(content, self.offers) for content in (opened, self.stands.content()))
        mine, before, after = set(data.getlist("used")), set(then.pop("used")), set(now.pop("used"))
        data.setlist("used", sorted((mine | (after - before)) - (before - after)))
        for name, value in now.items():
            typed = data.get(name, "")
            untouched = (typed or "0") == (then.get(name) or "0")
            data[name] = value if untouched else typed
        data["version"] = self.record.version
        return data


def offers_at(record) -> Mapping[str, Offer]:
    """What can be ticked at a visit: the centre's list, and what was ticked already."""
    return centres.offers_of(record.site, frozenset(record.centre_services))


def shown(content: dict, offers: Mapping[str, Offer]) -> dict[str, Any]:
    """A visit's content under the names of the form's fields, as a browser sends them."""
    given = {code: pieces for code, pieces, _back in content["commodities"]}
    used = content["centre_services"]
    fields = {f"taken_{code}": str(back) for code, _given, back in content["commodities"] if back}
    for offer in offers.values():
        if offer.commodity:
            unsaid = 0 if offer.code in used else offer.quantity
            fields[f"pieces_{offer.commodity}"] = str(given.get(offer.commodity) or unsaid)
    fields |= {name: content[name] for name in ("return_method", "note")}
    fields |= {name: content[name][:5] for name in ("arrived_at", "left_at")}
    return fields | {"used": used, "hts_outcome": content["hts_outcome"] or visits.TEST_OUTCOMES[0]}
