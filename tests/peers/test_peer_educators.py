"""Peer educators: what may stand in their record, how they stand from when on, and what the actions keep."""

import itertools
from datetime import date

import pytest

from core.actions.records import Changed, Outcome, Refused
from core.models import AuditLine, Site
from core.models.users import system_user
from core.permissions import Role
from core.rules.problems import InvalidEntries
from peers.actions import peer_educators
from peers.models import PeerEducator, PeerStatus
from peers.rules.peer_educators import PeerEntry, problems, settable
from tests.factories.peers import peer
from tests.factories.people import member, organisation

pytestmark = pytest.mark.usefixtures("lists")
TODAY = date(2025, 6, 30)
RECRUITED = date(2024, 3, 1)


def entry(**said):
    return PeerEntry(**{"occurred_on": RECRUITED, "reference": "PE-1", **said})


def fields(said):
    return [problem.field for problem in problems(said, today=TODAY)]


def test_entry_with_a_code_alone_is_right():
    assert fields(entry()) == []


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"reference": ""}, ["reference"]),
        ({"reference": "Sok Dara"}, ["reference"]),
        ({"reference": "PE;1"}, ["reference"]),
        ({"reference": "P" * 20}, []),
        ({"reference": "P" * 21}, ["reference"]),
        ({"reference": "012345678"}, ["reference"]),
        ({"reference": "ស្មា-០១"}, []),
        ({"occurred_on": date(2025, 7, 1)}, ["occurred_on"]),
        ({"occurred_on": date(1989, 12, 31)}, ["occurred_on"]),
        ({"sex": "Z"}, ["sex"]),
        ({"languages": frozenset({"km", "xx"})}, ["languages"]),
        ({"groups": frozenset({"GFW"}), "own_group": "GFW"}, []),
        ({"groups": frozenset({"NOBODY"})}, ["groups"]),
        ({"own_group": "NOBODY"}, ["own_group"]),
        ({"note": "ring 012 345 678"}, ["note"]),
        ({"birth_year": 2009}, []),
        ({"birth_year": 2010}, ["birth_year"]),
        ({"birth_year": 2014}, ["birth_year"]),
        ({"birth_year": 2015}, ["birth_year"]),
        ({"birth_year": 1925}, []),
        ({"birth_year": 1924}, ["birth_year"]),
    ],
)
def test_field_at_its_edges(said, wrong):
    assert fields(entry(**said)) == wrong


def test_too_young_is_told_apart_from_a_slip():
    texts = [next(problems(entry(birth_year=year), today=TODAY)).message for year in (2010, 2015)]

    assert texts == [
        "Nobody under 15 can be a peer educator. Check the year, or take them on later.",
        "Born in this year, they would have been 9 when recruited. Check the year of birth.",
    ]


@pytest.mark.parametrize(
    ("statuses", "wrong"),
    [
        ([("candidate", date(2024, 3, 1), "")], []),
        ([("active", date(2024, 2, 29), "")], ["statuses"]),
        ([("active", TODAY, "")], []),
        ([("active", date(2025, 7, 1), "")], ["statuses"]),
        ([("training", RECRUITED, ""), ("active", RECRUITED, "")], ["statuses"]),
        ([("training", date(2024, 4, 1), ""), ("active", date(2024, 3, 31), "")], ["statuses"]),
        ([("inactive", RECRUITED, "")], ["statuses"]),
        ([("sleeping", RECRUITED, "")], ["statuses"]),
        ([("active", RECRUITED, ""), ("dropped", date(2024, 4, 1), "job")], []),
        ([("active", RECRUITED, ""), ("dropped", date(2024, 4, 1), "")], ["reason"]),
        ([("active", RECRUITED, ""), ("dismissed", date(2024, 4, 1), "")], ["reason"]),
        ([("active", RECRUITED, ""), ("dropped", date(2024, 4, 1), "tired")], ["reason"]),
        ([("active", RECRUITED, ""), ("graduated", date(2024, 4, 1), "")], []),
        ([("active", RECRUITED, ""), ("graduated", date(2024, 4, 1), "job")], ["reason"]),
        ([("active", RECRUITED, ""), ("on_leave", date(2024, 4, 1), "")], []),
        ([("active", RECRUITED, ""), ("on_leave", date(2024, 4, 1), "family")], []),
        ([("active", RECRUITED, "job")], ["reason"]),
        (
            [
                ("candidate", date(2024, 3, 1), ""),
                ("training", date(2024, 3, 8), ""),
                ("active", date(2024, 4, 1), ""),
                ("on_leave", date(2024, 8, 1), "family"),
                ("active", date(2024, 10, 1), ""),
                ("dropped", date(2025, 1, 5), "job"),
                ("training", date(2025, 2, 1), ""),
                ("active", date(2025, 3, 1), ""),
                ("graduated", date(2025, 6, 30), ""),
            ],
            [],
        ),
    ],
)
def test_timeline_at_its_edges(statuses, wrong):
    assert fields(entry(statuses=tuple(statuses))) == wrong


