"""A client's card: shown, printed, and replaced when it was lost."""

import segno
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.actions import audit
from core.views.screens import Screen
from outreach import wording
from outreach.actions import clients
from outreach.forms.cards import ReplaceCardForm


def qr(code: str) -> str:
    """The code, and nothing else, as a picture in the page."""
    return segno.make(code, error="m", micro=False).svg_data_uri(scale=6, border=2)


class Card(Screen):
    """The card to print: a picture, the code in halves, its QR. No name of any programme."""

    def get(self, request, pk):
        client = self.record
        entry = audit.Entry("client.card", client.kind_name, str(client.pk))
        audit.write(organisation_id=client.organisation_id, by=request.user, entries=[entry])
        context = {
            "lead": self.register.heading,
            "heading": _("Card of %(person)s") % {"person": wording.name(client)},
            "client": client,
            "code": wording.card(client),
            "picture": wording.picture(client) if client.icon else "",
            "qr": qr(client.card_code),
            "back_url": client.get_absolute_url(),
            "replace_url": self.register.url("replace-card", client) if self.may_replace() else "",
        }
        return render(request, "outreach/clients/card.html", context)

    def may_replace(self) -> bool:
        register, client = self.register, self.record
        allowed = self.request.scope.can(register.create_permission, client.organisation_id)
        return allowed and not client.is_void and not client.merged_into_id


class ReplaceCard(Screen):
    """A lost card replaced: asked once, done once."""

    needs = "create_permission"

    def get(self, request, pk):
        return self.refuse() or self.page(ReplaceCardForm(initial={"card": self.record.card_code}))

    def post(self, request, pk):
        if refused := self.refuse():
            return refused
        form = ReplaceCardForm(request.POST)
        if not form.is_valid():
            return self.page(ReplaceCardForm(initial={"card": self.record.card_code}))
        if form.cleaned_data["card"] != self.record.card_code:
            messages.info(request, _("This card was replaced already. Here is the new one."))
        else:
            clients.replace_card(client=self.record, by=request.user)
            messages.success(request, _("Here is the new card. The lost one still finds this person."))
        return redirect(self.register.url("card", self.record))

    def refuse(self):
        if not self.record.is_void and not self.record.merged_into_id:
            return None
        messages.warning(self.request, _("A void or merged record needs no card."))
        return redirect(self.record.get_absolute_url())

    def page(self, form):
        context = {
            "lead": wording.name(self.record),
            "heading": _("Replace a lost card"),
            "form": form,
            "submit_label": _("Make a new card"),
            "cancel_url": self.register.url("card", self.record),
        }
        return render(self.request, "outreach/clients/replace_card.html", context)
