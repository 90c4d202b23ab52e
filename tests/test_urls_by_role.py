"""Every address of the workspace × every role: what a GET answers, and that another organisation's rows are not there.

A new address fails here until it has a line in TABLE; the failure prints the line as the software answers now.
Compare it with `core/permissions.py` before pasting it. A new kind of row needs a maker in `rows`.
"""

import re
from datetime import date

import pytest
from django.core.cache import caches
from django.test import Client as Browser
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from core import codes
from core.actions import audit
from core.models import AuditLine, Code, ConflictingCopy, ImportJob, Membership, ServicePoint, Site
from core.models.users import system_user
from core.permissions import Role
from fixtures.actions import reference
from outreach.actions import concerns, hotspots, needle_collections, overdoses, risk_reviews, violence
from outreach.models import Concern, LookAlike, Referral, ViolenceEvent
from outreach.rules.concerns import ConcernEntry
from outreach.rules.hotspots import HotspotEntry
from outreach.rules.needle_collections import NeedleCollectionEntry
from outreach.rules.overdoses import OverdoseEntry
from outreach.rules.risk_reviews import RiskReviewEntry
from outreach.rules.violence import ViolenceEntry
from tests.factories import staff
from tests.factories.programme import Programme
from tests.outreach.stock import Store

pytestmark = pytest.mark.django_db
COVERED = ("app/", "api/", "healthz")

