"""The declarative registers: who may open which screen, lists, forms, history and export."""

import csv
import io
import re
import uuid
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils import timezone

from core import codes
from core.models import AuditLine, ConflictingCopy, Site
from core.models.users import system_user
from core.permissions import GRANTS, Permission, Reach, Role
from core.scope import NOBODY
from fixtures.actions import reference
from peers.actions import sessions
from peers.models import Session
from peers.rules.sessions import SessionEntry
from peers.views.sessions import Sessions
from tests.factories.people import member, organisation

SCREENS = ["detail", "amend", "void", "history"]


@pytest.fixture(autouse=True)
def lists(db):
    """The code lists, as every installation has them."""
    reference.load(by=system_user())
    codes.clear()


@pytest.fixture
def signed_in(client):
    """Signs somebody in with a role: `signed_in(Role.SUPERVISOR, "NGO-B")`; answers the client."""

    def sign_in(role=Role.DATA_OFFICER, code="NGO-A"):
        client.force_login(member(role, code))
        return client

    return sign_in


def session(code="NGO-A", by=None, **changed):
    values = {"occurred_on": date(2025, 3, 1), "kind": "large_group", "heads": {("U", "AUNK"): 30}, **changed}
    entry = SessionEntry(**values)
    sessions.record(entry=entry, by=by or system_user(), organisation=organisation(code))
    return Session.objects.get(pk=entry.id)


def at(name, record=None, query=""):
    return reverse(f"sessions:{name}", args=[record.pk] if record else None) + query


def posted(**changed):
    data = {"id": str(uuid.uuid4()), "occurred_on": "2025-03-01", "kind": "large_group", "heads_only": "40"}
    return {**data, "site": "", "minutes": "", "note": "", **changed}


def dates(response):
    return [cells[0][1] for _url, cells in response.context["rows"]]


def said(response):
    return [str(message) for message in response.context["messages"]]


# --- who may open what ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["list", "create", "export", *SCREENS])
def test_screen_without_sign_in_leads_to_it(client, name):
    url = at(name, session() if name in SCREENS else None)

    response = client.get(url)

    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={url}")


@pytest.mark.parametrize("name", ["list", "create", "export", *SCREENS])
def test_screen_works_for_a_data_officer(signed_in, name):
    response = signed_in().get(at(name, session() if name in SCREENS else None))

    assert response.status_code == 200


@pytest.mark.parametrize("name", ["list", "create", "export", *SCREENS])
def test_screen_without_the_view_permission_is_forbidden(signed_in, name):
    response = signed_in(Role.EDITOR).get(at(name, session() if name in SCREENS else None))

    assert response.status_code == 403


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_screen_of_another_organisation_does_not_exist(signed_in, name, method):
    theirs = session("NGO-B")

    response = getattr(signed_in(), method)(at(name, theirs))

    assert response.status_code in ({405} if method == "post" and name in ("detail", "history") else {404})


@pytest.mark.parametrize("name", SCREENS)
def test_screen_of_an_unknown_record_does_not_exist(signed_in, name):
    response = signed_in().get(reverse(f"sessions:{name}", args=[uuid.uuid4()]))

    assert response.status_code == 404


def test_screen_of_a_bad_id_does_not_exist(signed_in):
    response = signed_in().get("/app/groups/sessions/1234/")

    assert response.status_code == 404


@pytest.mark.parametrize("name", ["create", "export", "amend", "void"])
def test_screen_without_its_own_permission_is_forbidden(signed_in, name):
    role = Role.SUPERVISOR if name == "export" else Role.PROGRAMME_MANAGER

    response = signed_in(role).get(at(name, session() if name in SCREENS else None))

    assert response.status_code == 403


@pytest.mark.parametrize(
    ("name", "method"),
    [("list", "post"), ("detail", "post"), ("history", "post"), ("create", "put"), ("list", "delete")],
)
def test_screen_answers_405_to_a_method_that_it_lacks(signed_in, name, method):
    response = getattr(signed_in(), method)(at(name, session() if name in SCREENS else None))

    assert response.status_code == 405


def test_permission_counts_in_the_records_own_organisation(client):
    user = member(Role.SUPERVISOR, "NGO-A", "two-roles")
    member(Role.PROGRAMME_MANAGER, "NGO-B", "two-roles")
    mine, theirs = session("NGO-A"), session("NGO-B")
    client.force_login(user)

    statuses = [client.get(at("amend", record)).status_code for record in (mine, theirs)]

    assert (statuses, client.get(at("detail", theirs)).status_code) == ([200, 403], 200)


