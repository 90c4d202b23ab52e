"""Pages of peer educators, workplaces and schools in a browser: no rule of accessibility broken, nothing wider than
the screen; forms at 320 px in Khmer, pages to read at a desk in the dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.cache import caches
from django.urls import reverse

from core.permissions import Role
from tests.conftest import DESK, PHONE
from tests.factories import workplaces
from tests.factories.peers import peer
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.factories.schools import lesson_of, school_of
from tests.peers.courses import FIRST, agreed, came, taught, visited
from tests.peers.groups_met import CHECK, held
from tests.peers.plans import line, plan

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNFOLD = "() => document.querySelectorAll('details').forEach((part) => { part.open = true; })"
TO_READ = (
    *("team-week", "caseloads", "roll-out", "sessions:detail", "micro-plans:detail", "micro-plans:paper"),
    *("trainings:blank", "workplaces:detail", "committees:detail", "schools:detail", "peer-educators:detail"),
)
TO_FILL_IN = (
    *("sessions:amend", "micro-plans:amend", "supervision:amend", "trainings:sheet", "workplaces:workforce"),
    *("committees:members", "committee-meetings:amend", "schools:count", "lessons:amend", "monthly-reports:create"),
)


@pytest.fixture
def world(lists):
    """A supervisor, and one record of each register."""
    caches["default"].clear()
    boss, programme = member(Role.SUPERVISOR), Programme("NGO-A")
    people = [programme.person(born="1990-01-01") for _ in range(2)]
    one = peer(supervisor=boss, user=member(Role.PEER_EDUCATOR))
    site = programme.site("DIC-1")
    factory = workplaces.workplace(workforce=[("2025-01-01", "F", "A25", 40)])
    committee = workplaces.committee(factory, formed="2025-01-10")
    school = school_of()
    return boss, {
        "peer-educators": one,
        "sessions": held(programme, people, facilitators=[one], site_id=site.pk, heads=4, knowledge=CHECK),
        "micro-plans": plan(one, [line(person, weeks=(1,), site=site) for person in people]),
        "supervision": visited(one, agreed=(agreed(),)),
        "trainings": taught(came(one, FIRST)),
        "workplaces": factory,
        "committees": committee,
        "committee-meetings": workplaces.meeting(committee, "2025-02-01"),
        "schools": school,
        "lessons": lesson_of(school),
    }


def address(name, records):
    register = name.split(":")[0]
    return reverse(name, args=[records[register].pk] if register in records else [])


@pytest.mark.parametrize(
    ("names", "language", "look"),
    [(TO_FILL_IN, "km", NARROW), (TO_READ, "en", {**DESK, "color_scheme": "dark"})],
    ids=["forms-km-320", "pages-en-dark"],
)
def test_pages_of_groups_break_no_rule_of_accessibility(client, open_page, live_server, world, names, language, look):
    boss, records = world
    client.force_login(boss)
    page = open_page(bypass_csp=True, **look)
    cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
    cookies |= {settings.LANGUAGE_COOKIE_NAME: language}
    home = live_server.url.replace("127.0.0.1", "localhost")
    page.context.add_cookies([{"name": n, "value": v, "domain": "localhost", "path": "/"} for n, v in cookies.items()])

    found = {}
    for name in names:
        status = page.goto(home + address(name, records)).status
        page.evaluate(UNFOLD)
        broken = [(rule["id"], rule["nodes"][0]["html"][:90]) for rule in Axe().run(page).response["violations"]]
        found[name] = (status, page.evaluate(OVERFLOW), broken)

    assert {name: said for name, said in found.items() if said != (200, 0, [])} == {}
