"""The kernel's own screens under /app/."""

from django.urls import path

from core.views import gallery

urlpatterns = [
    path("gallery/", gallery.gallery, name="gallery"),
]
