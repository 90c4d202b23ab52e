"""Addresses of the figures, under /app/."""

from django.urls import path

from dashboards.views import reach

urlpatterns = [
    path("figures/", reach.figures, name="figures"),
]
