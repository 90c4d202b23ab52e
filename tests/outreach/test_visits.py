"""Visits to a drop-in centre: checked in once, ticked, checked out; and what a tick writes into the contact."""

from datetime import time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from core.actions.records import Changed, Outcome, Refused
from core.models import AuditLine, ConflictingCopy
from core.models.users import system_user
from outreach.actions import contacts, look_alikes, visits
from outreach.actions.visits import AlreadyIn
from outreach.models import Client, Contact, StockMove
from outreach.rules.centres import Offer, usual_offers
from outreach.rules.contacts import ContactEntry
from outreach.rules.visits import Ticked, brought, visited
from tests.outreach.desk import came, centre, clock

pytestmark = pytest.mark.django_db
# 09:05 in Phnom Penh.
MORNING = "2025-03-12T02:05:30Z"


@pytest.fixture
def site(programme):
    return centre(programme)


@pytest.fixture
def offers(lists):
    return {offer.code: offer for offer in usual_offers()}


def pressed(site, person=None, pk=None):
    return visits.check_in(visit_id=pk or uuid4(), site=site, client=person, by=system_user())


# --- in ---------------------------------------------------------------------------------------------------


def test_check_in_is_one_contact_with_the_time(programme, site):
    person = programme.person()

    with time_machine.travel(MORNING, tick=False):
        outcome = pressed(site, person)

    [visit] = Contact.objects.all()
    assert outcome == Outcome.CREATED
    assert (visit.kind, visit.client_id, visit.site_id) == ("dic_visit", person.pk, site.pk)
    assert (str(visit.occurred_on), visit.arrived_at, visit.left_at) == ("2025-03-12", time(9, 5), None)
    assert AuditLine.objects.filter(action="contact.record", record_id=str(visit.pk)).count() == 1


def test_check_in_pressed_again_later_is_the_same_visit(programme, site):
    person, pk = programme.person(), uuid4()
    with time_machine.travel(MORNING, tick=False) as clock_:
        pressed(site, person, pk)
        clock_.shift(600)

        again = pressed(site, person, pk)

    assert (again, Contact.objects.get().arrived_at, ConflictingCopy.objects.count()) == (
        Outcome.DUPLICATE,
        time(9, 5),
        0,
    )


def test_check_in_pressed_again_after_ticks_is_the_same_visit(programme, site):
    pk = uuid4()
    pressed(site, None, pk)
    visit = Contact.objects.get()
    entry = contacts.entry_of(visit, centre_services=frozenset({"rest"}))
    contacts.amend(contact=visit, entry=entry, version=1, by=system_user())

    assert pressed(site, None, pk) == Outcome.DUPLICATE


def test_check_in_of_a_number_used_for_somebody_else_writes_nothing(programme, site):
    pk = uuid4()
    pressed(site, None, pk)

    outcome = pressed(site, programme.person(), pk)

    assert (outcome, Contact.objects.get().client_id) == (Outcome.CONFLICT, None)


def test_check_in_of_a_void_visit_brings_nothing_back(programme, site):
    pk = uuid4()
    pressed(site, None, pk)
    programme.void(Contact.objects.get())

    assert (pressed(site, None, pk), Contact.objects.countable().count()) == (Outcome.GONE, 0)


def test_check_in_of_somebody_who_is_in_names_the_visit(programme, site):
    person = programme.person()
    pressed(site, person)

    with pytest.raises(AlreadyIn) as already:
        pressed(site, person)

    assert already.value.visit == Contact.objects.get()


def test_check_in_knows_a_merged_record_as_the_same_person(programme, site):
    one, other = programme.person(), programme.person()
    pressed(site, one)
    look_alikes.merge(client=one, into=other, by=system_user())

    with pytest.raises(AlreadyIn):
        pressed(site, Client.objects.get(pk=other.pk))


def test_check_in_again_after_leaving_is_a_second_visit(programme, site):
    person = programme.person()
    pressed(site, person)
    visits.check_out(visit=Contact.objects.get(), by=system_user())

    assert (pressed(site, person), Contact.objects.count()) == (Outcome.CREATED, 2)


