"""The audit: chains that show every change made to them, the screen, the command."""

import pytest
from django.core.management import CommandError, call_command

from core.actions import audit
from core.models import AuditChain, AuditLine
from core.permissions import Role
from tests.factories import staff

pytestmark = pytest.mark.django_db
LIST = "/app/data/audit/"


def write(organisation, *actions, by=None):
    entries = [audit.Entry(action, "client", "1", {"fields": ["sex"]}) for action in actions]
    audit.write(organisation_id=organisation.pk, by=by, entries=entries)


@pytest.fixture
def home():
    return staff.organisation("home")


@pytest.fixture
def manager(client, home):
    person = staff.member(Role.PROGRAMME_MANAGER, home)
    client.force_login(person)
    return person


def test_chain_untouched_has_no_fault(home):
    write(home, "client.record", "client.view")
    write(home, "client.amend")

    assert list(audit.faults()) == []


def lines():
    return AuditLine.objects.order_by("sequence")


def change(line, **values):
    AuditLine.objects.filter(sequence=line).update(**values)


def swap(first, second):
    change(first, sequence=99)
    change(second, sequence=first)
    change(99, sequence=second)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (lambda: change(2, action="client.view"), ["home: line 2 was changed, or the line before it was"]),
        (lambda: change(2, detail={"fields": []}), ["home: line 2 was changed, or the line before it was"]),
        (
            lambda: AuditLine.objects.filter(sequence=2)._raw_delete("default"),
            [
                "home: line 2 is missing before line 3",
                "home: line 3 was changed, or the line before it was",
            ],
        ),
        (
            lambda: AuditLine.objects.filter(sequence=3)._raw_delete("default"),
            ["home: the head names 3 lines, the chain ends at 2"],
        ),
        (lambda: AuditChain.objects.update(length=2), ["home: the head names 2 lines, the chain ends at 3"]),
    ],
)
def test_chain_with_a_fault_names_it(home, fault, expected):
    write(home, "client.record", "client.amend", "client.void")

    fault()

    assert list(audit.faults()) == expected


def test_chain_with_two_lines_swapped_names_both(home):
    write(home, "client.record", "client.amend", "client.void")

    swap(1, 2)

    assert [fault.split(" was")[0] for fault in audit.faults()] == ["home: line 1", "home: line 2", "home: line 3"]


def test_line_is_never_deleted(home):
    write(home, "client.record")

    with pytest.raises(TypeError):
        lines().delete()
    with pytest.raises(TypeError):
        lines().get().delete()


def test_verify_audit_says_how_much_is_whole(home, capsys):
    write(home, "client.record", "client.view")
    write(staff.organisation(), "client.record")

    call_command("verify_audit")

    assert capsys.readouterr().out == "3 lines in 2 chains, unbroken\n"


def test_verify_audit_exits_with_one_and_names_the_fault(home, capsys):
    write(home, "client.record")
    change(1, action="client.view")

    with pytest.raises(CommandError) as refused:
        call_command("verify_audit")

    assert refused.value.returncode == 1
    assert capsys.readouterr().err == "home: line 1 was changed, or the line before it was\n"


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries(client, manager, home, rows, django_assert_num_queries):
    write(home, *["client.view"] * rows, by=manager)
    client.get(LIST)

    with django_assert_num_queries(7):
        response = client.get(LIST)

    assert len(response.context["rows"]) == rows


def test_list_shows_own_organisation_newest_first(client, manager, home):
    write(home, "client.record", "client.amend")
    write(staff.organisation(), "client.void")

    rows = client.get(LIST).context["rows"]

    assert [cells[2][1] for _url, cells in rows] == ["changed", "recorded"]


def test_list_filters_by_action_and_person(client, manager, home):
    write(home, "client.record", by=manager)
    write(home, "client.amend", by=staff.member(home=home))

    for query in ("action=record", f"actor={manager.pk}"):
        rows = client.get(f"{LIST}?{query}").context["rows"]

        assert [cells[2][1] for _url, cells in rows] == ["recorded"]


def test_line_of_another_organisation_is_not_there(client, manager):
    write(staff.organisation(), "client.record")

    assert client.get(f"{LIST}{AuditLine.objects.get().pk}/").status_code == 404


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.OUTREACH_WORKER, Role.DATA_OFFICER])
def test_audit_is_for_managers_and_administrators(client, home, role):
    client.force_login(staff.member(role, home))

    assert client.get(LIST).status_code == 403
