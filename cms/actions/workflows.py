"""Two reviews before a page goes live: is it true, and does it speak to the young."""

from django.contrib.auth.models import Group
from wagtail.models import GroupApprovalTask, Workflow, WorkflowPage, WorkflowTask

from cms.actions.groups import REVIEWERS

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
