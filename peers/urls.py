"""Addresses of groups, under /app/."""

from peers.views.sessions import Sessions

urlpatterns = [*Sessions.urls("groups/sessions/")]
