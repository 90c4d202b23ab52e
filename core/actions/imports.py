"""What can be done with files that people bring: upload, check, import, give up. All rows are written, or none."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import importers, imports, processes, turns
from core.actions import audit
from core.actions.memberships import scope_for
from core.actions.records import Refused, twice
from core.import_reports import Errand, Report
from core.importers import Importer
from core.models import ImportJob, Organisation, Site, User
from core.permissions import Permission
from core.spreadsheets import Bounds, Table, Unreadable, read

State = ImportJob.State
SCREEN_BOUNDS = Bounds(megabytes=1024, seconds=20, most_unpacked=200_000_000)
# A file is checked and imported at once up to this size; a longer one goes to the background.
AT_ONCE_BYTES = 60_000
ERRORS_KEPT = 2000
PROGRESS_SECONDS = 1


class HasErrors(Exception):
    """Rows that can't be imported: nothing was written."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{len(report.errors)} rows have problems")
        self.report = report


class Moved(Exception):
    """Records changed between the preview and the import: nothing was written."""

    def __init__(self, report: Report) -> None:
        super().__init__("The preview is out of date")
        self.report = report


def digest_of(content: bytes) -> str:
    """A keyed digest of a file: tells that it is the same file again, and nothing else."""
    return audit.keyed_digest(hashlib.sha256(content).hexdigest())


def importer_of(kind: str, table: Table, errand: Errand) -> Importer:
    """Who reads this table. Raises Unreadable if a column that the layout needs is missing."""
    importer = imports.kinds()[kind]
    if importer.permission and not errand.scope.can(importer.permission, errand.organisation.pk):
        raise Unreadable(_("You may not record what is in this kind of file."))
    missing = importers.missing_columns(importer, table)
    if missing:
        text = ngettext(
            "This column is missing: %(names)s. The first row must hold the names of the columns.",
            "These columns are missing: %(names)s. The first row must hold the names of the columns.",
            len(missing),
        )
        raise Unreadable(text % {"names": ", ".join(missing)})
    return importer(errand, table.header)


def errand_of(*, organisation: Organisation, by: User, create_sites: bool) -> Errand:
    """Raises Refused if the person may not import into the organisation, or may not make sites there."""
    scope = scope_for(by)
    if not scope.can(Permission.IMPORT, organisation.pk):
        raise Refused(_("You may not import files into this organisation."))
    if create_sites and not scope.can(Permission.SITE_MANAGE, organisation.pk):
        raise Refused(_("You may not make sites in this organisation."))
    return Errand(organisation, by, scope, timezone.localdate(), create_sites)


def plan(*, kind: str, table: Table, errand: Errand, progress: Callable[[int], None] = lambda rows: None) -> Report:
    """What the file would do. Writes nothing. Raises Unreadable."""
    return importers.run(importer_of(kind, table, errand), table, write=False, progress=progress)


def bring_in(
    *, kind: str, table: Table, errand: Errand, digest: str, expected: Mapping[str, int] | None = None
) -> Report:
    """Write every row, or none. `expected` are the counts that the person was shown and agreed to.

    Raises Unreadable, HasErrors with the report, or Moved where the counts are no longer the expected ones.
    """
    return twice(lambda: _bring_in(kind, table, errand, digest, expected))


@transaction.atomic
def _bring_in(kind: str, table: Table, errand: Errand, digest: str, expected: Mapping[str, int] | None) -> Report:
    turns.alone(errand.organisation.pk)
    importer = importer_of(kind, table, errand)
    report = importers.run(importer, table, write=True)
    if report.errors:
        raise HasErrors(report)
    if expected is not None and report.counts != dict(expected):
        raise Moved(report)
    detail = {"kind": kind, "new_sites": len(report.new_sites), **report.counts}
    entry = audit.Entry("import.write", "import", "", detail, digest)
    audit.write(organisation_id=errand.organisation.pk, by=errand.by, entries=[entry])
    return report


