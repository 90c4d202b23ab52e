"""Hundreds of schools among the sites: places to choose from stay few, and a school is still one where it is needed."""

import pytest

from core.actions.memberships import scope_of
from core.models import Organisation, Site
from core.permissions import Role
from outreach.filters.contacts import ContactFilters
from outreach.forms.contacts import ContactForm
from outreach.forms.needle_collections import NeedleCollectionForm
from outreach.models import Contact
from peers.forms.sessions import SessionForm
from tests.factories.people import member, organisation
from tests.factories.programme import Programme

pytestmark = pytest.mark.usefixtures("lists")


@pytest.fixture
def places():
    """Two hotspots and forty schools of one organisation."""
    home = organisation("NGO-A")
    kinds = [("outreach_team", "Spot", 2), ("school", "School", 40)]
    rows = [(kind, f"{name} {number}") for kind, name, most in kinds for number in range(most)]
    return Site.objects.bulk_create(
        Site(organisation=home, code=name, name=name, kind=kind, district_id="1401") for kind, name in rows
    )


def form_of(kind, initial=None, data=None):
    user = member(Role.SUPERVISOR, "NGO-A")
    homes = Organisation.objects.filter(code="NGO-A")
    return kind(data, scope=scope_of(user), organisations=homes, initial=initial)


def offered(form):
    """Names of the sites that the form lists."""
    if "other_site" in form.fields or isinstance(form, ContactForm):
        choices = form.fields["site"].choices + (
            form.fields["other_site"].choices if "other_site" in form.fields else []
        )
        return {text for key, text in choices if key}
    return set(form.fields["site"].queryset.values_list("name", flat=True))


@pytest.mark.parametrize("kind", [ContactForm, NeedleCollectionForm, SessionForm])
def test_forms_list_no_school_where_nothing_of_the_kind_happened(places, kind):
    assert offered(form_of(kind)) == {"Spot 0", "Spot 1"}


@pytest.mark.parametrize("kind", [ContactForm, NeedleCollectionForm, SessionForm])
def test_form_opened_for_a_school_lists_it(places, kind):
    school = places[7]

    assert offered(form_of(kind, initial={"site": school.pk})) == {"Spot 0", "Spot 1", school.name}


@pytest.mark.parametrize("kind", [ContactForm, NeedleCollectionForm, SessionForm])
def test_form_that_is_posted_with_a_school_takes_it(places, kind):
    school = places[7]

    assert offered(form_of(kind, data={"site": str(school.pk)})) == {"Spot 0", "Spot 1", school.name}


@pytest.mark.parametrize("text", ["x", "\x00", "0" * 400, "00000000-0000-0000-0000-000000000000"])
def test_form_that_is_posted_with_nonsense_for_a_site_offers_the_usual_ones(places, text):
    assert offered(form_of(NeedleCollectionForm, data={"site": text})) == {"Spot 0", "Spot 1"}


def test_school_where_somebody_was_met_stands_in_form_and_filter(places):
    programme = Programme("NGO-A")
    programme.met(programme.person(group="PWID"), "2025-01-15", site=places[7])

    scope = scope_of(member(Role.SUPERVISOR, "NGO-A"))
    filters = ContactFilters({}, queryset=Contact.objects.all(), scope=scope)
    listed = set(filters.filters["site"].queryset.values_list("name", flat=True))

    assert (offered(form_of(ContactForm)), listed) == ({"Spot 0", "Spot 1", places[7].name},) * 2


def test_school_of_another_organisation_is_never_offered(places):
    theirs = Site.objects.create(organisation=organisation("NGO-B"), code="S", name="Theirs", kind="school")

    assert offered(form_of(NeedleCollectionForm, initial={"site": theirs.pk})) == {"Spot 0", "Spot 1"}


def test_contact_form_opened_from_the_school_page_chooses_it(places, client):
    client.force_login(member(Role.SUPERVISOR, "NGO-A"))

    form = client.get(f"/app/record/contact/?site={places[7].pk}").context["form"]

    assert str(form["site"].value()) == str(places[7].pk)


@pytest.mark.parametrize("text", ["x", "%00", "00000000-0000-0000-0000-000000000000"])
def test_site_of_the_address_that_is_none_is_left_out(places, client, text):
    client.force_login(member(Role.SUPERVISOR, "NGO-A"))

    assert client.get(f"/app/record/contact/?site={text}").status_code == 200


def test_day_sheet_suggests_no_school_but_takes_its_code(places, client):
    client.force_login(member(Role.SUPERVISOR, "NGO-A"))

    page = client.get("/app/record/day-sheet/")

    sheet = page.context["sheet"]
    assert sorted(sheet.suggestions["site"]) == ["Spot 0", "Spot 1"]
    assert sorted(sheet.choices["site"]) == sorted(place.code for place in places)
