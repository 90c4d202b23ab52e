"""Addresses of people and of what is recorded with them, under /app/."""

from django.urls import path
from django.views.generic import RedirectView

from outreach.views.cards import Card, ReplaceCard
from outreach.views.clients import Clients, NewClient
from outreach.views.consents import KeepConsent
from outreach.views.contacts import Contacts, RecordContact, RecordHarmReduction
from outreach.views.finding import Find
from outreach.views.follow_ups import FollowUps, OnPaper, TickOff, Untick
from outreach.views.hotline_calls import HotlineCalls, RecordCall, UndoCall, Week
from outreach.views.look_alikes import Duplicates, Merge, Pair, Unmerge
from outreach.views.referrals import NewReferral, Referrals, WhatBecame

clients, contacts, referrals = Clients(), Contacts(), Referrals()

urlpatterns = [
    path("today/follow-up/", FollowUps.as_view(), name="follow-up"),
    path("today/follow-up/paper/", OnPaper.as_view(), name="follow-up-print"),
    path("today/follow-up/tick/", TickOff.as_view(), name="follow-up-tick"),
    path("today/follow-up/undo/", Untick.as_view(), name="follow-up-undo"),
    path("people/find/", Find.as_view(register=clients), name="find"),
    path("people/duplicates/", Duplicates.as_view(register=clients), name="duplicates"),
    path("people/duplicates/<int:number>/", Pair.as_view(register=clients), name="duplicate"),
    path("record/contact/", RecordContact.as_view(register=contacts), name="record-contact"),
    path("record/harm-reduction/", RecordHarmReduction.as_view(register=contacts), name="record-harm-reduction"),
    *Clients.urls(
        "people/clients/",
        path("new/", NewClient.as_view(register=clients), name="create"),
        path("<uuid:pk>/card/", Card.as_view(register=clients), name="card"),
        path("<uuid:pk>/card/replace/", ReplaceCard.as_view(register=clients), name="replace-card"),
        path("<uuid:pk>/consent/", KeepConsent.as_view(register=clients), name="consent"),
        path("<uuid:pk>/merge/", Merge.as_view(register=clients), name="merge"),
        path("<uuid:pk>/unmerge/", Unmerge.as_view(register=clients), name="unmerge"),
    ),
    *Contacts.urls(
        "people/contacts/",
        path("new/", RedirectView.as_view(pattern_name="record-contact"), name="create"),
    ),
    path("record/call/", RecordCall.as_view(register=HotlineCalls()), name="record-call"),
    path("record/call/<uuid:pk>/undo/", UndoCall.as_view(register=HotlineCalls()), name="undo-call"),
    path("people/calls/week/", Week.as_view(register=HotlineCalls()), name="hotline-week"),
    *HotlineCalls.urls(
        "people/calls/",
        path("new/", RedirectView.as_view(pattern_name="record-call"), name="create"),
    ),
    *Referrals.urls(
        "people/referrals/",
        path("new/", NewReferral.as_view(register=referrals), name="create"),
        path("<uuid:pk>/status/", WhatBecame.as_view(register=referrals), name="status"),
    ),
]
