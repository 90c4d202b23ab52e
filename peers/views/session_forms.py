"""The screens that record and change a session: people are looked up by their card while the form is filled in."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.views.register_forms import AmendScreen, CreateScreen
from outreach import finding, wording
from outreach.actions import clients
from outreach.models import Client

LONGEST = 80


class PeopleStep:
    """A card typed or scanned puts somebody on the list, and "people of the last session" shows that list.

    The form comes again as it was typed; nothing is saved before it is sent without either.
    """

    def post(self, request, pk=None):
        card = request.POST.get("card", "").replace("\x00", "").strip()[:LONGEST]
        if (card or "fill" in request.POST) and not getattr(self.record, "is_void", False):
            return self.with_people(card)
        return super().post(request, pk) if pk else super().post(request)

    def with_people(self, card: str):
        data = self.request.POST.copy()
        people = self.looked_up(card) if card else []
        if len(people) == 1:
            data.setlistdefault("attendees", []).append(str(people[0].pk))
        form = self.drawn_again(data)
        clients.note_found(found=people, by=self.request.user)
        return self.page(form, card_said=self.said(card, people), card_failed=card and len(people) != 1)

    def organisations(self):
        rows = self.register.organisations(self.request.scope, self.permission)
        return rows.filter(pk=self.record.organisation_id) if self.record else rows

    def looked_up(self, card: str) -> list[Client]:
        """Those whose card or own reference it is; else people whom one sees, of that nickname."""
        here = set(self.organisations().values_list("pk", flat=True))
        exact = finding.exact_matches(self.request.scope, card)
        alike = exact or [
            match
            for match in finding.look_alikes(self.request.scope, nickname=card)
            if match.client.nickname.casefold() == card.casefold()
        ]
        return [match.client for match in alike if match.client.organisation_id in here]

    def said(self, card: str, people: list[Client]) -> str:
        if not card:
            return ""
        if len(people) == 1:
            return _("On the list: %(person)s") % {"person": wording.name(people[0])}
        if people:
            named = "; ".join(wording.name(person) for person in people)
            return _("Several people are called this. Write the card instead: %(people)s") % {"people": named}
        return _("Nobody here has this card, reference or nickname. Check it, or count the person as an unnamed head.")

    def drawn_again(self, data):
        """The form as it was typed, without saying yet what is missing."""
        initial = {name: data.getlist(name) if name in SEVERAL else data.get(name) for name in data}
        repeats = bool(data.get("repeats")) or "fill" in data
        frame = {"scope": self.request.scope, "organisations": self.organisations(), "record": self.record}
        return self.register.form(None, initial=initial, repeats=repeats, **frame)


SEVERAL = frozenset({"attendees", "facilitators", "topics", "services"})


class NewSession(PeopleStep, CreateScreen):
    """A new session."""


class ChangedSession(PeopleStep, AmendScreen):
    """A changed session."""


def together(named: int, unnamed: int) -> str:
    """How many were there, named and unnamed side by side: the two are never one figure."""
    people = ngettext("%(number)s named person", "%(number)s named people", named) % {"number": f"{named:,}"}
    heads = ngettext("%(number)s unnamed head", "%(number)s unnamed heads", unnamed) % {"number": f"{unnamed:,}"}
    return wording.joined([people, heads, _("together %(number)s") % {"number": f"{named + unnamed:,}"}])
