"""What else is read of a micro-plan: the sheet of signs on paper, who came and went, and a version that held."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import histories
from core.models import RecordVersion, Site
from core.scope import Scope
from core.views.screens import HistoryScreen, Screen
from core.wording import shown
from outreach import wording
from outreach.models import Client
from peers import months, plan_people
from peers.plan_people import PlanRow
from peers.plan_weeks import weeks_in

# A thing of a plan → the sign for it on paper.
SIGNS = {"condoms": "sign-ring", "needles": "sign-pin", "test": "sign-drop", "referral": "sign-steps"}
PIECES_A_DOT, MOST_DOTS = 10, 10


class Paper(Screen):
    """The plan on A4: picture and card of each person, signs with numbers, a box for each week. No word tells what."""

    def get(self, request, pk):
        plan = self.record
        rows = plan_people.rows_of(plan, request.scope, timezone.localdate())
        people = [row for row in rows if row.client]
        context = {
            "heading": _("My list"),
            "lead": f"{plan.month:%m / %Y}",
            "weeks": weeks_in(plan.month),
            "signs": SIGNS,
            "people": [_on_paper(row, weeks_in(plan.month)) for row in people],
            "left_out": len(rows) - len(people),
            "dot": PIECES_A_DOT,
            "back_url": self.register.url("detail", plan),
        }
        return render(request, "peers/micro_plans/paper.html", context)


def _on_paper(row: PlanRow, weeks: list[int]) -> dict:
    names = {line.name for line in row.dues}
    needs = [None, None] if row.is_child else [row.condoms, row.needles]
    signs = [SIGNS["condoms"], SIGNS["needles"]]
    return {
        "picture": wording.picture(row.client),
        "card": wording.card(row.client),
        "first": row.line.priority == 1,
        "pieces": [
            (sign, need.gap, range(dots(need.gap))) if need and need.gap else None
            for sign, need in zip(signs, needs, strict=True)
        ],
        "test": "test_due" in names,
        "referral": "referral" in names,
        "weeks": [week in row.line.in_weeks for week in weeks],
    }


def dots(pieces: int) -> int:
    """A dot for every ten pieces begun, ten at most: an amount that needs no reading."""
    return min(MOST_DOTS, -(-pieces // PIECES_A_DOT))


@dataclass
class Names:
    """Cards and sites of some versions' lines, as far as the reader may know them. `children` are under 18 today."""

    cards: dict[str, str]
    sites: dict[str, str]
    children: set[str]

    @classmethod
    def of(cls, contents: list[dict], scope: Scope) -> "Names":
        lines = [line for content in contents for line in content.get("lines", [])]
        clients = Client.objects.filter(pk__in={UUID(line[0]) for line in lines}).select_related("survivor")
        clients = list(clients)
        found = plan_people.shown_to(scope, {client.person_id for client in clients})
        cards = {str(c.pk): wording.card(found[c.person_id]) for c in clients if c.person_id in found}
        sites = Site.objects.visible_to(scope).filter(pk__in={line[1] for line in lines if line[1]})
        children = {str(c.pk) for c in clients if plan_people.is_child(c.survivor or c)}
        return cls(cards, {str(site.pk): str(site) for site in sites}, children)

    def listed(self, clients: list[str]) -> str:
        """Cards in order; those who can't be named are counted."""
        known = sorted(self.cards[client] for client in clients if client in self.cards)
        hidden = len(clients) - len(known)
        return ", ".join([*known, *([_("%(number)s not visible to you") % {"number": hidden}] if hidden else [])])

    def told(self, line: list) -> str:
        """What a line says of one person, but for who it is."""
        client, site, acts, injections, priority, weeks = line
        parts = [_("priority %(number)s") % {"number": priority}, self.sites.get(site, "")]
        if client in self.children:
            acts = injections = ""
        if acts != "":
            parts.append(_("sex %(number)s times a week") % {"number": acts})
        if injections != "":
            parts.append(_("injections %(number)s times a week") % {"number": injections})
        if weeks:
            parts.append(_("weeks: %(weeks)s") % {"weeks": ", ".join(map(str, weeks))})
        return wording.joined(parts)


class PlanHistory(HistoryScreen):
    """Versions newest first: who came in and who went out, by card; each older version can be opened."""

    def get(self, request, pk):
        register, plan, scope = self.register, self.record, request.scope
        versions = histories.timeline(register, plan, unseen={"lines"}, scope=scope)
        kept = histories.kept_versions(plan)
        contents = [one.content for one in kept] + [plan.content()]
        names = Names.of(contents, scope)
        changes = {kept[i].version + 1: line_changes(*contents[i : i + 2], names) for i in range(len(kept))}
        entries = [
            (version, at, by, action, reason, [*found, *(changes.get(version, []) if action == _("Changed") else [])])
            for version, at, by, action, reason, found in versions
        ]
        context = {
            "heading": _("History: %(record)s") % {"record": register.title(plan)},
            "versions": entries,
            "older": [(one.version, reverse("micro-plans:version", args=[plan.pk, one.version])) for one in kept],
            "back_url": register.url("detail", plan),
        }
        return self.show("peers/micro_plans/history.html", context)


def line_changes(before: dict, after: dict, names: Names) -> list[tuple]:
    """(label, old, new) of the people between two versions."""
    old, new = ({line[0]: line for line in content["lines"]} for content in (before, after))
    found = []
    if came := [pk for pk in new if pk not in old]:
        found.append((_("Came in"), "", names.listed(came)))
    if went := [pk for pk in old if pk not in new]:
        found.append((_("Went out"), names.listed(went), _("off the plan")))
    others = [pk for pk in old if pk in new and old[pk] != new[pk]]
    shown_ones = sorted((pk for pk in others if pk in names.cards), key=names.cards.get)
    found += [(names.cards[pk], names.told(old[pk]), names.told(new[pk])) for pk in shown_ones]
    if hidden := len(others) - len(shown_ones):
        found.append((_("Others"), "", _("%(number)s not visible to you") % {"number": hidden}))
    return found


class PlanVersion(Screen):
    """One version that held: who stood on the plan, by card."""

    def get(self, request, pk, version):
        plan, scope = self.record, request.scope
        kept = RecordVersion.objects.filter(record_id=plan.pk, version=version).select_related("changed_by").first()
        if kept is None:
            raise Http404
        names, month = Names.of([kept.content], scope), date.fromisoformat(kept.content["month"])
        lines = sorted(kept.content["lines"], key=lambda line: (line[4], names.cards.get(line[0], "~")))
        context = {
            "heading": _("%(plan)s, version %(version)s")
            % {"plan": self.register.title(plan), "version": kept.version},
            "until": shown(kept.changed_at),
            "by": kept.changed_by,
            "made": shown(date.fromisoformat(kept.content["occurred_on"])),
            "month": months.words(month),
            "weeks": kept.content["weeks"],
            "note": kept.content["note"],
            "people": [(names.cards[line[0]], names.told(line)) for line in lines if line[0] in names.cards],
            "hidden": sum(line[0] not in names.cards for line in lines),
            "back_url": self.register.url("history", plan),
        }
        return self.show("peers/micro_plans/version.html", context)