# nobody, then the roles in the order of `Role`: peer educator, outreach worker, supervisor, programme manager, data
# officer, hotline counsellor, partner viewer, editor, reviewer, administrator.
TABLE = """
healthz                                      200 200 200 200 200 200 200 200 200 200 200
app/                                         302 302 302 302 302 302 302 302 302 302 302
app/today/                                   302 200 200 200 200 200 200 200 200 200 200
app/record/                                  302 200 200 200 403 200 200 403 200 200 403
app/people/                                  302 200 200 200 200 200 200 403 403 403 403
app/groups/                                  302 200 200 200 200 200 403 403 403 403 403
app/data/                                    302 200 200 200 200 200 200 403 403 403 200
app/gallery/                                 302 200 200 200 200 200 200 200 200 200 200
app/sign-in/                                 200 302 302 302 302 302 302 302 302 302 302
app/sign-out/                                302 200 200 200 200 200 200 200 200 200 200
app/language/                                405 405 405 405 405 405 405 405 405 405 405
app/account/                                 302 200 200 200 200 200 200 200 200 200 200
app/account/confirm/                         302 200 200 200 200 200 200 200 200 200 200
app/account/password/                        302 200 200 200 200 200 200 200 200 200 200
app/account/link/<uidb64>/<token>/           200 200 200 200 200 200 200 200 200 200 200
app/account/resume/                          302 302 302 302 302 302 302 302 302 302 302
app/account/code/                            302 302 302 302 302 302 302 302 302 302 302
app/account/code/confirm/                    302 302 302 302 302 302 302 302 302 302 302
app/account/app/                             302 302 302 302 302 302 302 302 302 302 302
app/account/app/off/                         302 404 404 404 404 404 404 404 404 404 404
app/account/recovery-codes/                  302 404 404 404 404 404 404 404 404 404 404
app/account/recovery-codes/new/              302 302 302 302 302 302 302 302 302 302 302
app/data/import/                             302 403 403 403 200 200 403 403 403 403 403
app/data/import/new/                         302 403 403 403 200 200 403 403 403 403 403
app/data/import/template/<slug:kind>.csv     302 403 403 403 200 200 403 403 403 403 403
app/data/import/template/<slug:kind>.xlsx    302 403 403 403 200 200 403 403 403 403 403
app/data/import/<uuid:pk>/                   302 403 403 403 200 200 403 403 403 403 403
app/data/import/<uuid:pk>/confirm/           405 405 405 405 405 405 405 405 405 405 405
app/data/import/<uuid:pk>/check/             405 405 405 405 405 405 405 405 405 405 405
app/data/import/<uuid:pk>/refuse/            405 405 405 405 405 405 405 405 405 405 405
app/data/import/<uuid:pk>/why/               302 403 403 403 404 404 403 403 403 403 403
app/data/audit/                              302 403 403 403 200 403 403 403 403 403 200
app/data/audit/export/                       302 403 403 403 200 403 403 403 403 403 403
app/data/audit/<int:pk>/                     302 403 403 403 200 403 403 403 403 403 200
app/data/codes/<int:pk>/retire/              302 403 403 403 403 403 403 403 403 403 200
app/data/codes/<int:pk>/take-up/             302 403 403 403 403 403 403 403 403 403 302
app/data/codes/                              302 403 403 200 200 200 403 403 403 403 200
app/data/codes/export/                       302 403 403 403 200 200 403 403 403 403 403
app/data/codes/<int:pk>/                     302 403 403 200 200 200 403 403 403 403 200
app/data/conflicts/<uuid:pk>/settle/         302 403 403 200 200 200 403 403 403 403 403
app/data/conflicts/                          302 403 403 200 200 200 403 403 403 403 403
app/data/conflicts/export/                   302 403 403 403 200 200 403 403 403 403 403
app/data/conflicts/<uuid:pk>/                302 403 403 200 200 200 403 403 403 403 403
app/data/members/<int:pk>/link/              302 403 403 200 200 403 403 403 403 403 200
app/data/members/<int:pk>/invite/            302 403 403 200 200 403 403 403 403 403 200
app/data/members/<int:pk>/release/           302 403 403 302 302 403 403 403 403 403 302
app/data/members/<int:pk>/role/              302 403 403 403 200 403 403 403 403 403 200
app/data/members/<int:pk>/second-factor/     302 403 403 403 302 403 403 403 403 403 302
app/data/members/<int:pk>/end/               302 403 403 403 200 403 403 403 403 403 200
app/data/members/<int:pk>/deactivate/        302 403 403 403 200 403 403 403 403 403 200
app/data/members/<int:pk>/reactivate/        302 403 403 403 302 403 403 403 403 403 302
app/data/members/                            302 403 403 200 200 403 403 403 403 403 200
app/data/members/new/                        302 403 403 403 200 403 403 403 403 403 200
app/data/members/export/                     302 403 403 403 200 403 403 403 403 403 403
app/data/members/<int:pk>/                   302 403 403 200 200 403 403 403 403 403 200
app/data/organisations/                      302 403 403 403 403 403 403 403 403 403 200
app/data/organisations/new/                  302 403 403 403 403 403 403 403 403 403 200
app/data/organisations/export/               302 403 403 403 403 403 403 403 403 403 403
app/data/organisations/<int:pk>/             302 403 403 403 403 403 403 403 403 403 200
app/data/organisations/<int:pk>/amend/       302 403 403 403 403 403 403 403 403 403 200
app/data/stock/                              302 403 200 200 200 200 403 403 403 403 403
app/data/stock/expiries/                     302 403 200 200 200 200 403 403 403 403 403
app/data/stock/outs/                         302 403 200 200 200 200 403 403 403 403 403
app/data/stock/<int:number>/<str:commodity>/ 302 403 200 200 200 200 403 403 403 403 403
app/data/stock/documents/                    302 403 200 200 200 200 403 403 403 403 403
app/data/stock/documents/new/                302 403 200 200 403 200 403 403 403 403 403
app/data/stock/documents/export/             302 403 403 403 200 200 403 403 403 403 403
app/data/stock/documents/<uuid:pk>/          302 403 200 200 200 200 403 403 403 403 403
app/data/stock/documents/<uuid:pk>/amend/    302 403 200 200 403 200 403 403 403 403 403
app/data/stock/documents/<uuid:pk>/void/     302 403 403 200 403 200 403 403 403 403 403
app/data/stock/documents/<uuid:pk>/history/  302 403 200 200 200 200 403 403 403 403 403
app/data/stock/counts/                       302 403 200 200 200 200 403 403 403 403 403
app/data/stock/counts/new/                   302 403 200 200 403 200 403 403 403 403 403
app/data/stock/counts/export/                302 403 403 403 200 200 403 403 403 403 403
app/data/stock/counts/<uuid:pk>/             302 403 200 200 200 200 403 403 403 403 403
app/data/stock/counts/<uuid:pk>/amend/       302 403 200 200 403 200 403 403 403 403 403
app/data/stock/counts/<uuid:pk>/void/        302 403 403 200 403 200 403 403 403 403 403
app/data/stock/counts/<uuid:pk>/history/     302 403 200 200 200 200 403 403 403 403 403
app/data/sites/<uuid:pk>/close/              302 403 403 403 200 200 403 403 403 403 200
app/data/sites/<uuid:pk>/reopen/             302 403 403 403 302 302 403 403 403 403 302
app/data/sites/                              302 200 200 200 200 200 200 403 403 403 200
app/data/sites/new/                          302 403 403 403 200 200 403 403 403 403 200
app/data/sites/export/                       302 403 403 403 200 200 403 403 403 403 403
app/data/sites/<uuid:pk>/                    302 200 200 200 200 200 200 403 403 403 200
app/data/sites/<uuid:pk>/amend/              302 403 403 403 200 200 403 403 403 403 200
app/today/follow-up/                         302 200 200 200 403 200 403 403 403 403 403
app/today/follow-up/paper/                   302 200 200 200 403 200 403 403 403 403 403
app/today/follow-up/tick/                    302 405 405 405 403 405 403 403 403 403 403
app/today/follow-up/undo/                    302 405 405 405 403 405 403 403 403 403 403
app/people/find/                             302 200 200 200 200 200 403 403 403 403 403
app/people/duplicates/                       302 403 403 200 403 200 403 403 403 403 403
app/people/duplicates/<int:number>/          302 403 403 200 403 200 403 403 403 403 403
app/record/centre/                           302 200 200 200 403 200 403 403 403 403 403
app/record/centre/check-in/                  302 405 405 405 405 405 405 405 405 405 405
app/record/centre/day-sheet/                 302 200 200 200 200 200 403 403 403 403 403
app/record/centre/hours/                     302 200 200 200 200 200 403 403 403 403 403
app/record/centre/visit/<uuid:pk>/           302 404 200 200 403 200 403 403 403 403 403
app/record/centre/visit/<uuid:pk>/leave/     302 405 405 405 405 405 405 405 405 405 405
app/record/centre/visit/<uuid:pk>/stay/      302 405 405 405 405 405 405 405 405 405 405
app/data/centres/                            302 403 403 403 200 200 403 403 403 403 200
app/data/centres/<uuid:pk>/                  302 403 403 403 200 200 403 403 403 403 200
app/record/contact/                          302 200 200 200 403 200 403 403 403 403 403
app/record/harm-reduction/                   302 200 200 200 403 200 403 403 403 403 403
app/record/day-sheet/                        302 200 200 200 403 200 403 403 403 403 403
app/record/day-sheet/check/                  302 405 405 405 405 405 405 405 405 405 405
app/record/day-sheet/blank/                  302 200 200 200 403 200 403 403 403 403 403
app/data/quality/                            302 403 403 200 200 200 403 403 403 403 403
app/data/quality/closed/                     302 403 403 200 200 200 403 403 403 403 403
app/data/quality/<slug:check>/               302 403 403 404 404 404 403 403 403 403 403
app/people/clients/new/                      302 200 200 200 403 200 403 403 403 403 403
app/people/clients/<uuid:pk>/card/           302 404 200 200 200 200 403 403 403 403 403
app/people/clients/<uuid:pk>/card/replace/   302 404 200 200 403 200 403 403 403 403 403
app/people/clients/<uuid:pk>/consent/        302 404 200 200 403 200 403 403 403 403 403
app/people/clients/<uuid:pk>/merge/          302 404 403 200 403 200 403 403 403 403 403
app/people/clients/<uuid:pk>/unmerge/         302 404 403 302 403 302 403 403 403 403 403
app/people/clients/                          302 200 200 200 200 200 403 403 403 403 403
app/people/clients/export/                   302 403 403 403 200 200 403 403 403 403 403
app/people/clients/<uuid:pk>/                302 404 200 200 200 200 403 403 403 403 403
app/people/clients/<uuid:pk>/amend/          302 404 200 200 403 200 403 403 403 403 403
app/people/clients/<uuid:pk>/void/           302 404 403 200 403 200 403 403 403 403 403
app/people/clients/<uuid:pk>/history/        302 404 200 200 200 200 403 403 403 403 403
app/people/contacts/new/                     302 302 302 302 302 302 302 302 302 302 302
app/people/contacts/                         302 200 200 200 200 200 403 403 403 403 403
app/people/contacts/export/                  302 403 403 403 200 200 403 403 403 403 403
app/people/contacts/<uuid:pk>/               302 404 200 200 200 200 403 403 403 403 403
app/people/contacts/<uuid:pk>/amend/         302 404 200 200 403 200 403 403 403 403 403
app/people/contacts/<uuid:pk>/void/          302 404 403 200 403 200 403 403 403 403 403
app/people/contacts/<uuid:pk>/history/       302 404 200 200 200 200 403 403 403 403 403
app/people/hotspots/districts/               302 200 200 200 200 200 200 403 403 403 200
app/people/hotspots/<uuid:pk>/estimate/      302 404 404 200 403 403 403 403 403 403 403
app/people/hotspots/<uuid:pk>/state/         302 404 404 200 403 403 403 403 403 403 403
app/people/hotspots/                         302 200 200 200 403 403 403 403 403 403 403
app/people/hotspots/new/                     302 403 403 200 403 403 403 403 403 403 403
app/people/hotspots/export/                  302 403 403 403 403 403 403 403 403 403 403
app/people/hotspots/<uuid:pk>/               302 404 404 200 403 403 403 403 403 403 403
app/people/hotspots/<uuid:pk>/amend/         302 404 404 200 403 403 403 403 403 403 403
app/people/referrals/overdue/                302 200 200 200 200 200 403 403 403 403 403
app/people/referrals/outcomes/               302 200 200 200 200 200 403 403 403 403 403
app/people/referrals/incoming/               302 200 200 200 200 200 403 403 403 403 403
app/people/referrals/incoming/<uuid:pk>/     302 404 200 200 200 200 403 403 403 403 403
app/people/referrals/incoming/<uuid:pk>/say/ 302 405 405 405 405 405 405 405 405 405 405
app/people/referrals/<uuid:pk>/went/         302 405 405 405 405 405 405 405 405 405 405
app/people/referrals/<uuid:pk>/share/        302 405 405 405 405 405 405 405 405 405 405
app/people/referrals/<uuid:pk>/slip/         302 404 302 302 403 302 403 403 403 403 403
app/people/referrals/<uuid:pk>/slip/new/     302 405 405 405 405 405 405 405 405 405 405
app/people/referrals/<uuid:pk>/tracing/      302 404 200 200 403 200 403 403 403 403 403
app/record/overdose/                         302 200 200 200 403 200 403 403 403 403 403
app/people/clients/<uuid:pk>/methadone/      302 404 200 200 403 200 403 403 403 403 403
app/people/risk-reviews/new/                 302 302 302 302 403 302 403 403 403 403 403
app/people/risk-reviews/                     302 200 200 200 403 200 403 403 403 403 403
app/people/risk-reviews/export/              302 403 403 403 403 200 403 403 403 403 403
app/people/risk-reviews/<uuid:pk>/           302 404 200 200 403 200 403 403 403 403 403
app/people/risk-reviews/<uuid:pk>/amend/     302 404 200 200 403 200 403 403 403 403 403
app/people/risk-reviews/<uuid:pk>/void/      302 404 403 200 403 200 403 403 403 403 403
app/people/risk-reviews/<uuid:pk>/history/   302 404 200 200 403 200 403 403 403 403 403
app/people/overdoses/new/                    302 302 302 302 302 302 302 302 302 302 302
app/people/overdoses/<uuid:pk>/follow-up/    302 404 200 200 403 200 403 403 403 403 403
app/people/overdoses/<uuid:pk>/well/         302 405 405 405 405 405 405 405 405 405 405
app/people/overdoses/                        302 200 200 200 200 200 403 403 403 403 403
app/people/overdoses/export/                 302 403 403 403 200 200 403 403 403 403 403
app/people/overdoses/<uuid:pk>/              302 404 200 200 200 200 403 403 403 403 403
app/people/overdoses/<uuid:pk>/amend/        302 404 200 200 403 200 403 403 403 403 403
app/people/overdoses/<uuid:pk>/void/         302 404 403 200 403 200 403 403 403 403 403
app/people/overdoses/<uuid:pk>/history/      302 404 200 200 200 200 403 403 403 403 403
app/people/needle-collections/               302 200 200 200 200 200 403 403 403 403 403
app/people/needle-collections/new/           302 200 200 200 403 200 403 403 403 403 403
app/people/needle-collections/export/        302 403 403 403 200 200 403 403 403 403 403
app/people/needle-collections/<uuid:pk>/     302 404 200 200 200 200 403 403 403 403 403
app/people/needle-collections/<uuid:pk>/amend/ 302 404 200 200 403 200 403 403 403 403 403
app/people/needle-collections/<uuid:pk>/void/ 302 404 403 200 403 200 403 403 403 403 403
app/people/needle-collections/<uuid:pk>/history/ 302 404 200 200 200 200 403 403 403 403 403
app/people/referrals/new/                    302 302 302 302 403 302 403 403 403 403 403
app/people/referrals/<uuid:pk>/status/       302 404 200 200 403 200 403 403 403 403 403
app/people/referrals/                        302 200 200 200 200 200 403 403 403 403 403
app/people/referrals/export/                 302 403 403 403 200 200 403 403 403 403 403
app/people/referrals/<uuid:pk>/              302 404 200 200 200 200 403 403 403 403 403
app/people/referrals/<uuid:pk>/amend/        302 404 200 200 403 200 403 403 403 403 403
app/people/referrals/<uuid:pk>/void/         302 404 403 200 403 200 403 403 403 403 403
app/people/referrals/<uuid:pk>/history/      302 404 200 200 200 200 403 403 403 403 403
app/record/call/                             302 403 403 200 403 200 200 403 403 403 403
app/people/calls/<uuid:pk>/undo/             302 405 405 405 405 405 405 405 405 405 405
app/people/calls/week/                       302 403 403 200 200 200 200 403 403 403 403
app/people/calls/new/                        302 302 302 302 302 302 302 302 302 302 302
app/people/calls/                            302 403 403 200 200 200 200 403 403 403 403
app/people/calls/export/                     302 403 403 403 200 200 403 403 403 403 403
app/people/calls/<uuid:pk>/                  302 403 403 200 200 200 200 403 403 403 403
app/people/calls/<uuid:pk>/amend/            302 403 403 200 403 200 200 403 403 403 403
app/people/calls/<uuid:pk>/void/             302 403 403 200 403 200 403 403 403 403 403
app/people/calls/<uuid:pk>/history/          302 403 403 200 200 200 200 403 403 403 403
app/record/violence/                         302 200 200 200 403 200 403 403 403 403 403
app/people/violence/new/                     302 302 302 302 302 302 302 302 302 302 302
app/people/violence/                         302 200 200 200 403 200 403 403 403 403 403
app/people/violence/export/                  302 403 403 403 403 200 403 403 403 403 403
app/people/violence/<uuid:pk>/               302 404 404 200 403 200 403 403 403 403 403
app/people/violence/<uuid:pk>/amend/         302 404 404 200 403 200 403 403 403 403 403
app/people/violence/<uuid:pk>/void/          302 404 404 200 403 200 403 403 403 403 403
app/people/violence/<uuid:pk>/history/       302 404 404 200 403 200 403 403 403 403 403
app/record/concern/                          302 200 200 200 403 403 200 403 403 403 403
app/record/concern/told/                     302 200 200 200 403 403 200 403 403 403 403
app/people/concerns/                         302 403 403 403 403 403 403 403 403 403 403
app/people/concerns/export/                  302 403 403 403 403 403 403 403 403 403 403
app/people/concerns/<uuid:pk>/               302 403 403 403 403 403 403 403 403 403 403
app/people/concerns/<uuid:pk>/act/           302 403 403 403 403 403 403 403 403 403 403
app/people/concerns/<uuid:pk>/close/         302 403 403 403 403 403 403 403 403 403 403
app/people/concerns/<uuid:pk>/reopen/        302 403 403 403 403 403 403 403 403 403 403
app/people/concerns/<uuid:pk>/void/          302 403 403 403 403 403 403 403 403 403 403
app/people/concerns/<uuid:pk>/history/       302 403 403 403 403 403 403 403 403 403 403
app/groups/sessions/                         302 200 200 200 200 200 403 403 403 403 403
app/groups/sessions/new/                     302 200 200 200 403 200 403 403 403 403 403
app/groups/sessions/export/                  302 403 403 403 200 200 403 403 403 403 403
app/groups/sessions/<uuid:pk>/               302 404 200 200 200 200 403 403 403 403 403
app/groups/sessions/<uuid:pk>/amend/         302 404 200 200 403 200 403 403 403 403 403
app/groups/sessions/<uuid:pk>/void/          302 404 403 200 403 200 403 403 403 403 403
app/groups/sessions/<uuid:pk>/history/       302 404 200 200 200 200 403 403 403 403 403
app/figures/                                 302 302 302 200 200 200 302 302 403 403 200
app/figures/workbook/                        302 403 403 200 200 200 403 403 403 403 200
app/figures/definitions/                     302 200 200 200 200 200 200 200 403 403 200
app/figures/indicators/                      302 403 403 200 200 200 403 403 403 403 200
app/figures/indicators/workbook/             302 403 403 200 200 200 403 403 403 403 200
app/figures/<str:code>/                      302 403 403 200 200 200 403 403 403 403 200
app/figures/<str:code>/workbook/             302 403 403 200 200 200 403 403 403 403 200
app/figures/<str:code>/list/                 302 403 403 200 200 200 403 403 403 403 403
"""