def test_each_step_is_allowed_or_not_as_told():
    """Written out once more: what can follow what."""
    allowed = {
        ("candidate", "training"), ("candidate", "active"), ("candidate", "dropped"), ("candidate", "dismissed"),
        ("training", "active"), ("training", "dropped"), ("training", "dismissed"),
        ("active", "on_leave"), ("active", "graduated"), ("active", "dropped"), ("active", "dismissed"),
        ("on_leave", "active"), ("on_leave", "graduated"), ("on_leave", "dropped"), ("on_leave", "dismissed"),
        ("graduated", "training"), ("graduated", "active"),
        ("dropped", "training"), ("dropped", "active"),
        ("dismissed", "training"), ("dismissed", "active"),
    }  # fmt: skip
    leads_to = {
        "candidate": [],
        "training": [],
        "active": [],
        "on_leave": ["active"],
        "graduated": ["active"],
        "dropped": ["active"],
        "dismissed": ["active"],
    }

    found = set()
    for before, after in itertools.product(settable(), repeat=2):
        path = [*leads_to[before], before, after]
        reasons = {"dropped": "job", "dismissed": "conduct"}
        timeline = [(code, date(2024, 4, 1 + at), reasons.get(code, "")) for at, code in enumerate(path)]
        if fields(entry(statuses=tuple(timeline))) == []:
            found.add((before, after))

    assert found == allowed


def test_first_state_is_candidate_training_or_active():
    reasons = {"dropped": "job", "dismissed": "conduct"}

    good = [code for code in settable() if not fields(entry(statuses=((code, RECRUITED, reasons.get(code, "")),)))]

    assert good == ["candidate", "training", "active"]


def test_recorded_peer_says_what_the_entry_said():
    boss, own = member(Role.SUPERVISOR), member(Role.PEER_EDUCATOR)
    sites = [Site.objects.create(organisation=organisation(), code=f"S{n}", name=f"S{n}") for n in (1, 2)]
    said = entry(
        sex="F",
        birth_year=1999,
        languages=frozenset({"km", "en"}),
        groups=frozenset({"GFW"}),
        own_group="GFW",
        supervisor_id=boss.pk,
        user_id=own.pk,
        sites=frozenset(site.pk for site in sites),
        statuses=(("training", RECRUITED, ""), ("active", date(2024, 4, 1), "")),
        note="Speaks for the night shift",
    )

    outcome = peer_educators.record(entry=said, by=boss, organisation=organisation())
    found = PeerEducator.objects.get(pk=said.id)

    assert outcome == Outcome.CREATED
    assert found.content() == said.content()
    assert peer_educators.entry_of(found) == said


def test_same_peer_sent_twice_is_a_duplicate_and_another_text_a_conflict():
    said = entry()
    send = {"by": system_user(), "organisation": organisation()}

    outcomes = [
        peer_educators.record(entry=said, **send),
        peer_educators.record(entry=said, **send),
        peer_educators.record(entry=entry(id=said.id, sex="F"), **send),
    ]

    assert outcomes == [Outcome.CREATED, Outcome.DUPLICATE, Outcome.CONFLICT]
    assert PeerEducator.objects.count() == 1


def test_code_belongs_to_one_peer_of_an_organisation():
    peer("PE-1")

    with pytest.raises(InvalidEntries) as wrong:
        peer("PE-1")
    elsewhere = peer("PE-1", organisation="NGO-B")

    assert [problem.field for problem in wrong.value.problems[0]] == ["reference"]
    assert elsewhere.organisation.code == "NGO-B"


def refused(**said):
    with pytest.raises(InvalidEntries) as wrong:
        peer("PE-9", **said)
    return [problem.field for problem in wrong.value.problems[0]]


def test_supervisor_is_somebody_who_supervises_here_now():
    elsewhere = member(Role.SUPERVISOR, "NGO-B")
    worker = member(Role.OUTREACH_WORKER)

    assert refused(supervisor=elsewhere) == ["supervisor", "supervisor"]
    assert refused(supervisor=worker) == ["supervisor"]
    assert peer(supervisor=member(Role.DATA_OFFICER)).supervisor.username == "data_officer-ngo-a"


