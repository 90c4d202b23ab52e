"""The supervisor's week as a page: 15 peer educators, 900 people with a plan and a year of contacts."""

import random
import statistics
import time
from datetime import timedelta

from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from core.models.users import system_user
from core.permissions import Role
from outreach.actions import clients, contacts
from outreach.rules.clients import Belonging, ClientEntry
from outreach.rules.contacts import ContactEntry
from peers.actions import micro_plans
from peers.rules.micro_plans import Line, PlanEntry
from tests.factories.peers import peer
from tests.factories.people import member

TEAM, EACH, TIMES_MET = 15, 60, 12
AIM = "aim: at most 100 ms"


def run(report):
    supervisor = member(Role.SUPERVISOR)
    fill(supervisor)
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(supervisor)
    for page in ("team-week", "today"):
        address = reverse(page)
        assert browser.get(address).status_code == 200
        report(f"{address} of a supervisor", f"{milliseconds(browser, address):.0f} ms", AIM)


def milliseconds(browser, address):
    """Processor time of this process, the median of seven."""
    times = []
    for _turn in range(7):
        began = time.process_time()
        browser.get(address)
        times.append((time.process_time() - began) * 1000)
    return statistics.median(times)


def fill(supervisor):
    chance, today = random.Random(TEAM), timezone.localdate()
    for number in range(TEAM):
        user = member(Role.PEER_EDUCATOR, username=f"peer-{number}")
        one = peer(f"PE-{number}", supervisor=supervisor, user=user)
        home, start = {"organisation": one.organisation}, today - timedelta(days=400)
        people = [
            ClientEntry(occurred_on=start, sex=chance.choice("FM"), groups=(Belonging("PWID"),)) for _ in range(EACH)
        ]
        clients.record_many(entries=people, by=user, **home)
        met = [
            ContactEntry(
                occurred_on=today - timedelta(days=chance.randrange(365)), kind="one_to_one", client_id=person.id
            )
            for person in people
            for _time in range(TIMES_MET)
        ]
        # As from a file: a year typed on one day would be one long list of errors to mend.
        contacts.record_many(entries=met, by=user, source="import", **home)
        lines = tuple(Line(person.id, acts_per_week=3, injections_per_week=14, in_weeks=(1,)) for person in people)
        plan = PlanEntry(occurred_on=today, peer_id=one.pk, month=today.replace(day=1), lines=lines)
        micro_plans.record(entry=plan, by=system_user(), **home)