def test_check_in_does_not_mind_yesterdays_visit_that_never_ended(programme, site):
    person = programme.person()
    came(programme, site, person, day=timezone.localdate() - timedelta(days=1))

    assert pressed(site, person) == Outcome.CREATED


def test_check_in_at_another_centre_is_possible(programme, site):
    person = programme.person()
    pressed(site, person)

    assert pressed(centre(programme, "DIC2"), person) == Outcome.CREATED


@pytest.mark.parametrize("wrong", [{"kind": "facility"}, {"closed_on": "2025-01-01"}])
def test_check_in_elsewhere_than_an_open_centre_is_refused(programme, site, wrong):
    type(site).objects.filter(pk=site.pk).update(**wrong)

    with pytest.raises(Refused):
        pressed(site)

    assert Contact.objects.count() == 0


# --- out --------------------------------------------------------------------------------------------------


def test_check_out_writes_the_time_once(programme, site):
    with time_machine.travel(MORNING, tick=False) as clock_:
        pressed(site)
        visit = Contact.objects.get()
        clock_.shift(1800)
        first = visits.check_out(visit=visit, by=system_user())
        clock_.shift(1800)
        second = visits.check_out(visit=visit, by=system_user())

    visit.refresh_from_db()
    assert (first, second, visit.left_at, visit.version) == (True, False, time(9, 35), 2)


def test_check_out_of_another_day_says_what_to_do(programme, site):
    visit = came(programme, site, day=timezone.localdate() - timedelta(days=1))

    with pytest.raises(Refused, match="another day"):
        visits.check_out(visit=visit, by=system_user())


def test_stay_takes_the_time_back(programme, site):
    pressed(site)
    visits.check_out(visit=Contact.objects.get(), by=system_user())

    done = visits.stay(visit=Contact.objects.get(), by=system_user())

    assert (done, Contact.objects.get().left_at) == (True, None)


def test_stay_is_refused_once_the_person_came_again(programme, site):
    person = programme.person()
    pressed(site, person)
    first = Contact.objects.get()
    visits.check_out(visit=first, by=system_user())
    pressed(site, person)

    with pytest.raises(AlreadyIn):
        visits.stay(visit=first, by=system_user())


def test_check_out_of_a_void_visit_is_refused(programme, site):
    pressed(site)
    visit = Contact.objects.get()
    programme.void(visit)

    with pytest.raises(Refused):
        visits.check_out(visit=visit, by=system_user())


# --- what a tick means ------------------------------------------------------------------------------------


def entry(**values):
    return ContactEntry(occurred_on=timezone.localdate(), kind="dic_visit", arrived_at=clock("08:10"), **values)


def test_ticking_an_exchange_gives_the_usual_pieces_and_the_service(offers):
    after = visited(entry(), offers, Ticked(used=frozenset({"needle_exchange", "rest"})))

    assert after.services == {"NSP", "MATERIAL"}
    assert (after.given, after.centre_services) == ({"SYR_1ML_FIX": 10}, {"needle_exchange", "rest"})


def test_ticking_with_another_number_gives_that_number(offers):
    after = visited(entry(), offers, Ticked(used=frozenset({"needle_exchange"}), given={"SYR_1ML_FIX": 25}))

    assert after.given == {"SYR_1ML_FIX": 25}


def test_ticking_with_nothing_given_counts_as_no_giving(offers):
    used = frozenset({"needle_exchange", "overdose"})

    after = visited(entry(), offers, Ticked(used=used, given={"SYR_1ML_FIX": 0, "NALOX": 0}))

    assert (after.services, after.given, after.centre_services) == (frozenset(), {}, used)


def test_unticking_takes_away_what_only_the_tick_brought(offers):
    stands = entry(services=frozenset({"IEC", "COUNSEL"}), given={"HYGIENE": 1})
    ticked = visited(stands, offers, Ticked(used=frozenset({"needle_exchange", "condom"})))

    after = visited(ticked, offers, Ticked(used=frozenset({"condom"}), given={"COND_M": 10}))

    assert (after.services, after.given) == ({"IEC", "COUNSEL", "CONDOM"}, {"HYGIENE": 1, "COND_M": 10})