@transaction.atomic
def make_sites(
    *,
    codes: Mapping[str, UUID],
    organisation: Organisation,
    by: User,
    said: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Make private plain sites that a file names: the code is their name, and they have no district yet.

    `said` holds what the file says of them besides, by code: fields of the site.
    """
    known = set(Site.objects.filter(organisation=organisation, code__in=codes).values_list("code", flat=True))
    said = said or {}
    sites = [
        Site(**{"id": pk, "organisation": organisation, "code": code, "name": code, **said.get(code, {})})
        for code, pk in codes.items()
        if code not in known
    ]
    Site.objects.bulk_create(sites)
    lines = [audit.Entry("site.create", "site", str(site.pk), {"source": "import"}) for site in sites]
    audit.write(organisation_id=organisation.pk, by=by, entries=lines)


# --- files on the screen -----------------------------------------------------------------------------


def upload(
    *, organisation: Organisation, kind: str, file_name: str, content: bytes, create_sites: bool, by: User
) -> ImportJob:
    """Keep an uploaded file to be checked.

    Raises Refused if the person may not import it.
    """
    errand_of(organisation=organisation, by=by, create_sites=create_sites)
    wipe_old()
    return ImportJob.objects.create(
        organisation=organisation,
        kind=kind,
        file_name=file_name[:120],
        digest=digest_of(content),
        content=content,
        create_sites=create_sites,
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )


def note(*, organisation: Organisation, kind: str, file_name: str, digest: str, report: Report, by: User) -> ImportJob:
    """Remember a file that a command imported, so that the screen asks before it comes again."""
    now = timezone.now()
    return ImportJob.objects.create(
        organisation=organisation,
        kind=kind,
        file_name=file_name[:120],
        digest=digest,
        state=State.DONE,
        counts=report.counts,
        progress=report.rows,
        uploaded_by=by,
        uploaded_at=now,
        finished_at=now,
    )


def wipe_old() -> int:
    """Forget the bytes of files that nobody decided on for a day, and what was told of their rows."""
    old = ImportJob.objects.with_old_bytes().exclude(state__in=[State.WAITING, State.IMPORTING])
    return old.update(content=None, report={}, state=State.REFUSED)


def check(*, job: ImportJob) -> ImportJob:
    """Say what a file would do: ready for a decision, rows to mend, or not readable."""
    if not _take(job, [State.CHECKING], State.CHECKING):
        return job
    seen = [timezone.now()]

    def progress(rows: int) -> None:
        if timezone.now() - seen[0] > timedelta(seconds=PROGRESS_SECONDS):
            seen[0] = timezone.now()
            ImportJob.objects.filter(pk=job.pk).update(progress=rows)

    try:
        errand = errand_of(organisation=job.organisation, by=job.uploaded_by, create_sites=job.create_sites)
        table = read(bytes(job.content), SCREEN_BOUNDS)
        report = plan(kind=job.kind, table=table, errand=errand, progress=progress)
    except (Unreadable, Refused) as fault:
        return _close(job, State.UNREADABLE, str(fault))
    return _keep(job, State.WRONG if report.errors else State.READY, report)


def start(*, job: ImportJob, by: User) -> bool:
    """Take a checked file to be imported. Answers whether this call took it: a second click finds it taken.

    Raises Refused if it isn't ready, or the person may not import it.
    """
    _check_owner(job, by)
    job.refresh_from_db()
    if job.state == State.DONE or (job.state in (State.WAITING, State.IMPORTING) and not job.is_stopped):
        return False
    if not job.may_start:
        raise Refused(_("This file can't be imported. Upload it once more."))
    return _take(job, [job.state], State.WAITING, worker="")


def import_job(*, job: ImportJob) -> ImportJob:
    """Import a file that was taken: every row and the job's own end in one transaction."""
    if not _take(job, [State.WAITING], State.IMPORTING):
        return job
    try:
        errand = errand_of(organisation=job.organisation, by=job.uploaded_by, create_sites=job.create_sites)
        table = read(bytes(job.content), SCREEN_BOUNDS)
        with transaction.atomic():
            report = bring_in(kind=job.kind, table=table, errand=errand, digest=job.digest, expected=job.counts)
            return _close(job, State.DONE, "", report)
    except HasErrors as fault:
        return _keep(job, State.WRONG, fault.report)
    except Moved as fault:
        text = _("Records changed since the preview. Nothing was written. Look at the new preview, then import.")
        return _keep(job, State.READY, fault.report, text)
    except (Unreadable, Refused) as fault:
        return _close(job, State.UNREADABLE, str(fault))


def refuse(*, job: ImportJob, by: User) -> ImportJob:
    """Give a file up: its bytes are forgotten. Nothing was written.

    Raises Refused if it is being imported or was.
    """
    _check_owner(job, by)
    job.refresh_from_db()
    if job.is_busy or job.state == State.DONE:
        raise Refused(_("This file is being imported or was imported. It can't be given up any more."))
    return _close(job, State.REFUSED, job.message)


def earlier(job: ImportJob) -> ImportJob | None:
    """The last import of the same file into the same organisation."""
    same = ImportJob.objects.filter(organisation=job.organisation, kind=job.kind, digest=job.digest, state=State.DONE)
    return same.exclude(pk=job.pk).order_by("-finished_at").first()


def _check_owner(job: ImportJob, by: User) -> None:
    """Who decides on a file is who answers for its rows."""
    if by.pk != job.uploaded_by_id:
        raise Refused(_("Only the person who uploaded this file can decide on it."))
    errand_of(organisation=job.organisation, by=by, create_sites=job.create_sites)


def _take(job: ImportJob, present: list[str], state: str, worker: str | None = None) -> bool:
    """Move the job on in one step, so that of two who try only one does."""
    name = processes.me() if worker is None else worker
    mine = ImportJob.objects.filter(pk=job.pk, state__in=present, worker=job.worker)
    taken = mine.update(state=state, worker=name, worker_since=timezone.now())
    job.refresh_from_db()
    return bool(taken)


def _keep(job: ImportJob, state: str, report: Report, message: str = "") -> ImportJob:
    job.state, job.message, job.counts, job.progress, job.worker = state, message, report.counts, report.rows, ""
    job.report = {
        "errors": [asdict(problem) for problem in report.errors[:ERRORS_KEPT]],
        "error_count": len(report.errors),
        "error_rows": len({problem.row for problem in report.errors}),
        "warnings": [asdict(problem) for problem in report.warnings[: importers.SHOWN]],
        "warning_count": len(report.warnings),
        "ignored": report.ignored,
        "new_sites": report.new_sites,
        "samples": report.samples,
    }
    job.save()
    return job


def _close(job: ImportJob, state: str, message: str, report: Report | None = None) -> ImportJob:
    job.state, job.message, job.content, job.report, job.worker = state, message, None, {}, ""
    job.finished_at = timezone.now()
    if report:
        job.counts, job.progress = report.counts, report.rows
        job.report = {"new_sites": report.new_sites, "warning_count": len(report.warnings), "ignored": report.ignored}
    job.save()
    return job
