"""Trainings on their screens: recorded, the sheet filled in, and nothing of other teams shown or lost."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actions.memberships import scope_of
from core.models.users import system_user
from core.permissions import Role
from peers.actions import trainings
from peers.forms.training_sheets import PAGE, on_sheet
from peers.models import Training, TrainingAttendance
from tests.factories.peers import peer
from tests.factories.people import member
from tests.outreach.forms import reposted
from tests.peers.courses import came, taught

pytestmark = pytest.mark.usefixtures("lists")


@pytest.fixture
def team(supervisor):
    """Two peer educators of the supervisor, and one of another supervisor."""
    other = member(Role.SUPERVISOR, username="other")
    return (
        peer("PE-1", supervisor=supervisor),
        peer("PE-2", supervisor=supervisor),
        peer("PE-3", supervisor=other),
    )


def at(name, training=None):
    return reverse(f"trainings:{name}", args=[training.pk] if training else None)


def sent(training, *lines):
    """A sheet as a browser posts it: (peer, days, more) a line."""
    data = {"version": str(training.version), "rows": [str(one.pk) for one, *_rest in lines]}
    for one, days, *more in lines:
        key = one.pk.hex
        data |= {f"days_{key}": [f"2025-03-{day:02}" for day in days], f"before_{key}": "", f"after_{key}": ""}
        for said in more:
            data |= {f"{name}_{key}": value for name, value in said.items()}
    return data


def rows_of(training):
    found = TrainingAttendance.objects.filter(training=training).order_by("peer__reference")
    return [
        (row.peer.reference, [day[-2:] for day in row.days], row.score_before, row.score_after, row.signed_off)
        for row in found.select_related("peer")
    ]


def test_new_training_leads_on_to_its_sheet(client, supervisor):
    client.force_login(supervisor)
    data = {
        "id": str(uuid.uuid4()),
        "occurred_on": "2025-03-03",
        "ends_on": "2025-03-07",
        "topics": ["pe_basic", "waste"],
        "hours": "",
    }

    first = client.post(at("create"), data)
    again = client.post(at("create"), data)

    training = Training.objects.get()
    assert (first["Location"], again["Location"]) == (at("sheet", training), at("sheet", training))
    assert (training.hours, training.topics, training.recorded_by) == (44, ["pe_basic", "waste"], supervisor)


def test_sheet_is_filled_in_for_ones_team(client, supervisor, team):
    training = taught()
    client.force_login(supervisor)
    one, two, _theirs = team

    opened = client.get(at("sheet", training))
    response = client.post(
        at("sheet", training),
        sent(training, (one, [3, 4], {"before": "40", "after": "85", "can": "on"}), (two, [], {"every": "on"})),
    )

    assert [line[0].reference for line in opened.context["form"].lines()] == ["PE-1", "PE-2"]
    assert response["Location"] == training.get_absolute_url()
    assert rows_of(training) == [
        ("PE-1", ["03", "04"], 40, 85, True),
        ("PE-2", ["03", "04", "05", "06", "07"], None, None, False),
    ]


def test_sheet_keeps_the_lines_of_other_teams(client, supervisor, team):
    one, two, theirs = team
    training = taught(came(one, 3), came(theirs, 3, 4, score_after=66))
    client.force_login(supervisor)

    client.post(at("sheet", training), sent(training, (one, []), (two, [5])))

    assert rows_of(training) == [("PE-2", ["05"], None, None, False), ("PE-3", ["03", "04"], None, 66, False)]


def test_sheet_takes_no_line_of_another_team(client, supervisor, team):
    _one, _two, theirs = team
    stranger = peer("PE-9", organisation="NGO-B")
    training = taught(came(theirs, 3))
    client.force_login(supervisor)

    response = client.post(at("sheet", training), sent(training, (theirs, [4, 5]), (stranger, [3])))

    assert response.status_code == 302
    assert rows_of(training) == [("PE-3", ["03"], None, None, False)]


@pytest.mark.parametrize(
    "said",
    [
        {"before": "101"},
        {"after": "-1"},
        {"after": "9" * 400},
        {"before": "four"},
        {"before": "\x00"},
        {"days": ["2025-03-08"]},
        {"days": ["0001-01-01"]},
        {"days": ["\x00"]},
    ],
)
def test_sheet_shows_again_what_is_wrong(client, supervisor, team, said):
    training = taught()
    client.force_login(supervisor)

    response = client.post(at("sheet", training), sent(training, (team[0], [3], said)))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [f"{next(iter(said))}_{team[0].pk.hex}"]
    assert rows_of(training) == []


@pytest.mark.parametrize("rows", [["x"], [""], ["\x00"], [str(uuid.uuid4())] * 500])
def test_sheet_with_odd_lines_changes_nothing(client, supervisor, team, rows):
    training = taught(came(team[0], 3))
    client.force_login(supervisor)

    response = client.post(at("sheet", training), {"version": "1", "rows": rows})

    assert response.status_code == 302
    assert rows_of(training) == [("PE-1", ["03"], None, None, False)]


def test_sheet_changed_meanwhile_is_shown_beside_what_was_typed(client, supervisor, team):
    one, two, theirs = team
    training = taught(came(one, 3))
    trainings.fill_in(training=training, lines=[came(theirs, 3)], about=[theirs.pk], version=1, by=system_user())
    client.force_login(supervisor)

    clash = client.post(at("sheet", training), sent(training, (one, [4]), (two, [5])))
    data = sent(training, (one, [4]), (two, [5])) | {"version": str(clash.context["form"].data["version"])}
    client.post(at("sheet", training), data)

    assert clash.status_code == 409
    assert clash.context["theirs"] == [
        ("Who came", "PE-1: 1 day", "PE-1: 1 day; and 1 of another team"),
    ]
    assert [line[0] for line in rows_of(training)] == ["PE-1", "PE-2", "PE-3"]


def test_training_is_changed_with_everything_as_it_stood(client, supervisor, team):
    training = taught(came(team[0], 3), came(team[2], 4), title="Spring", reference="T-1", note="Bring pens")
    client.force_login(supervisor)

    response = reposted(client, at("amend", training), hours="32", change_reason="shorter")

    training.refresh_from_db()
    assert response["Location"] == training.get_absolute_url()
    assert (training.hours, training.title, training.reference, training.note) == (32, "Spring", "T-1", "Bring pens")
    assert [line[0] for line in rows_of(training)] == ["PE-1", "PE-3"]


def test_sheet_of_many_goes_page_by_page(client, supervisor):
    people = [peer(f"PE-{number:02}", supervisor=supervisor) for number in range(PAGE + 1)]
    training = taught()
    client.force_login(supervisor)

    first = client.get(at("sheet", training))
    response = client.post(at("sheet", training), sent(training, *((one, [3]) for one in people[:PAGE])))
    training.refresh_from_db()
    client.post(response["Location"], sent(training, (people[PAGE], [4])))

    assert len(first.context["form"].lines()) == PAGE
    assert response["Location"] == f"{at('sheet', training)}?page=2"
    assert [days for _code, days, *_rest in rows_of(training)] == [["03"]] * PAGE + [["04"]]


def test_sheet_of_a_course_that_runs_has_only_days_that_have_been(client, supervisor, team):
    today = timezone.localdate()
    training = taught(occurred_on=today - timedelta(days=1), ends_on=today + timedelta(days=3))
    client.force_login(supervisor)

    form = client.get(at("sheet", training)).context["form"]

    assert form.days == [today - timedelta(days=1), today]


def test_sheet_offers_those_who_were_there(supervisor):
    gone = (("active", date(2024, 1, 1), ""), ("dropped", date(2025, 3, 3), "moved"))
    later = (("active", date(2025, 3, 8), ""),)
    last_day = (("candidate", date(2025, 3, 7), ""),)
    for code, statuses in (("A", ()), ("B", gone), ("C", later), ("D", last_day)):
        peer(code, supervisor=supervisor, statuses=statuses or (("active", date(2024, 1, 1), ""),))
    held = peer("E", supervisor=supervisor, statuses=gone)
    training = taught(came(held, 3))

    assert [one.reference for one in on_sheet(scope_of(supervisor), training)] == ["A", "D", "E"]


def test_page_names_ones_team_and_counts_the_others(client, supervisor, team):
    one, _two, theirs = team
    training = taught(came(one, 3, 4, score_before=40, score_after=85), came(theirs, 3))
    client.force_login(supervisor)

    response = client.get(training.get_absolute_url())

    shown = [[value for _label, value in cells] for _url, cells in response.context["attendance_rows"]]
    assert shown == [["PE-1", "2 of 5", 40, 85, "no", "no"]]
    assert response.context["others"] == "and 1 of another team"
    assert "PE-3" not in response.content.decode()


def test_history_names_ones_team_alone(client, supervisor, team):
    one, _two, theirs = team
    training = taught(came(theirs, 3))
    trainings.fill_in(training=training, lines=[came(one, 3, score_after=85)], about=[one.pk], version=1, by=supervisor)
    client.force_login(supervisor)

    mine = client.get(at("history", training)).context["versions"][0][-1]
    client.force_login(member(Role.DATA_OFFICER))
    every = client.get(at("history", training)).context["versions"][0][-1]

    assert mine == [("Who came", "and 1 of another team", "PE-1: 1 day, – → 85; and 1 of another team")]
    assert every == [("Who came", "PE-3: 1 day", "PE-1: 1 day, – → 85; PE-3: 1 day")]


def test_peer_educator_sees_own_courses_with_the_own_line(client, supervisor):
    user = member(Role.PEER_EDUCATOR)
    me, other = peer("PE-1", user=user, supervisor=supervisor), peer("PE-2", supervisor=supervisor)
    mine, theirs = taught(came(me, 3), came(other, 3)), taught(came(other, 3))
    client.force_login(user)

    listed = client.get(at("list"))
    page = client.get(mine.get_absolute_url())

    assert [url for url, _cells in listed.context["rows"]] == [mine.get_absolute_url()]
    assert [cells[0][1] for _url, cells in page.context["attendance_rows"]] == ["PE-1"]
    assert (page.context["others"], "PE-2" in page.content.decode()) == ("", False)
    assert [client.get(at(name, mine)).status_code for name in ("sheet", "blank", "amend", "void")] == [403] * 4
    assert [client.get(at(name, theirs)).status_code for name in ("detail", "sheet", "history")] == [404] * 3
    assert client.post(at("sheet", mine), sent(mine, (me, [3, 4]))).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_the_same_queries_for_any_number(client, supervisor, team, number, django_assert_num_queries):
    for _ in range(number):
        taught(*(came(one, 3) for one in team))
    client.force_login(supervisor)
    client.get(at("list"))

    with django_assert_num_queries(9):
        response = client.get(at("list"))

    assert response.context["result_count"] == number


@pytest.mark.parametrize("number", [1, 20])
def test_page_and_sheet_take_the_same_queries_for_any_number(client, supervisor, number, django_assert_num_queries):
    people = [peer(f"PE-{place}", supervisor=supervisor) for place in range(number)]
    training = taught(*(came(one, 3) for one in people))
    client.force_login(supervisor)
    client.get(at("list"))

    with django_assert_num_queries(7):
        client.get(training.get_absolute_url())
    with django_assert_num_queries(8):
        client.get(at("sheet", training))


def test_list_is_filtered_by_topic_and_by_who_came(client, supervisor, team):
    first, second = taught(came(team[0], 3)), taught(came(team[1], 3), topics=frozenset({"waste"}))
    client.force_login(supervisor)

    def listed(**query):
        return [url for url, _cells in client.get(at("list"), query).context["rows"]]

    assert listed(topic="waste") == [second.get_absolute_url()]
    assert listed(peer=str(team[0].pk)) == [first.get_absolute_url()]
    assert client.get(at("list"), {"peer": str(team[2].pk)}).status_code == 400


def test_empty_sheet_prints_ten_days_a_page(client, supervisor, team):
    training = taught(ends_on=date(2025, 3, 25))
    client.force_login(supervisor)

    response = client.get(at("blank", training))

    assert [len(days) for days in response.context["sheets"]] == [10, 10, 3]
    assert response.context["peers"] == ["PE-1", "PE-2"]


def test_empty_sheet_names_those_who_stand_on_it_already(client, supervisor, team):
    client.force_login(supervisor)

    response = client.get(at("blank", taught(came(team[1], 3))))

    assert response.context["peers"] == ["PE-2"]
