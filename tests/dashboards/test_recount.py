"""Random programmes, changed in every way they can change, counted by the product and by a naive recount."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import codes
from core.periods import Period
from core.scope import SYSTEM
from dashboards import counting
from dashboards.definitions import INDICATORS
from dashboards.measures import Measure
from outreach.actions import clients, contacts, hotline_calls, needle_collections
from outreach.models import Client, Contact, HotlineCall
from outreach.rules.contacts import ContactEntry
from outreach.rules.hotline_calls import CallEntry
from outreach.rules.needle_collections import NeedleCollectionEntry
from tests.dashboards import naive, naive_concerns, naive_groups, naive_stock
from tests.factories.programme import Programme

pytestmark = pytest.mark.django_db
DAYS = (date(2024, 9, 20), date(2025, 10, 10))
PERIODS = [
    Period(date(2024, 10, 1), date(2025, 3, 31)),
    Period(date(2025, 4, 1), date(2025, 9, 30)),
    Period(date(2024, 10, 1), date(2025, 9, 30)),
    Period(date(2025, 1, 1), date(2025, 6, 30)),
    Period(date(2025, 2, 1), date(2025, 2, 28)),
    Period(date(2024, 12, 17), date(2025, 4, 3)),
]
GROUPS = ["PWID", "PWID", "PWUD", "MSM", "TG", "FSW", "MSW", "PRIS", "YSE", "GFW", "SCH", "UNK"]
SERVICES = ["HTS_OFFER", "HTS_REF", "HTS_DONE", "HIVST", "HTS_SCREEN", "IEC", "SKILLS", "CONDOM", "NSP", "LIFESKILL"]
OUTCOMES = ["", "", "known_pos", "tested_or_ref", "declined", "not_required", "not_offered"]
KINDS = ["one_to_one", "one_to_one", "dic_visit", "small_group", "workplace_session", "large_group", "event"]
NATURES = ["information", "crisis", "silent"]
KINDS_OF = {"REF_DONE": ["HTS", "STI"], "HL_CALLS": NATURES, "HL_YOUNG": NATURES, "SG_TIMELY": naive_concerns.KINDS}
PIECES = ["COND_M", "SYR_2ML", "SYR_1ML_FIX", "NEEDLE"]
TOPICS = ["testing", "condom", "violence", "other"]
SETS = ["YOUTH_10_24", "MER_PP_PREV", "GF_KP", "SAFEGUARD", "WHO_NSP"]


class Life:
    """A programme of two organisations in which anything may happen, decided by one seed."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.programmes = [Programme("NGO-A"), Programme("NGO-B")]
        self.sites = {
            programme: [
                None,
                programme.site("DIC-1", "1201"),
                programme.site("SPOT-2", self.chance.choice(["0203", None])),
            ]
            for programme in self.programmes
        }
        self.people = {programme: [] for programme in self.programmes}
        for _turn in range(10):
            self.meet_somebody_new()
        for _turn in range(40):
            self.meet()
        for _turn in range(30):
            self.ring()
        for _turn in range(20):
            self.worry()
        for _turn in range(25):
            self.chance.choice(
                [
                    self.ring,
                    self.void_call,
                    self.worry,
                    self.meet,
                    self.talk,
                    self.refer,
                    self.collect,
                    self.amend,
                    self.void,
                    self.change,
                    self.merge,
                    self.unmerge,
                ]
            )()

    def day(self, first=DAYS[0]):
        edges = [date(2024, 9, 30), date(2024, 10, 1), date(2025, 3, 31), date(2025, 4, 1), date(2025, 9, 30)]
        if self.chance.random() < 0.2:
            return max(self.chance.choice(edges), first)
        return first + timedelta(days=self.chance.randrange((DAYS[1] - first).days + 1))

    def pieces(self):
        return {
            code: self.chance.randrange(1, 9) for code in self.chance.sample(PIECES, self.chance.choice([0, 0, 1, 2]))
        }

    def services(self):
        return frozenset(self.chance.sample(SERVICES, self.chance.choice([0, 1, 1, 2, 3])))

    def born(self):
        """Often a birthday that falls into the year that is counted."""
        edge = self.chance.choice([10, 15, 18, 20, 25, self.chance.randrange(5, 60)])
        day = self.day()
        return date(day.year - edge, day.month, min(day.day, 28))

    def meet_somebody_new(self):
        programme = self.chance.choice(self.programmes)
        groups = [(self.chance.choice(GROUPS), self.chance.choice([None, "2024-11-11"]))]
        if self.chance.random() < 0.4:
            groups.append((self.chance.choice(GROUPS), str(self.day(date(2024, 11, 12)))))
        known = self.chance.choice([None, None, None, "2020-01-01", "2024-10-01", str(self.day())])
        person = programme.person(
            sex=self.chance.choice("FFMMXU"),
            born=str(self.born()) if self.chance.random() < 0.85 else None,
            groups=groups,
            known=known,
            ovc=self.chance.random() < 0.2,
        )
        self.people[programme].append(person)

    def whoever(self):
        programme = self.chance.choice([p for p in self.programmes if self.people[p]])
        return programme, self.chance.choice(self.people[programme])

    def meet(self):
        programme, person = self.whoever()
        entry = ContactEntry(
            occurred_on=self.day(),
            kind=self.chance.choice(KINDS),
            client_id=person.pk if self.chance.random() < 0.9 else None,
            group_size=self.chance.choice([1, 1, 25, 26]),
            site_id=getattr(self.chance.choice(self.sites[programme]), "pk", None),
            services=self.services(),
            hts_outcome=self.chance.choice(OUTCOMES),
            given=self.pieces(),
            taken_back=self.pieces(),
        )
        who = {"by": programme.by, "organisation": programme.organisation}
        contacts.record_many(entries=[entry], checked=True, **who)

    def some_contact(self):
        return self.chance.choice(list(Contact.objects.countable().order_by("pk")) or [None])

    def amend(self):
        contact = self.some_contact()
        if contact is None:
            return
        entry = ContactEntry(
            id=contact.pk,
            occurred_on=self.day(),
            kind=self.chance.choice(KINDS),
            client_id=contact.client_id,
            group_size=contact.group_size,
            site_id=contact.site_id,
            services=self.services(),
            hts_outcome=self.chance.choice(OUTCOMES),
            given=self.pieces(),
        )
        who = {"by": contact.recorded_by, "organisation": contact.organisation}
        contacts.amend_many(entries=[entry], checked=True, **who)

    def void(self):
        contact = self.some_contact()
        if contact is not None:
            contacts.void(contact=contact, by=contact.recorded_by, reason="test")

    def talk(self):
        programme = self.chance.choice(self.programmes)
        bands = self.chance.sample(list(codes.table("age_band_atomic")), 3)
        programme.talk(
            str(self.day()),
            {(self.chance.choice("FMXU"), band): self.chance.randrange(1, 50) for band in bands},
            kind=self.chance.choice(["large_group", "classroom", "workplace_session"]),
            services=";".join(self.services()),
            site=self.chance.choice(self.sites[programme]),
            given=self.pieces(),
            void=self.chance.random() < 0.2,
        )

    def ring(self):
        """A call to the hotline, answered or not; about several things, or about nothing that was written down."""
        programme = self.chance.choice(self.programmes)
        nature = self.chance.choice(["information", "counselling", "crisis", "silent", "prank"])
        answered = nature not in ("silent", "prank")
        entry = CallEntry(
            occurred_on=self.day(),
            nature=nature,
            topics=frozenset(self.chance.sample(TOPICS, self.chance.choice([0, 1, 1, 2, 3])) if answered else ()),
            sex=self.chance.choice("FMXU"),
            age_band=self.chance.choice(list(codes.table("caller_age_band"))),
            province_id=self.chance.choice([None, "12", "02"]),
            void=self.chance.random() < 0.1,
        )
        hotline_calls.record_many(entries=[entry], by=programme.by, organisation=programme.organisation)

    def void_call(self):
        call = self.chance.choice(list(HotlineCall.objects.countable().order_by("pk")))
        hotline_calls.void(record=call, by=call.recorded_by, reason="test")

    def worry(self):
        """A concern raised by somebody."""
        naive_concerns.raise_one(self.chance, *self.whoever(), self.day())

    def refer(self):
        programme, person = self.whoever()
        day = self.day()
        status = self.chance.choice(["issued", "completed", "completed", "self_reported", "partly", "cancelled"])
        closed = None if status == "issued" else str(day + timedelta(days=self.chance.choice([0, 3, 90, 91])))
        contact = Contact.objects.filter(organisation=programme.organisation).order_by("pk").first()
        programme.referred(
            person,
            str(day),
            kind=self.chance.choice(["HTS", "STI"]),
            status=status,
            closed=closed,
            contact=self.chance.choice([None, contact]),
        )

    def collect(self):
        """A round through a site or a district."""
        programme = self.chance.choice(self.programmes)
        site = self.chance.choice(self.sites[programme])
        entry = NeedleCollectionEntry(
            occurred_on=self.day(),
            method=self.chance.choice(["counted", "weighed", "estimated"]),
            pieces=self.chance.randrange(1, 500),
            site_id=site.pk if site else None,
            district_id=None if site else self.chance.choice(["1201", "0203"]),
            void=self.chance.random() < 0.2,
        )
        needle_collections.record_many(entries=[entry], by=programme.by, organisation=programme.organisation)

    def change(self):
        """Another birth date, sex or group of somebody."""
        programme, person = self.whoever()
        client = Client.objects.prefetch_related("groups").get(pk=person.pk)
        entry = clients.entry_of(client)
        born = self.born() if self.chance.random() < 0.8 else None
        precision = self.chance.choice(["day", "month", "year"]) if born else "unknown"
        entry = replace(entry, birth_date=born, birth_precision=precision, sex=self.chance.choice("FMXU"))
        if self.chance.random() < 0.5:
            entry = replace(entry, groups=tuple(replace(row, group=self.chance.choice(GROUPS)) for row in entry.groups))
        who = {"by": programme.by, "organisation": programme.organisation}
        clients.amend_many(entries=[entry], checked=True, **who)

    def merge(self):
        programme, person = self.whoever()
        target = self.chance.choice(self.people[programme])
        if naive.World().person(target.pk) != person.pk and not Client.objects.get(pk=person.pk).merged_into_id:
            programme.merge(person, target)

    def unmerge(self):
        merged = list(Client.objects.exclude(merged_into=None).order_by("pk"))
        if merged:
            client = self.chance.choice(merged)
            next(p for p in self.programmes if p.organisation == client.organisation).unmerge(client)

    def question(self, code):
        """A period, a breakdown, filters and a set of bands that the indicator allows."""
        one = INDICATORS[code]
        by = self.chance.sample(one.breakdowns, self.chance.choice([0, 1, 1, 2]))
        where = {}
        for key in self.chance.sample(one.filters, self.chance.choice([0, 0, 1, 2])):
            if values := self.values(key, code):
                where[key] = self.chance.sample(values, min(len(values), self.chance.choice([1, 2])))
        if "month" in where:
            # A filter by month makes the months the period: only single ones are the same in both ways of counting.
            where.pop("month")
        return self.chance.choice(PERIODS), [*dict.fromkeys([*one.always_by, *by])], where, self.chance.choice(SETS)

    def values(self, key, code):
        known = {
            "sex": list("FMXU"),
            "age_band": ["25+", "unknown", "other"],
            "group": GROUPS,
            "testing": ["known_pos", "tested_or_ref", "declined", "not_recorded"],
            "commodity": PIECES,
            "province": ["12", "02", "unknown"],
            "district": ["1201", "0203", "unknown"],
            "site": ["DIC-1", "SPOT-2", "unknown"],
            "organisation": ["NGO-A", "NGO-B"],
            "kind": naive_stock.KINDS if code == "STOCK" else KINDS_OF.get(code, KINDS),
            "topic": [*TOPICS, "unknown"],
            "service": SERVICES,
            "educator": ["system"],
            "month": ["2025-02"],
        }
        return sorted(set(known[key]))


