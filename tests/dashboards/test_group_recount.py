"""Random peer educators, workplaces, schools and sessions, counted by the product and by a naive recount."""

import random
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.models import User
from core.periods import Period
from core.scope import SYSTEM
from dashboards import counting
from dashboards.definitions import INDICATORS
from outreach.actions import contacts
from outreach.models import Client, Contact
from outreach.rules.contacts import ContactEntry
from tests.dashboards import naive, naive_groups
from tests.dashboards.planting import ITEMS, Planter, check
from tests.factories.programme import Programme

pytestmark = pytest.mark.django_db
FIRST, DAYS = date(2024, 6, 1), 550
TODAY = date(2025, 11, 20)
PERIODS = [
    Period(date(2024, 10, 1), date(2025, 3, 31)),
    Period(date(2025, 1, 1), date(2025, 12, 31)),
    Period(date(2024, 6, 1), date(2025, 9, 30)),
    Period(date(2025, 2, 1), date(2025, 2, 28)),
    Period(date(2024, 12, 17), date(2025, 4, 3)),
]
GROUPS = ["PWID", "MSM", "GFW", "FSW", "SCH"]
SECTORS = ["garment", "footwear", "transport"]
SETS = ["YOUTH_10_24", "GF_KP", "WHO_NSP"]
VALUES = {
    "sex": list("FMXU"),
    "age_band": ["25+", "unknown", "other"],
    "group": [*GROUPS, "UNK"],
    "province": ["12", "02", "unknown"],
    "district": ["1201", "0203", "unknown"],
    "site": ["SITE-1", "SITE-2", "unknown"],
    "organisation": ["NGO-A", "NGO-B"],
    "kind": ["small_group", "workplace_session", "one_to_one"],
    "service": ["IEC", "CONDOM"],
    "educator": ["system"],
    "month": ["2025-02", "2024-12"],
    "sector": [*SECTORS, "unknown"],
    "grade": ["4", "5", "12"],
    "item": list(ITEMS),
}


class Life:
    """Two organisations in which anything may have happened, decided by one seed."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.both = [_Part(self, code) for code in ("NGO-A", "NGO-B")]
        for part in self.both:
            for _turn in range(4):
                part.peer()
                part.person()
            part.committees()
        for _turn in range(60):
            part = self.chance.choice(self.both)
            self.chance.choice(
                [
                    part.meet,
                    part.meet,
                    part.meet,
                    part.hold,
                    part.hold,
                    part.report,
                    part.plan,
                    part.lesson,
                    part.lesson,
                ]
            )()
        self.chance.choice(self.both).merge()

    def day(self):
        edges = [date(2024, 12, 31), date(2025, 1, 1), date(2025, 2, 28), date(2025, 11, 20), date(2025, 9, 30)]
        if self.chance.random() < 0.3:
            back = self.chance.choice([0, 0, 1, 59, 60, 89, 90, 91])
            return max(self.chance.choice(edges) - timedelta(days=back), FIRST)
        return FIRST + timedelta(days=self.chance.randrange((TODAY - FIRST).days))

    def some(self, things, most=2):
        return self.chance.sample(things, min(len(things), self.chance.randrange(most + 1)))

    def question(self, code):
        one = INDICATORS[code]
        by = self.chance.sample(one.breakdowns, self.chance.choice([0, 1, 1, 2]))
        where = {}
        for key in self.chance.sample(one.filters, self.chance.choice([0, 0, 1, 2])):
            if key != "month":
                where[key] = self.some(VALUES[key], 3)[:2] or VALUES[key][:1]
        bands = "YOUTH_10_24" if "age_band" in where else self.chance.choice(SETS)
        return self.chance.choice(PERIODS), by, where, bands


class _Part:
    """One of the organisations."""

    def __init__(self, life, code):
        self.life, self.chance = life, life.chance
        self.programme = Programme(code)
        self.plant = Planter(self.programme)
        self.sites = [
            self.programme.site("SITE-1", "1201"),
            self.programme.site("SITE-2", life.chance.choice(["0203", None])),
        ]
        self.schools = [self.plant.school("SCHOOL-1", "1201"), self.plant.school("SCHOOL-2")]
        self.users = [User.objects.create(username=f"{code}-{number}", password="x") for number in range(3)]
        self.peers, self.people = [], []

    def void(self):
        return self.chance.random() < 0.15

    def peer(self):
        days = sorted({self.life.day() for _turn in range(self.chance.choice([1, 2, 3, 4]))})
        codes = ["training", "active", "active", "active", "on_leave", "dropped"]
        void = self.void()
        taken = {peer.user_id for peer in self.peers}
        free = [user for user in self.users if user.pk not in taken and not void]
        peer = self.plant.peer(
            days[0],
            *((self.chance.choice(codes), day) for day in days),
            sex=self.chance.choice("FMXU"),
            groups=self.life.some(GROUPS),
            sites=self.life.some(self.sites),
            user=self.chance.choice([None, *free]),
            void=void,
        )
        self.peers.append(peer)

    def person(self):
        born = self.chance.choice([None, f"{self.chance.randrange(1980, 2012)}-02-28"])
        groups = [(self.chance.choice(GROUPS), None), (self.chance.choice(GROUPS), "2025-01-15")]
        self.people.append(self.programme.person(sex=self.chance.choice("FMXU"), born=born, groups=groups))

    def contact(self, on, site, kind):
        entry = ContactEntry(
            id=uuid4(),
            occurred_on=on,
            kind=kind,
            client_id=self.chance.choice(self.people).pk,
            group_size=self.chance.choice([1, 12, 25, 26]),
            site_id=site.pk if site else None,
            services=frozenset(self.life.some(["IEC", "CONDOM"])),
            worker_id=self.chance.choice([None, *(user.pk for user in self.users)]),
            void=self.void(),
        )
        who = {"by": self.programme.by, "organisation": self.programme.organisation}
        contacts.record_many(entries=[entry], checked=True, **who)
        return Contact.objects.get(pk=entry.id)

    def meet(self):
        kinds = ["one_to_one", "small_group", "workplace_session", "event"]
        self.contact(self.life.day(), self.chance.choice([None, *self.sites]), self.chance.choice(kinds))

    def hold(self):
        day, site = self.life.day(), self.chance.choice([None, *self.sites])
        kind = self.chance.choice(["small_group", "workplace_session", "large_group"])
        named = {met.client_id: met for met in (self.contact(day, site, kind) for _turn in range(2))}
        bands = ["A15", "A20", "A50", "AUNK"]
        self.plant.session(
            day,
            led=self.life.some(self.peers),
            named=named.values(),
            heads={(self.chance.choice("FMXU"), self.chance.choice(bands)): self.chance.randrange(1, 40)},
            kind=kind,
            site=site,
            topics=self.life.some(["condom", "sti", "testing", "stigma"], 4),
            services=self.life.some(["IEC", "CONDOM"]),
            knowledge=self.knowledge(),
            void=self.void(),
        )

    def knowledge(self):
        sides = self.life.some(["before", "after"]) or ["before", "after"]
        answered = self.chance.randrange(1, 30)
        right = [self.chance.randrange(answered + 1) for _item in ITEMS]
        return self.chance.choice([{}, {side: check(answered, *right) for side in sides}])

    def report(self):
        self.plant.report(self.chance.choice(self.peers), self.chance.choice([None, self.life.day()]), void=self.void())

    def plan(self):
        month = self.chance.choice(["2025-02-01", "2025-03-01", "2025-09-01", "2025-11-01"])
        peer = self.chance.choice(self.peers)
        if not peer.plans.filter(month=month, voided_at=None).exists():
            self.plant.plan(peer, month, *self.life.some(self.people, 4), void=self.void())

    def committees(self):
        for site in self.sites:
            place = self.plant.workplace(site, sector=self.chance.choice(SECTORS), void=self.void())
            bands = [("F", "A15"), ("M", "A50"), ("U", "AUNK"), ("F", "A20")]
            for day in self.life.some([date(2024, 7, 1), date(2025, 1, 31)]):
                counts = {key: self.chance.randrange(1, 300) for key in self.chance.sample(bands, 2)}
                self.plant.workforce(place, day, counts)
            formed = self.chance.choice([None, self.life.day()])
            closed = self.chance.choice([None, None, formed and formed + timedelta(days=150)])
            anew = sorted(str(self.life.day()) for _turn in range(self.chance.choice([0, 0, 1, 2])))
            committee = self.plant.committee(place, formed, reformed=anew, closed=closed, void=self.void())
            for _turn in range(3):
                paper, minutes = self.chance.choice([(True, ""), (False, "Met"), (False, "")])
                day = self.life.day()
                self.plant.meeting(committee, day, minutes=minutes, minutes_on_paper=paper, void=self.void())

    def lesson(self):
        heads = {sex: self.chance.choice([0, 10, 10, 20]) for sex in "FM"} | {"U": 1}
        school, grade = self.chance.choice(self.schools), self.chance.choice([4, 5])
        name = self.chance.choice(["A", "B", ""])
        self.plant.lesson(school, self.life.day(), heads, grade=grade, class_name=name, void=self.void())

    def merge(self):
        """Two people become one, and a third one's record becomes void."""
        Client.objects.filter(pk=self.people[2].pk).update(
            voided_at=timezone.now(), voided_by=self.programme.by, void_reason="test"
        )
        self.programme.merge(self.people[0], self.people[1])


