"""The cards of the Today page: whom to find, whom to meet, what is open, what was recorded today."""

from datetime import timedelta

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import codes
from core.permissions import Permission
from core.wording import shown
from outreach import wording
from outreach.actions import look_alikes
from outreach.models import Client, CommodityLine, Contact, Referral

NOT_MET_DAYS = 30
FORGOTTEN_DAYS = 365
OPEN_DAYS = 14
SHOWN = 10


def find(request) -> dict | None:
    """The search box; None for people who find nobody."""
    if not request.scope.can(Permission.CLIENT_VIEW):
        return None
    return {"may_record": request.scope.can(Permission.CONTACT_RECORD)}


def to_meet(request) -> dict | None:
    """People whom I met within the year, and whom nobody has met for a month, the longest wait first."""
    scope = request.scope
    if not scope.can(Permission.CONTACT_RECORD):
        return None
    today = timezone.localdate()
    mine = Contact.objects.countable().filter(
        recorded_by_id=scope.user_id, client__isnull=False, occurred_on__gte=today - timedelta(days=FORGOTTEN_DAYS)
    )
    ids = mine.annotate(person=Coalesce("client__survivor_id", "client_id")).order_by().values("person")
    people = Client.objects.visible_to(scope).countable().filter(pk__in=ids).with_last_contact()
    waiting = people.filter(last_contact__lt=today - timedelta(days=NOT_MET_DAYS))
    lines = [_meet(client, today) for client in waiting.order_by("last_contact", "pk")[:SHOWN]]
    more = f"{reverse('clients:list')}?whose=mine&not_met={NOT_MET_DAYS}"
    return {"people": lines, "number": waiting.count() if len(lines) == SHOWN else len(lines), "more_url": more}


def _meet(client: Client, today) -> dict:
    text = _("not met for %(days)s days") % {"days": (today - client.last_contact).days}
    url = f"{reverse('record-contact')}?client={client.pk}&like=last"
    return wording.person(client, text=text, url=url, link_label=_("Met"))


def open_referrals(request) -> dict | None:
    """My referrals of which nothing was heard for two weeks; None if there are none."""
    scope = request.scope
    if not scope.can(Permission.REFERRAL_RECORD):
        return None
    today = timezone.localdate()
    mine = Referral.objects.visible_to(scope).countable().open().filter(recorded_by_id=scope.user_id)
    old = mine.filter(occurred_on__lt=today - timedelta(days=OPEN_DAYS)).select_related("client", "destination__site")
    lines = [_ask(referral, today) for referral in old.order_by("occurred_on", "pk")[:SHOWN]]
    if not lines:
        return None
    more = f"{reverse('referrals:list')}?open=open"
    return {"people": lines, "number": old.count() if len(lines) == SHOWN else len(lines), "more_url": more}


def _ask(referral: Referral, today) -> dict:
    days = _("open for %(days)s days") % {"days": (today - referral.occurred_on).days}
    text = wording.joined([codes.label("referral_type", referral.type), days])
    url = reverse("referrals:status", args=[referral.pk])
    tag = _("urgent") if referral.urgent else ""
    return wording.person(referral.client, text=text, tag=tag, url=url, link_label=_("Ask"))


def duplicates_waiting(scope) -> int:
    """How many pairs wait for somebody who may merge."""
    return look_alikes.open_pairs(scope).count() if scope.can(Permission.CLIENT_MERGE) else 0


def duplicates(request) -> dict | None:
    """Pairs who look alike; None if there are none, or for somebody who can't merge."""
    number = duplicates_waiting(request.scope)
    return {"number": number, "url": reverse("duplicates")} if number else None


def my_day(request) -> dict | None:
    """What I recorded for today: people, anonymous contacts, pieces given."""
    scope = request.scope
    if not scope.can(Permission.CONTACT_RECORD):
        return None
    today = timezone.localdate()
    mine = Contact.objects.countable().filter(recorded_by_id=scope.user_id, occurred_on=today)
    person = Coalesce("client__survivor_id", "client_id")
    met = mine.aggregate(people=Count(person, distinct=True), contacts=Count("pk"), known=Count("client_id"))
    given = CommodityLine.objects.filter(contact__in=mine, given__gt=0).order_by().values("commodity")
    pieces = given.annotate(number=Sum("given")).order_by(F("number").desc())
    facts = [(_("People met"), met["people"])]
    if anonymous := met["contacts"] - met["known"]:
        facts.append((_("Anonymous contacts"), anonymous))
    facts += [(codes.label("commodity", row["commodity"]), row["number"]) for row in pieces]
    return {"facts": facts, "day": shown(today), "number": met["contacts"]}
