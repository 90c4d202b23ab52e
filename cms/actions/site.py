"""Making the public site, showing it as a demonstration, and taking a page down."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Locale, Page, Site

from cms import starter
from cms.actions import groups, workflows
from cms.models import ArticlePage, HomePage, TopicPage
from core.models import User
from core.models.users import system_user

PAGE_TYPES = {"home": HomePage, "topic": TopicPage, "article": ArticlePage}
REVIEW_EVERY = dt.timedelta(days=180)


@transaction.atomic
def set_up(*, by: User | None = None) -> list[Page]:
    """Make what is missing of the site: languages, pages as drafts in review, groups, workflow.

    Run again it leaves alone whatever is there, so an editor's words are never overwritten.
    Returns the pages made.
    """
    by = by or system_user()
    locales = [Locale.objects.get_or_create(language_code=language)[0] for language in starter.LANGUAGES]
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root", locale=locales[0]))
    made = [page for locale in locales for page in _make_pages(root, locale, by)]
    homes = list(HomePage.objects.order_by("path"))
    _serve_from(homes[0])
    groups.set_up(pages=homes)
    workflow = workflows.set_up(pages=homes)
    for page in made:
        workflow.start(page, by)
    return made


def _make_pages(root, locale, by) -> list[Page]:
    made = []
    for entry in starter.pages():
        if Page.objects.filter(translation_key=entry.key, locale=locale).exists():
            continue
        parent = _page(entry.parent, locale) if entry.parent else root
        page = _draft(entry, locale, by)
        parent.add_child(instance=page)
        page.save_revision(user=by, log_action=True)
        made.append(page)
    return made


def _page(name, locale):
    key = next(entry.key for entry in starter.pages() if entry.name == name)
    return Page.objects.get(translation_key=key, locale=locale)


def _draft(entry, locale, by):
    first_home = entry.kind == "home"
    return PAGE_TYPES[entry.kind](
        locale=locale,
        translation_key=entry.key,
        slug=f"{entry.slug}-{locale.language_code}" if first_home else entry.slug,
        sensitivity=entry.sensitivity,
        live=False,
        has_unpublished_changes=True,
        review_due_on=timezone.localdate() + REVIEW_EVERY,
        owner=by,
        **entry.words(locale.language_code),
    )


def _serve_from(home):
    """Let the default site start at this home page; Wagtail's own welcome page goes."""
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    welcome = site.root_page if site.pk else None
    site.root_page, site.site_name = home, settings.WAGTAIL_SITE_NAME
    site.save()
    if welcome and not isinstance(welcome.specific, HomePage) and not welcome.get_children().exists():
        welcome.delete()


@transaction.atomic
def publish_demonstration(*, by: User | None = None) -> None:
    """Publish every starter page that is not live, with the line that says it has not been reviewed.

    The last article goes back into review afterwards, so that the reviewers' list has something in it.
    """
    by = by or system_user()
    for language in starter.LANGUAGES:
        locale = Locale.objects.get(language_code=language)
        for entry in starter.pages():
            page = _page(entry.name, locale).specific
            if page.live:
                continue
            page.demonstration = True
            page.save_revision(user=by).publish(user=by, skip_permission_checks=True)
        page.refresh_from_db()
        if not page.workflow_in_progress:
            page.get_workflow().start(page, by)


@transaction.atomic
def take_down(*, page: Page, by: User) -> Page:
    """Take a page, and whatever lies below it, off the public site; the texts stay as drafts."""
    for each in [page, *page.get_descendants().live()]:
        UnpublishPageAction(each.specific, user=by).execute(skip_permission_checks=True)
    return page
