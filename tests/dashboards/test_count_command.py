"""`manage.py count`, as scripts use it: output, exit codes, lists."""

import json

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db
HALF = ["--from", "2025-01-01", "--to", "2025-06-30"]


@pytest.fixture
def two(programme):
    programme.met(programme.person(sex="F", born="2006-01-01", reference="A"), "2025-02-01", given={"COND_M": 3})
    person = programme.person(sex="M", born="1990-01-01", reference="B")
    programme.met(person, "2025-02-01")
    type(person).objects.filter(pk=person.pk).update(reference="")
    return person


def run(capsys, *arguments):
    call_command("count", *arguments)
    return capsys.readouterr().out


def test_count_answers_in_json(two, capsys):
    answer = json.loads(run(capsys, "REACH", *HALF, "--by", "sex,age_band"))

    assert answer == {
        "indicator": "REACH",
        "version": "1",
        "measure": "people",
        "additivity": "recount",
        "from": "2025-01-01",
        "to": "2025-06-30",
        "total": 2,
        "numerator": 2,
        "denominator": None,
        "cells": [
            {"sex": "F", "age_band": "15-19", "value": 1},
            {"sex": "M", "age_band": "25+", "value": 1},
        ],
        "extra": {},
    }


def test_count_without_breakdown_has_one_cell(two, capsys):
    assert json.loads(run(capsys, "REACH", *HALF))["cells"] == [{"value": 2}]
    assert json.loads(run(capsys, "REACH", "--from", "2024-01-01", "--to", "2024-12-31"))["cells"] == []


def test_count_in_csv_and_as_a_table(two, capsys):
    assert run(capsys, "REACH", *HALF, "--by", "sex", "--format", "csv") == "sex,value\nF,1\nM,1\n"
    assert run(capsys, "REACH", *HALF, "--by", "sex", "--format", "table") == (
        "REACH 2025-01-01 to 2025-06-30: 2\nsex  value\nF    1\nM    1\n"
    )
    assert run(capsys, "WHO_PRV.8", *HALF, "--format", "table") == (
        "WHO_PRV.8 2025-01-01 to 2025-06-30: 0 of 0 (no denominator)\nvalue\n"
    )


def test_where_of_one_key_twice_means_any_of(two, capsys):
    answer = json.loads(run(capsys, "REACH", *HALF, "--where", "sex=F", "--where", "sex=M", "--where", "age_band=25+"))

    assert answer["total"] == 1


def test_list_names_records_by_reference_else_id(two, capsys):
    assert sorted(run(capsys, "REACH", *HALF, "--list").splitlines()) == sorted(["A", str(two.pk)])
    assert json.loads(run(capsys, "REACH", *HALF, "--list", "--where", "sex=F", "--format", "json")) == ["A"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["REACH", *HALF, "--by", "testing"], 1),
        (["REACH", *HALF, "--where", "sex=female"], 1),
        (["REACH", *HALF, "--age-bands", "ITGSE_CSE"], 1),
        (["REACH", *HALF, "--age-bands", "NOPE"], 1),
        (["NOPE", *HALF], 2),
        (["REACH", "--from", "2025-02-30", "--to", "2025-06-30"], 2),
        (["REACH", "--from", "01/02/2025", "--to", "2025-06-30"], 2),
        (["REACH", "--from", "2025-07-01", "--to", "2025-06-30"], 2),
        (["REACH", *HALF, "--by", "colour"], 2),
        (["REACH", *HALF, "--where", "sex"], 2),
        (["REACH", *HALF, "--where", "sex="], 2),
        (["REACH", *HALF, "--where", "colour=red"], 2),
    ],
)
def test_refusals_exit_1_and_wrong_usage_exits_2(two, arguments, code):
    with pytest.raises(CommandError) as refused:
        call_command("count", *arguments)

    assert refused.value.returncode == code
    assert str(refused.value)
