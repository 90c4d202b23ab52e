"""The cards of the Today page: whom to find, who is due, what was recorded today."""

from django.db.models import Count, F, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import codes
from core.permissions import Permission
from core.wording import shown
from outreach import due_lines, follow_ups
from outreach.actions import look_alikes
from outreach.models import CommodityLine, Contact

SHOWN, OF_EACH = 5, 2


def find(request) -> dict | None:
    """The search box; None for people who find nobody."""
    if not request.scope.can(Permission.CLIENT_VIEW):
        return None
    return {"may_record": request.scope.can(Permission.CONTACT_RECORD)}


def _due(request) -> dict[str, list]:
    """The lines of my lists, read once for all cards of the page."""
    if not hasattr(request, "lines_due"):
        request.lines_due = follow_ups.due(request.scope, request.scope.user_id)
    return request.lines_due


def who_is_due(request) -> dict | None:
    """How many stand on each of my follow-up lists, and the first few of them, the most pressing first.

    Those after an overdose are counted but not drawn: they have a card of their own.
    """
    if not request.scope.can(Permission.CONTACT_RECORD):
        return None
    found = _due(request)
    first = {name: rows[:OF_EACH] for name, rows in found.items() if name != "overdose"}
    drawn = [line["person"] for lines in due_lines.drawn(request.scope, first).values() for line in lines]
    url = reverse("follow-up")
    return {
        "people": drawn[:SHOWN],
        "number": follow_ups.number_of_people(found),
        "lists": [(due_lines.title(name), len(rows), f"{url}?list={name}") for name, rows in found.items() if rows],
        "more_url": url,
    }


def duplicates_waiting(scope) -> int:
    """How many pairs wait for somebody who may merge."""
    return look_alikes.open_pairs(scope).count() if scope.can(Permission.CLIENT_MERGE) else 0


def duplicates(request) -> dict | None:
    """Pairs who look alike; None if there are none, or for somebody who can't merge."""
    number = duplicates_waiting(request.scope)
    return {"number": number, "url": reverse("duplicates")} if number else None


def my_day(request) -> dict | None:
    """What was recorded of my work today: people, anonymous contacts, pieces given."""
    scope = request.scope
    if not scope.can(Permission.CONTACT_RECORD):
        return None
    today = timezone.localdate()
    mine = Contact.objects.countable().filter(worker_id=scope.user_id, occurred_on=today)
    person = Coalesce("client__survivor_id", "client_id")
    met = mine.aggregate(people=Count(person, distinct=True), contacts=Count("pk"), known=Count("client_id"))
    given = CommodityLine.objects.filter(contact__in=mine, given__gt=0).order_by().values("commodity")
    pieces = given.annotate(number=Sum("given")).order_by(F("number").desc())
    facts = [(_("People met"), met["people"])]
    anonymous = met["contacts"] - met["known"]
    if anonymous:
        facts.append((_("Anonymous contacts"), anonymous))
    facts += [(codes.label("commodity", row["commodity"]), row["number"]) for row in pieces]
    waiting = follow_ups.number_of_people(_due(request))
    total = sum(row["number"] for row in pieces)
    return {
        "facts": facts,
        "day": shown(today),
        "number": met["contacts"],
        "met": met["people"],
        "given": total,
        "waiting": waiting,
    }
