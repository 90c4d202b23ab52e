"""Two supervisors of one organisation, and one of another, trying every address of groups with one another's rows."""

import re
from datetime import date

import pytest

from core.models import RecordVersion
from core.permissions import Role
from dashboards.definitions import INDICATORS
from dashboards.named_periods import OWN_DATES
from peers.actions import monthly_reports
from peers.models import MicroPlan, MonthlyReport, PeerEducator, Session, SupervisionVisit, Training
from peers.rules.monthly_reports import ReportEntry
from tests.peers.courses import agreed, came, taught, visited
from tests.peers.groups_met import held
from tests.peers.plans import line, plan
from tests.peers.weeks import TheTeam
from tests.test_urls_by_role import routes

GROUPS = "app/groups/"
# Rows of one team; everything else under groups belongs to the whole organisation.
OF_A_TEAM = ("peer-educators", "monthly-reports", "supervision", "plans", "sessions")
OF_THE_ORGANISATION = (
    *("campaigns", "trainings", "workplaces", "committees", "committee-meetings"),
    *("schools", "lessons", "roll-out", "roll-outs"),
)
MODELS = (PeerEducator, MonthlyReport, SupervisionVisit, MicroPlan, Session)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to("2025-04-02 03:00Z", tick=False)


class Played(TheTeam):
    """A team with a row of each kind that belongs to a team; its peer educators' codes are found in no other text."""

    def __init__(self, code, letter):
        super().__init__(code, letter, number=1)
        [one] = self.peers
        person = self.programme.person(born="1990-01-01", reference=f"{letter}-P".lower())
        report = ReportEntry(occurred_on=date(2025, 4, 1), peer_id=one.pk, month=date(2025, 3, 1))
        monthly_reports.record(entry=report, by=self.supervisor, organisation=one.organisation)
        promised = (agreed(f"{letter}-PROMISE", date(2025, 4, 1)),)
        self.training = taught(came(one, 3, 4, 5, 6, 7), code=code)
        self.rows = {
            "peer-educators": one,
            "monthly-reports": MonthlyReport.objects.get(pk=report.id),
            "supervision": visited(one, code, occurred_on=date(2025, 3, 3), agreed=promised, note=f"{letter}-COACHING"),
            "plans": plan(one, [line(person, acts=2)], month=date(2025, 4, 1)),
            "sessions": held(self.programme, [person], "2025-04-01", facilitators=[one], by=self.users[0]),
        }

    @property
    def letters(self):
        """What every text of the team's rows begins with: a page that shows one of them holds it."""
        return self.peers[0].reference[:3]


@pytest.fixture
def teams(lists):
    """The own team, another one of the organisation, one of another organisation."""
    return Played("NGO-A", "QQA"), Played("NGO-A", "QQB"), Played("NGO-B", "QQC")


def part(route):
    return route.removeprefix(GROUPS).split("/")[0]


def mine(route):
    return route.startswith(GROUPS)


def with_row():
    return [route for route in routes() if mine(route) and "<" in route]


def standing():
    """Every row of a team, as it stands."""
    rows = {row.pk: (row.version, row.voided_at, row.content()) for model in MODELS for row in model.objects.all()}
    return rows, RecordVersion.objects.count()


def test_every_register_of_groups_is_known_to_be_a_teams_or_the_organisations():
    assert {part(route) for route in with_row()} - {*OF_A_TEAM, *OF_THE_ORGANISATION} == set()
    assert set(OF_A_TEAM) - {part(route) for route in with_row()} == set()


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.PEER_EDUCATOR])
def test_rows_of_other_teams_are_not_there(client, teams, role):
    own, *others = teams
    client.force_login(own.supervisor if role == Role.SUPERVISOR else own.users[0])
    before, differs, tried = standing(), [], 0

    for route in with_row():
        if part(route) not in OF_A_TEAM:
            continue
        for team in others:
            path = "/" + re.sub(r"<[^>]+>", str(team.rows[part(route)].pk), route)
            said = {"reason": "mine", "version": "1", "change_reason": "mine"}
            answers = [client.get(path).status_code, client.post(path, said).status_code]
            tried += 1
            # A method that an address doesn't have is refused before anybody looks for the row.
            if 404 not in answers or set(answers) - {404, 405}:
                differs.append((path, answers))

    assert (differs, standing() == before) == ([], True)
    assert tried >= 2 * 5 * len(OF_A_TEAM)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.PEER_EDUCATOR])
