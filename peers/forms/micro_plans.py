"""The form of a micro-plan: a row for each person proposed, put on by a tick, with site, priority and weeks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import site_names
from core.forms.registers import RecordForm, day_field, note_field
from core.import_reports import uuid_of
from core.models import Site
from core.resources.cells import day_of
from core.rules.problems import InvalidEntries, Problem
from outreach import finding, wording
from outreach.models import Client
from outreach.need import need_of
from peers import plan_people, plan_proposals, plan_wording
from peers.actions import micro_plans
from peers.models import PeerEducator, PlanLine
from peers.plan_proposals import Planned
from peers.plan_weeks import MOST_WEEKS, weeks_in
from peers.rules import micro_plans as rules
from peers.rules.micro_plans import MOST_LINES, OF_A_LINE, Line, PlanEntry
from peers.terms import terms_of

MOST_ROWS = 2 * MOST_LINES
OFFERED_SITES = 30


@dataclass
class Row:
    """One person in the form: what is typed, and what the planner sees beside it.

    A `light` row is proposed beside those that are as many as one peer educator looks after: nothing but its tick is
    drawn until somebody sets it.
    """

    key: UUID
    about: Planned
    on: bool = True
    site: UUID | None = None
    priority: int = 3
    weeks: frozenset[int] = frozenset()
    acts: int | None = None
    injections: int | None = None
    light: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def line(self) -> Line:
        return Line(self.key, self.site, self.acts, self.injections, self.priority, tuple(sorted(self.weeks)))

    @cached_property
    def person(self) -> dict:
        return wording.person(self.about.client)

    @cached_property
    def tags(self) -> list[tuple[str, str]]:
        return plan_wording.tags(self.about.dues)

    @cached_property
    def reasons(self) -> list[str]:
        return plan_wording.reasons(self.about.reasons_shown)


def options(choices: Iterable[tuple[Any, str]], chosen: Any) -> SafeString:
    """The choices as HTML options, with one of them chosen."""
    selected = SafeString(" selected")
    rows = [(value, selected if value == chosen else "", label) for value, label in choices]
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


class PlanForm(RecordForm):
    """One plan of `peer` and `month`. Fields of a row are `on-<client>`, `site-…`, `priority-…`, `week-…-<number>`.

    `typed` is what the rows say: the data of a form that was sent, or of one to which somebody is being added.
    `people` are the ids to propose; without `typed` and `record` they are ticked, `begin` says with which lines.
    """

    layout = [(gettext_lazy("More about the plan"), ["weeks", "occurred_on", "note"], True)]

    weeks = forms.IntegerField(
        label=gettext_lazy("Weeks of need"),
        min_value=1,
        max_value=MOST_WEEKS,
        initial=4,
        widget=forms.NumberInput({"inputmode": "numeric", "min": 1, "max": MOST_WEEKS, "data-stepper": "1"}),
        help_text=gettext_lazy("What somebody uses a week is reckoned for so many weeks."),
    )
    occurred_on = day_field(gettext_lazy("Day on which the plan is made"))
    note = note_field()

    def __init__(
        self,
        *args: Any,
        peer: PeerEducator,
        month: date,
        people: Iterable[UUID] = (),
        begin: Mapping[UUID, PlanLine] | None = None,
        typed: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.peer, self.month, self.typed, self.begin = peer, month, typed, begin or {}
        self.initial.setdefault("occurred_on", timezone.localdate())
        self.stored = {row.client_id: row for row in self._stored()}
        self.rows = self._typed_rows() if typed is not None else self._first_rows(list(people))
        self.found: list[Client] = []

    # --- rows --------------------------------------------------------------------------------------------

    def _stored(self) -> Iterable[PlanLine]:
        """The lines of the plan as it is stored: what was told when it was made holds. Also of a form sent twice."""
        number = self.record.pk if self.record else uuid_of((self.typed or {}).get("id", ""))
        mine = PlanLine.objects.filter(plan=number, plan__peer=self.peer) if number else PlanLine.objects.none()
        return mine.select_related("client")

    @property
    def day(self) -> date:
        """The day on which the plan is made: the reviews that hold then count. Who joins later: today."""
        today = timezone.localdate()
        made = day_of((self.typed or {}).get("occurred_on", "")) if not self.record else None
        return min(made or today, today)

    def _planned(self, people: Iterable[UUID]) -> dict[UUID, Planned]:
        plan_id = self.record.pk if self.record else None
        return plan_proposals.planned(
            self.scope, self.peer, self.month, list(people), reviewed_by=self.day, plan_id=plan_id
        )

    def _first_rows(self, people: list[UUID]) -> list[Row]:
        persons = {pk: row.client.person_id for pk, row in self.stored.items()} if self.record else {}
        found = self._planned([*persons.values(), *people])
        if self.record:
            rows = [self._row(pk, found[person], self.stored[pk]) for pk, person in persons.items() if person in found]
            return sorted(rows, key=lambda row: (row.priority, sorted(row.weeks), row.about.client.card_code))
        ordered = plan_proposals.in_order(found.values())[:MOST_LINES]
        rows = [self._row(one.client.pk, one, self.begin.get(one.client.pk)) for one in ordered]
        number = len(rows) if self.begin else terms_of([home := self.peer.organisation_id])[home].people_per_peer
        self._spread([row for row in rows[:number] if not row.weeks])
        for row in rows[number:]:
            row.on, row.light = False, True
        return rows

    def _spread(self, rows: list[Row]) -> None:
        """Give each of the rows a week: even loads, in their order."""
        weeks = plan_proposals.weeks_for(len(rows), self.month, timezone.localdate())
        for row, week in zip(rows, weeks, strict=True):
            row.weeks = frozenset({week})

    def _row(self, key: UUID, about: Planned, said: PlanLine | None) -> Row:
        """A row as a line says it; as it is proposed for somebody who has none."""
        row = Row(key, about, site=about.site_id, priority=about.priority.rank)
        if said is not None:
            row.site, row.priority = said.site_id, said.priority
            row.weeks = frozenset(said.in_weeks) & frozenset(weeks_in(self.month))
        self._tell(row)
        return row

    def _tell(self, row: Row) -> None:
        held = self.stored.get(row.key)
        row.acts = held.acts_per_week if held else row.about.acts
        row.injections = held.injections_per_week if held else row.about.injections

    def _typed_rows(self) -> list[Row]:
        asked = [pk for part in self.typed.get("people", "").split(",")[:MOST_ROWS] if (pk := uuid_of(part))]
        keys = list(dict.fromkeys(asked))
        persons = {pk: row.client.person_id for pk, row in self.stored.items()}
        strange = [pk for pk in keys if pk not in self.stored]
        allowed = self._may_plan(strange)
        found = self._planned({persons.get(pk, pk) for pk in keys if pk in self.stored or pk in allowed})
        rows = [self._typed_row(pk, found[persons.get(pk, pk)]) for pk in keys if persons.get(pk, pk) in found]
        self._set_up([row for row in rows if row.light and row.on])
        return rows

    def _set_up(self, rows: list[Row]) -> None:
        """What is proposed for people who were ticked without more."""
        for row in rows:
            row.light, row.site, row.priority = False, row.about.site_id, row.about.priority.rank
        self._spread(rows)

    def _may_plan(self, people: list[UUID]) -> set[UUID]:
        """Those of the people whom the planner may put on: the peer educator's own, and those the planner sees."""
        own = plan_proposals.people_of_peer(self.peer, self.month, timezone.localdate())
        rest = [pk for pk in people if pk not in own]
        seen = Client.objects.visible_to(self.scope).filter(pk__in=rest, organisation=self.peer.organisation_id)
        return (own & set(people)) | set(seen.order_by().values_list("pk", flat=True))

    def _typed_row(self, key: UUID, about: Planned) -> Row:
        said = self.typed
        priority = said.get(f"priority-{key}", "")
        light = f"priority-{key}" not in said
        row = Row(key, about, on=f"on-{key}" in said, light=light, site=uuid_of(said.get(f"site-{key}", "")))
        row.priority = int(priority) if priority in {"1", "2", "3"} else 0
        row.weeks = frozenset(week for week in range(1, MOST_WEEKS + 1) if f"week-{key}-{week}" in said)
        self._tell(row)
        return row

    @cached_property
    def kept(self) -> tuple[Line, ...]:
        """Lines of people whom the planner may not find: they stay as they are."""
        if not self.record:
            return ()
        shown = plan_people.shown_to(self.scope, {row.client.person_id for row in self.stored.values()})
        lines = [row for row in self.stored.values() if row.client.person_id not in shown]
        return tuple(micro_plans.line_of(row) for row in lines)

    # --- adding somebody ---------------------------------------------------------------------------------

    def add(self, text: str, chosen: str = "") -> None:
        """Put the person on whom a card code, a reference or a nickname names; `found` holds several to choose from."""
        if pk := uuid_of(chosen):
            matches = [pk]
        else:
            matches = [match.client.pk for match in finding.exact_matches(self.scope, text)]
            matches = matches or [match.client.pk for match in finding.look_alikes(self.scope, nickname=text)]
        allowed = self._may_plan(matches)
        people = [pk for pk in matches if pk in allowed]
        if len(people) == 1:
            self._put_on(people[0])
        else:
            clients = Client.objects.in_bulk(people)
            self.found = [clients[pk] for pk in people]

    def _put_on(self, pk: UUID) -> None:
        there = {row.about.client.pk: row for row in self.rows}
        if pk in there:
            there[pk].on = True
            self._set_up([there[pk]] if there[pk].light else [])
            self.rows.remove(there[pk])
            self.rows.insert(0, there[pk])
        elif (found := self._planned([pk])) and len(self.rows) < MOST_ROWS:
            row = self._row(pk, found[pk], None)
            self._spread([row])
            self.rows.insert(0, row)

    # --- what the template draws -------------------------------------------------------------------------

    @property
    def people_listed(self) -> str:
        return ",".join(str(row.key) for row in self.rows)

    @cached_property
    def week_numbers(self) -> list[tuple[int, str, str]]:
        """(number, the number as text, its days) of each week."""
        return [(number, str(number), plan_wording.week(self.month, number)) for number in weeks_in(self.month)]

    @cached_property
    def priorities(self) -> list[tuple[int, str]]:
        return [(1, _("1: first")), (2, _("2: then")), (3, _("3: last"))]

    def needs(self, row: Row) -> list[tuple[str, str]]:
        if plan_people.is_child(row.about.client):
            return []
        weeks = self["weeks"].value()
        weeks = int(weeks) if str(weeks).isdecimal() and 1 <= int(weeks) <= MOST_WEEKS else 4
        given = row.about.given
        condoms, needles = need_of(row.acts, weeks, given.condoms), need_of(row.injections, weeks, given.needles)
        return plan_wording.needs(condoms, needles)

    @property
    def drawn(self) -> list[tuple[Row, list[tuple[str, str]], SafeString, SafeString]]:
        """(row, needs, options of the priority, options of the site) of each person, in order.

        Options are drawn once for all rows that chose alike: one by one they take most of the page's time.
        """
        rows = [row for row in self.rows if not row.light]
        priorities = {chosen: options(self.priorities, chosen) for chosen in {row.priority for row in rows}}
        sites = {chosen: options(self.offered_sites, chosen) for chosen in {row.site for row in rows}}
        return [(row, self.needs(row), priorities[row.priority], sites[row.site]) for row in rows]

    @property
    def others(self) -> list[Row]:
        """People proposed beside as many as one peer educator looks after."""
        return [row for row in self.rows if row.light]

    @cached_property
    def offered_sites(self) -> list[tuple[UUID, str]]:
        """Where people can be met: the peer educator's sites and those of the rows, and all if they are few."""
        used = {row.site for row in self.rows if row.site} | {
            row.about.site_id for row in self.rows if row.about.site_id
        }
        here = Site.objects.filter(organisation=self.peer.organisation_id)
        offered = list(here.open().order_by("name")[: OFFERED_SITES + 1])
        if len(offered) > OFFERED_SITES:
            own = set(self.peer.sites.order_by().values_list("pk", flat=True))
            offered = list(here.filter(pk__in=used | own).order_by("name"))
        elif used - {site.pk for site in offered}:
            offered += here.filter(pk__in=used - {site.pk for site in offered})
        names = site_names.known_to(self.scope)
        return [(site.pk, names.get(site.pk) or str(site)) for site in offered]

    # --- what is recorded --------------------------------------------------------------------------------

    def entry(self) -> PlanEntry:
        data = self.cleaned_data
        said = {name: data[name] for name in ("weeks", "occurred_on", "note")}
        said["lines"] = (*(row.line for row in self.rows if row.on), *self.kept)
        if self.record:
            return micro_plans.entry_of(self.record, **said)
        return PlanEntry(id=self.record_id, peer_id=self.peer.pk, month=self.month, **said)

    def problems(self, entry: PlanEntry) -> list[Problem]:
        return list(rules.problems(entry, today=timezone.localdate()))

    def add_problems(self, problems: list[Problem] | InvalidEntries) -> None:
        """Beside its row what is wrong with one person."""
        if isinstance(problems, InvalidEntries):
            problems = [problem for found in problems.problems.values() for problem in found]
        rows = {str(row.key): row for row in self.rows}
        others = []
        for problem in problems:
            row = rows.get(problem.value) if problem.field in OF_A_LINE else None
            if row is None:
                others.append(problem)
                continue
            if problem.message not in row.errors:
                row.errors.append(problem.message)
        if len(others) < len(problems):
            others.append(Problem("lines", _("Look at the people that are marked, and mend what is said there."), ""))
        super().add_problems(others)
