"""Addresses of groups, under /app/."""

from django.urls import path

from peers.views.agreed_actions import AgreedActions
from peers.views.refreshers import Refreshers
from peers.views.sessions import Sessions
from peers.views.supervision import Supervision
from peers.views.trainings import Trainings

urlpatterns = [
    *Sessions.urls("groups/sessions/"),
    *Supervision.routed(),
    *Trainings.routed(),
    path("groups/agreed/", AgreedActions.as_view(), name="agreed-actions"),
    path("groups/refreshers/", Refreshers.as_view(), name="refreshers"),
]
