"""Addresses of people and of what is recorded with them, under /app/."""

from django.urls import path
from django.views.generic import RedirectView

from core.permissions import Permission
from core.views.sites import Sites
from outreach.views import day_sheets
from outreach.views.campaigns import Campaigns
from outreach.views.cards import Card, ReplaceCard
from outreach.views.centre_days import DaySheet, HoursTable
from outreach.views.centres import CentreList, SetUp
from outreach.views.clients import Clients, NewClient
from outreach.views.concerns import STEPS as CONCERN_STEPS
from outreach.views.concerns import Concerns, RaiseConcern, concern_told
from outreach.views.consents import KeepConsent
from outreach.views.contacts import Contacts, RecordContact, RecordHarmReduction
from outreach.views.finding import Find
from outreach.views.follow_ups import FollowUps, OnPaper, TickOff, Untick
from outreach.views.hotline_calls import HotlineCalls, RecordCall, UndoCall, Week
from outreach.views.hotspots import Hotspots
from outreach.views.incoming import FacilitySays, Incoming
from outreach.views.look_alikes import Duplicates, Merge, Pair, Unmerge
from outreach.views.methadone import SetMethadone
from outreach.views.needle_collections import NeedleCollections
from outreach.views.outcomes import OutcomesScreen
from outreach.views.overdoses import FollowUp, MetAndWell, Overdoses, RecordOverdose
from outreach.views.quality import Closed, Overview, Worklist
from outreach.views.referral_steps import Share, Went
from outreach.views.referrals import NewReferral, Referrals, WhatBecame
from outreach.views.risk_reviews import NewRiskReview, RiskReviews
from outreach.views.slips import NewSlip, Slip
from outreach.views.stock import Expiries, Ledger, Stock, StockOuts
from outreach.views.stock_counts import NewCount, StockCounts
from outreach.views.stock_documents import StockDocuments
from outreach.views.tracing import Overdue, Tracing
from outreach.views.violence import NewViolence, Violence
from outreach.views.visits import Board, CheckIn, Leave, Stay, Visit

clients, contacts, referrals, sites = Clients(), Contacts(), Referrals(), Sites()
risk_reviews, overdoses = RiskReviews(), Overdoses()
# Whoever may raise a concern may not read it: the form stands outside the lead's register.
raising = Concerns()
raising.view_permission = raising.create_permission = Permission.CONCERN_RAISE