def cell_values(result, by):
    if INDICATORS[result.indicator].measure == "ratio":
        return {tuple(cell[key] for key in by): (cell["numerator"], cell["denominator"]) for cell in result.cells}
    return {tuple(cell[key] for key in by): cell["value"] for cell in result.cells}


def agree(life, world, code):
    period, by, where, bands = life.question(code)
    told = (code, period, by, where, bands)
    asked = {"where": where, "age_bands": bands, "scope": SYSTEM}

    result = counting.count(code, period, by=by, **asked)

    cells, total = naive_groups.count(world, code, period.start, period.end, by, where, bands, TODAY)
    if INDICATORS[code].measure == "ratio":
        expected = {cell: pair for cell, pair in cells.items() if pair[0] and pair[1]}
        assert (result.numerator, result.denominator) == total, told
        assert result.total == (total[0] / total[1] if total[1] else None), told
    else:
        expected = {cell: pair[0] for cell, pair in cells.items() if pair[0]}
        assert result.total == total[0], told
    assert cell_values(result, by) == expected, told
    lists(result, asked)


def lists(result, asked):
    """The list of a figure and of each of its cells is as long as the numerator."""
    code = result.indicator
    if code in ("WP_HEADS_GEN", "LS_PUPILS", "KNOWLEDGE"):
        return
    listed = counting.listing(code, result.period, **asked)
    assert len(listed) == result.numerator
    for cell in result.cells[:3]:
        codes = {key: [cell[key]] for key in result.by}
        if "service" in codes and "service" in asked["where"]:
            continue
        listed = counting.listing(code, result.period, **{**asked, "where": {**asked["where"], **codes}})
        assert len(listed) == cell.get("numerator", cell["value"]), (code, result.period, asked, cell)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_counts_equal_the_naive_recount(programme, time_machine, seed):
    time_machine.move_to(TODAY)
    with transaction.atomic():
        life = Life(seed)
        world = naive.World()
        for code in naive_groups.CODES:
            for _turn in range(4):
                agree(life, world, code)
        transaction.set_rollback(True)
