"""The pages of micro-plans: this week's people, the list, the sheet of signs, the card of Today, and whose they are."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from core.permissions import Role
from outreach import card_codes
from outreach.models import Client
from peers.models import MicroPlan
from tests.factories.peers import peer
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.peers.plans import MONTH, line, plan, posted, review

NEW = "/app/groups/plans/new/"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to("2025-03-10 03:00Z", tick=False)
    return time_machine


@pytest.fixture
def programme(lists):
    return Programme("NGO-A")


@pytest.fixture
def boss(programme):
    return member(Role.SUPERVISOR)


@pytest.fixture
def mine(programme, boss):
    """A peer educator of the supervisor's team, with an account."""
    return peer("PE-1", supervisor=boss, user=member(Role.PEER_EDUCATOR))


@pytest.fixture
def desk(client, boss):
    client.force_login(boss)
    return client


def new(peer_educator, month="2025-03", **more):
    query = "".join(f"&{key}={value}" for key, value in more.items())
    return f"{NEW}?peer={peer_educator.pk}&month={month}{query}"


def at(name, made, **more):
    return reverse(f"micro-plans:{name}", kwargs={"pk": made.pk, **more})


# --- the page ----------------------------------------------------------------------------------------------


def test_page_shows_this_week_first_with_those_not_met_and_what_is_left(desk, programme, mine):
    waits, met, next_week = (programme.person(born="1990-05-01") for _place in range(3))
    made = plan(mine, [line(met, acts=1, weeks=(2,)), line(waits, weeks=(2,)), line(next_week, weeks=(3,))])
    programme.by = mine.user
    programme.met(met, "2025-03-03", given={"COND_M": 3})

    context = desk.get(at("detail", made)).context

    week = context["weeks"][0]
    assert (week["title"], week["is_now"], week["number"], week["met"]) == ("Week 2, days 8–14", True, 2, 1)
    assert [one["met"] for one in week["people"]] == [False, True]
    assert week["people"][1]["by_peer"] == "PE-1"
    assert week["people"][1]["needs"][0] == ("Condoms", "1 a week × 4 weeks − 3 given = 1 to bring")
    assert [one["title"] for one in context["weeks"]] == [
        "Week 2, days 8–14",
        "Week 1, days 1–7",
        "Week 3, days 15–21",
        "Week 4, days 22–28",
        "Week 5, days 29–31",
    ]
    assert context["meters"][0]["text"] == "1 of 3 people met (33 %), 10 of 31 days gone (32 %)"


def test_somebody_on_two_plans_is_pointed_out(desk, programme, mine):
    someone = programme.person()
    made = plan(mine, [line(someone)])
    plan(peer("PE-2"), [line(someone)])
    plan(peer("PE-3"), [line(someone)], month=date(2025, 2, 1))

    assert desk.get(at("detail", made)).context["elsewhere"] == 1
    assert desk.get(at("amend", made)).context["elsewhere"] == 1


@pytest.mark.parametrize("name", ["detail", "amend", "paper", "history"])
def test_plan_of_sixty_people_costs_what_one_of_three_does(desk, programme, mine, django_assert_num_queries, name):
    queries = {"detail": 14, "amend": 18, "paper": 13, "history": 11}[name]
    people = [programme.person(born="1990-05-01") for _place in range(60)]
    leaders = [peer(f"PE-{place}", supervisor=mine.supervisor) for place in (2, 3)]
    made = [plan(mine, [line(people[0])]), plan(leaders[0], [line(one) for one in people[:3]], month=date(2025, 2, 1))]
    made.append(plan(leaders[1], [line(one) for one in people], month=date(2025, 4, 1), made=date(2025, 3, 9)))
    for someone in people[:5]:
        programme.met(someone, "2025-03-05", given={"COND_M": 1})
        review(programme, someone, "2025-03-05", acts=1)
    desk.get(at(name, made[0]))

    for one in made:
        with django_assert_num_queries(queries):
            desk.get(at(name, one))


def test_list_costs_the_same_for_one_and_three(desk, programme, mine, django_assert_num_queries):
    for months_ago, count in ((0, 1), (2, 3)):
        for month in range(months_ago and 1, months_ago + 1):
            plan(mine, [line(programme.person())], month=date(2025, 3 - month, 1))
        desk.get(reverse("micro-plans:list"))
        with django_assert_num_queries(6):
            answer = desk.get(reverse("micro-plans:list"))
        assert len(answer.context["rows"]) == count


