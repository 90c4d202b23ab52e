"""Setting the site up, and the way of an article through editor and reviewers onto the site."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale, Page, Revision, Site, Workflow, WorkflowState

from cms import shelf, starter
from cms.actions import groups, site
from cms.models import ArticlePage, HomePage
from tests.cms.conftest import person


def article(slug="a1"):
    return ArticlePage.objects.get(slug=slug, locale__language_code="en")


def test_set_up_makes_drafts_in_review_in_both_languages(drafts):
    pages = Page.objects.filter(depth__gt=1)

    assert pages.count() == 2 * len(starter.pages())
    assert pages.filter(live=True).count() == 0
    assert {page.current_workflow_task.name for page in pages} == {"Clinical review"}
    assert {(page.specific.native_review, page.specific.demonstration) for page in pages} == {("pending", False)}


def test_set_up_again_changes_nothing(drafts, capsys):
    page = article()
    page.title = "An editor's title"
    page.save_revision().publish()
    before = [Page.objects.count(), Revision.objects.count(), WorkflowState.objects.count(), Site.objects.count()]

    call_command("setup_site")

    after = [Page.objects.count(), Revision.objects.count(), WorkflowState.objects.count(), Site.objects.count()]
    assert (after, article().title, capsys.readouterr().out) == (before, "An editor's title", "Nothing to do.\n")


def test_set_up_takes_the_place_of_wagtails_welcome_page(db):
    locale = Locale.objects.create(language_code="en")
    root = Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    welcome = root.add_child(instance=Page(title="Welcome to your new Wagtail site!", slug="home", locale=locale))
    Site.objects.create(hostname="localhost", root_page=welcome, is_default_site=True)
    Group.objects.create(name="Moderators")

    site.set_up()

    assert Site.objects.get().root_page.specific == HomePage.objects.get(locale__language_code="en")
    assert Page.objects.filter(pk=welcome.pk).count() == 0
    assert list(Group.objects.order_by("name").values_list("name", flat=True)) == ["Editors", "Reviewers"]


def test_unknown_page_answers_before_there_is_any_site(client, db):
    response = client.get("/km/")

    assert response.status_code == 404


def test_drafts_are_served_nowhere(client, drafts):
    paths = ["", "t1/", "t1/a1/", "t1/a2/", "t1/a3/"]

    codes = {client.get(f"/{language}/{path}").status_code for language in ("km", "en") for path in paths}

    assert codes == {404}


def test_demonstration_publishes_all_with_its_line(drafts):
    site.publish_demonstration()

    pages = Page.objects.filter(depth__gt=1).specific()
    assert {(page.live, page.demonstration) for page in pages} == {(True, True)}
    assert {page.slug for page in pages if page.workflow_in_progress} == {"a3"}


def test_demonstration_again_leaves_reviewed_pages_alone(drafts):
    site.publish_demonstration()
    page = article()
    page.demonstration = False
    page.save_revision().publish()

    site.publish_demonstration()

    assert article().demonstration is False


@pytest.mark.parametrize(
    ("roles", "names"),
    [
        (["editor"], ["Editors"]),
        (["reviewer", "supervisor"], ["Reviewers"]),
        (["editor", "reviewer"], ["Editors", "Reviewers"]),
        (["administrator"], []),
        ([], []),
    ],
)
def test_groups_follow_the_roles(db, roles, names):
    user = person("someone", "editor", "reviewer")
    user.groups.add(Group.objects.create(name="Another"))

    groups.sync_user(user, roles)

    assert list(user.groups.order_by("name").values_list("name", flat=True)) == sorted(["Another", *names])


def test_nobody_holds_the_permission_to_publish(drafts):
    held = set(GroupPagePermission.objects.values_list("group__name", "permission__codename"))

    assert held == {(group, code) for group in ("Editors", "Reviewers") for code in ("add_page", "change_page")}


def test_workflow_lies_on_both_home_pages(drafts):
    workflow = Workflow.objects.get()

    assert [task.name for task in workflow.tasks] == ["Clinical review", "Youth review"]
    assert {page.get_workflow() for page in Page.objects.filter(depth__gt=1)} == {workflow}


def story(**changes):
    """The editor's form of an article, as the browser sends it."""
    return {
        "title": "A changed title",
        "summary": "A summary.",
        "slug": "a1",
        "sensitivity": "1",
        "discreet_title": "Health, part 1",
        "native_review": "pending",
        "review_due_on": "2030-01-01",
        "editor_note": "",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-id": "11111111-1111-1111-1111-111111111111",
        "body-0-value": "A changed heading",
        "sources-count": "1",
        "sources-0-deleted": "",
        "sources-0-order": "0",
        "sources-0-type": "source",
        "sources-0-id": "22222222-2222-2222-2222-222222222222",
        "sources-0-value-title": "A document",
        "sources-0-value-publisher": "A publisher",
        "sources-0-value-year": "",
        "sources-0-value-url": "",
        **changes,
    }