def lines():
    """Route → statuses."""
    found = [line.split() for line in TABLE.splitlines() if line.strip()]
    return {route: [int(status) for status in statuses] for route, *statuses in found}


def routes(patterns=None, prefix=""):
    """Every route of the workspace, once."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern).replace("^", "").replace("$", "").replace("\\Z", "")
        if isinstance(pattern, URLPattern):
            found.append(route)
        elif (route or "app/").startswith(COVERED):
            found += routes(pattern.url_patterns, route)
    return list(dict.fromkeys(route for route in found if route.startswith(COVERED)))


def rows(organisation):
    """One row of each kind, by the beginning of its routes; the organisation's own."""
    programme = Programme(organisation.code)
    person = programme.person(group="PWID", born="1990-05-01")
    twin = programme.person(group="PWID", born="1990-05-01")
    met = programme.met(person, "2025-01-15")
    session = programme.talk("2025-01-16", 30)
    call = programme.rang("2025-01-16")
    site = Site.objects.create(organisation=organisation, code="SITE", name="Site", kind="dic")
    alike, _made = LookAlike.objects.get_or_create(
        first=min(person, twin, key=_key), second=max(person, twin, key=_key)
    )
    copy = conflicting(session)
    audit.write(organisation_id=organisation.pk, by=None, entries=[audit.Entry("client.view")])
    worker = staff.member(Role.OUTREACH_WORKER, organisation)
    return {
        "app/data/audit/": AuditLine.objects.filter(chain__organisation=organisation).last().pk,
        "app/data/centres/": site.pk,
        "app/record/centre/visit/": programme.met(None, "2025-01-15", kind="dic_visit", site=site).pk,
        "app/data/codes/": Code.objects.get(list="sex", code="F").pk,
        "app/data/conflicts/": copy.pk,
        "app/data/import/<": uploaded(organisation, worker).pk,
        "app/data/members/": Membership.objects.get(user=worker).pk,
        "app/data/organisations/": organisation.pk,
        "app/data/sites/": site.pk,
        "app/groups/sessions/": session.pk,
        "app/people/hotspots/": hotspot_of(organisation).pk,
        "app/people/calls/": call.pk,
        "app/people/clients/": person.pk,
        "app/people/concerns/": worried(organisation).pk,
        "app/people/violence/": told_of(organisation).pk,
        "app/people/contacts/": met.pk,
        **harm_reduction_of(programme, person),
        **stock_of(programme),
        "app/people/duplicates/": alike.pk,
        "app/people/referrals/incoming/": sent_to(organisation).pk,
        "app/people/referrals/": programme.referred(person, "2025-01-17").pk,
    }


