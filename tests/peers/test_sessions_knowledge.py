"""The knowledge check: counts that can be true, typed on the form, shown before and after."""

import copy

import pytest
from django.urls import reverse

from core.permissions import Role
from peers.models import Session
from peers.resources.knowledge import KnowledgeCell
from peers.rules.knowledge import items, knowledge_problems
from peers.views import session_tables
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.peers.groups_met import CHECK, held

pytestmark = pytest.mark.usefixtures("lists")


def changed(**before):
    """The check with one side changed: `answered`, `all_right`, or the number of a question."""
    check = copy.deepcopy(CHECK)
    for name, number in before.items():
        (check["before"] if name in ("answered", "all_right") else check["before"]["right"])[name] = number
    return check


@pytest.mark.parametrize(
    ("check", "most", "wrong"),
    [
        ({}, 0, 0),
        (CHECK, 6, 0),
        (CHECK, 5, 1),
        ({"after": CHECK["after"]}, 6, 0),
        ({"before": CHECK["before"]}, 6, 0),
        (changed(answered=0), 6, 1),
        (changed(answered=True), 6, 1),
        (changed(answered=-1), 6, 1),
        (changed(condom=7), 9, 1),
        (changed(all_right=2), 6, 0),
        (changed(all_right=3), 6, 1),
        (changed(faithful=6, condom=6, healthy=6, mosquito=6, food=6, all_right=6), 6, 0),
        (changed(faithful=6, condom=6, healthy=6, mosquito=6, food=6, all_right=5), 6, 1),
        (changed(faithful=6, condom=6, healthy=6, mosquito=6, food=5, all_right=5), 6, 0),
        (changed(faithful=6, condom=6, healthy=6, mosquito=6, food=5, all_right=4), 6, 1),
        (changed(swallows=1), 6, 1),
        (changed(food=None), 6, 1),
        ({"before": {"answered": 3, "right": {"condom": 1}, "all_right": 0}}, 6, 1),
        ({"before": {}}, 6, 1),
        ({"before": []}, 6, 1),
        ({"meanwhile": CHECK["before"]}, 6, 1),
    ],
)
def test_counts_hold_together_or_are_refused(check, most, wrong):
    assert len(list(knowledge_problems(check, most=most))) == wrong


def test_fewest_with_all_five_right_follows_from_the_questions():
    """Told by the rule as by trying: whoever hasn't all right has one wrong at least."""
    check = changed(answered=6, faithful=5, condom=5, healthy=5, mosquito=6, food=6)
    at_least = max(0, sum(check["before"]["right"].values()) - 4 * 6)

    verdicts = [
        not list(knowledge_problems({**check, "before": {**check["before"], "all_right": m}}, most=6)) for m in range(7)
    ]

    assert verdicts == [at_least <= m <= 5 for m in range(7)]


def test_cell_reads_what_it_writes():
    cell = KnowledgeCell()

    assert cell.clean(cell.render(CHECK)) == CHECK
    assert (cell.clean(""), cell.render({})) == ({}, "")


def posted(check):
    """The check as the form posts it."""
    data = {}
    for side, counts in check.items():
        data |= {f"{side}_answered": counts["answered"], f"{side}_all_right": counts["all_right"]}
        data |= {f"{side}_right_{item}": number for item, number in counts["right"].items()}
    return data


def test_check_is_typed_and_shown_with_its_shares(client, supervisor, form_data):
    client.force_login(supervisor)

    page = client.get(client.post(reverse("sessions:create"), form_data(**posted(CHECK)))["Location"])

    table = page.context["knowledge"]
    assert Session.objects.get().knowledge == CHECK
    assert table["columns"] == ["Question", "Before", "After"]
    assert [cells for _label, cells in table["rows"]] == [
        [(6, ""), (5, "")],
        *[
            [
                (f"{CHECK[s]['right'][key]} ({round(100 * CHECK[s]['right'][key] / CHECK[s]['answered'])}\u00a0%)", "")
                for s in CHECK
            ]
            for key in items()
        ],
    ]
    assert table["foot"][1] == [("1 (17\u00a0%)", ""), ("4 (80\u00a0%)", "")]


@pytest.mark.parametrize(("right", "share"), [(1, "13"), (3, "38"), (5, "63"), (8, "100")])
def test_half_a_per_cent_is_rounded_up(right, share):
    check = {"before": {"answered": 8, "right": dict.fromkeys(items(), right), "all_right": right}}

    assert session_tables.knowledge_table(check)["foot"][1] == [(f"{right} ({share}\u00a0%)", "")]


def test_form_asks_for_every_number_of_a_side(client, supervisor, form_data):
    client.force_login(supervisor)
    data = {name: number for name, number in posted(CHECK).items() if name != "after_right_food"}

    response = client.post(reverse("sessions:create"), form_data(**data))

    assert list(response.context["form"].errors) == ["after_answered"]
    assert "After the session" in response.context["form"].errors["after_answered"][0]


def test_form_shows_the_check_again(client, supervisor):
    session = held(Programme("NGO-A"), heads=9, knowledge=CHECK)
    client.force_login(supervisor)

    form = client.get(reverse("sessions:amend", args=[session.pk])).context["form"]

    assert {name: form[name].value() for name in posted(CHECK)} == posted(CHECK)
    assert form.knowledge_used


def test_sheet_asks_the_five_questions_in_both_languages(client):
    client.force_login(member(Role.PEER_EDUCATOR))

    page = client.get(reverse("sessions:knowledge-sheet"))

    questions = page.context["questions"]
    assert [(number, right) for number, _khmer, _english, right in questions] == [
        (1, "yes"),
        (2, "yes"),
        (3, "yes"),
        (4, "no"),
        (5, "no"),
    ]
    assert all("\u1780" <= khmer[0] <= "\u17ff" and english.isascii() for _n, khmer, english, _r in questions)