# --- lists ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_list_takes_the_same_queries_for_any_number(signed_in, number, django_assert_num_queries):
    for _ in range(number):
        session(heads={("F", "A15"): 3, ("M", "A15"): 2}, given={"COND_M": 2})
    session("NGO-B")
    client = signed_in()
    codes.table("sex")

    with django_assert_num_queries(11):
        response = client.get(at("list"))

    assert response.context["result_count"] == number


def test_list_shows_words_not_codes(signed_in):
    site = Site.objects.create(organisation=organisation(), code="F1", name="Factory 1")
    session(site_id=site.pk, topics=frozenset({"sti", "tb"}), heads={("F", "A15"): 3, ("M", "A15"): 2})

    response = signed_in().get(at("list"))

    cells = [(str(label), value) for label, value in response.context["rows"][0][1]]
    assert cells == [
        ("Date", "1 March 2025"),
        ("Kind of session", "Large-group / general promotion (>25)"),
        ("Site", "Factory 1"),
        ("Heads", 5),
        ("Topics", "STIs, Tuberculosis"),
    ]


def test_list_is_ordered_newest_first_and_by_what_is_asked(signed_in):
    for day, heads in [(1, 20), (3, 10), (2, 30)]:
        session(occurred_on=date(2025, 3, day), heads={("U", "AUNK"): heads})
    client = signed_in()

    orders = [dates(client.get(at("list", query=query))) for query in ("", "?sort=heads_total", "?sort=-heads_total")]

    assert orders == [
        ["3 March 2025", "2 March 2025", "1 March 2025"],
        ["3 March 2025", "1 March 2025", "2 March 2025"],
        ["2 March 2025", "1 March 2025", "3 March 2025"],
    ]


@pytest.mark.parametrize(
    "query", ["?sort=note", "?sort=organisation__code", "?note=x", "?recorded_by=1", "?sort=--date"]
)
def test_list_refuses_orders_and_filters_that_are_not_declared(signed_in, query):
    response = signed_in().get(at("list", query=query))

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("?occurred_on_after=2025-03-02", ["3 March 2025", "2 March 2025"]),
        ("?occurred_on_before=2025-03-02", ["2 March 2025", "1 March 2025"]),
        ("?occurred_on_after=2025-03-02&occurred_on_before=2025-03-02", ["2 March 2025"]),
        ("?kind=event", ["3 March 2025"]),
        ("?kind=", ["3 March 2025", "2 March 2025", "1 March 2025"]),
        ("?page=7", ["3 March 2025", "2 March 2025", "1 March 2025"]),
    ],
)
def test_list_is_filtered(signed_in, query, days):
    for day, kind in [(1, "large_group"), (2, "large_group"), (3, "event")]:
        session(occurred_on=date(2025, 3, day), kind=kind)

    response = signed_in().get(at("list", query=query))

    assert (response.status_code, dates(response)) == (200, days)


@pytest.mark.parametrize("query", ["?occurred_on_after=yesterday", "?kind=picnic"])
def test_list_with_a_wrong_filter_says_so_and_shows_nothing(signed_in, query):
    session()

    response = signed_in().get(at("list", query=query))

    assert (response.status_code, response.context["result_count"]) == (400, 0)
    assert response.context["filter"].form.errors != {}


def test_list_does_not_filter_by_another_organisations_site(signed_in):
    theirs = Site.objects.create(organisation=organisation("NGO-B"), code="X", name="Their secret place")

    response = signed_in().get(at("list", query=f"?site={theirs.pk}"))

    assert response.status_code == 400
    assert "Their secret place" not in response.content.decode()


def test_list_leaves_void_records_out_until_asked(signed_in):
    kept, void = session(), session()
    sessions.void(session=void, by=system_user(), reason="twice")
    client = signed_in()

    def listed(query):
        return {url for url, _cells in client.get(at("list", query=query)).context["rows"]}

    urls = {record.get_absolute_url(): record for record in (kept, void)}
    found = [{urls[url] for url in listed(query)} for query in ("", "?void=with", "?void=only")]
    marked = client.get(at("list", query="?void=only")).context["rows"][0][1][-1]
    assert found == [{kept}, {kept, void}, {void}]
    assert marked == ("Void because", "twice")


