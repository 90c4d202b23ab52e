"""Committee meetings: rules, what was left open and is done, minutes on paper, and the screens."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actions.records import Changed, Outcome, Refused
from core.models.users import system_user
from core.permissions import Role
from peers.actions import committee_meetings, committees
from peers.models import CommitteeAction, CommitteeMeeting
from peers.rules import committee_meetings as rules
from peers.rules.committee_meetings import CommitteeMeetingEntry
from tests.factories.people import member
from tests.factories.programme import day
from tests.factories.workplaces import committee, meeting, workplace
from tests.outreach.forms import reposted

pytestmark = pytest.mark.usefixtures("lists")
TODAY = day("2025-06-01")
LATER = TODAY + timedelta(days=1)


def entry(**said):
    return CommitteeMeetingEntry(**({"occurred_on": day("2025-03-01"), "committee_id": uuid.uuid4()} | said))


def task(text="Poster", role="", due="2025-03-31", done=None):
    return text, role, day(due), day(done) if done else None


def at(name, held):
    return reverse(f"committee-meetings:{name}", args=[held.pk])


@pytest.fixture
def browser(client):
    client.user = member(Role.SUPERVISOR)
    client.force_login(client.user)
    return client


@pytest.fixture
def formed():
    return committee(formed="2024-03-01")


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, []),
        ({"occurred_on": TODAY}, []),
        ({"occurred_on": LATER}, ["occurred_on"]),
        ({"committee_id": None}, ["committee"]),
        ({"present": {"F": 600, "M": 400}}, []),
        ({"present": {"F": 601, "M": 400}}, ["present"]),
        ({"present": {"F": -1}}, ["present"]),
        ({"present": {"Q": 1}}, ["present"]),
        ({"minutes": "x" * 280}, []),
        ({"minutes": "x" * 281}, ["minutes"]),
        ({"minutes": "ring 012 345 678"}, ["minutes"]),
        ({"minutes": "write to a@b.org"}, ["minutes"]),
        ({"decisions": ("x" * 200,) * 12}, []),
        ({"decisions": ("x",) * 13}, ["decisions"]),
        ({"decisions": ("x" * 201,)}, ["decisions"]),
        ({"decisions": (" ",)}, ["decisions"]),
        ({"decisions": ("two\nlines",)}, ["decisions"]),
        ({"decisions": ("ring 012 345 678",)}, ["decisions"]),
        ({"actions": (task(),) * 20}, []),
        ({"actions": (task(),) * 21}, ["actions"]),
        ({"actions": (task("x" * 201),)}, ["actions"]),
        ({"actions": (task(" "),)}, ["actions"]),
        ({"actions": (task("ring 012 345 678"),)}, ["actions"]),
        ({"actions": (task(role="king"),)}, ["actions"]),
        ({"actions": (task(role="health"),)}, []),
        ({"actions": (task(due="2025-03-01"),)}, []),
        ({"actions": (task(due="2025-02-28"),)}, ["actions"]),
        ({"actions": (task(due="9999-12-31"),)}, ["actions"]),
        ({"actions": (task(done="2025-03-01"),)}, []),
        ({"actions": (task(done="2025-02-28"),)}, ["actions"]),
        ({"actions": (task(done=str(LATER)),)}, ["actions"]),
    ],
)
def test_rules_at_their_edges(said, fields):
    assert sorted({p.field for p in rules.problems(entry(**said), today=TODAY)}) == fields


@pytest.mark.parametrize(
    ("on", "wrong"),
    [("2024-02-29", True), ("2024-03-01", False), ("2024-09-01", False), ("2024-09-02", True)],
)
def test_meeting_lies_between_forming_and_closing(on, wrong):
    of = committee(formed="2024-03-01", closed_on="2024-09-01")

    found = committee_meetings.problems_of(
        entries=[entry(committee_id=of.pk, occurred_on=day(on))], organisation=of.organisation
    )

    assert [p.field for problems in found.values() for p in problems] == (["occurred_on"] if wrong else [])


def test_committee_that_is_only_planned_has_no_meeting():
    of = committee()

    found = committee_meetings.problems_of(entries=[entry(committee_id=of.pk)], organisation=of.organisation)

    assert [p.message for p in found[0]] == [
        "This committee isn't formed yet. Form it first, then record its meetings."
    ]


def test_committee_of_another_organisation_or_void_is_refused(formed):
    theirs, void = committee(workplace("NGO-B"), formed="2024-03-01"), committee(workplace(site="F-2"))
    committees.void(record=void, by=system_user(), reason="twice")
    wanted = [entry(committee_id=pk) for pk in (theirs.pk, void.pk, uuid.uuid4())]

    found = committee_meetings.problems_of(entries=wanted, organisation=formed.organisation)

    assert [[p.field for p in found[place]] for place in range(3)] == [["committee"]] * 3


def test_what_is_read_back_writes_the_same(formed):
    held = meeting(
        formed,
        "2024-04-01",
        present={"M": 2, "F": 4},
        decisions=("One; two", "Three"),
        actions=[
            ("Ask", "health", "2024-05-01", "2024-04-20"),
            ("Bring | carry", "", "2024-05-01", None),
        ],
    )

    assert committee_meetings.entry_of(held).content() == held.content()


def test_sent_twice_is_one_meeting_and_ticks_once(formed):
    earlier = meeting(formed, "2024-04-01", actions=[("Ask", "", "2024-05-01", None)])
    one = entry(committee_id=formed.pk, occurred_on=day("2024-06-01"), actions=(task(due="2024-07-01"),))
    how = {"done": [(earlier.pk, 1)], "by": system_user(), "organisation": formed.organisation}

    told = [committee_meetings.hold(entry=one, **how) for _time in range(2)]
    told.append(committee_meetings.hold(entry=entry(id=one.id, committee_id=formed.pk), **how))

    earlier.refresh_from_db()
    assert told == [Outcome.CREATED, Outcome.DUPLICATE, Outcome.CONFLICT]
    assert (earlier.version, str(earlier.actions.get().done_on)) == (2, "2024-06-01")


def test_ticks_of_other_committees_later_meetings_or_none_do_nothing(formed):
    other = meeting(
        committee(workplace(site="F-2"), formed="2024-03-01"), "2024-04-01", actions=[("Ask", "", "2024-05-01", None)]
    )
    later = meeting(formed, "2024-09-01", actions=[("Ask", "", "2024-10-01", None)])
    one = entry(committee_id=formed.pk, occurred_on=day("2024-06-01"))
    done = [(other.pk, 1), (later.pk, 1), (uuid.uuid4(), 1), (one.id, 9)]

    committee_meetings.hold(entry=one, done=done, by=system_user(), organisation=formed.organisation)

    assert list(CommitteeAction.objects.values_list("done_on", flat=True)) == [None, None]


def test_action_done_twice_is_done_once(formed):
    held = meeting(formed, "2024-04-01", actions=[("Ask", "", "2024-05-01", None), ("Bring", "", "2024-05-02", None)])
    how = {"place": 2, "by": system_user(), "version": None}

    committee_meetings.action_done(meeting=held, on=day("2024-05-03"), **how)
    committee_meetings.action_done(meeting=held, on=day("2024-06-03"), **how)

    held.refresh_from_db()
    assert [str(row.done_on or "") for row in held.actions.all()] == ["", "2024-05-03"]
    assert held.version == 2


def test_action_of_a_changed_or_void_meeting_is_not_done(formed):
    held = meeting(formed, "2024-04-01", actions=[("Ask", "", "2024-05-01", None)])
    how = {"meeting": held, "on": day("2024-05-03"), "by": system_user()}

    with pytest.raises(Changed):
        committee_meetings.action_done(place=1, version=9, **how)
    for place in (0, 2, 99):
        with pytest.raises(Refused):
            committee_meetings.action_done(place=place, version=1, **how)
    committee_meetings.void(record=held, by=system_user(), reason="twice")
    with pytest.raises(Refused):
        committee_meetings.action_done(place=1, version=None, **how)

    assert CommitteeAction.objects.get().done_on is None


# --- screens ------------------------------------------------------------------------------------------


def posted(of, **said):
    return {"id": str(uuid.uuid4()), "committee": str(of.pk), "occurred_on": "2025-03-01", "decisions": "", **said}


def test_meeting_is_recorded_with_what_was_left_open(browser, formed):
    earlier = meeting(
        formed, "2024-04-01", actions=[("Ask", "", "2024-05-01", None), ("Bring", "", "2024-05-02", None)]
    )
    tick = f"tick_{earlier.pk.hex}_2"
    page = browser.get(reverse("committee-meetings:create"), {"committee": str(formed.pk)}).context["form"]

    said = {
        "present_F": "5",
        "present_M": "",
        "minutes": "Health hour",
        "decisions": "Box by the infirmary\n\n Posters ",
    }
    said |= {"text_0": "Fill the box", "role_0": "health", "due_0": "2025-04-01", tick: "on"}
    response = browser.post(reverse("committee-meetings:create"), posted(formed, **said))

    held = CommitteeMeeting.objects.get(occurred_on="2025-03-01")
    assert [field.name for field in page.ticks()] == [f"tick_{earlier.pk.hex}_1", tick]
    assert response["Location"] == held.get_absolute_url()
    assert (held.present, held.decisions, held.is_minuted) == ({"F": 5}, ["Box by the infirmary", "Posters"], True)
    assert committee_meetings.actions_of(held) == (("Fill the box", "health", day("2025-04-01"), None),)
    assert [str(row.done_on or "") for row in earlier.actions.all()] == ["", "2025-03-01"]


def test_form_and_bulk_path_agree(browser, formed):
    said = [
        ({"occurred_on": "2024-02-29"}, {"occurred_on": day("2024-02-29")}),
        ({"minutes": "ring 012 345 678"}, {"minutes": "ring 012 345 678"}),
        ({"decisions": "\n".join("x" * 13)}, {"decisions": ("x",) * 13}),
        ({"text_0": "Ask", "due_0": "2025-02-28"}, {"actions": (task("Ask", due="2025-02-28"),)}),
        ({"present_F": "1001"}, {"present": {"F": 1001}}),
        ({}, {}),
    ]

    bulk = [entry(committee_id=formed.pk, **values) for _typed, values in said]
    wrong = committee_meetings.problems_of(entries=bulk, organisation=formed.organisation)
    typed = [browser.post(reverse("committee-meetings:create"), posted(formed, **one)) for one, _v in said]

    assert [response.status_code == 200 for response in typed] == [place in wrong for place in range(len(said))]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"text_1": "Ask"}, "due_1"),
        ({"due_1": "2025-04-01"}, "text_1"),
        ({"text_0": "x" * 201, "due_0": "2025-04-01"}, "text_0"),
        ({"text_0": "Ask", "due_0": "soon"}, "due_0"),
        ({"role_0": "king"}, "role_0"),
        ({"present_F": "9" * 40}, "present_F"),
        ({"minutes": "a\x00b"}, "minutes"),
        ({"committee": "no-id"}, "committee"),
        ({"committee": ""}, "committee"),
        ({"occurred_on": "2025-02-30"}, "occurred_on"),
    ],
)
def test_form_says_beside_the_field_what_is_wrong(browser, formed, said, field):
    response = browser.post(reverse("committee-meetings:create"), posted(formed, **said))

    assert (response.status_code, field in response.context["form"].errors) == (200, True)
    assert CommitteeMeeting.objects.count() == 0


def test_committee_is_chosen_first(browser, formed):
    committee(workplace(site="F-2"))
    committee(workplace(site="F-3"), formed="2024-03-01", closed_on="2024-04-01")
    committee(workplace("NGO-B"), formed="2024-03-01")

    for asked in ("", "no-id", str(uuid.uuid4())):
        page = browser.get(reverse("committee-meetings:create"), {"committee": asked})

        assert [name for _url, name, _chip in page.context["committees"]] == ["Enterprise FACT-1"]


def test_amend_keeps_and_mends_actions(browser, formed):
    held = meeting(formed, "2024-04-01", actions=[("Ask", "", "2024-05-01", None)], decisions=("Box",))

    reposted(browser, at("amend", held), done_0="2024-05-03", decisions="Box\nPosters")

    held = CommitteeMeeting.objects.get()
    assert committee_meetings.actions_of(held) == (("Ask", "", day("2024-05-01"), day("2024-05-03")),)
    assert held.decisions == ["Box", "Posters"]
    assert browser.get(at("history", held)).status_code == 200


@pytest.mark.parametrize(
    ("back", "name"), [("actions", "committees:actions"), ("committee", ""), ("https://elsewhere", None), ("", None)]
)
def test_button_done_leads_back(browser, formed, back, name):
    held = meeting(formed, "2024-04-01", actions=[("Ask", "", "2024-05-01", None)])

    response = browser.post(at("done", held), {"place": "1", "version": "1", "back": back})

    there = {"": formed.get_absolute_url(), None: held.get_absolute_url()}
    assert response["Location"] == (reverse(name) if name else there[name])
    assert CommitteeAction.objects.get().done_on == timezone.localdate()


@pytest.mark.parametrize("said", [{}, {"place": "x"}, {"place": "9" * 30}, {"place": "1", "version": "7"}])
def test_button_done_with_nonsense_does_nothing(browser, formed, said):
    held = meeting(formed, "2024-04-01", actions=[("Ask", "", "2024-05-01", None)])

    response = browser.post(at("done", held), {"version": "1", **said})

    assert (response.status_code, CommitteeAction.objects.get().done_on) == (302, None)


def test_due_actions_overdue_first_without_done_void_or_closed(browser, formed):
    today = timezone.localdate()
    soon, late = str(today + timedelta(days=9)), str(today - timedelta(days=1))
    meeting(formed, "2024-04-01", actions=[("Soon", "", soon, None), ("Late", "", late, None), ("Did", "", late, late)])
    void = meeting(formed, "2024-04-02", actions=[("Void", "", late, None)])
    committee_meetings.void(record=void, by=system_user(), reason="twice")
    closed = committee(workplace(site="F-2"), formed="2024-03-01")
    meeting(closed, "2024-04-01", actions=[("Closed", "", late, None)])
    committees.close(committee=closed, on=today, because="moved", version=1, by=system_user())
    meeting(committee(workplace("NGO-B"), formed="2024-03-01"), "2024-04-01", actions=[("Theirs", "", late, None)])

    context = browser.get(reverse("committees:actions")).context

    assert [(line["text"], line["kind"]) for line in context["open_actions"]] == [
        ("Late", "danger"),
        ("Soon", "attention"),
    ]
    assert context["said"] == "1 action is overdue."


def test_lists_take_the_same_queries_for_one_row_and_three(browser, formed, django_assert_num_queries):
    urls = {reverse("committee-meetings:list"): 7, reverse("committees:actions"): 6}
    meeting(formed, "2024-04-01", actions=[("Ask", "", "2024-05-01", None)])
    for url, number in urls.items():
        browser.get(url)
        with django_assert_num_queries(number):
            browser.get(url)

    for number in (2, 3):
        of = committee(workplace(site=f"F-{number}"), formed="2024-03-01")
        meeting(of, "2024-04-01", actions=[("Ask", "", "2024-05-01", None)])
    for url, number in urls.items():
        with django_assert_num_queries(number):
            browser.get(url)


@pytest.mark.parametrize(
    ("query", "number"), [("", 2), ("?minuted=yes", 1), ("?minuted=no", 1), ("?occurred_on_after=2024-05-01", 1)]
)
def test_list_filters(browser, formed, query, number):
    meeting(formed, "2024-04-01")
    meeting(formed, "2024-05-01", minutes="")

    assert browser.get(reverse("committee-meetings:list") + query).context["result_count"] == number


def test_sheets_hold_what_is_open_and_what_was_decided(browser, formed):
    actions = [("Ask the canteen", "health", "2024-05-01", None), ("Posters are up", "", "2024-05-01", "2024-04-20")]
    held = meeting(formed, "2024-04-01", actions=actions, decisions=("Health hour on the last Friday",))

    blank = browser.get(reverse("committees:sheet", args=[formed.pk])).content.decode()
    filled = browser.get(at("sheet", held)).content.decode()

    words = ["Ask the canteen", "Posters are up", "Health hour on the last Friday"]
    assert [word in blank for word in words] == [True, False, False]
    assert [word in filled for word in words] == [True, True, True]


@pytest.mark.parametrize("name", ["detail", "amend", "void", "history", "sheet", "done"])
def test_meeting_of_another_organisation_is_not_there(browser, name):
    of = committee(workplace("NGO-B"), formed="2024-03-01")
    held = meeting(of, "2024-04-01", actions=[("Ask", "", "2024-05-01", None)])

    told = [browser.get(at(name, held)).status_code, browser.post(at(name, held), {"version": 1}).status_code]

    get = 405 if name == "done" else 404
    assert told == [get, 405 if name in ("detail", "history", "sheet") else 404]


def test_meeting_is_not_recorded_for_another_organisations_committee(browser, formed):
    theirs = committee(workplace("NGO-B"), formed="2024-03-01")
    held = meeting(formed, "2024-04-01")

    told = [
        browser.post(reverse("committee-meetings:create"), posted(theirs)),
        reposted(browser, at("amend", held), committee=str(theirs.pk)),
    ]

    assert [list(response.context["form"].errors) for response in told] == [["committee"], ["committee"]]
    assert CommitteeMeeting.objects.get().committee == formed


def test_manager_reads_without_buttons(client, formed):
    held = meeting(formed, "2024-04-01", actions=[("Ask", "", "2024-05-01", None)])
    client.force_login(member(Role.PROGRAMME_MANAGER))

    assert client.get(held.get_absolute_url()).context["meeting_actions"][0]["done_url"] == ""
    assert client.post(at("done", held), {"place": "1", "version": "1"}).status_code == 403
