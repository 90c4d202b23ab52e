"""SG_TIMELY: acted on in time, of what was raised; shown to safeguarding leads only."""

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from core.actions.memberships import scope_of
from core.models import AuditLine
from core.permissions import Role
from core.spreadsheets import read
from dashboards.refusals import WrongTotal
from outreach.actions import concerns
from outreach.models import Concern
from outreach.rules.concerns import ConcernEntry, action
from tests.dashboards import naive, naive_concerns
from tests.factories.people import member
from tests.outreach.leads import browser_of, lead_of

pytestmark = pytest.mark.django_db
HALF = ("2025-01-01", "2025-06-30")
RAISED = timezone.make_aware(datetime(2025, 2, 10, 9, 0))


def raised(programme, *, after=None, at=RAISED, kinds="missing", person=None, **changed):
    """A concern on which something was done `after` a time, or nothing."""
    entry = ConcernEntry(
        occurred_on=timezone.localdate(at),
        raised_at=at,
        concerns=frozenset(kinds.split(";")),
        client_id=person.pk if person else None,
        actions=() if after is None else (action(at + after, "spoke"),),
        **changed,
    )
    concerns.record_many(entries=[entry], by=programme.by, organisation=programme.organisation)
    return Concern.objects.get(pk=entry.id)


def split(result):
    return {tuple(cell[key] for key in result.by): (cell["numerator"], cell["denominator"]) for cell in result.cells}


@pytest.mark.parametrize(
    ("kinds", "after", "share"),
    [
        ("missing", timedelta(0), (1, 1)),
        ("missing", timedelta(hours=24), (1, 1)),
        ("missing", timedelta(hours=24, minutes=1), (0, 1)),
        ("neglect", timedelta(hours=72), (1, 1)),
        ("neglect;staff", timedelta(hours=1), (1, 1)),
        ("neglect;staff", timedelta(hours=1, minutes=1), (0, 1)),
        ("neglect", None, (0, 1)),
    ],
)
def test_in_time_at_its_edge(programme, count, kinds, after, share):
    raised(programme, kinds=kinds, after=after)

    result = count("SG_TIMELY", *HALF)

    assert ((result.numerator, result.denominator), result.total) == (share, float(share[0]))


def test_nothing_raised_is_nothing_to_divide(programme, count):
    result = count("SG_TIMELY", *HALF)

    assert (result.total, result.numerator, result.denominator, result.extra) == (None, 0, 0, {"still_running": 0})


def test_void_ones_and_other_days_do_not_count(programme, count):
    void = raised(programme, after=timedelta(0))
    concerns.void(record=void, by=programme.by, reason="mistake")
    raised(programme, after=timedelta(0), at=timezone.make_aware(datetime(2025, 7, 1, 0, 0)))
    raised(programme, after=timedelta(0), at=timezone.make_aware(datetime(2025, 6, 30, 23, 59)))

    result = count("SG_TIMELY", *HALF)

    assert (result.numerator, result.denominator) == (1, 1)


def test_those_that_still_have_time_are_counted_and_told(programme, count):
    now = timezone.localtime()
    raised(programme, at=now - timedelta(minutes=30), kinds="staff")
    raised(programme, at=now - timedelta(minutes=90), kinds="staff")
    first, last = str((now - timedelta(days=1)).date()), str(now.date())

    result = count("SG_TIMELY", first, last)

    assert (result.numerator, result.denominator, result.extra) == (0, 2, {"still_running": 1})


def test_several_kinds_stand_in_several_cells(programme, count):
    raised(programme, kinds="missing;neglect", after=timedelta(hours=1))
    raised(programme, kinds="neglect", after=timedelta(hours=80))

    result = count("SG_TIMELY", *HALF, by="kind")
    limited = count("SG_TIMELY", *HALF, by="kind", where={"kind": ["neglect"]})

    assert (split(result), result.denominator) == ({("missing",): (1, 1), ("neglect",): (1, 2)}, 2)
    assert (split(limited), limited.denominator) == ({("neglect",): (1, 2)}, 2)


def test_sex_and_age_are_the_persons_on_the_day(programme, count):
    survivor, other = programme.person(sex="F", born="2007-02-11"), programme.person(sex="M", born="1990-01-01")
    raised(programme, person=other, after=timedelta(0), sex="X", age=50)
    raised(programme, after=timedelta(0), sex="M", age=9)
    raised(programme, person=programme.person(sex="U"), after=timedelta(0), age=18)
    programme.merge(other, survivor)

    found = split(count("SG_TIMELY", *HALF, by="sex,age_band"))

    assert found == {("F", "15-17"): (1, 1), ("M", "<10"): (1, 1), ("U", "18-24"): (1, 1)}