def hotspot_of(organisation):
    """A hotspot in whose team nobody is."""
    said = HotspotEntry(name="Hotspot", venue="park", district_id="1201")
    return hotspots.create(organisation=organisation, entry=said, by=system_user())


def sent_to(organisation):
    """An open referral of a third organisation to a service of this one, with consent."""
    third = Programme(f"third-{organisation.code}")
    point = ServicePoint.objects.create(site=Programme(organisation.code).site("POINT"), kind="sti", public=True)
    referral = third.referred(third.person(), "2025-01-18", kind="STI")
    Referral.objects.filter(pk=referral.pk).update(destination=point, share_consent=True)
    return referral


def harm_reduction_of(programme, person):
    """A risk review, an overdose and a collection round."""
    who = {"by": programme.by, "organisation": programme.organisation}
    day = date(2025, 1, 18)
    review = RiskReviewEntry(occurred_on=day, client_id=person.pk, answers={"RQ07": "no"})
    overdose = OverdoseEntry(occurred_on=day, client_id=person.pk)
    collected = NeedleCollectionEntry(occurred_on=day, method="counted", pieces=9, district_id="1201")
    risk_reviews.record(entry=review, **who)
    overdoses.record(entry=overdose, **who)
    needle_collections.record(entry=collected, **who)
    return {
        "app/people/risk-reviews/": review.id,
        "app/people/overdoses/": overdose.id,
        "app/people/needle-collections/": collected.id,
    }