def test_list_is_filtered_by_month_and_peer(desk, programme, mine):
    someone, other = programme.person(), peer("PE-2")
    plan(mine, [line(someone)])
    plan(other, [line(someone)], month=date(2025, 2, 1))

    by_month = desk.get(reverse("micro-plans:list"), {"month": "2025-02"}).context["rows"]
    by_peer = desk.get(reverse("micro-plans:list"), {"peer": mine.pk}).context["rows"]

    assert [dict(cells)["Peer educator"] for _url, cells in by_month] == ["PE-2"]
    assert [dict(cells)["Peer educator"] for _url, cells in by_peer] == ["PE-1"]
    assert desk.get(reverse("micro-plans:list"), {"month": "x"}).status_code == 400


# --- the sheet of signs ------------------------------------------------------------------------------------


def test_paper_tells_nothing_in_words(desk, programme, mine):
    someone = programme.person(group="PWID", born="1990-05-01")
    Client.objects.filter(pk=someone.pk).update(nickname="Tiger", icon="star")
    programme.referred(someone, "2025-01-10", kind="ART")
    made = plan(mine, [line(someone, acts=6, injections=14, priority=1, weeks=(1, 3))])

    page = desk.get(at("paper", made)).content.decode()

    sheet = page.split("<tbody>")[1].split("</tbody>")[0]
    signs = re.findall(r"#((?:sign|picture)-[a-z]+)", sheet)
    assert strip_tags(sheet.replace("●", "")).split() == [card_codes.shown(someone.card_code), "24", "56"]
    assert signs == ["picture-star", "sign-diamond", "sign-ring", "sign-pin", "sign-drop", "sign-steps"]
    assert sheet.count("paper-box") == 2
    # What is printed: all but the shell and the notice that explains the signs.
    printed = re.sub(r'<div class="notice no-print".*?</ul>.*?</div>\s*</div>', "", page, flags=re.DOTALL)
    printed = strip_tags(printed.split('<main class="screen"')[1].split("</main>")[0]).lower()
    telling = ("hiv", "condom", "needle", "syringe", "inject", "test", "risk", "drug", "sex", "referral", "tiger")
    assert [word for word in telling if word in printed] == []
    assert "my list" in printed


# --- whose they are ----------------------------------------------------------------------------------------


def test_supervisors_and_peers_reach_nobody_elses_plans(client, programme, boss, mine):
    other_boss = member(Role.SUPERVISOR, username="other-supervisor")
    other_user = member(Role.PEER_EDUCATOR, username="other-peer")
    theirs = peer("PE-2", supervisor=other_boss, user=other_user)
    someone = programme.person()
    plans = {"mine": plan(mine, [line(someone)]), "theirs": plan(theirs, [line(someone)])}
    lead = {"mine": mine, "theirs": theirs}
    sees = {boss: {"mine"}, mine.user: {"mine"}, other_boss: {"theirs"}, other_user: {"theirs"}}
    stranger = member(Role.SUPERVISOR, code="NGO-B")

    for user, allowed in {**sees, stranger: set()}.items():
        client.force_login(user)
        for name, made in plans.items():
            pages = [client.get(at(page, made)).status_code for page in ("detail", "amend", "history", "paper")]
            sent = client.post(at("amend", made), posted([], version="1"))
            begun = client.get(new(lead[name], "2025-04")).status_code
            recorded = client.post(new(lead[name], "2025-04"), posted([])).status_code
            assert (pages, sent.status_code, begun, recorded) == (
                ([200] * 4, 200, 200, 200) if name in allowed else ([404] * 4, 404, 404, 404)
            ), (user, name)
        listed = {dict(cells)["Peer educator"] for _url, cells in client.get("/app/groups/plans/").context["rows"]}
        assert listed == {lead[name].reference for name in allowed}

    assert MicroPlan.objects.filter(version=1).count() == 2


def test_peer_educator_may_not_void_and_manager_may_not_plan(client, programme, mine):
    made = plan(mine, [line(programme.person())])

    client.force_login(mine.user)
    void = [client.get(at("void", made)).status_code, client.post(at("void", made), {"reason": "x"}).status_code]
    client.force_login(member(Role.PROGRAMME_MANAGER))
    seen = client.get(at("detail", made)).status_code
    changed = [client.get(at("amend", made)).status_code, client.get(new(mine, "2025-04")).status_code]

    assert (void, seen, changed) == ([403, 403], 200, [403, 403])
    assert MicroPlan.objects.countable().count() == 1


def test_card_of_a_supervisor_counts_peers_without_a_plan(client, programme, boss, mine):
    peer("PE-2")
    peer("PE-3", supervisor=member(Role.SUPERVISOR, username="other"))
    client.force_login(boss)

    before = client.get(reverse("today")).content.decode()
    for leader, month in ((mine, MONTH), (mine, date(2025, 2, 1))):
        plan(leader, [line(programme.person())], month=month)
    after = client.get(reverse("today")).content.decode()

    assert "2 peer educators have no plan for March 2025 yet." in before
    assert "1 peer educator has no plan for March 2025 yet." in after