def test_list_shows_fifty_a_page(signed_in):
    entries = [
        SessionEntry(occurred_on=date(2025, 1, 1) + timedelta(n), kind="event", heads={("U", "AUNK"): 2})
        for n in range(51)
    ]
    sessions.record_many(entries=entries, by=system_user(), organisation=organisation())
    client = signed_in()

    pages = [client.get(at("list", query=f"?page={page}")) for page in (1, 2)]

    assert [len(page.context["rows"]) for page in pages] == [50, 1]
    assert "51 records" in pages[0].content.decode()


def test_list_offers_the_organisation_only_to_those_who_work_in_several(client):
    user = member(Role.SUPERVISOR, "NGO-A", "two-places")
    client.force_login(user)
    alone = "organisation" in client.get(at("list")).context["filter"].form.fields
    member(Role.SUPERVISOR, "NGO-B", "two-places")
    organisation("NGO-C")

    both = client.get(at("list")).context["filter"].form.fields["organisation"].queryset

    assert (alone, [row.code for row in both]) == (False, ["NGO-A", "NGO-B"])


# --- create, amend, void ----------------------------------------------------------------------------------


def test_create_twice_is_one_record_and_says_so(signed_in):
    client, data = signed_in(), posted()
    client.post(at("create"), data)

    response = client.post(at("create"), data, follow=True)

    record = Session.objects.get()
    assert response.redirect_chain == [(record.get_absolute_url(), 302)]
    assert said(response)[-1] == "This was saved already. Nothing was added twice."


def test_create_with_a_taken_number_is_a_conflict_and_keeps_both_texts(signed_in):
    client, data = signed_in(), posted()
    client.post(at("create"), data)

    response = client.post(at("create"), {**data, "heads_only": "41"})

    assert (response.status_code, Session.objects.with_heads().get().heads_total) == (409, 40)
    assert ConflictingCopy.objects.get().content["headcounts"] == [["U", "AUNK", 41]]
    assert "beside it" in response.content.decode()


def test_create_with_the_number_of_another_organisations_record_shows_nothing_of_it(signed_in):
    theirs = session("NGO-B", note="Their secret note")

    response = signed_in().post(at("create"), posted(id=str(theirs.pk)))

    assert (response.status_code, ConflictingCopy.objects.count()) == (409, 0)
    assert (str(theirs.pk) in response.content.decode(), "secret" in response.content.decode()) == (False, False)


def test_create_of_a_void_record_does_not_bring_it_back(signed_in):
    client, data = signed_in(), posted()
    client.post(at("create"), data)
    sessions.void(session=Session.objects.get(), by=system_user(), reason="twice")

    response = client.post(at("create"), data, follow=True)

    assert said(response)[-1] == "This record was made void meanwhile. It was not saved again."
    assert Session.objects.countable().count() == 0


def test_create_with_mistakes_keeps_what_was_typed(signed_in):
    tomorrow = timezone.localdate() + timedelta(days=1)
    data = posted(occurred_on=str(tomorrow), heads_only="", minutes="30", note="Canteen", heads_F_A15="x")

    response = signed_in().post(at("create"), data)

    form = response.context["form"]
    assert (response.status_code, Session.objects.count(), form["note"].value()) == (200, 0, "Canteen")
    assert {name: list(errors) for name, errors in form.errors.items()} == {"heads_F_A15": ["Enter a whole number."]}


@pytest.mark.parametrize("number", ["", "12", "x" * 400])
def test_create_without_a_proper_number_asks_to_open_the_form_again(signed_in, number):
    response = signed_in().post(at("create"), posted(id=number))

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["id"])


def test_create_asks_for_the_organisation_of_those_who_work_in_several(client):
    user = member(Role.DATA_OFFICER, "NGO-A", "two-places")
    member(Role.DATA_OFFICER, "NGO-B", "two-places")
    theirs = organisation("NGO-C")
    client.force_login(user)

    refused = [client.post(at("create"), posted(organisation=pk)) for pk in ("", theirs.pk, "x")]
    client.post(at("create"), posted(organisation=organisation("NGO-B").pk))

    assert [list(response.context["form"].errors) for response in refused] == [["organisation"]] * 3
    assert [record.organisation.code for record in Session.objects.all()] == ["NGO-B"]