def stock_of(programme):
    """A delivery to the store, and a count of it."""
    store = Store(programme)
    return {
        "app/data/stock/documents/": store.receipt("2025-01-18", [("COND_M", 9)]).pk,
        "app/data/stock/counts/": store.count("2025-01-18", {"COND_M": 9}).pk,
        "app/data/stock/<": store.place(),
    }


def told_of(organisation):
    """Violence that somebody anonymous told of."""
    entry = ViolenceEntry(occurred_on=timezone.localdate(), types=frozenset({"physical"}), age=30)
    violence.record(entry=entry, by=system_user(), organisation=organisation)
    return ViolenceEvent.objects.get(pk=entry.id)


def worried(organisation):
    """A concern on which nothing was done yet."""
    entry = ConcernEntry(occurred_on=timezone.localdate(), concerns=frozenset({"neglect"}))
    concerns.record(entry=entry, by=system_user(), organisation=organisation)
    return Concern.objects.get(pk=entry.id)


def conflicting(session):
    """A second text of a session."""
    return ConflictingCopy.objects.create(
        organisation=session.organisation,
        record_kind="session",
        record_id=session.pk,
        content={**session.content(), "note": "another"},
        digest="0" * 64,
        sent_by=system_user(),
        sent_at=timezone.now(),
    )