def agree(life, world, code):
    period, by, where, bands = life.question(code)
    if "age_band" in where and bands not in ("YOUTH_10_24", "GF_KP", "SAFEGUARD", "WHO_NSP"):
        bands = "YOUTH_10_24"
    asked = {"by": by, "where": where, "age_bands": bands, "scope": SYSTEM}
    result = counting.count(code, period, **asked)
    cells, total = naive.count(world, code, period.start, period.end, by, where, bands)
    one = INDICATORS[code]
    if one.measure == Measure.RATIO:
        told = {
            tuple(cell[key] for key in by): (cell["numerator"], cell["denominator"], cell["value"])
            for cell in result.cells
        }
        expected = {cell: (*pair, pair[0] / pair[1]) for cell, pair in cells.items() if pair[0] and pair[1]}
        assert (result.numerator, result.denominator) == total, (code, period, by, where, bands)
    else:
        told = {tuple(cell[key] for key in by): cell["value"] for cell in result.cells}
        expected = {cell: pair[0] for cell, pair in cells.items() if pair[0]}
        assert result.total == (None if code == "COMMODITIES" else total[0]), (code, period, by, where, bands)
    assert told == expected, (code, period, by, where, bands)
    lists(code, period, where, bands, result)


def lists(code, period, where, bands, result):
    """Lists of people and contacts are as long as their cells."""
    if INDICATORS[code].measure in (Measure.PEOPLE, Measure.CONTACTS, Measure.CALLS):
        listed = counting.listing(code, period, where=where, age_bands=bands, scope=SYSTEM)
        assert len(listed) == result.total
        for cell in result.cells[:3]:
            if any(key in where and key in cell for key in ("service", "topic")):
                continue
            opened = {**where, **{key: [value] for key, value in cell.items() if key != "value"}}
            listed = counting.listing(code, period, where=opened, age_bands=bands, scope=SYSTEM)
            assert len(listed) == cell["value"], (code, period, where, bands, cell)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_counts_equal_the_naive_recount(programme, seed):
    with transaction.atomic():
        life = Life(seed)
        world = naive.World()
        for code in (code for code in INDICATORS if code not in naive_groups.CODES):
            for _turn in range(2):
                agree(life, world, code)
        transaction.set_rollback(True)


def test_median_of_referrals_equals_the_naive_recount(programme):
    for seed in range(5):
        with transaction.atomic():
            life = Life(seed)
            for _turn in range(8):
                life.refer()
            for period in PERIODS:
                result = counting.count("REF_DONE", period, scope=SYSTEM)

                assert result.extra["median_days"] == naive.median_days(naive.World(), period.start, period.end)
            transaction.set_rollback(True)
