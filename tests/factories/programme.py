"""A small programme in a test: one organisation with its people, contacts, sessions and referrals, by the actions."""

from datetime import date
from uuid import uuid4

from core.actions.memberships import scope_of
from core.models import Organisation, Site
from core.models.users import system_user
from outreach.actions import clients, contacts, hotline_calls, look_alikes, referrals
from outreach.models import Client, Contact, HotlineCall, Referral
from outreach.rules.clients import Belonging, ClientEntry
from outreach.rules.contacts import ContactEntry
from outreach.rules.hotline_calls import CallEntry
from outreach.rules.referrals import ReferralEntry
from peers.actions import sessions
from peers.models import Session
from peers.rules.sessions import SessionEntry

__all__ = ["Programme", "day", "scope_of"]


def day(text):
    """A date from its ISO text."""
    return date.fromisoformat(text)


def _codes(text):
    return frozenset(filter(None, text.replace(",", ";").split(";")))


class Programme:
    """Writes records for one organisation; dates are ISO texts, services are `A;B`."""

    def __init__(self, code="DEMO-NGO"):
        self.organisation, _made = Organisation.objects.get_or_create(code=code, defaults={"name": code})
        self.by = system_user()
        self._number = 0

    def _reference(self, letter):
        self._number += 1
        return f"{letter}{self._number:04}"

    def _who(self):
        return {"by": self.by, "organisation": self.organisation}

    def site(self, code, district=None):
        """The site of that code, made when it is first named."""
        defaults = {"name": code, "district_id": district}
        return Site.objects.get_or_create(organisation=self.organisation, code=code, defaults=defaults)[0]

    def person(
        self,
        *,
        group="UNK",
        sex="F",
        born=None,
        precision=None,
        known=None,
        ovc=False,
        groups=None,
        reference=None,
        registered="2020-01-01",
    ):
        """A client. `groups` is a list of (group, ISO date or None) instead of one `group`."""
        dated = groups or [(group, None)]
        entry = ClientEntry(
            id=uuid4(),
            occurred_on=day(registered),
            sex=sex,
            birth_date=day(born) if born else None,
            birth_precision=precision or ("day" if born else "unknown"),
            groups=tuple(Belonging(name, True, day(since) if since else None) for name, since in dated),
            known_positive_since=day(known) if known else None,
            ovc_preventive=ovc,
            reference=reference or self._reference("P"),
        )
        # Some tests need what a screen would refuse, such as an under-18 stored as FSW long ago.
        clients.record_many(entries=[entry], checked=True, **self._who())
        return Client.objects.get(pk=entry.id)

    def met(
        self,
        person,
        on,
        services="",
        *,
        kind="one_to_one",
        outcome="",
        site=None,
        size=1,
        given=None,
        back=None,
        reference=None,
        void=False,
    ):
        """A contact; `person` is None for an anonymous one, `given` and `back` map commodities to pieces."""
        entry = ContactEntry(
            id=uuid4(),
            occurred_on=day(on),
            kind=kind,
            client_id=person.pk if person else None,
            group_size=size,
            site_id=site.pk if site else None,
            services=_codes(services),
            hts_outcome=outcome,
            given=given or {},
            taken_back=back or {},
            reference=reference or self._reference("M"),
            void=void,
        )
        contacts.record_many(entries=[entry], checked=True, **self._who())
        return Contact.objects.get(pk=entry.id)

    def rang(self, on, topics="", *, nature="information", age="AUNK", **said):
        """A call to the hotline; `said` are further fields of its entry."""
        entry = CallEntry(occurred_on=day(on), nature=nature, topics=_codes(topics), age_band=age, **said)
        hotline_calls.record_many(entries=[entry], checked=True, **self._who())
        return HotlineCall.objects.get(pk=entry.id)

    def talk(
        self,
        on,
        heads,
        *,
        kind="large_group",
        services="",
        site=None,
        given=None,
        back=None,
        reference=None,
        void=False,
    ):
        """A session; `heads` is a number, or maps (sex, atomic band) to numbers."""
        entry = SessionEntry(
            id=uuid4(),
            occurred_on=day(on),
            kind=kind,
            heads=heads if isinstance(heads, dict) else {("U", "AUNK"): heads},
            site_id=site.pk if site else None,
            services=_codes(services),
            given=given or {},
            taken_back=back or {},
            reference=reference or self._reference("T"),
            void=void,
        )
        sessions.record_many(entries=[entry], checked=True, **self._who())
        return Session.objects.get(pk=entry.id)

    def referred(self, person, on, *, kind="HTS", status="issued", closed=None, contact=None, reference=None):
        """A referral."""
        entry = ReferralEntry(
            id=uuid4(),
            occurred_on=day(on),
            client_id=person.pk,
            type=kind,
            contact_id=contact.pk if contact else None,
            status=status,
            closed_on=day(closed) if closed else None,
            reference=reference or self._reference("R"),
        )
        referrals.record_many(entries=[entry], checked=True, **self._who())
        return Referral.objects.get(pk=entry.id)

    def merge(self, person, into):
        """Merge one client into another."""
        client, target = Client.objects.get(pk=person.pk), Client.objects.get(pk=into.pk)
        look_alikes.merge(client=client, into=target, by=self.by)

    def unmerge(self, person):
        """Take a merged client out again."""
        look_alikes.unmerge(client=person, by=self.by)

    def void(self, contact):
        """Void a contact."""
        contacts.void(contact=Contact.objects.get(pk=contact.pk), by=self.by, reason="test")
