"""Readers' addresses, inside the language prefix."""

from django.urls import path, re_path

from cms.views import reading

# The first words of addresses that are no pages: a missing one among them is never taken for a page,
# nor sent on to a language.
_ELSEWHERE = r"(?!(?:app|cms|api|static|media|healthz)(?:/|$))"

urlpatterns = [
    path("phone/", reading.phone_tips, name="phone_tips"),
    # Wagtail finds the addresses of its pages by this name.
    re_path(rf"^{_ELSEWHERE}((?:[\w\-]+/)*)$", reading.page, name="wagtail_serve"),
    re_path(rf"^{_ELSEWHERE}.*$", reading.unknown, name="unknown_page"),
]