def test_counts_equal_the_naive_recount_by_month_and_organisation(programme, count):
    for month, after in ((1, timedelta(0)), (1, None), (2, timedelta(hours=30)), (3, timedelta(hours=2))):
        raised(programme, at=timezone.make_aware(datetime(2025, month, 5, 12, 0)), after=after)

    for by in ("month", "organisation", "kind,month"):
        keys = by.split(",")
        cells, total = naive_concerns.count(
            naive.World(), *(datetime.fromisoformat(day).date() for day in HALF), keys, {}, "SAFEGUARD"
        )
        result = count("SG_TIMELY", *HALF, by=by)

        assert split(result) == {cell: pair for cell, pair in cells.items() if pair[0]}
        assert (result.numerator, result.denominator) == total


def test_list_holds_the_numerator(programme, names):
    raised(programme, after=timedelta(0), reference="yes")
    raised(programme, after=timedelta(hours=30), reference="late")
    raised(programme, reference="never")

    assert names("SG_TIMELY", *HALF) == ["yes"]


def test_ratio_is_never_added(programme, count):
    halves = count("SG_TIMELY", *HALF), count("SG_TIMELY", "2025-07-01", "2025-12-31")

    with pytest.raises(WrongTotal):
        halves[0].add(halves[1])


def test_command_counts_for_the_system(programme):
    raised(programme, after=timedelta(0))
    out = StringIO()

    call_command("count", "SG_TIMELY", "--from", HALF[0], "--to", HALF[1], "--by", "kind", stdout=out)

    told = json.loads(out.getvalue())
    assert (told["numerator"], told["denominator"], told["extra"]) == (1, 1, {"still_running": 0})
    assert told["cells"] == [{"kind": "missing", "value": 1.0, "numerator": 1, "denominator": 1}]


# --- who sees it ----------------------------------------------------------------------------------------

PLACES = ["figure", "figure-workbook", "figure-list"]


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.PROGRAMME_MANAGER, Role.DATA_OFFICER, Role.ADMINISTRATOR])
def test_figure_is_closed_to_everybody_but_leads(programme, role):
    raised(programme, after=timedelta(0))
    browser = browser_of(member(role, "DEMO-NGO"))

    answers = [browser.get(reverse(name, args=["SG_TIMELY"])).status_code for name in PLACES]
    page = browser.get(reverse("figures-indicators")).content.decode()

    assert (answers, 'data-testid="figure-SG_TIMELY"' in page) == ([403] * 3, False)


def test_figure_of_a_lead_is_that_of_the_organisations_led(programme):
    raised(programme, after=timedelta(0))
    raised(type(programme)("OTHER"))
    lead = lead_of("DEMO-NGO")
    member(Role.SUPERVISOR, "OTHER", lead.username)
    browser, query = browser_of(lead), "?from=2025-01-01&to=2025-06-30"

    page = browser.get(reverse("figure", args=["SG_TIMELY"]) + query)
    listed = browser.get(reverse("figure-list", args=["SG_TIMELY"]) + query)
    lines = browser.get(reverse("figures-indicators") + query).content.decode()

    assert (page.status_code, page.context["card"].sentence) == (200, "1 of 1.")
    assert (listed.status_code, listed.context["result_count"]) == (200, 1)
    assert 'data-testid="figure-SG_TIMELY"' in lines
    assert AuditLine.objects.filter(action="concern.list").count() == 1


def test_every_cell_opens_onto_as_many_records(programme):
    child = programme.person(sex="F", born="2012-01-01")
    raised(programme, after=timedelta(0), kinds="missing;neglect", person=child)
    raised(programme, after=timedelta(hours=1), sex="M", age=20)
    raised(programme, after=timedelta(hours=100), at=RAISED + timedelta(days=40))
    browser, url = browser_of(lead_of("DEMO-NGO")), reverse("figure", args=["SG_TIMELY"])

    opened = []
    for key in ("kind", "month", "organisation", "sex", "age_band"):
        (table,) = browser.get(f"{url}?from=2025-01-01&to=2025-06-30&by={key}").context["card"].tables
        for _label, cells in [*table.rows, table.foot]:
            opened += [(number, browser.get(link).context["result_count"]) for number, link in cells if link]

    assert len(opened) == 13
    assert [number for number, _found in opened] == [found for _number, found in opened]


def test_scope_without_leading_counts_nothing(programme, count):
    raised(programme, after=timedelta(0))

    result = count("SG_TIMELY", *HALF, scope=scope_of(member(Role.SUPERVISOR, "DEMO-NGO")))

    assert (result.numerator, result.denominator) == (0, 0)


def test_workbook_of_all_indicators_leaves_it_out(programme):
    raised(programme, after=timedelta(0))
    url = reverse("figures-indicators-workbook")

    def codes(user):
        rows = read(browser_of(user).get(url).content).rows()
        return {str(cell) for _number, row in rows for cell in row} & {"SG_TIMELY", "REACH"}

    found = [codes(member(Role.SUPERVISOR, "DEMO-NGO")), codes(lead_of("DEMO-NGO"))]

    assert found == [{"REACH"}, {"REACH", "SG_TIMELY"}]