def uploaded(organisation, worker):
    """A file on its way in."""
    return ImportJob.objects.create(
        organisation=organisation,
        kind="contacts",
        file_name="contacts.csv",
        digest="0" * 64,
        content=b"",
        state="ready",
        uploaded_by=worker,
        uploaded_at=timezone.now(),
    )


def _key(person):
    return str(person.pk)


def path_of(route, found):
    """The route with the row's key in place; a route of the account takes any text."""
    key = next((key for prefix, key in found.items() if route.startswith(prefix)), "x")
    texts = {"<slug:kind>": "contacts", "<str:code>": "REACH", "<str:commodity>": "COND_M"}
    for part, text in texts.items():
        route = route.replace(part, text)
    return "/" + re.sub(r"<[^>]+>", str(key), route)


@pytest.fixture
def world():
    """Code lists, two organisations with a row of each kind, and one browser for each role of the first."""
    caches["shared"].clear()
    reference.load(by=system_user())
    codes.clear()
    home, other = staff.organisation("home"), staff.organisation("other")
    browsers = [Browser()]
    for role in Role:
        browser = Browser()
        browser.force_login(staff.member(role, home))
        browsers.append(browser)
    return browsers, rows(home), rows(other)


def test_every_address_has_a_line_and_every_line_an_address():
    told, there = set(lines()), set(routes())

    assert (there - told, told - there) == (set(), set())


