"""Work that goes on after the answer: long files are checked and imported by the background worker."""

from django.utils import translation
from django_tasks import task

from core.actions import imports
from core.models import ImportJob


@task()
def check_file(job_id: str, language: str) -> None:
    """Check an uploaded file; its problems are told in the language of the person's screen."""
    with translation.override(language):
        imports.check(job=ImportJob.objects.select_related("organisation", "uploaded_by").get(pk=job_id))


@task()
def import_file(job_id: str, language: str) -> None:
    """Import a file that somebody decided on."""
    with translation.override(language):
        imports.import_job(job=ImportJob.objects.select_related("organisation", "uploaded_by").get(pk=job_id))


@task()
def wipe_old_files() -> None:
    """Forget the bytes of files that nobody decided on for a day."""
    imports.wipe_old()
