"""The screens of safeguarding: raised by anybody in a minute, read by the lead alone, with a clock."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditLine, ConflictingCopy
from core.models.users import system_user
from core.permissions import Role
from outreach import clocks
from outreach.actions import concerns
from outreach.models import Concern
from tests.factories.people import member
from tests.outreach.leads import acted, at, browser_of, earlier, lead_of, raised

RAISERS = [Role.PEER_EDUCATOR, Role.OUTREACH_WORKER, Role.SUPERVISOR, Role.HOTLINE_COUNSELLOR]
URL = "/app/record/concern/"
NOBODY = "Nobody is safeguarding lead here."


def posted(**changed):
    data = {"id": str(uuid.uuid4()), "concerns": ["neglect"], "sex": "F", "age": "12", "note": "", **changed}
    return {name: value for name, value in data.items() if value is not None}


# --- raising --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", RAISERS)
def test_raise_confirms_with_the_time_and_nothing_else(lists, role):
    lead_of()
    browser = browser_of(member(role))

    response = browser.post(URL, posted(concerns=["missing"], note="Went off with a stranger"), follow=True)

    concern = Concern.objects.get()
    page = response.content.decode()
    assert response.redirect_chain == [(reverse("concern-told"), 302)]
    assert f"will act by {clocks.when(concern.respond_by)}." in page
    assert [word in page for word in ("stranger", "Missing", str(concern.pk), NOBODY)] == [False] * 4
    assert (concern.recorded_by.username, concern.age, concern.sex) == (f"{role}-ngo-a", 12, "F")


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.DATA_OFFICER, Role.PARTNER_VIEWER, Role.EDITOR])
def test_raise_by_somebody_who_meets_nobody_is_refused(lists, role):
    browser = browser_of(member(role))

    assert [browser.get(url).status_code for url in (URL, reverse("concern-told"))] == [403, 403]
    assert (browser.post(URL, posted()).status_code, Concern.objects.count()) == (403, 0)


def test_raise_signed_out_leads_to_sign_in(client, lists):
    answers = [client.get(url).status_code for url in (URL, reverse("concern-told"), reverse("concerns:list"))]

    assert answers == [302, 302, 302]


def test_raise_about_a_client(lists, programme):
    person = programme.person(born="2012-01-01")

    browser_of(member(Role.OUTREACH_WORKER)).post(f"{URL}?client={person.pk}", posted(sex=None, age=None))

    assert Concern.objects.get().client == person


def test_raise_about_another_organisations_client_is_not_there(lists, other):
    browser = browser_of(member(Role.OUTREACH_WORKER))

    assert browser.get(f"{URL}?client={other.person().pk}").status_code == 404


def test_raise_about_a_worker_names_nobody(lists):
    browser_of(member(Role.PEER_EDUCATOR)).post(URL, posted(concerns=["staff"], sex="", age=""))

    page = browser_of(lead_of()).get(reverse("concerns:list")).content.decode()
    assert "a worker or volunteer" in page


def test_raise_twice_is_one_and_confirms_again(lists):
    browser, data = browser_of(member(Role.PEER_EDUCATOR)), posted()

    answers = [browser.post(URL, data)["Location"] for _time in range(2)]

    assert (answers, Concern.objects.count()) == ([reverse("concern-told")] * 2, 1)


def test_raise_again_with_other_words_can_be_sent_as_new(lists):
    browser, data = browser_of(member(Role.PEER_EDUCATOR)), posted(note="first")
    browser.post(URL, data)

    again = browser.post(URL, {**data, "note": "second"})
    form = again.context["form"]
    browser.post(URL, {**data, "note": "second", "id": form["id"].value()})

    assert again.status_code == 409
    assert sorted(Concern.objects.values_list("note", flat=True)) == ["first", "second"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"concerns": None}, "concerns"), ({"age": "111"}, "age"), ({"note": "mail a@b.org"}, "note")],
)
def test_raise_with_a_mistake_says_so_beside_the_field(lists, changed, field):
    response = browser_of(member(Role.PEER_EDUCATOR)).post(URL, posted(**changed))

    assert (response.status_code, list(response.context["form"].errors), Concern.objects.count()) == (200, [field], 0)


def test_what_cannot_wait_stands_first(lists):
    form = browser_of(member(Role.PEER_EDUCATOR)).get(URL).context["form"]

    first = [code for code, _label in form.fields["concerns"].choices][:4]
    assert first == ["sexual", "sexual_exploit", "self_harm", "staff"]


# --- who sees it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_nobody_but_the_lead_reads_a_concern(lists, role):
    me = member(role)
    mine, mates = raised(by=me), raised()
    browser = browser_of(me)

    urls = [reverse("concerns:list"), reverse("concerns:export")]
    urls += [at(name, one) for one in (mine, mates) for name in ("detail", "history", "act", "close", "void")]

    assert {browser.get(url).status_code for url in urls} == {403}


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.EDITOR, Role.HOTLINE_COUNSELLOR, Role.PEER_EDUCATOR])
def test_lead_reads_those_of_the_own_organisation(lists, role):
    browser = browser_of(lead_of(role=role))
    own, others = raised(), raised(code="NGO-B")

    answers = [
        [browser.get(at(name, one)).status_code for name in ("detail", "history", "act", "void")]
        for one in (own, others)
    ]

    assert answers == [[200] * 4, [404] * 4]
    assert browser.get(reverse("concerns:list")).context["result_count"] == 1


def test_lead_who_is_nothing_else_reaches_the_list_by_the_menu(lists):
    page = browser_of(lead_of(role=Role.EDITOR)).get(reverse("people"))

    assert (page.status_code, reverse("concerns:list") in page.content.decode()) == (200, True)


def test_looking_is_audited(lists):
    concern, browser = raised(), browser_of(lead_of())

    browser.get(at("detail", concern))

    assert AuditLine.objects.filter(action="concern.view", record_id=str(concern.pk)).count() == 1


# --- acting ---------------------------------------------------------------------------------------------


def test_act_close_and_reopen_by_screen(lists):
    concern, browser = earlier(2), browser_of(lead_of())
    when = f"{timezone.localtime(timezone.now() - timedelta(hours=1)):%Y-%m-%dT%H:%M}"

    browser.post(at("act", concern), {"what": "safe_now", "done_at": when, "note": "At her aunt's"})
    page = browser.get(at("detail", concern)).content.decode()
    browser.post(at("close", concern), {"outcome": "safe", "closed_on": str(timezone.localdate())})
    closed = Concern.objects.get()
    browser.post(at("reopen", concern), {"reason": "It happened again"})
    again = Concern.objects.get()

    assert ["Made sure that the child is safe now" in page, "At her aunt" in page] == [True, True]
    assert (closed.outcome, closed.is_open, again.outcome, again.is_open) == ("safe", False, "", True)
    history = browser.get(at("history", concern)).content.decode()
    assert "It happened again" in history


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"what": ""}, "what"),
        ({"done_at": "2999-01-01T10:00"}, "done_at"),
        ({"done_at": "2020-01-01T10:00"}, "done_at"),
        ({"done_at": "tomorrow"}, "done_at"),
        ({"done_at": "0001-01-01T00:00"}, "done_at"),
        ({"done_at": "9999-12-31T23:59"}, "done_at"),
        ({"note": "012 345 678"}, "note"),
    ],
)
def test_act_with_a_mistake_says_so_beside_the_field(lists, changed, field):
    concern, browser = raised(), browser_of(lead_of())
    data = {"what": "spoke", "done_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}", "note": "", **changed}

    response = browser.post(at("act", concern), data)

    concern.refresh_from_db()
    assert (response.status_code, list(response.context["form"].errors), concern.actions) == (200, [field], [])


def test_close_before_anything_was_done_leads_back(lists):
    concern, browser = raised(), browser_of(lead_of())

    response = browser.post(at("close", concern), {"outcome": "safe", "closed_on": str(timezone.localdate())})

    assert (response["Location"], Concern.objects.get().closed_on) == (concern.get_absolute_url(), None)


def test_void_takes_it_out_of_the_list_and_of_the_figure(lists):
    concern, browser = raised(), browser_of(lead_of())

    browser.post(at("void", concern), {"reason": "recorded by mistake"})

    page = browser.get(reverse("concerns:list"))
    assert (page.context["result_count"], page.context["timely"]["of"]) == (0, 0)


def test_who_did_what_stands_beside_it(lists):
    concern, lead = earlier(3), lead_of()
    acted(concern, timezone.now() - timedelta(hours=2))
    concerns.act(concern=concern, done_at=timezone.now(), what="police", by=lead)

    page = browser_of(lead).get(at("detail", concern))

    assert [str(by) for _when, _what, _note, by in page.context["done"]] == [str(system_user()), str(lead)]


# --- conflicts ------------------------------------------------------------------------------------------


def test_second_text_is_shown_to_nobody_but_leads_who_settle_conflicts(lists):
    concern = raised(note="first words")
    ConflictingCopy.objects.create(
        organisation=concern.organisation,
        record_kind="concern",
        record_id=concern.pk,
        content={**concern.content(), "note": "second words"},
        digest="0" * 64,
        sent_by=system_user(),
        sent_at=timezone.now(),
    )
    copy = ConflictingCopy.objects.get()
    url = reverse("conflicts:detail", args=[copy.pk])

    people = [member(Role.SUPERVISOR), member(Role.PROGRAMME_MANAGER), member(Role.DATA_OFFICER), lead_of()]
    listed = [browser_of(user).get(reverse("conflicts:list")).context["result_count"] for user in people]
    opened = [browser_of(user).get(url).status_code for user in people]

    assert (listed, opened) == ([0, 0, 0, 1], [404, 404, 404, 200])
