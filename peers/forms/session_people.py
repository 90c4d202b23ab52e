"""Parts of the form of a session: who led it, and who came, by name."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import uuid_of
from core.scope import Scope
from outreach import wording
from outreach.models import Client
from peers import session_lists
from peers.models import PeerEducator, Session

_APART = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Line:
    """One person who may be ticked. `id` is the record that the session names, `person` whom it leads to."""

    id: UUID
    person: Client
    ticked: bool
    new: bool = False

    @property
    def said(self) -> dict:
        return wording.person(self.person)


class FacilitatorFields(forms.Form):
    """Peer educators whom the person sees, and others of the organisation by their code.

    Those of the record whom the person doesn't see stay.
    """

    scope: Scope
    organisations: list
    record: Session | None

    facilitators = forms.MultipleChoiceField(
        label=gettext_lazy("Led by"), required=False, widget=forms.CheckboxSelectMultiple
    )
    facilitator_codes = forms.CharField(
        label=gettext_lazy("Other peer educators, by their code"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Several codes are parted by a space."),
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def offer_facilitators(self) -> None:
        mine = PeerEducator.objects.filter(organisation__in=self.organisations)
        seen = mine.visible_to(self.scope)
        enrolled = seen.enrolled_on(timezone.localdate()).order_by("reference")
        offered = dict(enrolled.values_list("pk", "reference"))
        held = {peer.pk for peer in self.record.facilitators.all()} if self.record else set()
        kept = dict(seen.filter(pk__in=held).values_list("pk", "reference")) if held else {}
        self.hidden_facilitators = held - kept.keys()
        self.fields["facilitators"].choices = [(str(pk), code) for pk, code in (offered | kept).items()]
        if not self.fields["facilitators"].choices:
            del self.fields["facilitators"]

    def clean_facilitator_codes(self) -> set[UUID]:
        codes = set(filter(None, _APART.split(self.cleaned_data["facilitator_codes"])))
        if not codes:
            return set()
        peers = PeerEducator.objects.countable().filter(organisation__in=self.organisations, reference__in=codes)
        found = dict(peers.values_list("reference", "pk"))
        if unknown := sorted(codes - found.keys()):
            text = _("No peer educator has the code “%(code)s” here. Check it, or leave it out.")
            raise forms.ValidationError(text % {"code": unknown[0]})
        return set(found.values())

    @property
    def led_by(self) -> frozenset[UUID]:
        chosen = {UUID(pk) for pk in self.cleaned_data.get("facilitators", ())}
        return frozenset(chosen | self.cleaned_data["facilitator_codes"] | self.hidden_facilitators)


class AttendeeFields(forms.Form):
    """People who came, ticked on a list: those on it already, those of the last session, those found by their card.

    People of the record whom the person doesn't see stay on it; how many they are is shown, never who.
    """

    scope: Scope
    organisations: list
    record: Session | None

    attendees = forms.MultipleChoiceField(
        label=gettext_lazy("People who came"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Somebody on the list isn't known here. Look them up again.")},
    )

    def offer_people(self, last: Session | None) -> None:
        """Make the list; `last` is the session whose people are offered as well."""
        self.last = last
        ticked = {pk for text in self._named() if (pk := uuid_of(str(text)))}
        held = {row.client_id for row in self.record.attendances.all()} if self.record else set()
        known = session_lists.visible_people(self.scope, held) if held else {}
        self.hidden_people = held - known.keys()
        before = session_lists.people_of(self.scope, last)
        added = self._found(ticked - known.keys() - before.keys() - self.hidden_people)
        self.people: list[Line] = []
        on_list: set[UUID] = set()
        for source, new in ((known, False), (added, True), (before, False)):
            for pk, person in sorted(source.items(), key=lambda pair: wording.name(pair[1])):
                if person.pk not in on_list:
                    on_list.add(person.pk)
                    self.people.append(Line(pk, person, pk in ticked, new))
        self.fields["attendees"].choices = [(str(line.id), str(line.id)) for line in self.people]

    def _named(self) -> list[Any]:
        """Who is ticked, as it was posted or as the form begins."""
        if self.is_bound:
            return self.fields["attendees"].widget.value_from_datadict(self.data, self.files, "attendees") or []
        return list(self.initial.get("attendees") or [])

    def _found(self, ids: set[UUID]) -> dict[UUID, Client]:
        """People whom a search may find, by the record that was named."""
        if not ids:
            return {}
        mine = Client.objects.findable_by(self.scope).filter(organisation__in=self.organisations)
        named = {client.pk: client.survivor_id or client.pk for client in mine.filter(pk__in=ids)}
        people = mine.in_bulk(list(named.values()))
        return {pk: people[person] for pk, person in named.items() if person in people}

    @cached_property
    def ticked(self) -> list[Line]:
        return [line for line in self.people if line.ticked]

    @property
    def came(self) -> frozenset[UUID]:
        return frozenset(UUID(pk) for pk in self.cleaned_data["attendees"]) | self.hidden_people