def test_every_line_names_every_role():
    assert {route: len(statuses) for route, statuses in lines().items() if len(statuses) != 1 + len(Role)} == {}


def test_every_address_answers_each_role_as_told(world):
    browsers, found, _other = world
    told = lines()

    differs = []
    for route in routes():
        answers = [browser.get(path_of(route, found)).status_code for browser in browsers]
        if answers != told.get(route):
            differs.append(f"{route} {' '.join(map(str, answers))}")

    assert differs == []


def test_every_row_of_another_organisation_is_not_there(world):
    browsers, _found, other = world
    told = lines()
    own = [route for route in routes() if "<" in route and path_of(route, other) != path_of(route, {})]
    own = [route for route in own if not route.startswith("app/data/codes/")]  # the whole installation's

    differs = []
    for route in own:
        detail = told.get(re.sub(r">/.*", ">/", route), told[route])
        posted = 405 in told[route]
        expected = [404 if status == 200 else status for status in detail]
        # An administrator's permissions reach every organisation.
        expected[-1] = detail[-1] if posted else told[route][-1]
        asked = [browser.post if posted else browser.get for browser in browsers]
        answers = [ask(path_of(route, other)).status_code for ask in asked]
        if answers != expected:
            differs.append(f"{route} {' '.join(map(str, answers))} instead of {' '.join(map(str, expected))}")

    assert own != []
    assert differs == []
