"""How clients, contacts and referrals read on a screen."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import codes, wording
from core.ages import Precision
from outreach import card_codes, finding
from outreach.models import Client, Contact


def card(client: Client) -> str:
    """The card code in its two halves."""
    return card_codes.shown(client.card_code)


def name(client: Client) -> str:
    """Nickname and card, or the card alone."""
    return f"{client.nickname} · {card(client)}" if client.nickname else card(client)


def picture(client: Client) -> str:
    """The drawn symbol that stands for the person."""
    return f"picture-{client.icon}" if client.icon else "people"


def age(client: Client) -> str:
    """Age today in words; an age that rests on a guess says so."""
    years = client.age_on(timezone.localdate())
    if years is None:
        return _("age not known")
    if client.birth_precision == Precision.ESTIMATED:
        return _("about %(years)s") % {"years": years}
    return str(years)


def sex_and_age(client: Client) -> str:
    return f"{codes.label('sex', client.sex)}, {age(client)}"


def birth(client: Client) -> str:
    """The birth date, no more exact than it is known."""
    born = client.birth_date
    if born is None:
        return _("not known")
    if client.birth_precision == Precision.MONTH:
        return date_format(born, "F Y")
    if client.birth_precision == Precision.YEAR:
        return str(born.year)
    if client.birth_precision == Precision.ESTIMATED:
        return _("about %(year)s") % {"year": born.year}
    return str(wording.shown(born))


def precision(value: str) -> str:
    """How well a birth date is known."""
    return {
        "day": _("to the day"),
        "month": _("to the month"),
        "year": _("to the year"),
        "estimated": _("about"),
        "unknown": _("not known"),
    }.get(value, value)


def group(client: Client, day: date | None = None) -> str:
    """The primary group on a day, today if none is named."""
    return codes.label("population_group", client.group_on(day or timezone.localdate()))


def belonging(code: str, primary: bool, since: str) -> str:
    """One line of a group history."""
    label = codes.label("population_group", code)
    if not primary:
        return _("%(group)s (beside it)") % {"group": label}
    if not since:
        return label
    return _("%(group)s since %(day)s") % {"group": label, "day": since}


def last_met(day: date | None) -> str:
    """When somebody was last met, counted from today."""
    if day is None:
        return _("never met yet")
    days = (timezone.localdate() - day).days
    if days <= 0:
        return _("met today")
    return _("last met on %(day)s") % {"day": wording.shown(day)}


def pieces(commodity: str, given: int, taken_back: int) -> str:
    """What moved of one commodity."""
    parts = [str(given)] if given else []
    if taken_back:
        parts.append(_("%(number)s taken back") % {"number": taken_back})
    return f"{codes.label('commodity', commodity)}: {', '.join(parts)}"


def goods(contact: Contact) -> str:
    """What was given and taken back at a contact."""
    lines = sorted((row.commodity, row.given, row.taken_back) for row in contact.commodities.all())
    return "; ".join(pieces(*line) for line in lines)


def services(contact: Contact) -> str:
    return wording.coded("service", sorted(row.service for row in contact.services.all()))


def why(reason: str) -> str:
    """Why somebody is thought to be the person meant, or the same as another."""
    part = {
        "mother": _("the mother's name"),
        "father": _("the father's name"),
        "birth_day": _("the day of birth"),
        "birth_month": _("the month of birth"),
        "birth_year": _("the year of birth"),
        "sex": _("the sex"),
        "province": _("the province of birth"),
        "birth_order": _("the birth order"),
    }.get(reason)
    if part:
        return _("The answers are the same but for %(part)s") % {"part": part}
    return {
        finding.CARD: _("This card"),
        finding.OLD_CARD: _("This card was replaced by a new one"),
        finding.REFERENCE: _("This reference"),
        finding.NICKNAME: _("The nickname"),
        finding.SAME_ANSWERS: _("All answers are the same"),
        "nearly_answers": _("The answers are the same but for one"),
    }.get(reason, reason)


def person(client: Client, *, text: str = "", tag: str = "", url: str = "", link_label: str = "") -> dict:
    """The variables of the component that draws one person."""
    return {
        "picture": picture(client),
        "name": name(client),
        "facts": sex_and_age(client),
        "text": text,
        "tag": tag,
        "tag_kind": "attention" if tag else "",
        "url": url,
        "link_label": link_label,
    }


def joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)


def whoever(record) -> str:
    """The person of a record, or what is known of somebody anonymous: sex and age."""
    if record.client:
        return name(record.client)
    years = _("age not known") if record.age is None else str(record.age)
    return joined([_("anonymous"), f"{codes.label('sex', record.sex)}, {years}"])
