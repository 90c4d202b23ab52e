"""Wagtail's groups follow the roles of memberships: nobody is put into one by hand."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupCollectionPermission, GroupPagePermission

EDITORS = "Editors"
REVIEWERS = "Reviewers"
GROUP_OF_ROLE = {"editor": EDITORS, "reviewer": REVIEWERS}
PAGE_PERMISSIONS = {EDITORS: ("add_page", "change_page"), REVIEWERS: ("add_page", "change_page")}


def may_review(user) -> bool:
    """Whether a person is among the reviewers."""
    return user.is_active and user.groups.filter(name=REVIEWERS).exists()


@transaction.atomic
def sync_user(user, roles: Iterable[str]) -> None:
    """Put a person into the groups of their current roles, and out of the others of ours.

    Called whenever a membership is granted or ended. `roles` are values such as `editor`.
    """
    wanted = {GROUP_OF_ROLE[role] for role in roles if role in GROUP_OF_ROLE}
    for name in GROUP_OF_ROLE.values():
        group, _created = Group.objects.get_or_create(name=name)
        if name in wanted:
            user.groups.add(group)
        else:
            user.groups.remove(group)


def set_up(*, pages) -> None:
    """Make the two groups, with exactly their permissions on these home pages.

    Nobody holds Wagtail's publish permission: a page goes live through the two reviews only.
    """
    enter = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for name, codenames in PAGE_PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set([enter])
        # Wagtail's first migrations give an editors' group more than this project means by it.
        GroupCollectionPermission.objects.filter(group=group).delete()
        GroupPagePermission.objects.filter(group=group).delete()
        page_permissions = Permission.objects.filter(
            content_type__app_label="wagtailcore", content_type__model="page", codename__in=codenames
        )
        GroupPagePermission.objects.bulk_create(
            GroupPagePermission(group=group, page=page, permission=permission)
            for page in pages
            for permission in page_permissions
        )
    # Wagtail's first migration makes this one, with the permission to publish.
    Group.objects.filter(name="Moderators", user=None).delete()
