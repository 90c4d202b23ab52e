"""The bare address, and the editing pages under /cms/. Readers' pages are in `cms.public_urls`."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.urls import include, path, re_path
from wagtail.admin import urls as wagtail_admin_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms.views import editing, front

# Wagtail's editor draws with inline styles and shows previews in a frame; readers' pages never do.
EDITING_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "font-src": [SELF, "data:"],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
}

# Signing in, passwords and people belong to the workspace; pages here have no images or files yet.
# Wagtail's own screens for them are not reached.
_instead_of_wagtails = [
    path("login/", editing.sign_in, name="wagtailadmin_login"),
    re_path(r"^password_reset/", editing.sign_in),
    re_path(r"^account/", editing.workspace),
    re_path(r"^(?:users|groups|images|documents|collections|failwhale|test404)/", editing.absent),
    path("pages/<int:page_id>/take-down/", editing.take_down, name="cms_take_down"),
]

editing_urls = decorate_urlpatterns(
    _instead_of_wagtails + decorate_urlpatterns(list(wagtail_admin_urls.urlpatterns), editing.editors_only),
    csp_replace(EDITING_POLICY),
)

urlpatterns = [
    path("", front.front, name="front"),
    path("cms/", include(editing_urls)),
]
