"""What a register exports its import reads: every row is left alone, and into an empty organisation it comes whole."""

import pytest

from core import imports
from core.models import Site
from core.resources.workbooks import csv_bytes, workbook_bytes
from outreach.models import Client, Contact, HotlineCall, NeedleCollection, Overdose, Referral, RiskReview
from outreach.resources.clients import ClientResource
from outreach.resources.contacts import ContactResource
from outreach.resources.hotline_calls import HotlineCallResource
from outreach.resources.needle_collections import NeedleCollectionResource
from outreach.resources.overdoses import OverdoseResource
from outreach.resources.referrals import ReferralResource
from outreach.resources.risk_reviews import RiskReviewResource
from peers.models import Lesson, RollOut, School, Session
from peers.resources.lessons import LessonResource
from peers.resources.roll_outs import RollOutResource
from peers.resources.schools import SchoolResource
from peers.resources.sessions import SessionResource
from tests.factories import acceptance
from tests.factories.files import bring, counted, organisation, text_file

pytestmark = pytest.mark.usefixtures("lists")
REGISTERS = [
    ("clients", ClientResource, Client),
    ("contacts", ContactResource, Contact),
    ("referrals", ReferralResource, Referral),
    ("sessions", SessionResource, Session),
    ("hotline_calls", HotlineCallResource, HotlineCall),
    ("risk_reviews", RiskReviewResource, RiskReview),
    ("overdoses", OverdoseResource, Overdose),
    ("needle_collections", NeedleCollectionResource, NeedleCollection),
    ("schools", SchoolResource, School),
    ("lessons", LessonResource, Lesson),
    ("roll_outs", RollOutResource, RollOut),
]
MORE = [
    ("clients", "client,primary_group,group_from", "C02,PWUD,2025-02-01"),
    ("clients", "client,nickname,icon,registered_on", "C03,-tiger,lotus,2020-02-03"),
    (
        "contacts",
        "id,date,client,contact_type,other_commodities,overdose,note",
        "90,2025-01-02,C02,one_to_one,SWAB=5/1,1,=calm",
    ),
    ("referrals", "id,client,date,type,status,closed,contact,urgent", "R9x,C02,2025-01-03,STI,issued,,90,1"),
    ("sessions", "id,date,kind,site,headcounts,topics,minutes", "S1,2025-01-04,event,DIC-1,F:A15=12;U:AUNK=3,,45"),
    (
        "hotline_calls",
        "id,date,time,nature,topics,age_band,sex,province,caller,outcome,referral_type,ring_again_at,follows,void",
        "H1,2025-01-05,09:05,counselling,sti;testing,A15_19,F,12,parent,referred,STI,2025-01-06 18:00,,",
        "H2,2025-01-06,18:02,information,,A10_24,U,,young_person,answered,,,H1,",
        "H3,2025-01-06,,silent,,AUNK,U,,unknown,,,,,1",
    ),
    ("clients", "client,methadone,methadone_since", "C02,on,2025-02-01"),
    ("risk_reviews", "id,client,date,acts_per_week,answers", "K1,C02,2025-01-04,0,RQ10=never;RQ05=yes"),
    ("risk_reviews", "id,client,date,injections_per_week,substances", "K2,C02,2025-01-04,200,heroin;glue"),
    (
        "overdoses",
        "id,client,date,happened_at,site,helped_by,doses,replace_kit,outcome,followed_up_on,follow_up,void",
        "OD1,C02,2025-01-04,23:05,DIC-1,peer,2,1,recovered,2025-01-05,well,",
        "OD2,,2025-01-04,,,nobody,0,0,died,,,",
        "OD3,,2025-01-04,,,staff,1,1,hospital,,,1",
    ),
    (
        "needle_collections",
        "id,date,site,district,method,pieces,grams,note",
        "N1,2025-01-04,DIC-1,,counted,20,,=by the river",
        "N2,2025-01-04,,1201,weighed,,90,",
    ),
    (
        "schools",
        "id,date,site,site_name,district,first_grade,last_grade,pupils,teachers,note,void",
        "SC1,2024-10-01,PS-1,School 1,1401,1,6,2025-11-01 5F:20;5M:22 | 2024-11-04 5F:18;6U:0,2025-03-01 F:2,=so,",
        "SC2,2024-10-01,PS-2,,1402,5,9,,,,",
        "SC3,2024-10-01,PS-2,,1402,5,9,,,,1",
    ),
    (
        "lessons",
        "id,date,school,grade,class,topics,pupils,minutes,note,void",
        "L1,2025-01-06,SC1,5,5 a,goals;hygiene,F:20;M:22,45,=calm,",
        "L2,2025-01-07,PS-2,9,ក,rights,U:30,,,",
        "L3,2025-01-08,SC3,9,ក,rights,U:30,,,1",
    ),
    (
        "roll_outs",
        "id,date,province,status,partner,note,void",
        "RO1,2024-10-01,14,running,,,",
        "RO2,2024-10-01,20,ended,Development partner,=so,1",
        "RO3,2024-11-01,20,planned,,,",
    ),
]


