"""Small changes to Wagtail's own screens."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button

from cms.actions.groups import may_review

# What editors have no use for here.
HIDDEN_MENU = {"images", "documents", "help", "settings"}


@hooks.register("construct_main_menu")
def hide_what_is_not_used(request, menu_items):
    menu_items[:] = [item for item in menu_items if item.name not in HIDDEN_MENU]


@hooks.register("register_page_header_buttons")
def offer_take_down(page, user, view_name, next_url=None):
    """A reviewer can take a live page off the site at once."""
    if page.live and page.depth > 1 and may_review(user):
        yield Button(_("Take down"), reverse("cms_take_down", args=[page.pk]), icon_name="download", priority=80)
