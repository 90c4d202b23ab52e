"""A drop-in centre in a test: its site, its desk, and what the desk posts."""

from datetime import datetime
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from core.models import Site
from outreach.actions import contacts
from outreach.models import Client, Contact
from outreach.rules.contacts import ContactEntry

BOARD = "/app/record/centre/"


def centre(programme, code="DIC", **values):
    """An open drop-in centre of the programme."""
    return Site.objects.create(
        organisation=programme.organisation, code=code, name=f"Centre {code}", kind="dic", **values
    )


def check_in(browser, site, person=None, pk=None):
    """One press of "Check in"."""
    data = {"id": str(pk or uuid4()), "centre": str(site.pk), "client": str(person.pk) if person else ""}
    return browser.post(reverse("centre-check-in"), data)


def came(programme, site, person=None, *, by=None, day=None, arrived="08:10", left=None, **values):
    """A visit by the contacts' own action; times as ISO texts."""
    entry = ContactEntry(
        id=uuid4(),
        occurred_on=day or timezone.localdate(),
        kind=Contact.VISIT,
        client_id=person.pk if person else None,
        site_id=site.pk,
        arrived_at=clock(arrived),
        left_at=clock(left),
        **values,
    )
    contacts.record_many(entries=[entry], by=by or programme.by, organisation=programme.organisation, checked=True)
    return Contact.objects.get(pk=entry.id)


def clock(text):
    """A time from its ISO text; None stays."""
    return datetime.strptime(text, "%H:%M").time() if text else None


def ticked(browser, visit, *used, **changed):
    """Opens the visit, ticks exactly these services, changes fields, and saves."""
    url = reverse("visit", args=[visit.pk])
    form = browser.get(url).context["form"]
    data = {field.name: field.value() for field in form if field.value() not in (None, "", False)}
    data = {name: value.strftime("%H:%M") if hasattr(value, "strftime") else value for name, value in data.items()}
    return browser.post(url, {**data, "used": list(used), **changed})


def named(programme, nickname="", icon=""):
    """A client with a nickname and a picture."""
    person = programme.person()
    Client.objects.filter(pk=person.pk).update(nickname=nickname, icon=icon)
    return Client.objects.get(pk=person.pk)


def texts(response):
    """What the answer tells the person who pressed."""
    return [str(message) for message in response.wsgi_request._messages]


def lines(response):
    """Whom the board found, in its order."""
    return [line["client"] for line in response.context["people"]]