@pytest.fixture(autouse=True)
def example(lists):
    for kind in ("clients", "contacts", "referrals"):
        bring(kind, (acceptance.FOLDER / f"{kind}.csv").read_bytes(), sites=True)
    for kind, *lines in MORE:
        bring(kind, text_file(*lines), sites=kind == "schools")


def exported(resource, model, *, personal=True, form="csv", code="DEMO-NGO"):
    queryset = model.objects.filter(organisation=organisation(code)).order_by("reference")
    rows = list(resource().rows(queryset, personal=personal))
    return workbook_bytes([("rows", rows)]) if form == "xlsx" else csv_bytes(rows)


@pytest.mark.parametrize("personal", [True, False])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(("kind", "resource", "model"), REGISTERS)
def test_export_brought_in_again_leaves_every_row_alone(kind, resource, model, form, personal):
    content = exported(resource, model, personal=personal, form=form)

    report = bring(kind, content)

    assert (counted(report), report.ignored, report.warnings) == ((0, 0, model.objects.count()), [], [])


def test_export_brought_into_an_empty_organisation_says_the_same():
    files = {kind: exported(resource, model) for kind, resource, model in REGISTERS}
    organisation("OTHER")
    for kind in ("clients", "contacts", "sessions", "referrals", *files):
        bring(kind, files[kind], code="OTHER", sites=True)

    copies = {kind: exported(resource, model, code="OTHER") for kind, resource, model in REGISTERS}

    assert copies == files


@pytest.mark.parametrize(("kind", "resource"), [(kind, resource) for kind, resource, _model in REGISTERS[:3]])
def test_layout_of_the_contract_stands_first_and_in_its_order(kind, resource):
    written = (acceptance.FOLDER / f"{kind}.csv").read_text().splitlines()[0].removesuffix(",why").split(",")

    assert [column.column_name for column in resource().fields.values()][: len(written)] == written


def test_every_column_of_a_template_is_a_column_of_the_layout():
    strange = {
        name: set(importer.template_columns) - {column.column_name for column in importer.resource().fields.values()}
        for name, importer in imports.kinds().items()
    }

    assert {name: columns for name, columns in strange.items() if columns} == {}


@pytest.mark.parametrize("order", [("contacts", "overdoses"), ("overdoses", "contacts")])
def test_overdoses_and_their_contacts_are_one_each_in_whichever_order(order):
    resources = {"contacts": (ContactResource, Contact), "overdoses": (OverdoseResource, Overdose)}
    there = Contact.objects.count()
    Site.objects.create(organisation=organisation("OTHER"), code="DIC-1", name="DIC-1")

    for kind in ("clients", *order):
        content = exported(*resources.get(kind, (ClientResource, Client)))
        bring(kind, content, code="OTHER", sites=True)

    mine = Overdose.objects.filter(organisation=organisation("OTHER"), contact__organisation=organisation("OTHER"))
    assert sorted(mine.values_list("contact__reference", flat=True)) == ["overdose-OD1", "overdose-OD3"]
    assert Contact.objects.filter(organisation=organisation("OTHER")).count() == there