def test_own_rows_are_there(client, teams, role):
    own = teams[0]
    client.force_login(own.supervisor if role == Role.SUPERVISOR else own.users[0])

    assert [client.get(row.get_absolute_url()).status_code for row in own.rows.values()] == [200] * len(own.rows)


def test_pages_without_a_row_show_the_own_team_alone(client, teams):
    own, *others = teams
    client.force_login(own.supervisor)
    shown = {}

    for route in routes():
        if mine(route) and "<" not in route:
            page = client.get(f"/{route}")
            if page.status_code == 200:
                text = page.content.decode()
                shown[route] = [team.letters for team in (own, *others) if team.letters in text]

    assert {route: found for route, found in shown.items() if set(found) - {own.letters}} == {}
    assert sum(own.letters in found for found in shown.values()) > 5


def test_filters_find_nothing_of_another_team(client, teams):
    own, theirs, _elsewhere = teams
    client.force_login(own.supervisor)
    asked = {
        "peer": theirs.peers[0].pk,
        "facilitator": theirs.peers[0].pk,
        "supervisor": theirs.supervisor.pk,
        "worker": theirs.users[0].pk,
    }
    found = []

    for route in (route for route in routes() if mine(route) and "<" not in route):
        for name, value in asked.items():
            page = client.get(f"/{route}", {name: value})
            text = page.content.decode() if page.status_code == 200 else ""
            found += [(route, name)] if theirs.letters in text else []

    assert found == []


def test_nothing_is_recorded_of_another_teams_peer_educator(client, teams):
    own, *others = teams
    client.force_login(own.supervisor)
    before = standing()

    for route in (route for route in routes() if mine(route) and "<" not in route):
        for team in others:
            key = str(team.peers[0].pk)
            said = {"peer": key, "facilitators": key, "kind": "small_group", "month": "2025-05", "heads_only": "5"}
            more = {"id": "0f0e0d0c-0b0a-4908-8706-050403020100", "occurred_on": "2025-04-02", "weeks": "4"}
            assert client.post(f"/{route}", {**said, **more}).status_code in (200, 302, 400, 403, 404, 405), route

    assert standing() == before


def test_course_of_several_teams_names_the_own_alone(client, teams):
    own, theirs, _elsewhere = teams
    both = taught(came(own.peers[0], 3, 4, 5, 6, 7), came(theirs.peers[0], 3), title="Both")
    client.force_login(own.supervisor)

    pages = [
        client.get(f"/app/groups/trainings/{both.pk}/{name}").content.decode()
        for name in ("", "sheet/", "blank/", "history/")
    ]

    assert Training.objects.get(pk=both.pk).attendances.count() == 2
    assert [(own.letters in text, theirs.letters in text) for text in pages] == [(True, False)] * 3 + [(False, False)]


def test_lists_behind_figures_show_the_own_team_alone(client, teams):
    own, *others = teams
    client.force_login(own.supervisor)
    days, ours, found = {"period": OWN_DATES, "from": "2025-01-01", "to": "2025-04-02"}, set(), []

    for code in INDICATORS:
        page = client.get(f"/app/figures/{code}/list/", days)
        text = page.content.decode()
        ours |= {code} if own.letters in text else set()
        found += [(code, team.letters) for team in others if team.letters in text]

    assert (found, ours != set()) == ([], True)
