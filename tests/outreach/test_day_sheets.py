"""The day-sheet grid: what its cells mean, what it asks, what it saves, and that nothing is saved twice."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from core.models import ConflictingCopy
from core.permissions import Role
from outreach.models import Client, Consent, Contact, Fact, Referral
from outreach.rules import day_sheets as rules
from outreach.rules.day_sheets import COLUMNS, LINES
from tests.factories.people import member

GRID, CHECK = "day-sheet", "day-sheet-check"
DAY = "2025-03-14"


def posted(*lines, **more):
    """The grid as a browser sends it; a line is a dict of its cells, `ticks` the services ticked."""
    data = dict(more)
    for number in range(LINES):
        cells = dict(lines[number]) if number < len(lines) else {}
        data[f"id-{number}"] = str(cells.pop("id", uuid.uuid4()))
        for code in cells.pop("ticks", "").split():
            data[f"tick-{code}-{number}"] = "1"
        data |= {f"{name}-{number}": text for name, text in cells.items()}
    return data


def save(browser, *lines, **more):
    return browser.post(reverse(GRID), posted(*lines, **more))


def line(response, number=0):
    return response.context["sheet"].lines[number]


def new(name="", **more):
    return {"date": DAY, "person": f"new {name}", "sex": "F", "age": "24", "group": "FSW", "consent": "verbal", **more}


# --- cells ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-01-31", date(2025, 1, 31)),
        ("2025-1-5", date(2025, 1, 5)),
        ("7", date(2025, 3, 7)),
        ("០៧", date(2025, 3, 7)),
        ("", date(2025, 3, 14)),
    ],
)
def test_day_is_whole_or_that_of_the_month_above(text, day):
    assert rules.day_of(text, date(2025, 3, 14)) == day


@pytest.mark.parametrize("text", ["31/1/2025", "0", "32", "2025-02-30", "tomorrow", "123", "-3"])
def test_day_that_can_be_read_two_ways_or_none_is_refused(text):
    with pytest.raises(ValueError, match="year-month-day"):
        rules.day_of(text, date(2025, 3, 14))


CHOICES = {"FSW": "Female sex workers", "FEW": "Female entertainment workers", "MSM": "Men who have sex with men"}


@pytest.mark.parametrize(
    ("text", "code"), [("fsw", "FSW"), ("ms", "MSM"), ("Men", "MSM"), ("female sex workers", "FSW")]
)
def test_code_is_found_by_its_beginning_or_its_label(text, code):
    assert rules.code_of(text, CHOICES) == code


@pytest.mark.parametrize(("text", "said"), [("f", "can mean several: FSW, FEW"), ("x", "isn't known here")])
def test_code_that_is_none_or_several_says_which_there_are(text, said):
    with pytest.raises(ValueError, match=said):
        rules.code_of(text, CHOICES)


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "ten", "100001", "9" * 30])
def test_number_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="whole number"):
        rules.number_of(text, 100_000)


# --- saving ---------------------------------------------------------------------------------------------


def test_line_becomes_a_contact(signed_in, programme):
    browser, person, site = signed_in(Role.OUTREACH_WORKER), programme.person(reference="R1"), programme.site("Spot4")

    response = save(
        browser,
        {
            "date": DAY,
            "site": "spot4",
            "person": person.card_code.lower(),
            "kind": "home",
            "ticks": "IEC CONDOM",
            "services": "wound sti_offer",
            "condoms": "24",
            "lubricant": "5",
            "syringes": "10",
            "returned": "៧",
            "hts": "declined",
            "referral": "HTS",
            "note": "calm",
        },
    )

    contact = Contact.objects.get()
    assert response["Location"] == f"{reverse(GRID)}?date={DAY}&site=Spot4&kind=home_visit"
    assert (contact.client, contact.site, contact.kind, contact.worker) == (person, site, "home_visit", browser.user)
    assert sorted(contact.services.values_list("service", flat=True)) == [
        "CONDOM",
        "IEC",
        "NSP",
        "NSP_COLLECT",
        "STI_OFFER",
        "WOUND",
    ]
    assert sorted(contact.commodities.values_list("commodity", "given", "taken_back")) == [
        ("COND_M", 24, 0),
        ("LUBE_S", 5, 0),
        ("SYR_1ML_FIX", 10, 7),
    ]
    assert (str(contact.occurred_on), contact.hts_outcome, contact.note) == (DAY, "declined", "calm")
    assert Referral.objects.values_list("client", "contact", "type").get() == (person.pk, contact.pk, "HTS")


def test_date_site_worker_and_kind_are_carried_down(signed_in, programme):
    browser, other = signed_in(), member(Role.PEER_EDUCATOR, username="peer")
    programme.site("A"), programme.site("B")

    save(
        browser,
        {"date": DAY, "site": "A", "worker": "peer", "kind": "mobile", "condoms": "1"},
        {"condoms": "2"},
        {"date": "15", "site": "B"},
        {"condoms": "3"},
        {"condoms": '"', "worker": browser.user.username, "kind": "phone"},
        {"note": "last"},
    )

    rows = Contact.objects.order_by("note", "occurred_on", "commodities__given", "kind")
    said = [(row.occurred_on.day, row.site.code, row.worker, row.kind) for row in rows]
    assert said == [
        (14, "A", other, "mobile"),
        (14, "A", other, "mobile"),
        (15, "B", other, "mobile"),
        (15, "B", browser.user, "phone"),
        (15, "B", browser.user, "phone"),
    ]


def test_new_person_is_registered_with_the_line(signed_in, programme):
    response = save(signed_in(), new("Lotus", condoms="3", referral="STI"))

    person = Client.objects.get()
    assert response.status_code == 302
    assert (person.nickname, person.sex, str(person.birth_date), person.birth_precision) == (
        "Lotus",
        "F",
        "2001-07-01",
        "estimated",
    )
    assert (person.group_on(date(2025, 3, 14)), str(person.occurred_on)) == ("FSW", DAY)
    assert Consent.objects.values_list("purpose", "status").get() == ("record", "verbal")
    assert Contact.objects.get().client == person == Referral.objects.get().client
    assert Fact.objects.get().client == person.pk


@pytest.mark.parametrize(
    ("changed", "cell"),
    [
        ({"sex": ""}, "sex"),
        ({"age": ""}, "age"),
        ({"group": ""}, "group"),
        ({"consent": ""}, "consent"),
        ({"consent": "refused_record"}, "consent"),
        ({"age": "15", "group": "MSM"}, "consent"),
        ({"age": "15", "consent": "assent_only"}, "group"),
        ({"age": "111"}, "age"),
        ({"person": "new " + "x" * 41}, "person"),
    ],
)
def test_new_person_who_lacks_something_is_not_registered(signed_in, programme, changed, cell):
    response = save(signed_in(), new("Lotus", **changed))

    assert (list(line(response).errors), Client.objects.count(), Contact.objects.count()) == ([cell], 0, 0)


def test_age_that_is_not_known_is_written_so(signed_in, programme):
    save(signed_in(), new("Lotus", age="?", group="UNK", sex="U"))

    assert Client.objects.values_list("birth_date", "sex").get() == (None, "U")


@pytest.mark.parametrize(
    ("cells", "cell"),
    [
        ({"date": "14/3/2025", "condoms": "1"}, "date"),
        ({"date": "2999-01-01", "condoms": "1"}, "date"),
        ({"date": DAY, "site": "nowhere", "condoms": "1"}, "site"),
        ({"date": DAY, "worker": "nobody", "condoms": "1"}, "worker"),
        ({"date": DAY, "person": "K7F2M9"}, "person"),
        ({"date": DAY, "person": "\x00"}, ""),
        ({"date": DAY, "kind": "shouting", "condoms": "1"}, "kind"),
        ({"date": DAY, "kind": "hotline", "condoms": "1"}, "kind"),
        ({"date": DAY, "services": "IEC MAGIC"}, "services"),
        ({"date": DAY, "condoms": "-1"}, "condoms"),
        ({"date": DAY, "returned": "many"}, "returned"),
        ({"date": DAY, "hts": "positive"}, "hts"),
        ({"date": DAY, "referral": "HTS"}, "referral"),
        ({"date": DAY, "note": "ring 012 345 678"}, "note"),
        ({"date": DAY, "note": "x" * 281}, "note"),
    ],
)
def test_bad_cell_is_told_and_nothing_typed_is_lost(signed_in, programme, cells, cell):
    response = save(signed_in(), {**cells, "lubricant": "7"})

    if cell:
        assert (list(line(response).errors), Contact.objects.count()) == ([cell], 0)
        assert line(response).texts["lubricant"] == "7"
    else:
        assert (response.status_code, Contact.objects.count()) == (302, 1)


def test_good_lines_are_saved_and_bad_ones_come_back(signed_in, programme):
    browser = signed_in()
    data = posted({"date": DAY, "condoms": "1"}, {"condoms": "x"}, {"condoms": "3"}, new("Lotus", sex=""))

    first = browser.post(reverse(GRID), data)
    shown = [(row.done, list(row.errors)) for row in first.context["sheet"].lines[:4]]
    second = browser.post(reverse(GRID), data | {"done-0": "1", "done-2": "1", "condoms-1": "2", "sex-3": "F"})

    assert shown == [(True, []), (False, ["condoms"]), (True, []), (False, ["sex"])]
    assert (second.status_code, Contact.objects.count(), Client.objects.count()) == (302, 4, 1)
    saved = browser.get(second["Location"]).context["saved"]
    assert [str(row.pk) for row in saved] == [data[f"id-{number}"] for number in range(4)]


def test_sheet_sent_again_is_saved_once(signed_in, programme):
    browser, person = signed_in(), programme.person()
    data = posted(
        new("Lotus", condoms="1", referral="HTS"), {"person": person.card_code, "condoms": "2"}, {"condoms": "3"}
    )

    answers = [browser.post(reverse(GRID), data).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert (Contact.objects.count(), Client.objects.count(), Referral.objects.count()) == (3, 2, 1)
    assert ConflictingCopy.objects.count() == 0


def test_line_sent_again_with_other_words_keeps_both(signed_in, programme):
    browser = signed_in()
    data = posted({"date": DAY, "condoms": "1"})
    browser.post(reverse(GRID), data)

    browser.post(reverse(GRID), data | {"condoms-0": "2"})

    assert (Contact.objects.count(), ConflictingCopy.objects.count()) == (1, 1)


def test_sheet_of_nothing_says_so(signed_in, programme):
    response = save(signed_in(), {"date": DAY, "site": ""})

    assert (response.status_code, response.context["nothing"], Contact.objects.count()) == (200, True, 0)


def test_sheet_of_nonsense_is_no_error(signed_in, programme):
    browser = signed_in()
    odd = {"id-0": "x", "condoms-0": "1", "confirm-0": "x", "done-3": "1", "organisation": "-1", "date-0": "9" * 500}

    assert browser.post(reverse(GRID), odd).status_code == 200
    assert browser.get(reverse(GRID), {"date": "x" * 900, "site": "<b>"}).status_code == 200


# --- screens --------------------------------------------------------------------------------------------


def test_paper_has_the_columns_of_the_screen(signed_in, programme):
    browser = signed_in()

    screen = browser.get(reverse(GRID)).context
    paper = browser.get(reverse("day-sheet-blank")).context

    assert [c.name for c in paper["columns"]] == [c.name for c in screen["columns"]] == [c.name for c in COLUMNS]
    assert [label for _code, label in screen["ticks"]] == paper["ticks"]
    assert (len(paper["lines"]), len(screen["sheet"].lines)) == (20, 20)


@pytest.mark.parametrize("name", [GRID, "day-sheet-blank"])
def test_sheet_is_for_those_who_record(signed_in, name):
    answers = {role: signed_in(role).get(reverse(name)).status_code for role in (Role.PEER_EDUCATOR, Role.EDITOR)}

    assert answers == {Role.PEER_EDUCATOR: 200, Role.EDITOR: 403}


def test_check_answers_no_get(signed_in):
    assert signed_in().get(reverse(CHECK)).status_code == 405
