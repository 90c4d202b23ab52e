"""Rounds that collect used needles: counted, estimated, or reckoned from their weight."""

import uuid

import pytest
from django.urls import reverse

from core.permissions import Role
from outreach.actions import needle_collections
from outreach.models import NeedleCollection
from outreach.rules import needle_collections as rules
from outreach.rules.needle_collections import NeedleCollectionEntry
from tests.factories.programme import day
from tests.outreach.forms import reposted

LIST = "needle-collections:list"


def entry(on="2025-03-01", **said):
    return NeedleCollectionEntry(
        occurred_on=day(on), **({"method": "counted", "pieces": 10, "district_id": "1201"} | said)
    )


def collected(programme, on="2025-03-01", *, by=None, **said):
    found = entry(on, **said)
    needle_collections.record(entry=found, by=by or programme.by, organisation=programme.organisation)
    return NeedleCollection.objects.get(pk=found.id)


def create(browser, **said):
    data = {"id": str(uuid.uuid4()), "occurred_on": "2025-03-01", "method": "counted", "district": "1201", **said}
    return browser.post(reverse("needle-collections:create"), data)


def at(name, collection):
    return reverse(f"needle-collections:{name}", args=[collection.pk])


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, []),
        ({"pieces": 1_000_000}, []),
        ({"pieces": 1_000_001}, ["pieces"]),
        ({"pieces": 0}, ["pieces"]),
        ({"pieces": None}, ["pieces"]),
        ({"method": "weighed", "grams": 45}, []),
        ({"method": "weighed", "grams": 0}, ["grams"]),
        ({"method": "counted", "grams": 45}, ["grams"]),
        ({"method": "guessed"}, ["method"]),
        ({"district_id": None}, ["site"]),
        ({"site_id": uuid.uuid4()}, ["site"]),
        ({"note": "ring 012 345 678"}, ["note"]),
        ({"on": "2025-06-02"}, ["occurred_on"]),
    ],
)
def test_rules_at_their_edges(said, fields):
    assert sorted({p.field for p in rules.problems(entry(**said), today=day("2025-06-01"))}) == fields


@pytest.mark.parametrize(
    ("grams", "weight", "pieces"), [(4500, 4.5, 1000), (9, 4.5, 2), (1, 4.5, 1), (100, 3, 33), (1000, 12.5, 80)]
)
def test_pieces_follow_from_the_weight(settings, grams, weight, pieces):
    settings.GRAMS_PER_SYRINGE = weight

    assert rules.pieces_in(grams) == pieces


def test_form_and_bulk_path_agree(signed_in, programme):
    browser = signed_in()
    for said in ({"pieces": "0"}, {"pieces": ""}, {"pieces": "5", "grams": "9"}, {"pieces": "5", "district": ""}):
        assert create(browser, **said).status_code == 200

    bulk = [
        entry(pieces=0),
        entry(pieces=None),
        entry(pieces=5, grams=9),
        entry(district_id=None),
        entry(district_id="9999"),
    ]
    assert sorted(needle_collections.problems_of(entries=bulk, organisation=programme.organisation)) == [0, 1, 2, 3, 4]
    assert NeedleCollection.objects.count() == 0


def test_create_with_a_weight_alone_reckons_the_pieces_and_says_so(signed_in, programme):
    browser = signed_in(Role.OUTREACH_WORKER)

    response = create(browser, method="weighed", grams="900")

    found = NeedleCollection.objects.get()
    assert (found.pieces, found.grams, found.method, found.district_id) == (200, 900, "weighed", "1201")
    assert "The number follows from the weight." in browser.get(response["Location"]).content.decode()


def test_create_with_pieces_and_weight_keeps_both(signed_in, programme):
    browser = signed_in(Role.PEER_EDUCATOR)

    response = create(browser, method="weighed", grams="900", pieces="190")

    found = NeedleCollection.objects.get()
    assert (found.pieces, found.grams, found.recorded_by) == (190, 900, browser.user)
    assert "The number follows from the weight." not in browser.get(response["Location"]).content.decode()


def test_create_says_what_a_syringe_weighs(signed_in, settings):
    settings.GRAMS_PER_SYRINGE = 3.25

    assert "3.25 g for each syringe" in signed_in().get(reverse("needle-collections:create")).content.decode()


def test_amend_to_a_site_takes_the_district_out(signed_in, programme):
    browser, site = signed_in(), programme.site("SPOT-1", district="1201")
    found = collected(programme, note="by the river")

    reposted(browser, at("amend", found), site=str(site.pk), district="")

    found.refresh_from_db()
    assert (found.site, found.district, found.note, found.version) == (site, None, "by the river", 2)
    assert browser.get(at("history", found)).status_code == 200


def test_list_takes_the_same_queries_for_one_row_and_three(signed_in, programme, django_assert_num_queries):
    browser = signed_in()
    collected(programme, site_id=programme.site("SPOT-1", district="1201").pk, district_id=None)
    browser.get(reverse(LIST))

    with django_assert_num_queries(7):
        browser.get(reverse(LIST))
    collected(programme)
    collected(programme, site_id=programme.site("SPOT-2", district="0203").pk, district_id=None)
    with django_assert_num_queries(7):
        browser.get(reverse(LIST))


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 3),
        ({"method": "estimated"}, 1),
        ({"province": "12"}, 2),
        ({"province": "02"}, 1),
        ({"occurred_on_before": "2025-02-28"}, 1),
    ],
)
def test_list_filters(signed_in, programme, query, number):
    collected(programme, "2025-02-28", method="estimated")
    collected(programme, site_id=programme.site("SPOT-1", district="1201").pk, district_id=None)
    collected(programme, district_id="0203")

    assert signed_in().get(reverse(LIST), query).context["result_count"] == number


@pytest.mark.parametrize("name", ["detail", "amend", "void", "history"])
def test_round_of_another_organisation_does_not_exist(signed_in, other, name):
    assert signed_in().get(at(name, collected(other))).status_code == 404


def test_peer_educator_sees_own_rounds_alone(signed_in, programme):
    browser = signed_in(Role.PEER_EDUCATOR)
    own, theirs = collected(programme, by=browser.user), collected(programme)

    assert [browser.get(at("detail", found)).status_code for found in (own, theirs)] == [200, 404]


def test_void_round_is_kept_and_listed_on_request(signed_in, programme):
    browser, found = signed_in(), collected(programme)

    browser.post(at("void", found), {"reason": "Entered twice"})

    counts = [browser.get(reverse(LIST), query).context["result_count"] for query in ({}, {"void": "with"})]
    assert counts == [0, 1]
