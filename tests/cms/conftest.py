"""The public site as the demo shows it, and as it stands before anyone has reviewed it."""

import pytest
from django.core.cache import cache
from django.db import transaction

from cms import shelf
from cms.actions import groups, site
from core.models import User


@pytest.fixture(autouse=True)
def _empty_shelf():
    """Copies of pages must not outlive the test that made them."""
    cache.clear()
    shelf.edition.forget()


@pytest.fixture
def drafts(db):
    """The site as `setup_site` makes it: everything waits for review."""
    return site.set_up()


@pytest.fixture(scope="module")
def _published_once(django_db_setup, django_db_blocker):
    """The demo's site, made once a module inside a transaction that is rolled back behind its last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        site.set_up()
        site.publish_demonstration()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def published(_published_once, db):
    """The site as the demo publishes it. Not together with `drafts` in one module."""


def person(name, *roles):
    user = User.objects.create_user(name, password="a long enough password")
    groups.sync_user(user, roles)
    return user


@pytest.fixture
def editor(db):
    return person("editor", "editor")


@pytest.fixture
def reviewer(db):
    return person("reviewer", "reviewer")
