"""Two reviews before a page goes live: is it true, and does it speak to the young."""

from django.contrib.auth.models import Group
from wagtail.models import GroupApprovalTask, TaskState, Workflow, WorkflowPage, WorkflowTask

from cms.actions.groups import REVIEWERS
from core.permissions import Permission

NAME = "Two reviews"
STEPS = ("Clinical review", "Youth review")


def set_up(*, pages) -> Workflow:
    """Make the workflow and lay it on these home pages and all below them."""
    Workflow.objects.filter(name="Moderators approval", workflow_states=None).delete()
    workflow, _created = Workflow.objects.get_or_create(name=NAME)
    reviewers = Group.objects.get(name=REVIEWERS)
    for order, name in enumerate(STEPS):
        task = GroupApprovalTask.objects.filter(name=name).first() or GroupApprovalTask.objects.create(name=name)
        task.groups.set([reviewers])
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": order})
    for page in pages:
        WorkflowPage.objects.update_or_create(page=page, defaults={"workflow": workflow})
    return workflow


def waiting_for(scope) -> int | None:
    """How many pages wait for a reviewer; None for those who don't review."""
    if not scope.can(Permission.CONTENT_REVIEW):
        return None
    return TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).count()
