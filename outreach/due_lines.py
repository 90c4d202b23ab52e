"""How a line of a follow-up list reads: on the lists, on Today, on paper."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import codes
from core.scope import Scope
from core.wording import shown
from outreach import follow_ups, wording
from outreach.follow_ups import LISTS, Line
from outreach.models import Client, FollowUpTick

# Drawn on paper instead of words: a list that is found tells nothing.
SIGNS = {"overdose": "sign-diamond", "referral": "sign-triangle", "test_due": "sign-square", "review_due": "sign-cross"}
SIGNS |= {f"not_met_{days}": "sign-circle" for days in follow_ups.NOT_MET_DAYS}


def title(name: str) -> str:
    """What a list is called on the screen."""
    if name.startswith("not_met_"):
        return _("Not met for %(days)s days") % {"days": name.removeprefix("not_met_")}
    return str(LISTS[name].label)


def drawn(scope: Scope, parts: Mapping[str, Iterable[Line]]) -> dict[str, list[dict]]:
    """The lines of each list as the variables of the component that draws a person. One query for all of them."""
    people = follow_ups.people_in(scope, [line for lines in parts.values() for line in lines])
    return {name: [_drawn(line, people) for line in lines] for name, lines in parts.items()}


def _drawn(line: Line, people: Mapping[UUID, Client]) -> dict:
    client = people.get(line.client) if line.client else None
    url, label = _way_on(line, client)
    tag = _("urgent") if line.urgent else ""
    text = _text(line)
    if client:
        person = wording.person(client, text=text, tag=tag, url=url, link_label=label)
    else:
        person = {"name": _("anonymous"), "text": text, "tag": tag, "url": url, "link_label": label}
        person["tag_kind"] = "attention" if tag else ""
    return {"name": line.name, "subject": line.subject, "person": person}


def _text(line: Line) -> str:
    days = (timezone.localdate() - line.since).days if line.since else None
    if line.name.startswith("not_met_"):
        return _("not met for %(days)s days") % {"days": days}
    if line.name == "referral":
        open_for = ngettext("open for %(days)s day", "open for %(days)s days", days) % {"days": days}
        return wording.joined([codes.label("referral_type", line.about), open_for])
    if line.name == "overdose":
        return ngettext("overdose %(days)s day ago", "overdose %(days)s days ago", days) % {"days": days}
    if line.name == "test_due":
        return _("no test recorded") if days is None else _("last test %(days)s days ago") % {"days": days}
    return _("no review yet") if days is None else _("last review %(days)s days ago") % {"days": days}


def _way_on(line: Line, client: Client | None) -> tuple[str, str]:
    """Where the line's own button leads, and what is on it."""
    if line.name == "referral":
        return reverse("referrals:detail", args=[line.subject]), _("Ask")
    if line.name == "overdose":
        return _address("overdoses:detail", line.subject), _("Open")
    if client is None:
        return "", ""
    if line.name == "review_due" and (url := _address("risk-reviews:create")):
        return f"{url}?client={client.pk}", _("Ask")
    return f"{reverse('record-contact')}?client={client.pk}&like=last", _("Met")


def _address(name: str, *args) -> str:
    """The address of a register; empty where an installation goes without it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def ticked(tick: FollowUpTick, person: Client | None) -> str:
    """What the line says that takes a tick back."""
    back = tick.until + timedelta(days=1)
    who = wording.name(person) if person else str(tick.get_list_name_display())
    parts = {"who": who, "why": tick.get_reason_display()}
    if tick.reason == FollowUpTick.Reason.NOT_MINE:
        return _("%(who)s: %(why)s. Off your list.") % parts
    return _("%(who)s: %(why)s. Off your list until %(day)s.") % {**parts, "day": shown(back)}


def on_paper(scope: Scope, found: Mapping[str, list[Line]]) -> list[tuple[str, str, str, list[str]]]:
    """(picture, name, card, signs) of each person once, in the order of the lists."""
    signs: dict[UUID, list[str]] = {}
    for name, lines in found.items():
        for line in lines:
            held = signs.setdefault(line.client, []) if line.client else []
            if SIGNS[name] not in held:
                held.append(SIGNS[name])
    people = follow_ups.people_in(scope, [line for lines in found.values() for line in lines])
    return [
        (wording.picture(people[pk]), people[pk].nickname, wording.card(people[pk]), held)
        for pk, held in signs.items()
        if pk in people
    ]
