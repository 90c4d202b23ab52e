"""Sessions: their rules, their actions, and that form and bulk path say the same."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from core.actions.memberships import scope_of
from core.actions.records import Changed, Outcome, Refused
from core.models import AuditLine, ConflictingCopy, Organisation, RecordVersion, Site
from core.models.users import system_user
from core.rules.problems import InvalidEntries
from peers.actions import sessions
from peers.forms.sessions import SessionForm
from peers.models import Session
from peers.rules.sessions import SessionEntry, problems
from tests.factories.people import organisation
from tests.outreach.taken import with_turns
from tests.peers.entries import entry

pytestmark = pytest.mark.usefixtures("lists")


def wrong_fields(found):
    return [problem.field for problem in found]


def audit_actions():
    return list(AuditLine.objects.order_by("pk").values_list("action", flat=True))


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"kind": "workplace_session"}, []),
        ({"kind": "small_group"}, []),
        ({"kind": "small_group", "heads": {("F", "A15"): 1}}, ["kind"]),
        ({"kind": "workplace_session", "heads": {("F", "A15"): 1}}, []),
        ({"kind": "picnic"}, ["kind"]),
        ({"occurred_on": date(1989, 12, 31)}, ["occurred_on"]),
        ({"heads": {}}, ["heads"]),
        ({"heads": {("F", "A15"): 0}}, ["heads"]),
        ({"heads": {("F", "A15"): -3, ("M", "A15"): 9}}, ["heads"]),
        ({"heads": {("F", "A15"): 100_000}}, []),
        ({"heads": {("F", "A15"): 100_000, ("M", "A15"): 1}}, ["heads"]),
        ({"heads": {("Q", "A15"): 3}}, ["heads"]),
        ({"heads": {("F", "A99"): 3}}, ["heads"]),
        ({"topics": frozenset({"fishing"})}, ["topics"]),
        ({"services": frozenset({"NSP", "FISH"})}, ["services"]),
        ({"given": {"COND_M": 100_000}}, []),
        ({"given": {"COND_M": 100_001}}, ["given"]),
        ({"taken_back": {"ROD": 1}}, ["taken_back"]),
        ({"minutes": 0}, ["minutes"]),
        ({"minutes": 1441}, ["minutes"]),
        ({"note": "ring 012 345 678"}, ["note"]),
    ],
)
def test_rules_name_the_field_that_is_wrong(changed, fields):
    found = list(problems(entry(**changed), today=date(2025, 3, 1)))

    assert wrong_fields(found) == fields


def test_rules_refuse_tomorrow():
    found = list(problems(entry(occurred_on=date(2025, 3, 2)), today=date(2025, 3, 1)))

    assert wrong_fields(found) == ["occurred_on"]


def test_record_keeps_everything(site):
    sent = entry(
        site_id=site.pk,
        topics=frozenset({"condom", "sti"}),
        services=frozenset({"IEC"}),
        minutes=45,
        heads={("F", "A15"): 12, ("M", "A18"): 8, ("U", "AUNK"): 5, ("X", "A20"): 0},
        given={"COND_M": 60, "LUBE_S": 0},
        taken_back={"SYR_1ML_FIX": 3},
        note="Canteen",
        reference="S-7",
    )

    outcome = sessions.record(entry=sent, by=system_user(), organisation=organisation())

    session = Session.objects.with_heads().get()
    assert outcome == Outcome.CREATED
    assert session.content() == sent.content()
    assert session.content()["headcounts"] == [["F", "A15", 12], ["M", "A18", 8], ["U", "AUNK", 5]]
    assert session.content()["commodities"] == [["COND_M", 60, 0], ["SYR_1ML_FIX", 0, 3]]
    assert session.heads_total == 25
    assert (session.version, session.source, session.organisation.code) == (1, "web", "NGO-A")
    assert audit_actions()[-1] == "session.record"


def test_record_twice_is_one_row():
    sent = entry()
    sessions.record(entry=sent, by=system_user(), organisation=organisation())

    outcome = sessions.record(entry=sent, by=system_user(), organisation=organisation())

    assert (outcome, Session.objects.count()) == (Outcome.DUPLICATE, 1)


def test_record_with_other_content_is_a_conflict_and_keeps_the_first():
    sent = entry()
    sessions.record(entry=sent, by=system_user(), organisation=organisation())

    outcome = sessions.record(entry=entry(id=sent.id, minutes=50), by=system_user(), organisation=organisation())

    assert (outcome, Session.objects.get().minutes) == (Outcome.CONFLICT, None)
    assert [copy.content["minutes"] for copy in ConflictingCopy.objects.all()] == [50]


def test_record_with_an_id_of_another_organisation_is_a_conflict_and_leaves_nothing(recorded):
    theirs = recorded("NGO-B")

    outcome = sessions.record(entry=entry(id=theirs.pk), by=system_user(), organisation=organisation())

    assert (outcome, ConflictingCopy.objects.count(), Session.objects.count()) == (Outcome.CONFLICT, 0, 1)


def test_record_of_a_void_session_is_gone(recorded):
    session = recorded()
    sent = entry(id=session.pk, occurred_on=session.occurred_on)
    sessions.void(record=session, by=system_user(), reason="twice")

    outcome = sessions.record(entry=sent, by=system_user(), organisation=organisation())

    assert (outcome, Session.objects.countable().count()) == (Outcome.GONE, 0)


def test_record_at_another_organisations_site_is_refused(site):
    other = organisation("NGO-B")

    with pytest.raises(InvalidEntries) as refusal:
        sessions.record(entry=entry(site_id=site.pk), by=system_user(), organisation=other)

    assert {place: wrong_fields(found) for place, found in refusal.value.problems.items()} == {0: ["site"]}


def test_record_many_names_every_wrong_entry_and_writes_none():
    sent = [entry(), entry(heads={}), entry(kind="picnic")]

    with pytest.raises(InvalidEntries) as refusal:
        sessions.record_many(entries=sent, by=system_user(), organisation=organisation())

    assert {place: wrong_fields(found) for place, found in refusal.value.problems.items()} == {
        1: ["heads"],
        2: ["kind"],
    }
    assert Session.objects.count() == 0


@pytest.mark.parametrize("number", [1, 30])
def test_record_many_takes_the_same_queries_for_any_number(number, django_assert_num_queries):
    organisation_, by = organisation(), system_user()
    sessions.record_many(entries=[entry()], by=by, organisation=organisation_)
    sent = [entry(given={"COND_M": 4}, topics=frozenset({"sti"})) for _ in range(number)]

    with django_assert_num_queries(with_turns(16, 1)):
        sessions.record_many(entries=sent, by=by, organisation=organisation_)


def test_amend_makes_a_version_and_keeps_the_old_text(recorded):
    session = recorded(heads={("F", "A15"): 10})

    sessions.amend(
        record=session,
        entry=entry(id=session.pk, occurred_on=session.occurred_on, heads={("F", "A15"): 12}),
        version=1,
        by=system_user(),
        reason="counted again",
    )

    session = Session.objects.with_heads().get()
    kept = RecordVersion.objects.get()
    assert (session.version, session.heads_total) == (2, 12)
    assert (kept.version, kept.content["headcounts"], kept.reason) == (1, [["F", "A15", 10]], "counted again")
    assert AuditLine.objects.latest("pk").detail == {"fields": ["headcounts"], "version": 2}


def test_amend_of_an_old_version_is_refused(recorded):
    session = recorded()
    changed = entry(id=session.pk, minutes=20)
    sessions.amend(record=session, entry=changed, version=1, by=system_user())

    with pytest.raises(Changed):
        sessions.amend(record=session, entry=entry(id=session.pk, minutes=30), version=1, by=system_user())

    assert Session.objects.get().minutes == 20


def test_amend_of_a_void_session_is_refused(recorded):
    session = recorded()
    sessions.void(record=session, by=system_user(), reason="twice")

    with pytest.raises(Refused):
        sessions.amend(record=session, entry=entry(id=session.pk, minutes=30), version=1, by=system_user())

    assert Session.objects.get().minutes is None


def test_amend_to_the_same_content_changes_nothing(recorded):
    session = recorded()
    same = entry(id=session.pk, occurred_on=session.occurred_on)

    sessions.amend(record=session, entry=same, version=1, by=system_user())

    assert (Session.objects.get().version, RecordVersion.objects.count()) == (1, 0)


def test_void_many_voids_each_once(recorded):
    first, second = recorded(), recorded()
    sessions.void(record=first, by=system_user(), reason="twice")

    number = sessions.void_many(
        ids=[first.pk, second.pk], by=system_user(), organisation=organisation(), reason="import"
    )

    assert (number, Session.objects.countable().count()) == (1, 0)
    assert sorted(Session.objects.values_list("void_reason", flat=True)) == ["import", "twice"]


# --- form and bulk path give equal verdicts -----------------------------------------------------------


def form_of(user, data):
    organisations = Organisation.objects.filter(code="NGO-A")
    return SessionForm(data, scope=scope_of(user), organisations=organisations)


@pytest.mark.parametrize(
    ("posted", "changed", "wrong"),
    [
        ({}, {}, False),
        ({"heads_only": "0"}, {"heads": {}}, True),
        ({"heads_only": "", "heads_F_A15": "7"}, {"heads": {("F", "A15"): 7}}, False),
        ({"heads_F_A15": "100000"}, {"heads": {("F", "A15"): 100_000, ("U", "AUNK"): 40}}, True),
        ({"note": "mail me at a@b.org"}, {"note": "mail me at a@b.org"}, True),
        ({"occurred_on": "1975-01-01"}, {"occurred_on": date(1975, 1, 1)}, True),
        ({"given_COND_M": "12"}, {"given": {"COND_M": 12}}, False),
    ],
)
def test_form_and_bulk_path_give_equal_verdicts(supervisor, form_data, posted, changed, wrong):
    form = form_of(supervisor, form_data(**posted))
    bulk = entry(**{"kind": "workplace_session", "heads": {("U", "AUNK"): 40}, **changed})

    verdicts = [not form.is_valid(), bool(sessions.problems_of(entries=[bulk], organisation=organisation()))]

    assert verdicts == [wrong, wrong]


def test_form_makes_the_entry_that_was_typed(supervisor, form_data, site):
    data = form_data(
        site=str(site.pk),
        topics=["condom", "sti"],
        services=["IEC"],
        minutes="45",
        heads_F_A15="12",
        given_COND_M="60",
        taken_SYR_1ML_FIX="3",
        note="Canteen",
    )
    form = form_of(supervisor, data)

    assert form.is_valid(), form.errors
    assert form.entry() == SessionEntry(
        id=uuid.UUID(data["id"]),
        occurred_on=date(2025, 3, 1),
        kind="workplace_session",
        site_id=site.pk,
        topics=frozenset({"condom", "sti"}),
        services=frozenset({"IEC"}),
        minutes=45,
        heads={("F", "A15"): 12, ("U", "AUNK"): 40},
        given={"COND_M": 60},
        taken_back={"SYR_1ML_FIX": 3},
        note="Canteen",
    )


def test_form_offers_sites_of_its_organisation_only(supervisor, form_data, site):
    theirs = Site.objects.create(organisation=organisation("NGO-B"), code="X", name="Theirs")

    form = form_of(supervisor, form_data(site=str(theirs.pk)))

    assert list(form.fields["site"].queryset) == [site]
    assert list(form.errors) == ["site"]


def test_form_offers_small_groups_and_kinds_that_are_counted_by_heads(supervisor):
    form = form_of(supervisor, None)

    kinds = [key for key, _label in form.fields["kind"].choices]
    assert kinds == ["small_group", "large_group", "event", "classroom", "workplace_session"]


# --- eight at once -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_record_eight_times_at_once_is_one_row():
    by, organisation_, sent = system_user(), organisation(), entry()

    def send(_number):
        try:
            return sessions.record(entry=sent, by=by, organisation=organisation_)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(send, range(8)))

    assert sorted(outcomes) == [Outcome.CREATED, *[Outcome.DUPLICATE] * 7]
    assert (Session.objects.count(), AuditLine.objects.filter(action="session.record").count()) == (1, 1)
