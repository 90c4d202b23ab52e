"""Addresses of people and of what is recorded with them, under /app/."""

from django.urls import path
from django.views.generic import RedirectView

from outreach.views.cards import Card, ReplaceCard
from outreach.views.clients import Clients, NewClient
from outreach.views.consents import KeepConsent
from outreach.views.contacts import Contacts, RecordContact, RecordHarmReduction
from outreach.views.finding import Find
from outreach.views.look_alikes import Duplicates, Merge, Pair, Unmerge
from outreach.views.referrals import NewReferral, Referrals, WhatBecame

clients, contacts, referrals = Clients(), Contacts(), Referrals()

urlpatterns = [
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
    *Referrals.urls(
        "people/referrals/",
        path("new/", NewReferral.as_view(register=referrals), name="create"),
        path("<uuid:pk>/status/", WhatBecame.as_view(register=referrals), name="status"),
    ),
]
