"""Supervision on its screens: the visit, what was agreed last time, and nobody else's team."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core import areas
from core.actions.memberships import scope_of
from core.permissions import Role
from peers.actions import supervision
from peers.forms.supervision import key_text
from peers.models import AgreedAction, SupervisionVisit
from tests.factories.peers import peer
from tests.factories.people import member
from tests.outreach.forms import reposted
from tests.peers.courses import agreed, visited

pytestmark = pytest.mark.usefixtures("lists")
DONE = "supervision:done"


def today():
    return timezone.localdate()


def ago(days):
    return today() - timedelta(days=days)


@pytest.fixture
def other(lists):
    return member(Role.SUPERVISOR, username="other")


@pytest.fixture
def mine(supervisor):
    return peer("PE-1", supervisor=supervisor)


@pytest.fixture
def theirs(other):
    return peer("PE-2", supervisor=other)


def at(name, record=None):
    return reverse(f"supervision:{name}", args=[record.pk] if record else None)


def new(somebody, **query):
    return at("create") + "?" + "&".join(f"{key}={value}" for key, value in {"peer": somebody.pk, **query}.items())


def sent(**changed):
    return {"id": str(uuid.uuid4()), "kind": "one_to_one", "occurred_on": str(today()), **changed}


def key(somebody_visit, place=0):
    return key_text(somebody_visit.agreed.select_related("visit").get(place=place))


def test_new_visit_asks_whom_first_the_longest_without_a_visit_first(client, supervisor, mine, theirs):
    never, lately = peer("PE-3", supervisor=supervisor), peer("PE-4", supervisor=supervisor)
    peer("PE-5", supervisor=supervisor, statuses=(("active", ago(90), ""), ("dropped", ago(9), "moved")))
    visited(mine, occurred_on=ago(40))
    visited(lately, occurred_on=ago(4))
    client.force_login(supervisor)

    people = client.get(at("create")).context["people"]

    assert [name for name, _last, _url in people] == ["PE-3", "PE-1", "PE-4"]
    assert people[0] == ("PE-3", "", new(never))


def test_form_shows_what_was_agreed_last_time_and_saving_marks_it_done(client, supervisor, mine):
    before = visited(mine, occurred_on=ago(30), checklist={"records": 1}, agreed=(agreed("A", due=ago(3)),))
    older = visited(mine, occurred_on=ago(60), agreed=(agreed("B", due=ago(9)), agreed("C", due=ago(2))))
    client.force_login(supervisor)

    opened = client.get(new(mine))
    data = sent(
        done=[key(before), key(older, 1)], item_records="2", text_0="Next", due_0=str(today() + timedelta(days=30))
    )
    response = client.post(new(mine), data)
    again = client.post(new(mine), data)

    visit = SupervisionVisit.objects.get(pk=data["id"])
    assert [action.text for action in opened.context["form"].open] == ["B", "A", "C"]
    assert opened.context["last_visit"] == before
    assert response["Location"] == again["Location"] == visit.get_absolute_url()
    assert (visit.score, visit.peer, visit.recorded_by) == (100, mine, supervisor)
    assert list(AgreedAction.objects.order_by("due_on").values_list("text", "done_on")) == [
        ("B", None),
        ("A", today()),
        ("C", today()),
        ("Next", None),
    ]


def test_checklist_follows_the_kind_that_the_address_says(client, supervisor, mine):
    client.force_login(supervisor)

    first, asked = client.get(new(mine)).context, client.get(new(mine, kind="data_check")).context

    assert first["form"].kind == "observed_session"
    assert asked["form"].items == ["records", "recount"]
    assert [label for label, _url, now in asked["visit_kinds"] if now] == ["Data quality check"]
    assert client.get(new(mine, kind="%00")).context["form"].kind == "observed_session"


def test_sessions_offered_are_those_of_the_peer_lately(client, supervisor, other, recorded):
    user = member(Role.PEER_EDUCATOR)
    somebody = peer("PE-1", supervisor=supervisor, user=user)
    led, typed = recorded(occurred_on=ago(60)), recorded(by=user, occurred_on=ago(1))
    led.facilitators.add(somebody)
    for session in (recorded(), recorded(occurred_on=ago(61))):
        session.facilitators.add(peer(f"PE-{session.pk.hex[:6]}", supervisor=other))
    old = recorded(occurred_on=ago(61))
    old.facilitators.add(somebody)
    client.force_login(supervisor)

    form = client.get(new(somebody)).context["form"]

    assert set(form.fields["session"].queryset) == {led, typed}


def test_action_changed_meanwhile_is_asked_about_again(client, supervisor, mine):
    before = visited(mine, occurred_on=ago(30), agreed=(agreed(due=ago(3)),))
    data = sent(done=[key(before)])
    supervision.amend(record=before, entry=supervision.entry_of(before, note="Go on"), version=1, by=supervisor)
    client.force_login(supervisor)

    response = client.post(new(mine), data)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["__all__"]
    assert (SupervisionVisit.objects.count(), AgreedAction.objects.get().done_on) == (1, None)


@pytest.mark.parametrize(
    "changed",
    [
        {"occurred_on": "9999-12-31"},
        {"occurred_on": "0001-01-01"},
        {"kind": "\x00"},
        {"kind": ""},
        {"session": "\x00"},
        {"session": str(uuid.uuid4())},
        {"item_records": "\x00"},
        {"text_0": "\x00", "due_0": "2999-01-01"},
        {"due_0": "9999-12-31", "text_0": "Plan"},
        {"done": ["x"]},
        {"done": ["\x00"]},
        {"done": [f"{uuid.UUID(int=3)}.0.1"]},
        {"done": [f"{uuid.UUID(int=3)}.{'9' * 5000}.1"]},
        {"next_on": "0001-01-01"},
    ],
)
def test_odd_input_is_shown_again(client, supervisor, mine, changed):
    client.force_login(supervisor)

    response = client.post(new(mine), sent(**changed))

    assert response.status_code == 200
    assert response.context["form"].errors
    assert SupervisionVisit.objects.count() == 0


@pytest.mark.parametrize("asked", ["x", "\x00", "1", str(uuid.UUID(int=5))])
def test_visit_to_nobody_is_not_there(client, supervisor, asked):
    client.force_login(supervisor)

    assert client.get(at("create"), {"peer": asked}).status_code == 404


def test_visit_is_changed_with_everything_as_it_stood(client, supervisor, mine):
    before = visited(
        mine,
        occurred_on=ago(30),
        checklist={"records": 1, "safe": 2},
        agreed=(agreed("A", due=ago(3)), agreed("B", due=ago(2), done=ago(4))),
        note="Good",
    )
    client.force_login(supervisor)

    response = reposted(client, at("amend", before), note="Better", text_0="A again", change_reason="typo")

    after = SupervisionVisit.objects.get()
    assert response["Location"] == before.get_absolute_url()
    assert (after.note, after.checklist, after.score, after.version) == ("Better", {"records": 1, "safe": 2}, 75, 2)
    assert list(after.agreed.values_list("text", "done_on")) == [("A again", None), ("B", ago(4))]


def test_change_to_another_kind_asks_its_items(client, supervisor, mine):
    before = visited(mine, occurred_on=ago(30), checklist={"records": 1, "safe": 2})
    client.force_login(supervisor)

    form = client.get(at("amend", before), {"kind": "data_check"}).context["form"]
    response = reposted(client, at("amend", before) + "?kind=data_check")

    assert form.items == ["records", "recount"]
    assert response.status_code == 302
    assert (SupervisionVisit.objects.get().kind, SupervisionVisit.objects.get().checklist) == (
        "data_check",
        {"records": 1},
    )


def test_action_is_done_from_the_page_and_from_the_list(client, supervisor, mine):
    before = visited(mine, occurred_on=ago(30), agreed=(agreed(due=ago(3)), agreed(due=ago(2))))
    client.force_login(supervisor)

    first = client.post(at("done", before), {"action": key(before)})
    before.refresh_from_db()
    second = client.post(at("done", before), {"action": key(before, 1), "back": "list"})

    assert (first["Location"], second["Location"]) == (before.get_absolute_url(), reverse("agreed-actions"))
    assert list(AgreedAction.objects.values_list("done_on", flat=True)) == [today()] * 2


def test_action_done_twice_is_done_once(client, supervisor, mine):
    before = visited(mine, occurred_on=ago(30), agreed=(agreed(due=ago(3)),))
    data = {"action": key(before)}
    client.force_login(supervisor)

    answers = [client.post(at("done", before), data).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert SupervisionVisit.objects.get().version == 2


@pytest.mark.parametrize("action", ["", "x", "\x00", "1.2.3", f"{uuid.UUID(int=4)}.0.1"])
def test_no_action_named_is_a_bad_request(client, supervisor, mine, action):
    client.force_login(supervisor)

    assert client.post(at("done", visited(mine)), {"action": action}).status_code == 400


def test_open_actions_are_listed_for_the_team_overdue_first(client, supervisor, mine, theirs):
    visited(mine, occurred_on=ago(30), agreed=(agreed("b", due=today()), agreed("a", due=ago(3))))
    visited(theirs, occurred_on=ago(30), agreed=(agreed("x", due=ago(9)),))
    gone = peer("PE-6", supervisor=supervisor, statuses=(("active", ago(90), ""), ("dropped", ago(9), "moved")))
    visited(gone, occurred_on=ago(30), agreed=(agreed("y", due=ago(9)),))
    client.force_login(supervisor)

    lines = client.get(reverse("agreed-actions")).context["lines"]

    assert [(line["action"].text, line["overdue"], bool(line["done_url"])) for line in lines] == [
        ("a", True, True),
        ("b", False, True),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_lists_take_the_same_queries_for_any_number(client, supervisor, mine, number, django_assert_num_queries):
    for _ in range(number):
        visited(mine, occurred_on=ago(30), agreed=(agreed(due=ago(3)), agreed(due=ago(2))))
    client.force_login(supervisor)
    client.get(at("list"))

    with django_assert_num_queries(7):
        listed = client.get(at("list"))
    with django_assert_num_queries(5):
        client.get(reverse("agreed-actions"))

    assert listed.context["result_count"] == number


@pytest.mark.parametrize("number", [1, 10])
def test_pages_take_the_same_queries_for_any_number(client, supervisor, mine, number, django_assert_num_queries):
    for _ in range(number):
        before = visited(mine, occurred_on=ago(30), agreed=(agreed(due=ago(3)),) * number)
    client.force_login(supervisor)
    client.get(at("list"))

    with django_assert_num_queries(6):
        client.get(before.get_absolute_url())
    with django_assert_num_queries(7):
        client.get(new(mine))


# --- two supervisors and their peers -----------------------------------------------------------------


def test_supervisor_finds_nothing_of_another_team(client, supervisor, mine, theirs):
    visited(mine)
    strange = visited(theirs, agreed=(agreed(),))
    client.force_login(supervisor)

    listed = client.get(at("list"))
    got = [client.get(at(name, strange)).status_code for name in ("detail", "amend", "void", "history")]
    posted = [client.post(at(name, strange), {}).status_code for name in ("amend", "void", "done")]
    done = client.post(at("done", strange), {"action": key(strange)}).status_code

    assert [cells[1][1] for _url, cells in listed.context["rows"]] == ["PE-1"]
    assert (got, posted, done) == ([404] * 4, [404] * 3, 404)
    assert (client.get(new(theirs)).status_code, client.post(new(theirs), sent()).status_code) == (404, 404)
    assert client.get(at("list"), {"peer": str(theirs.pk)}).status_code == 400
    assert (SupervisionVisit.objects.count(), AgreedAction.objects.get().done_on) == (2, None)


def test_supervisor_marks_nothing_of_another_team_on_the_own_form(client, supervisor, mine, theirs):
    strange = visited(theirs, occurred_on=ago(9), agreed=(agreed(due=ago(3)),))
    client.force_login(supervisor)

    response = client.post(new(mine), sent(done=[key(strange)]))

    assert list(response.context["form"].errors) == ["done"]
    assert (SupervisionVisit.objects.count(), AgreedAction.objects.get().done_on) == (1, None)


def test_visits_go_with_the_peer_to_the_new_supervisor(client, supervisor, other, mine):
    visit = visited(mine, by=supervisor)
    type(mine).objects.filter(pk=mine.pk).update(supervisor=other)

    answers = []
    for user in (supervisor, other, member(Role.DATA_OFFICER), member(Role.PROGRAMME_MANAGER)):
        client.force_login(user)
        answers.append(client.get(visit.get_absolute_url()).status_code)

    assert answers == [404, 200, 200, 200]


def test_supervisors_all_see_a_peer_without_one(client, supervisor, other):
    visit = visited(peer("PE-7"))

    answers = []
    for user in (supervisor, other, member(Role.SUPERVISOR, code="NGO-B")):
        client.force_login(user)
        answers.append(client.get(visit.get_absolute_url()).status_code)

    assert answers == [200, 200, 404]


def test_peer_educator_reads_own_coaching_and_changes_nothing(client, supervisor, theirs):
    user = member(Role.PEER_EDUCATOR)
    me = peer("PE-1", supervisor=supervisor, user=user)
    visit = visited(me, note="You listen well", agreed=(agreed(due=ago(3), done=None),), occurred_on=ago(30))
    strange = visited(theirs, agreed=(agreed(),))
    client.force_login(user)

    listed, page = client.get(at("list")), client.get(visit.get_absolute_url())
    lines = client.get(reverse("agreed-actions")).context["lines"]

    assert (listed.context["heading"], len(listed.context["rows"])) == ("My coaching", 1)
    assert "You listen well" in page.content.decode()
    assert (page.context["actions"], page.context["lines"][0]["done_url"]) == ([], "")
    assert [(line["action"].text, line["done_url"]) for line in lines] == [("Bring the plan", "")]
    assert [client.get(at(name, visit)).status_code for name in ("amend", "void", "history")] == [403, 403, 200]
    assert client.post(at("done", visit), {"action": key(visit)}).status_code == 403
    assert [client.get(url).status_code for url in (new(me), at("create"))] == [403, 403]
    assert client.get(strange.get_absolute_url()).status_code == 404
    assert client.post(at("done", strange), {"action": key(strange)}).status_code == 404


def test_tile_is_called_coaching_for_those_who_read_only_their_own(supervisor):
    def labels(user):
        tiles = areas.tiles_of("groups", scope_of(user))
        return [str(tile.label) for tile in tiles if tile.url_name == "supervision:list"]

    assert labels(supervisor) == ["Supervision"]
    assert labels(member(Role.PEER_EDUCATOR)) == ["My coaching"]


def test_page_of_a_peer_shows_last_visits_and_what_falls_due(client, supervisor, mine):
    visited(mine, occurred_on=ago(30), checklist={"records": 1})
    client.force_login(supervisor)

    context = client.get(mine.get_absolute_url()).context

    assert [cells[2][1] for _url, cells in context["trend_rows"]] == [50]
    assert [str(row["state"]) for row in context["topics"]] == ["Never had"] * 3
    assert context["visit_url"] == new(mine)


def test_page_of_a_peer_offers_no_visit_to_those_who_make_none(client, mine):
    client.force_login(member(Role.PROGRAMME_MANAGER))

    context = client.get(mine.get_absolute_url()).context

    assert (context["shows_visits"], "visit_url" in context) == (True, False)
