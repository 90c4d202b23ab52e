"""Risk reviews: what is asked at which age, who sees it, and that nothing is ever scored for a child."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from core.models import AuditLine
from core.permissions import Role
from core.rules.problems import InvalidEntries
from outreach.actions import risk_reviews
from outreach.models import Client, RiskReview
from outreach.rules import risk_reviews as rules
from outreach.rules.risk_reviews import RiskReviewEntry
from tests.factories.programme import day
from tests.outreach.forms import reposted

EVERYTHING = {"RQ01": "yes", "RQ02": "yes", "RQ03": "yes", "RQ07": "yes", "RQ09": "no", "RQ10": "never"}


def reviewed(programme, person, on="2025-03-01", *, by=None, **said):
    entry = RiskReviewEntry(occurred_on=day(on), client_id=person.pk, **({"answers": {"RQ07": "no"}} | said))
    risk_reviews.record(entry=entry, by=by or programme.by, organisation=programme.organisation)
    return RiskReview.objects.get(pk=entry.id)


def create(browser, person, **said):
    data = {"id": str(uuid.uuid4()), "occurred_on": "2025-03-01", **said}
    return browser.post(f"{reverse('risk-reviews:create')}?client={person.pk}", data)


def at(name, review):
    return reverse(f"risk-reviews:{name}", args=[review.pk])


def wrong(entry, age):
    today = day("2025-06-01")
    return sorted((p.field, p.value) for p in [*rules.problems(entry, today=today), *rules.age_problems(entry, age)])


# --- rules ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "problems"),
    [
        ({"acts_per_week": 0}, []),
        ({"acts_per_week": 200, "injections_per_week": 200}, []),
        ({"acts_per_week": 201}, [("acts_per_week", "201")]),
        ({"injections_per_week": -1}, [("injections_per_week", "-1")]),
        ({"substances": frozenset({"heroin", "meth_pill"})}, []),
        ({"substances": frozenset({"soap"})}, [("substances", "soap")]),
        ({"answers": {"RQ10": "over_12m", "RQ12": "5", "RQ13": "street"}}, []),
        ({"answers": {"RQ10": "yes"}}, [("answers", "RQ10=yes")]),
        ({"answers": {"RQ99": "yes"}}, [("answers", "RQ99")]),
        ({}, [("answers", "")]),
    ],
)
def test_rules_at_their_edges(lists, said, problems):
    entry = RiskReviewEntry(occurred_on=day("2025-03-01"), client_id=uuid.uuid4(), **said)

    assert wrong(entry, 30) == problems


@pytest.mark.parametrize(
    ("code", "age", "asked"),
    [
        ("RQ04", 17, False),
        ("RQ04", 18, True),
        ("RQ04", None, False),
        ("RQ09", 14, False),
        ("RQ09", 15, True),
        ("RQ09", None, True),
        ("RQ06", 9, True),
    ],
)
def test_question_is_asked_from_its_age_on(lists, code, age, asked):
    entry = RiskReviewEntry(occurred_on=day("2025-03-01"), client_id=uuid.uuid4(), answers={code: "no"})

    assert wrong(entry, age) == ([] if asked else [("answers", code)])


@pytest.mark.parametrize("born", ["2007-03-02", None])
def test_sex_for_money_is_refused_under_18_and_at_unknown_age(programme, born):
    with pytest.raises(InvalidEntries):
        reviewed(programme, programme.person(born=born), answers={"RQ04": "yes"})

    assert RiskReview.objects.count() == 0


def test_form_and_bulk_path_agree(signed_in, programme):
    browser, person = signed_in(), programme.person(born="1990-01-01")
    said = [{"acts_per_week": 201}, {"answer_RQ10": "sometimes"}, {"substances": "soap"}, {"occurred_on": "2999-01-01"}]

    for one in said:
        assert create(browser, person, **{"answer_RQ07": "no", **one}).status_code == 200

    bulk = [
        {"acts_per_week": 201},
        {"answers": {"RQ10": "sometimes"}},
        {"substances": frozenset({"soap"})},
        {"occurred_on": day("2999-01-01")},
    ]
    base = {"occurred_on": day("2025-03-01"), "client_id": person.pk, "answers": {"RQ07": "no"}}
    entries = [RiskReviewEntry(**{**base, **one}) for one in bulk]
    assert sorted(risk_reviews.problems_of(entries=entries, organisation=programme.organisation)) == [0, 1, 2, 3]
    assert RiskReview.objects.count() == 0


# --- the form -------------------------------------------------------------------------------------------


def test_create_keeps_what_was_answered_and_nothing_else(signed_in, programme):
    browser, person = signed_in(Role.OUTREACH_WORKER), programme.person(born="1990-01-01")

    response = create(
        browser, person, acts_per_week="6", answer_RQ07="yes", answer_RQ04="no", answer_RQ10="", substances=["heroin"]
    )

    review = RiskReview.objects.get()
    assert response["Location"] == review.get_absolute_url()
    assert (review.client, review.acts_per_week, review.injections_per_week) == (person, 6, None)
    assert (review.answers, review.substances) == ({"RQ07": "yes", "RQ04": "no"}, ["heroin"])


def test_create_without_a_person_leads_to_finding_one(signed_in):
    assert signed_in().get(reverse("risk-reviews:create"))["Location"] == reverse("find")


def test_create_for_another_organisations_person_does_not_exist(signed_in, other):
    assert create(signed_in(), other.person()).status_code == 404


@pytest.mark.parametrize(
    ("born", "asked", "warned"),
    [("1990-01-01", True, False), ("2010-01-01", False, True), (None, False, True)],
)
def test_form_asks_adults_alone_of_sex_for_money(signed_in, programme, today, born, asked, warned):
    browser, person = signed_in(), programme.person(born=born)
    if born:
        Client.objects.filter(pk=person.pk).update(birth_date=today.replace(year=int(born[:4]), day=1))

    page = browser.get(f"{reverse('risk-reviews:create')}?client={person.pk}")

    assert ("answer_RQ04" in page.context["form"].fields) is asked
    assert (f"{reverse('raise-concern')}?client={person.pk}" in page.content.decode()) is warned


def test_sex_for_money_posted_for_a_child_is_not_kept(signed_in, programme):
    browser, person = signed_in(), programme.person(born="2010-01-01")

    create(browser, person, answer_RQ07="no", answer_RQ04="yes")

    assert RiskReview.objects.get().answers == {"RQ07": "no"}


def test_amend_makes_a_version_and_can_take_an_answer_back(signed_in, programme):
    browser, person = signed_in(), programme.person(born="1990-01-01")
    review = reviewed(programme, person, answers={"RQ07": "yes", "RQ08": "no"}, substances=frozenset({"glue"}))

    reposted(browser, at("amend", review), answer_RQ08="")

    review.refresh_from_db()
    assert (review.version, review.answers, review.substances) == (2, {"RQ07": "yes"}, ["glue"])
    assert "Drank alcohol" in browser.get(at("history", review)).content.decode()


# --- who sees what --------------------------------------------------------------------------------------


def test_list_takes_the_same_queries_for_one_row_and_three(signed_in, programme, django_assert_num_queries):
    browser = signed_in()
    reviewed(programme, programme.person(born="1990-01-01"))
    browser.get(reverse("risk-reviews:list"))

    with django_assert_num_queries(5):
        browser.get(reverse("risk-reviews:list"))
    for _more in range(2):
        reviewed(programme, programme.person(born="1990-01-01"))
    with django_assert_num_queries(5):
        browser.get(reverse("risk-reviews:list"))


def test_list_tells_nothing_that_was_answered(signed_in, programme):
    browser = signed_in()
    reviewed(programme, programme.person(born="1990-01-01"), answers=EVERYTHING, substances=frozenset({"heroin"}))

    page = browser.get(reverse("risk-reviews:list"))

    assert [list(cells) for _url, cells in page.context["rows"]] == [
        [
            ("Date", "1 March 2025"),
            ("Person", page.context["rows"][0][1][1][1]),
            ("Recorded by", "system"),
        ]
    ]
    assert "eroin" not in page.content.decode()


def test_peer_educator_sees_own_reviews_alone(signed_in, programme):
    browser = signed_in(Role.PEER_EDUCATOR)
    mine, theirs = programme.person(born="1990-01-01"), programme.person(born="1990-01-01")
    Client.objects.update(recorded_by=browser.user)
    own, other = reviewed(programme, mine, by=browser.user), reviewed(programme, theirs)

    assert [browser.get(at("detail", review)).status_code for review in (own, other)] == [200, 404]


@pytest.mark.parametrize("name", ["detail", "amend", "void", "history"])
def test_review_of_another_organisation_does_not_exist(signed_in, other, name):
    assert signed_in().get(at(name, reviewed(other, other.person(born="1990-01-01")))).status_code == 404


def test_programme_manager_sees_no_review(signed_in, programme):
    person = programme.person(born="1990-01-01")
    review = reviewed(programme, person)
    browser = signed_in(Role.PROGRAMME_MANAGER)

    assert [browser.get(url).status_code for url in (at("detail", review), reverse("risk-reviews:list"))] == [403, 403]
    assert browser.get(person.get_absolute_url()).context["risk"] is None


def test_detail_writes_who_looked(signed_in, programme):
    browser, review = signed_in(), reviewed(programme, programme.person(born="1990-01-01"))

    browser.get(at("detail", review))

    line = AuditLine.objects.get(action="risk_review.view")
    assert (line.actor, line.record_id, line.detail) == (browser.user, str(review.pk), {})


def test_audit_holds_no_answer(signed_in, programme):
    reviewed(programme, programme.person(born="1990-01-01"), answers=EVERYTHING)

    details = list(AuditLine.objects.filter(record_kind="risk_review").values_list("detail", flat=True))

    assert details == [{"source": "web"}]


def test_restricted_persons_review_is_hidden_with_the_person(signed_in, programme):
    person = programme.person(born="2010-01-01", group="YSE")
    review = reviewed(programme, person)

    assert signed_in(Role.OUTREACH_WORKER).get(at("detail", review)).status_code == 404
    assert signed_in(Role.SUPERVISOR).get(at("detail", review)).status_code == 200


# --- never scored for a child ---------------------------------------------------------------------------


@pytest.mark.parametrize(("born", "scored"), [("2007-03-01", True), ("2007-03-02", False), (None, False)])
def test_overlapping_risks_are_told_of_known_adults_alone(signed_in, programme, born, scored):
    browser, person = signed_in(), programme.person(born=born)
    review = reviewed(programme, person, answers=EVERYTHING)

    pages = [browser.get(url) for url in (at("detail", review), person.get_absolute_url())]

    assert ["Told of in 5 of 5 areas" in page.content.decode() for page in pages] == [scored, scored]
    assert ["Overlapping risks" in page.content.decode() for page in pages] == [scored, scored]


def test_childs_page_tells_the_day_and_nothing_counted(signed_in, programme):
    browser, person = signed_in(), programme.person(born="2010-01-01")
    reviewed(programme, person, answers={"RQ07": "yes"}, acts_per_week=6, injections_per_week=9)

    card = browser.get(person.get_absolute_url()).context["risk"]

    assert (card["day"], card["overlap"], card["needs"]) == ("1 March 2025", None, [])


def test_answer_for_adults_is_not_told_once_the_person_proves_a_child(signed_in, programme):
    browser, person = signed_in(), programme.person(born="1990-01-01")
    review = reviewed(programme, person, answers={"RQ04": "yes", "RQ07": "yes"})
    Client.objects.filter(pk=person.pk).update(birth_date=day("2010-01-01"))
    label = "Exchanged sex for money or goods in last 12 months"

    pages = [browser.get(at(name, review)).content.decode() for name in ("detail", "history", "amend")]

    assert [label in page for page in pages] == [False, False, False]
    assert "Used any drug" in pages[0]


# --- the newest of each person --------------------------------------------------------------------------


def test_latest_of_takes_the_newest_that_counts_and_follows_merges(programme, django_assert_num_queries):
    ann, bea, twin = (programme.person(born="1990-01-01") for _ in range(3))
    reviewed(programme, ann, "2025-01-01")
    newest = reviewed(programme, ann, "2025-02-01")
    void = reviewed(programme, ann, "2025-03-01")
    risk_reviews.void(record=void, by=programme.by, reason="twice")
    merged = reviewed(programme, twin, "2025-02-02")
    programme.merge(twin, bea)

    with django_assert_num_queries(1):
        found = RiskReview.objects.latest_of([ann.pk, bea.pk, uuid.uuid4()])

    assert found == {ann.pk: newest, bea.pk: merged}


def test_review_is_due_after_ninety_days(programme, today):
    old, fresh, never = (programme.person(born="1990-01-01") for _ in range(3))
    reviewed(programme, old, str(today - timedelta(days=91)))
    reviewed(programme, fresh, str(today - timedelta(days=200)))
    reviewed(programme, fresh, str(today - timedelta(days=90)))

    assert list(Client.objects.with_review_due(today)) == [old]
    assert never.pk not in RiskReview.objects.latest_of([never.pk])


def test_due_filter_lists_those_to_ask_again(signed_in, programme, today):
    browser = signed_in()
    old = reviewed(programme, programme.person(born="1990-01-01"), str(today - timedelta(days=91)))
    reviewed(programme, programme.person(born="1990-01-01"), str(today))

    page = browser.get(reverse("risk-reviews:list"), {"due": "due"})

    assert [url for url, _cells in page.context["rows"]] == [at("detail", old)]


def test_need_on_the_page_takes_off_what_was_given(signed_in, programme, today):
    browser, person, twin = signed_in(), programme.person(born="1990-01-01"), programme.person(born="1990-01-01")
    reviewed(programme, person, str(today), acts_per_week=6, injections_per_week=14)
    programme.met(person, str(today), given={"COND_M": 6, "COND_F": 2, "SYR_2ML": 70})
    programme.met(twin, str(today - timedelta(days=27)), given={"COND_M": 2})
    programme.met(person, str(today - timedelta(days=28)), given={"COND_M": 100})
    programme.met(person, str(today), given={"COND_M": 100}, void=True)
    programme.merge(twin, person)

    card = browser.get(person.get_absolute_url()).context["risk"]

    assert [(line["label"], line["text"]) for line in card["needs"]] == [
        ("Condoms", "24 needed in 4 weeks, 10 given, 14 to bring"),
        ("Needles and syringes", "56 needed in 4 weeks, 70 given, 0 to bring"),
    ]


def test_form_leads_to_a_concern_only_whoever_may_raise_one(signed_in, programme):
    person = programme.person(born="2010-01-01")
    url = f"{reverse('risk-reviews:create')}?client={person.pk}"

    pages = [signed_in(role).get(url).content.decode() for role in (Role.OUTREACH_WORKER, Role.DATA_OFFICER)]

    assert ["nothing is scored" in page for page in pages] == [True, True]
    assert [reverse("raise-concern") in page for page in pages] == [True, False]
