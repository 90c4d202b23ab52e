"""How micro-plans read: months and weeks, needs, what is due, how a plan stands."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from outreach import need
from outreach.follow_ups import Line as Due
from outreach.need import Need
from peers import months, plan_priority
from peers.models import MicroPlan
from peers.plan_weeks import days_of_week
from peers.plans import Needs, Progress


def title(plan: MicroPlan) -> str:
    return f"{plan.peer.reference} · {months.words(plan.month)}"


def week(of_month: date, number: int) -> str:
    """Such as “Week 2, days 8–14”."""
    days = days_of_week(of_month, number)
    parts = {"number": number, "first": days.start.day, "last": days.end.day}
    return _("Week %(number)s, days %(first)s–%(last)s") % parts


def needs(condoms: Need | None, needles: Need | None) -> list[tuple[str, str]]:
    """(thing, how its need is reckoned); what wasn't told has words and no number."""
    if condoms is None and needles is None:
        return [(_("Need"), _("not told"))]
    found = [(_("Condoms"), condoms), (_("Needles and syringes"), needles)]
    return [(label, formula(one) if one else _("not told")) for label, one in found]


def formula(one: Need) -> str:
    """Such as “6 a week × 4 weeks − 10 given = 14 to bring”."""
    return _("%(formula)s = %(gap)s to bring") % {"formula": need.formula(one), "gap": one.gap}


def left(condoms: Need | None, needles: Need | None) -> list[tuple[str, int]]:
    """(thing, pieces still to bring) where there are any."""
    found = [(_("condoms"), condoms), (_("needles"), needles)]
    return [(label, one.gap) for label, one in found if one and one.gap]


def due(line: Due) -> str:
    """One due line in two or three words; the same for children and adults."""
    if line.name.startswith("not_met_"):
        return _("not met for %(days)s days") % {"days": line.name.removeprefix("not_met_")}
    if line.name == "referral":
        return _("urgent referral open") if line.urgent else _("referral open")
    return {"overdose": _("after an overdose"), "test_due": _("test due"), "review_due": _("review due")}[line.name]


def tags(dues: Iterable[Due]) -> list[tuple[str, str]]:
    """(words, kind of tag) of what is due."""
    return [(due(line), "attention" if line.urgent or line.name == "overdose" else "") for line in dues]


def reasons(whys: Iterable[plan_priority.Why]) -> list[str]:
    """Why somebody is met sooner, without what the due lines say anyway."""
    return [plan_priority.words(why) for why in whys if why in plan_priority.TOLD_IN_REVIEW]


def percent(part: int, whole: int) -> int:
    """Whole per cent, rounded half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def progress(stands: Progress) -> str:
    """Such as “18 of 60 people met (30 %), 12 of 30 days gone (40 %)”."""
    numbers = {
        "met": stands.met,
        "people": stands.people,
        "share": percent(stands.met, stands.people),
        "gone": stands.days_gone,
        "days": stands.days,
        "time": percent(stands.days_gone, stands.days),
    }
    return _("%(met)s of %(people)s people met (%(share)s %%), %(gone)s of %(days)s days gone (%(time)s %%)") % numbers


def pieces(things: Needs, people: int) -> str:
    """How much was given against the need of those who told how often."""
    if not things.told:
        return _("nobody told how often, so no need is reckoned")
    numbers = {"given": things.given, "wanted": things.wanted, "gap": things.gap}
    said = [_("%(given)s given of %(wanted)s needed, %(gap)s still to bring") % numbers]
    if things.gap and things.given + things.gap > things.wanted:
        said.append(_("some got more than they need, others less"))
    said.append(_("%(told)s of %(people)s people told how often") % {"told": things.told, "people": people})
    return " · ".join(said)


def all_pieces(stands: Progress) -> list[str]:
    """Condoms, and needles and syringes, given against need."""
    found = [(_("Condoms"), stands.condoms), (_("Needles and syringes"), stands.needles)]
    return [f"{label}: {pieces(things, stands.people)}" for label, things in found]


def meters(stands: Progress) -> list[dict]:
    """People, condoms and needles as the variables of the component that draws a meter; the mark is today."""
    time = percent(stands.days_gone, stands.days)
    bars = [(stands.met, stands.people)]
    bars += [(things.wanted - things.gap, things.wanted) for things in (stands.condoms, stands.needles)]
    texts = [progress(stands), *all_pieces(stands)]
    return [
        {"text": text, "value": value, "whole": whole, "expected": whole * time / 100}
        for text, (value, whole) in zip(texts, bars, strict=True)
    ]