def test_unticking_one_of_two_that_mean_the_same_leaves_it(offers):
    both = visited(entry(), offers, Ticked(used=frozenset({"meal", "shower"})))

    after = visited(both, offers, Ticked(used=frozenset({"shower"})))

    assert after.services == {"MATERIAL"}


def test_ticking_the_same_again_changes_nothing(offers):
    said = Ticked(used=frozenset({"needle_exchange", "hts"}), hts_outcome="tested_or_ref", arrived_at=clock("08:10"))
    once = visited(entry(), offers, said)

    assert visited(once, offers, said) == once


@pytest.mark.parametrize(
    ("outcome", "services"), [("tested_or_ref", {"HTS_DONE"}), ("declined", {"HTS_OFFER"}), ("", {"HTS_DONE"})]
)
def test_a_declined_test_was_offered_not_done(offers, outcome, services):
    after = visited(entry(), offers, Ticked(used=frozenset({"hts"}), hts_outcome=outcome))

    assert (after.services, after.hts_outcome) == (services, outcome)


def test_an_outcome_goes_with_its_tick(offers):
    tested = visited(entry(), offers, Ticked(used=frozenset({"hts"}), hts_outcome="declined"))

    after = visited(tested, offers, Ticked(used=frozenset({"rest"}), hts_outcome="tested_or_ref"))

    assert (after.services, after.hts_outcome) == ({"MATERIAL"}, "")


def test_an_outcome_that_nobody_ticked_stays(offers):
    stands = entry(services=frozenset({"HTS_REF"}), hts_outcome="tested_or_ref")

    after = visited(stands, offers, Ticked(used=frozenset({"rest"}), hts_outcome="declined"))

    assert (after.services, after.hts_outcome) == ({"HTS_REF", "MATERIAL"}, "tested_or_ref")


def test_needles_taken_back_are_collected_and_given_up_again(offers):
    back = visited(entry(), offers, Ticked(taken_back={"SYR_1ML_FIX": 8}, return_method="weighed"))
    none = visited(back, offers, Ticked(taken_back={"SYR_1ML_FIX": 0}, return_method="weighed"))

    assert (back.services, back.taken_back, back.return_method) == ({"NSP_COLLECT"}, {"SYR_1ML_FIX": 8}, "weighed")
    assert (none.services, none.taken_back, none.return_method) == (frozenset(), {}, "")


def test_a_giving_without_a_commodity_of_its_own_counts_by_the_tick(lists):
    plain = {"needle_exchange": Offer("needle_exchange", frozenset({"NSP"}))}

    assert brought(plain, frozenset({"needle_exchange"}), {}, "") == {"NSP"}


# --- saved ------------------------------------------------------------------------------------------------


def test_a_tick_moves_stock_and_unticking_moves_it_back(programme, site, offers):
    pressed(site, programme.person(group="PWID", born="1990-05-01"))
    visit = Contact.objects.get()
    exchange = Ticked(used=frozenset({"needle_exchange"}), taken_back={"SYR_1ML_FIX": 4}, arrived_at=visit.arrived_at)
    contacts.amend(
        contact=visit, entry=visited(contacts.entry_of(visit), offers, exchange), version=1, by=system_user()
    )
    moved = sorted(
        StockMove.objects.values_list("source__kind", "destination__kind", "commodity", "quantity", "contact")
    )

    visit = Contact.objects.get()
    nothing = Ticked(arrived_at=visit.arrived_at, taken_back={"SYR_1ML_FIX": 0})
    contacts.amend(contact=visit, entry=visited(contacts.entry_of(visit), offers, nothing), version=2, by=system_user())

    assert moved == [
        ("clients", "returns", "SYR_1ML_FIX", 4, visit.pk),
        ("site", "clients", "SYR_1ML_FIX", 10, visit.pk),
    ]
    assert (StockMove.objects.count(), list(Contact.objects.get().services.all())) == (0, [])


def test_a_visit_saved_on_top_of_another_version_is_refused(programme, site):
    pressed(site)
    visit = Contact.objects.get()
    contacts.amend(contact=visit, entry=contacts.entry_of(visit, note="calm"), version=1, by=system_user())

    with pytest.raises(Changed):
        contacts.amend(contact=visit, entry=contacts.entry_of(visit, note="loud"), version=1, by=system_user())
