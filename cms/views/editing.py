"""What stands in front of, and instead of, Wagtail's own screens."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from cms.actions import site
from cms.actions.groups import may_review


def editors_only(view):
    """Nobody signed in: to the one sign-in page. Signed in without an editing role: 403."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def sign_in(request):
    """Wagtail's sign-in and password pages lead to the one sign-in page, which knows the second factor."""
    return redirect("account_login")


def workspace(request):
    """A person's own settings are in the workspace."""
    return redirect("today")


def absent(request):
    """A screen of Wagtail's that this project does not have."""
    raise Http404


@login_required
@require_http_methods(["GET", "POST"])
def take_down(request, page_id):
    """Take a page off the public site at once: the one thing a reviewer may do without a second opinion."""
    page = get_object_or_404(Page, pk=page_id, live=True)
    if not may_review(request.user):
        raise PermissionDenied
    if request.method == "POST":
        site.take_down(page=page, by=request.user)
        messages.success(request, _("“%(title)s” is no longer on the public site.") % {"title": page.title})
        return redirect("wagtailadmin_pages:edit", page.pk)
    return render(request, "cms/editing/take_down.html", {"page": page})
