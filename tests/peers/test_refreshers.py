"""What falls due again, at its edges, under a moving clock."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from core import codes
from core.periods import months_after
from core.permissions import Role
from peers import refreshers
from peers.actions import trainings
from peers.refreshers import State
from tests.factories.peers import peer
from tests.factories.people import member
from tests.peers.courses import came, taught

pytestmark = pytest.mark.usefixtures("lists")


def one_day(day, *lines, topics=("safeguarding",), **said):
    return taught(*lines, occurred_on=day, ends_on=day, topics=frozenset(topics), **said)


def states(somebody, day):
    return {row.topic: row.state for row in refreshers.of_peer(somebody, day)}


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2024, 1, 15), 12, date(2025, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 11, 30), 1, date(2024, 12, 30)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
    ],
)
def test_months_after_ends_with_a_shorter_month(day, months, after):
    assert months_after(day, months) == after


def test_topics_are_those_of_the_list_with_months():
    found = refreshers.topics()

    naive = {
        key: int(row.attributes["valid_months"])
        for key, row in codes.table("training_topic").items()
        if row.attributes.get("valid_months")
    }
    assert {topic: months for topic, (months, _counting) in found.items()} == naive
    assert found["pe_basic"] == (12, frozenset({"pe_basic", "pe_refresher"}))


def test_somebody_without_a_course_never_had_what_everybody_needs():
    found = refreshers.of_peer(peer(), date(2025, 3, 1))

    assert [(row.topic, row.state, row.until) for row in found] == [
        ("pe_basic", "never", None),
        ("confidentiality", "never", None),
        ("safeguarding", "never", None),
    ]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2024, 1, 30), State.NEVER),
        (date(2024, 1, 31), State.VALID),
        (date(2025, 11, 30), State.VALID),
        (date(2025, 12, 1), State.DUE),
        (date(2026, 1, 30), State.DUE),
        (date(2026, 1, 31), State.OVERDUE),
    ],
)
def test_states_turn_at_the_end_of_a_month(day, state):
    somebody = peer(statuses=(("active", date(2023, 1, 1), ""),))
    one_day(date(2024, 1, 31), came(somebody, date(2024, 1, 31)))

    assert states(somebody, day)["safeguarding"] == state


@pytest.mark.parametrize(
    ("day", "safe"), [(date(2024, 2, 28), False), (date(2024, 2, 29), True), (date(2026, 2, 27), True)]
)
def test_safe_with_minors_from_a_leap_day_on(day, safe):
    somebody, other = peer("PE-1"), peer("PE-2")
    one_day(date(2024, 2, 29), came(somebody, date(2024, 2, 29)))

    found = refreshers.safe_with_minors(refreshers.of_peers([somebody.pk, other.pk], day))

    assert found == ({somebody.pk} if safe else set())


def test_safe_with_minors_ends_before_twenty_four_months_are_over():
    somebody = peer("PE-1")
    one_day(date(2024, 2, 29), came(somebody, date(2024, 2, 29)))

    found = refreshers.safe_with_minors(refreshers.of_peers([somebody.pk], date(2026, 2, 28)))

    assert found == set()


@pytest.mark.parametrize(
    ("days", "signed_off", "state"),
    [
        ((3, 4, 5, 6), False, State.VALID),
        ((3, 4, 5), False, State.NEVER),
        ((3,), True, State.VALID),
        ((), True, State.VALID),
        ((), False, State.NEVER),
    ],
)
def test_a_course_counts_if_signed_off_or_four_of_five_days_were_attended(days, signed_off, state):
    somebody = peer()
    taught(came(somebody, *days, score_before=5, signed_off=signed_off))

    assert states(somebody, date(2025, 3, 8))["pe_basic"] == state


def test_a_course_counts_from_its_last_day_on():
    somebody = peer()
    taught(came(somebody, 3, 4, 5, 6, 7))

    assert states(somebody, date(2025, 3, 6))["pe_basic"] == State.NEVER
    assert states(somebody, date(2025, 3, 7))["pe_basic"] == State.VALID


def test_a_refresher_renews_the_basic_course_and_an_older_one_doesnt_shorten():
    somebody = peer()
    taught(came(somebody, 3, 4, 5, 6, 7))
    day = date(2026, 3, 1)
    one_day(day, came(somebody, day), topics=("pe_refresher",))
    one_day(date(2024, 5, 1), came(somebody, date(2024, 5, 1)), topics=("pe_basic",))

    row = next(row for row in refreshers.of_peer(somebody, date(2026, 3, 20)) if row.topic == "pe_basic")

    assert (row.completed_on, row.until, row.state) == (day, date(2027, 2, 28), State.VALID)


def test_a_void_course_counts_for_nothing():
    somebody = peer()
    training = taught(came(somebody, 3, signed_off=True))
    trainings.void(record=training, by=training.recorded_by, reason="twice")

    assert states(somebody, date(2025, 3, 8))["pe_basic"] == State.NEVER


def test_other_topics_are_told_only_to_those_who_had_them():
    somebody = peer()
    one_day(date(2025, 3, 3), came(somebody, 3), topics=("overdose", "facilitation"))

    assert sorted(states(somebody, date(2025, 3, 8))) == ["confidentiality", "overdose", "pe_basic", "safeguarding"]


def test_of_peers_agrees_with_a_naive_recount(django_assert_num_queries):
    people = [peer(f"PE-{number}") for number in range(5)]
    days = [date(2024, 1, 1) + timedelta(days=97 * number) for number in range(8)]
    for number, day in enumerate(days):
        lines = [came(one, day) for place, one in enumerate(people) if (place + number) % 3]
        one_day(day, *lines, topics=(("safeguarding", "waste", "pe_refresher")[number % 3],))
    today = date(2026, 1, 10)

    with django_assert_num_queries(1):
        found = refreshers.of_peers([one.pk for one in people], today)

    naive = set()
    for place, one in enumerate(people):
        for topic, renews, months in (
            ("safeguarding", ("safeguarding",), 24),
            ("waste", ("waste",), 24),
            ("pe_basic", ("pe_basic", "pe_refresher"), 12),
            ("confidentiality", ("confidentiality",), 24),
        ):
            had = [
                day
                for number, day in enumerate(days)
                if (place + number) % 3 and ("safeguarding", "waste", "pe_refresher")[number % 3] in renews
            ]
            if had:
                last = max(had)
                ends = last.replace(year=last.year + months // 12)
                left = (ends - today).days
                naive.add((one.pk, topic, "overdue" if left <= 0 else "due" if left <= 61 else "valid"))
            elif topic != "waste":
                naive.add((one.pk, topic, "never"))
    assert {(row.peer_id, row.topic, str(row.state)) for row in found} == naive


# --- the page ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_page_takes_the_same_queries_for_any_number(client, django_assert_num_queries, number):
    supervisor = member(Role.SUPERVISOR)
    for place in range(number):
        peer(f"PE-{place}", supervisor=supervisor)
    client.force_login(supervisor)
    client.get(reverse("refreshers"))

    with django_assert_num_queries(5):
        response = client.get(reverse("refreshers"))

    assert response.context["result_count"] == number


def test_page_shows_one_team_and_changes_with_the_clock(client):
    supervisor = member(Role.SUPERVISOR)
    mine = peer("PE-1", supervisor=supervisor)
    theirs = peer("PE-2", supervisor=member(Role.SUPERVISOR, username="other"))
    peer(
        "PE-3", supervisor=supervisor, statuses=(("active", date(2024, 1, 1), ""), ("dropped", date(2025, 1, 1), "job"))
    )
    day = date(2024, 1, 31)
    one_day(day, *(came(one, day, signed_off=True) for one in (mine, theirs)))
    seen = {}

    for now in ("2025-11-30", "2025-12-01", "2026-01-31"):
        with time_machine.travel(f"{now}T03:00:00+00:00", tick=False):
            client.force_login(supervisor)
            response = client.get(reverse("refreshers"), {"topic": "safeguarding"})
        seen[now] = [
            (somebody.reference, [str(row["state"]) for row in rows]) for somebody, rows in response.context["people"]
        ]

    assert seen == {
        "2025-11-30": [("PE-1", ["Valid"])],
        "2025-12-01": [("PE-1", ["Due soon"])],
        "2026-01-31": [("PE-1", ["Overdue"])],
    }


def test_page_of_a_peer_educator_shows_themself(client):
    user = member(Role.PEER_EDUCATOR)
    peer("PE-1", user=user, supervisor=member(Role.SUPERVISOR))
    peer("PE-2")
    client.force_login(user)

    response = client.get(reverse("refreshers"))

    assert [somebody.reference for somebody, _rows in response.context["people"]] == ["PE-1"]


@pytest.mark.parametrize("query", ["topic=fishing", "state=odd", "who=me", "topic=%00"])
def test_page_refuses_what_it_does_not_know(client, query):
    client.force_login(member(Role.SUPERVISOR))

    assert client.get(f"{reverse('refreshers')}?{query}").status_code == 400