def test_amend_saves_a_version_with_its_reason(signed_in):
    record = session(note="Canteen")
    client = signed_in()
    form = client.get(at("amend", record)).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}

    response = client.post(at("amend", record), {**data, "heads_only": "31", "change_reason": "counted again"})

    changed = Session.objects.with_heads().get()
    assert response["Location"] == record.get_absolute_url()
    assert (changed.version, changed.heads_total, changed.note) == (2, 31, "Canteen")
    assert changed.occurred_on == record.occurred_on


def test_amend_of_what_somebody_else_changed_loses_nothing(signed_in):
    record = session()
    client = signed_in()
    newer = SessionEntry(
        id=record.pk, occurred_on=record.occurred_on, kind=record.kind, heads={("U", "AUNK"): 30}, minutes=60
    )
    sessions.amend(session=record, entry=newer, version=1, by=system_user())
    typed = {**posted(note="Canteen"), "version": "1"}

    refused = client.post(at("amend", record), typed)
    again = client.post(at("amend", record), {**typed, "version": str(refused.context["form"]["version"].value())})

    assert (refused.status_code, refused.context["form"]["note"].value()) == (409, "Canteen")
    assert refused.context["theirs"] == [("Length in minutes", "", 60)]
    assert (again.status_code, Session.objects.get().version, Session.objects.get().note) == (302, 3, "Canteen")


@pytest.mark.parametrize("name", ["amend", "void"])
def test_void_record_is_not_changed(signed_in, name):
    record = session()
    sessions.void(session=record, by=system_user(), reason="twice")

    response = signed_in().post(at(name, record), {**posted(), "version": "1", "reason": "again"}, follow=True)

    assert said(response) == ["A void record can't be changed."]
    assert Session.objects.get().void_reason == "twice"


def test_void_asks_for_a_reason_and_keeps_it(signed_in):
    record = session()
    client = signed_in()

    refused = client.post(at("void", record), {"reason": "  "})
    client.post(at("void", record), {"reason": "recorded twice"})

    page = client.get(at("detail", record))
    assert list(refused.context["form"].errors) == ["reason"]
    assert page.context["voided"]["reason"] == "recorded twice"
    assert (page.context["actions"], page.status_code) == ([], 200)


def test_detail_offers_what_the_person_may_do(client):
    record = session()
    found = {}
    for role in (Role.SUPERVISOR, Role.OUTREACH_WORKER, Role.PROGRAMME_MANAGER):
        client.force_login(member(role))
        found[role] = [label for label, _url, _style in client.get(at("detail", record)).context["actions"]]

    assert found == {
        Role.SUPERVISOR: ["Change", "Make void"],
        Role.OUTREACH_WORKER: ["Change"],
        Role.PROGRAMME_MANAGER: [],
    }


def test_history_ends_with_what_made_it_void(signed_in):
    record = session()
    sessions.void(session=record, by=system_user(), reason="twice")

    versions = signed_in().get(at("history", record)).context["versions"]

    assert [(version[3], version[4]) for version in versions] == [("Made void", "twice"), ("Recorded", "")]


def test_history_does_not_name_what_is_not_visible(signed_in):
    theirs = Site.objects.create(organisation=organisation("NGO-B"), code="X", name="Their secret place")
    record = session()
    Session.objects.update(site=theirs)
    newer = SessionEntry(id=record.pk, occurred_on=record.occurred_on, kind=record.kind, heads={("U", "AUNK"): 30})
    sessions.amend(session=record, entry=newer, version=1, by=system_user())

    versions = signed_in().get(at("history", record)).context["versions"]

    assert versions[0][5] == [("Site", "not visible to you", "")]


# --- export -----------------------------------------------------------------------------------------------


