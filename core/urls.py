"""Addresses: the workspace under /app/, editing under /cms/, everything else the public site."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView

from core.views import areas, health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("app/", RedirectView.as_view(pattern_name="today")),
    path("app/today/", areas.today, name="today"),
    path("app/record/", areas.area, {"name": "record"}, name="record"),
    path("app/people/", areas.area, {"name": "people"}, name="people"),
    path("app/groups/", areas.area, {"name": "groups"}, name="groups"),
    path("app/data/", areas.area, {"name": "data"}, name="data"),
    path("app/", include("core.workspace_urls")),
    path("app/", include("outreach.urls")),
    path("app/", include("peers.urls")),
    path("app/", include("dashboards.urls")),
    path("", include("cms.urls")),
    *i18n_patterns(path("", include("outreach.public_urls")), path("", include("cms.public_urls"))),
]

handler429 = "core.views.errors.too_many_requests"