def approve(client, page):
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return client.post(address, {"comment": ""})


def test_article_goes_live_through_both_reviews_only(client, drafts, editor, reviewer):
    site.publish_demonstration()
    page = article()
    client.force_login(editor)
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), story(**{"action-submit": "1"}))
    titles = [article().title]
    client.force_login(reviewer)
    approve(client, article())
    titles.append(article().title)
    approve(client, article())
    shelf.edition.forget()

    html = client.get("/en/t1/a1/").content.decode()

    assert titles[0] == titles[1] != "A changed title"
    assert ("<h1>A changed title</h1>" in html, "A changed heading" in html) == (True, True)
    assert "has not been reviewed" not in html


def test_editor_cannot_publish_or_approve(client, drafts, editor):
    site.publish_demonstration()
    page, waiting = article(), article("a3")
    client.force_login(editor)

    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), story(**{"action-publish": "1"}))
    approve(client, waiting)

    assert article().title != "A changed title"
    assert article("a3").current_workflow_task.name == "Clinical review"


def test_submitting_against_the_rules_is_refused_with_what_to_do(client, drafts, editor):
    site.publish_demonstration()
    page = article()
    client.force_login(editor)

    answer = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        story(**{"action-submit": "1", "discreet_title": "HIV facts", "title": "Kept"}),
    )

    html = answer.content.decode()
    assert "Choose other words than “hiv”" in html
    assert ('value="Kept"' in html, article().workflow_in_progress) == (True, False)


def test_article_without_sources_may_wait_as_a_draft_but_not_be_submitted(client, drafts, editor):
    site.publish_demonstration()
    page = article()
    client.force_login(editor)
    bare = story(**{"sources-count": "0", "title": "Without sources"})
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])

    answers = [client.post(address, bare), client.post(address, bare | {"action-submit": "1"})]

    assert [answer.status_code for answer in answers] == [302, 200]
    assert (article().get_latest_revision().content["title"], article().workflow_in_progress) == (
        "Without sources",
        False,
    )


def test_reviewer_takes_a_page_down_at_once(client, drafts, reviewer):
    site.publish_demonstration()
    page = article()
    client.force_login(reviewer)
    address = reverse("cms_take_down", args=[page.pk])
    assert client.get(address).status_code == 200
    still_there = client.get("/en/t1/a1/").status_code

    client.post(address)
    shelf.edition.forget()

    assert (still_there, client.get("/en/t1/a1/").status_code) == (200, 404)


def test_editor_cannot_take_a_page_down(client, drafts, editor):
    site.publish_demonstration()
    client.force_login(editor)

    answer = client.post(reverse("cms_take_down", args=[article().pk]))

    assert (answer.status_code, article().live) == (403, True)


def test_preview_of_a_draft_is_framed_by_the_editor_only(client, drafts, reviewer):
    page = article()
    client.force_login(reviewer)

    answer = client.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))

    assert (answer.status_code, answer["X-Frame-Options"]) == (200, "SAMEORIGIN")
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    html = answer.content.decode()
    assert ("<h1>HIV: what it is" in html, '<html lang="en">' in html, 'class="name"' in html) == (True, True, True)