def read_csv(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_export_leaves_out_what_is_personal_and_others(signed_in):
    session(reference="S-1", note="Canteen", heads={("F", "A15"): 12, ("U", "AUNK"): 30}, given={"COND_M": 40})
    session("NGO-B", reference="B-1")

    response = signed_in().post(at("export"), {"format": "csv", "reason": "monthly report"})

    assert read_csv(response) == [
        {
            "id": "S-1",
            "date": "2025-03-01",
            "kind": "large_group",
            "site": "",
            "heads": "42",
            "headcounts": "F:A15=12;U:AUNK=30",
            "topics": "",
            "services": "",
            "minutes": "",
            "cond_m": "40",
            "cond_f": "0",
            "lube": "0",
            "syr": "0",
            "syr_collected": "0",
            "hivst": "0",
            "other_commodities": "",
            "void": "0",
        }
    ]
    assert re.fullmatch(
        r'attachment; filename="sessions-\d{8}-\d{4}-data_officer-ngo-a.csv"', response["Content-Disposition"]
    )


def test_export_with_personal_fields_neutralises_formulas(signed_in):
    session(note="=HYPERLINK()")

    response = signed_in().post(at("export"), {"format": "csv", "reason": "clean up", "personal": "on"})

    assert [row["note"] for row in read_csv(response)] == ["'=HYPERLINK()"]


def test_export_of_personal_fields_needs_its_permission(signed_in):
    session(note="Canteen")

    response = signed_in(Role.PROGRAMME_MANAGER).post(
        at("export"), {"format": "csv", "reason": "report", "personal": "on"}
    )

    assert "note" not in read_csv(response)[0]


def test_export_workbook_tells_who_when_and_what_for(signed_in):
    session(heads={("U", "AUNK"): 30})
    query = "?kind=large_group&occurred_on_after=2025-01-01"

    response = signed_in().post(at("export", query=query), {"format": "xlsx", "reason": "monthly report"})

    book = openpyxl.load_workbook(io.BytesIO(response.content))
    data, about = ([[cell.value for cell in row] for row in sheet.rows] for sheet in book.worksheets)
    assert data[1][data[0].index("heads")] == 30
    assert {row[0]: row[1] for row in about if row[0] != "Made on"} == {
        "Register": "Sessions",
        "Made by": "data_officer-ngo-a",
        "For": "monthly report",
        "Filters": "kind, occurred_on_after",
        "Records": 1,
    }


def test_export_keeps_the_filters_of_the_list(signed_in):
    session(occurred_on=date(2025, 3, 1))
    session(occurred_on=date(2025, 3, 2), kind="event")

    response = signed_in().post(at("export", query="?kind=event"), {"format": "csv", "reason": "report"})

    assert [row["date"] for row in read_csv(response)] == ["2025-03-02"]


def test_export_takes_only_organisations_where_it_is_allowed(client):
    user = member(Role.DATA_OFFICER, "NGO-A", "two-roles")
    member(Role.SUPERVISOR, "NGO-B", "two-roles")
    session("NGO-A", reference="A-1")
    session("NGO-B", reference="B-1")
    client.force_login(user)

    response = client.post(at("export"), {"format": "csv", "reason": "report"})

    assert [row["id"] for row in read_csv(response)] == ["A-1"]


def test_export_is_audited_with_filters_and_rows(signed_in):
    session()
    session("NGO-B")

    signed_in().post(at("export", query="?kind=large_group"), {"format": "csv", "reason": "monthly report"})

    line = AuditLine.objects.latest("pk")
    assert (line.action, line.chain.organisation.code, line.actor.username) == (
        "sessions.export",
        "NGO-A",
        "data_officer-ngo-a",
    )
    assert line.detail == {
        "filters": ["kind"],
        "format": "csv",
        "personal": False,
        "reason": "monthly report",
        "rows": 1,
    }


def test_export_without_a_reason_is_refused(signed_in):
    response = signed_in().post(at("export"), {"format": "csv", "reason": ""})

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["reason"])


@pytest.mark.parametrize("number", [1, 3])
def test_export_takes_the_same_queries_for_any_number(signed_in, number, django_assert_num_queries):
    for _ in range(number):
        session(heads={("F", "A15"): 3, ("M", "A15"): 2}, given={"COND_M": 2})
    client = signed_in()
    codes.table("sex")

    with django_assert_num_queries(18):
        response = client.post(at("export"), {"format": "csv", "reason": "report"})

    assert len(read_csv(response)) == number


# --- the declaration itself -------------------------------------------------------------------------------


def test_register_without_actions_routes_no_form():
    class Plain(Sessions):
        namespace = "plain"
        record = amend = void = resource = None

    (included,) = Plain.urls("plain/")

    assert [route.name for route in included.url_patterns] == ["list", "detail", "history"]


def test_register_declares_every_permission_that_it_uses():
    assert (Sessions().view_permission, Sessions().amend_permission) == (
        Permission.SESSION_VIEW,
        Permission.SESSION_RECORD,
    )
    assert GRANTS[Role.PEER_EDUCATOR][Permission.SESSION_VIEW] == Reach.OWN


def test_filters_refuse_unknown_parameters_by_name():
    filters = Sessions.filterset({"colour": "red"}, queryset=Session.objects.all(), scope=NOBODY)

    with pytest.raises(BadRequest, match="colour"):
        filters.check_parameters()