def test_account_is_a_peer_educators_here_and_nobody_elses():
    own = member(Role.PEER_EDUCATOR)
    first = peer("PE-1", user=own)

    assert refused(user=member(Role.PEER_EDUCATOR, "NGO-B")) == ["user", "user"]
    assert refused(user=member(Role.OUTREACH_WORKER)) == ["user"]
    assert refused(user=own) == ["user"]

    peer_educators.void(record=first, by=system_user(), reason="twice")
    assert peer("PE-2", user=own).user == own


def test_two_entries_sent_together_cant_share_an_account():
    own = member(Role.PEER_EDUCATOR)
    both = [entry(reference=code, user_id=own.pk) for code in ("PE-1", "PE-2")]

    found = peer_educators.problems_of(entries=both, organisation=organisation())

    assert {place: [p.field for p in wrong] for place, wrong in found.items()} == {0: ["user"], 1: ["user"]}


def test_sites_are_the_organisations():
    other = Site.objects.create(organisation=organisation("NGO-B"), code="S1", name="S1")

    assert refused(sites=[other]) == ["sites"]


def test_peer_whose_supervisor_left_can_still_be_changed():
    boss = member(Role.SUPERVISOR)
    found = peer(supervisor=boss)
    member(Role.OUTREACH_WORKER, username=boss.username)

    changed = peer_educators.set_status(
        peer=found, status="on_leave", since=date(2024, 6, 1), reason="family", by=system_user()
    )

    assert (changed.supervisor, changed.version) == (boss, 2)


def test_status_is_set_and_taken_back_in_versions():
    found = peer()

    changed = peer_educators.set_status(
        peer=found, status="dropped", since=date(2025, 1, 5), reason="job", by=system_user()
    )
    stood = list(changed.statuses.values_list("status", "since", "reason"))
    back = peer_educators.take_back_status(peer=changed, by=system_user())

    assert stood == [("active", date(2024, 1, 1), ""), ("dropped", date(2025, 1, 5), "job")]
    assert list(back.statuses.values_list("status", flat=True)) == ["active"]
    assert (back.version, back.content()) == (3, found.content())
    lines = AuditLine.objects.filter(record_kind="peer_educator").order_by("pk").values_list("action", "detail")
    assert [action for action, _detail in lines] == ["peer_educator.record"] + ["peer_educator.amend"] * 2
    assert lines[1][1] == {"fields": ["statuses"], "version": 2}


def test_status_of_a_peer_changed_meanwhile_is_refused():
    found = peer()
    peer_educators.set_status(peer=found, status="on_leave", since=date(2024, 6, 1), by=system_user())

    with pytest.raises(Changed):
        peer_educators.set_status(peer=found, status="graduated", since=date(2024, 7, 1), by=system_user())
    with pytest.raises(Changed):
        peer_educators.take_back_status(peer=found, by=system_user())

    assert PeerStatus.objects.count() == 2


def test_nothing_to_take_back_is_refused():
    with pytest.raises(Refused):
        peer_educators.take_back_status(peer=peer(statuses=()), by=system_user())


def test_void_peer_keeps_the_states_and_takes_no_new_one():
    found = peer_educators.void(record=peer(), by=system_user(), reason="twice")

    with pytest.raises(Refused):
        peer_educators.set_status(peer=found, status="on_leave", since=date(2024, 6, 1), by=system_user())

    assert PeerStatus.objects.count() == 1


def test_many_peers_cost_the_same_queries_as_one(django_assert_num_queries):
    entries = [entry(reference=f"PE-{n}", statuses=(("active", RECRUITED, ""),)) for n in range(30)]
    home, by = organisation(), system_user()
    # Warm what a process reads once: code lists, and the organisation's audit chain.
    peer_educators.record(entry=entry(reference="PE-X"), by=by, organisation=home)

    with django_assert_num_queries(14) as one:
        peer_educators.record_many(entries=entries[:1], by=by, organisation=home)
    with django_assert_num_queries(len(one)):
        peer_educators.record_many(entries=entries[1:], by=by, organisation=home)

    assert PeerStatus.objects.count() == 30


def test_status_on_a_day_is_the_last_that_had_begun():
    found = peer(statuses=(("training", date(2024, 3, 1), ""), ("active", date(2024, 4, 1), "")))
    days = [date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 1)]

    stood = [PeerEducator.objects.with_status_on(day).get(pk=found.pk).status for day in days]

    assert stood == ["candidate", "training", "active"]