urlpatterns = [
    path("record/violence/", NewViolence.as_view(register=Violence()), name="record-violence"),
    *Violence.urls(
        "people/violence/",
        path("new/", RedirectView.as_view(pattern_name="record-violence"), name="create"),
    ),
    path("record/concern/", RaiseConcern.as_view(register=raising), name="raise-concern"),
    path("record/concern/told/", concern_told, name="concern-told"),
    *Concerns.urls("people/concerns/", *(step.route(Concerns, "uuid") for step in CONCERN_STEPS)),
    path("today/follow-up/", FollowUps.as_view(), name="follow-up"),
    path("today/follow-up/paper/", OnPaper.as_view(), name="follow-up-print"),
    path("today/follow-up/tick/", TickOff.as_view(), name="follow-up-tick"),
    path("today/follow-up/undo/", Untick.as_view(), name="follow-up-undo"),
    path("people/find/", Find.as_view(register=clients), name="find"),
    path("people/duplicates/", Duplicates.as_view(register=clients), name="duplicates"),
    path("people/duplicates/<int:number>/", Pair.as_view(register=clients), name="duplicate"),
    path("record/contact/", RecordContact.as_view(register=contacts), name="record-contact"),
    path("data/quality/", Overview.as_view(), name="quality"),
    path("data/quality/closed/", Closed.as_view(), name="quality-closed"),
    path("data/quality/<slug:check>/", Worklist.as_view(), name="quality-check"),
    path("record/day-sheet/", day_sheets.Grid.as_view(register=contacts), name="day-sheet"),
    path("record/day-sheet/check/", day_sheets.Check.as_view(register=contacts), name="day-sheet-check"),
    path("record/day-sheet/blank/", day_sheets.Blank.as_view(register=contacts), name="day-sheet-blank"),
    path("record/centre/", Board.as_view(register=contacts), name="centre"),
    path("record/centre/check-in/", CheckIn.as_view(register=contacts), name="centre-check-in"),
    path("record/centre/day-sheet/", DaySheet.as_view(register=contacts), name="centre-day-sheet"),
    path("record/centre/hours/", HoursTable.as_view(register=contacts), name="centre-hours"),
    path("record/centre/visit/<uuid:pk>/", Visit.as_view(register=contacts), name="visit"),
    path("record/centre/visit/<uuid:pk>/leave/", Leave.as_view(register=contacts), name="visit-leave"),
    path("record/centre/visit/<uuid:pk>/stay/", Stay.as_view(register=contacts), name="visit-stay"),
    path("data/centres/", CentreList.as_view(register=sites), name="centres"),
    path("data/centres/<uuid:pk>/", SetUp.as_view(register=sites), name="centre-set-up"),
    path("record/harm-reduction/", RecordHarmReduction.as_view(register=contacts), name="record-harm-reduction"),
    path("record/overdose/", RecordOverdose.as_view(register=overdoses), name="record-overdose"),
    *Clients.urls(
        "people/clients/",
        path("new/", NewClient.as_view(register=clients), name="create"),
        path("<uuid:pk>/card/", Card.as_view(register=clients), name="card"),
        path("<uuid:pk>/card/replace/", ReplaceCard.as_view(register=clients), name="replace-card"),
        path("<uuid:pk>/consent/", KeepConsent.as_view(register=clients), name="consent"),
        path("<uuid:pk>/methadone/", SetMethadone.as_view(register=clients), name="methadone"),
        path("<uuid:pk>/merge/", Merge.as_view(register=clients), name="merge"),
        path("<uuid:pk>/unmerge/", Unmerge.as_view(register=clients), name="unmerge"),
    ),
    *Contacts.urls(
        "people/contacts/",
        path("new/", RedirectView.as_view(pattern_name="record-contact"), name="create"),
    ),
    path("record/call/", RecordCall.as_view(register=HotlineCalls()), name="record-call"),
    path("people/calls/<uuid:pk>/undo/", UndoCall.as_view(register=HotlineCalls()), name="undo-call"),
    path("people/calls/week/", Week.as_view(register=HotlineCalls()), name="hotline-week"),
    *HotlineCalls.urls(
        "people/calls/",
        path("new/", RedirectView.as_view(pattern_name="record-call"), name="create"),
    ),
    path("people/referrals/overdue/", Overdue.as_view(register=referrals), name="overdue-referrals"),
    path("people/referrals/outcomes/", OutcomesScreen.as_view(register=referrals), name="referral-outcomes"),
    *Incoming.urls(
        "people/referrals/incoming/",
        path("<uuid:pk>/say/", FacilitySays.as_view(register=Incoming()), name="say"),
    ),
    *Hotspots.routed(),
    *Referrals.urls(
        "people/referrals/",
        path("new/", NewReferral.as_view(register=referrals), name="create"),
        path("<uuid:pk>/status/", WhatBecame.as_view(register=referrals), name="status"),
        path("<uuid:pk>/went/", Went.as_view(register=referrals), name="went"),
        path("<uuid:pk>/share/", Share.as_view(register=referrals), name="share"),
        path("<uuid:pk>/slip/", Slip.as_view(register=referrals), name="slip"),
        path("<uuid:pk>/slip/new/", NewSlip.as_view(register=referrals), name="new-slip"),
        path("<uuid:pk>/tracing/", Tracing.as_view(register=referrals), name="tracing"),
    ),
    path("data/stock/", Stock.as_view(), name="stock"),
    path("data/stock/expiries/", Expiries.as_view(), name="stock-expiries"),
    path("data/stock/outs/", StockOuts.as_view(), name="stock-outs"),
    path("data/stock/<int:number>/<str:commodity>/", Ledger.as_view(), name="stock-ledger"),
    *StockDocuments.urls("data/stock/documents/"),
    *StockCounts.urls(
        "data/stock/counts/",
        path("new/", NewCount.as_view(register=StockCounts()), name="create"),
    ),
    *RiskReviews.urls(
        "people/risk-reviews/",
        path("new/", NewRiskReview.as_view(register=risk_reviews), name="create"),
    ),
    *Overdoses.urls(
        "people/overdoses/",
        path("new/", RedirectView.as_view(pattern_name="record-overdose"), name="create"),
        path("<uuid:pk>/follow-up/", FollowUp.as_view(register=overdoses), name="follow-up"),
        path("<uuid:pk>/well/", MetAndWell.as_view(register=overdoses), name="well"),
    ),
    *NeedleCollections.urls("people/needle-collections/"),
    *Campaigns.routed(),
]
