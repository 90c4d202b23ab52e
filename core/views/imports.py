"""Importing a file on the screen: upload, look at what would happen, decide, see what happened."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import background, imports, wording
from core.actions import imports as actions
from core.actions.records import Refused
from core.forms.imports import ConfirmForm, UploadForm
from core.import_reports import RowProblem
from core.models import ImportJob, Organisation
from core.permissions import Permission
from core.resources.import_files import report_file, template_csv, template_workbook
from core.spreadsheets import read
from core.uploads import BoundedUpload

State = ImportJob.State
PAGE = 50
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def importing(view):
    """Only for people who may import somewhere."""

    @login_required
    def guarded(request, *args, **kwargs):
        if not request.scope.can(Permission.IMPORT):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@importing
def job_list(request):
    """Files that were brought lately, newest first, and the way to bring another."""
    jobs = ImportJob.objects.visible_to(request.scope).defer("content", "report")
    page = Paginator(jobs.select_related("organisation", "uploaded_by"), PAGE).get_page(request.GET.get("page"))
    columns = [_("Uploaded"), _("File"), _("What"), _("Organisation"), _("By"), _("State"), _("Rows")]
    context = {
        "heading": _("Import files"),
        "columns": [(str(place), label, False, "", "") for place, label in enumerate(columns)],
        "rows": [(job.get_absolute_url(), list(zip(columns, _cells(job), strict=True))) for job in page],
        "page_obj": page,
        "paginator": page.paginator,
    }
    return render(request, "core/imports/list.html", context)


def _cells(job: ImportJob) -> list:
    stopped = _("Stopped, nothing was written") if job.is_stopped else job.get_state_display()
    what = imports.kinds()[job.kind].label
    rows = job.counts.get("rows", "")
    return [wording.shown(job.uploaded_at), job.file_name, what, job.organisation, job.uploaded_by, stopped, rows]


@csrf_exempt
def upload(request):
    """Count the upload while it streams in: the handler must be set before anything reads the request."""
    request.upload_handlers = [BoundedUpload(request, most=settings.IMPORT_MAX_BYTES)]
    return _upload(request)


@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
@importing
def _upload(request):
    organisations = Organisation.objects.filter(active=True, pk__in=request.scope.all_organisations(Permission.IMPORT))
    may_make_sites = request.scope.can(Permission.SITE_MANAGE)
    posted = [request.POST, request.FILES] if request.method == "POST" else []
    kinds = imports.choices(request.scope)
    form = UploadForm(*posted, organisations=organisations, kinds=kinds, may_make_sites=may_make_sites)
    if posted and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = actions.upload(
                organisation=form.chosen_organisation,
                kind=form.cleaned_data["kind"],
                file_name=file.name,
                content=file.read(),
                create_sites=form.cleaned_data.get("create_sites", False),
                by=request.user,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _check(job)
            return redirect(job)
    context = {
        "heading": _("Import a file"),
        "form": form,
        "fieldsets": [("", list(form), False)],
        "steps": _steps(0),
        "templates": kinds,
    }
    return render(request, "core/imports/upload.html", context, status=422 if form.errors else 200)


def _check(job: ImportJob) -> None:
    """Small files at once, long ones in the background; either way the page tells how far it is."""
    if len(job.content) <= actions.AT_ONCE_BYTES:
        actions.check(job=job)
    else:
        background.check_file.enqueue(str(job.pk), get_language())


def _steps(current: int) -> list[tuple[str, str]]:
    labels = [_("Upload"), _("Look at what will happen"), _("Import"), _("Result")]
    states = ["done" if place < current else "current" if place == current else "todo" for place in range(4)]
    return list(zip(labels, states, strict=True))


@require_safe
@importing
def template(request, kind, form):
    """The empty file to fill in."""
    importer = imports.kinds().get(kind)
    if importer is None or kind not in dict(imports.choices(request.scope)):
        raise Http404
    content, kind_of_file = (template_workbook(importer), XLSX) if form == "xlsx" else (template_csv(importer), CSV)
    return _file(content, kind_of_file, f"{kind}.{form}")


def _job(request, pk) -> ImportJob:
    visible = ImportJob.objects.visible_to(request.scope).select_related("organisation", "uploaded_by")
    return get_object_or_404(visible, pk=pk)


@require_safe
@importing
def detail(request, pk):
    """What the file would do, how far it is, or what it did."""
    return _page(request, _job(request, pk))


def _page(request, job: ImportJob, form: ConfirmForm | None = None, status: int = 200):
    mine = job.uploaded_by_id == request.user.pk
    before = actions.earlier(job) if job.may_start else None
    form = form or ConfirmForm(repeated=before is not None)
    report = job.report if mine else {}
    places = {State.DONE: 3, State.WAITING: 2, State.IMPORTING: 2}
    context = {
        "heading": job.file_name,
        "lead": f"{imports.kinds()[job.kind].label} · {job.organisation}",
        "kind_label": imports.kinds()[job.kind].label,
        "job": job,
        "mine": mine,
        "state": "stopped" if job.is_stopped else job.state,
        "report": report,
        "samples": _samples(report),
        "more_errors": report.get("error_count", 0) - len(_errors(job)[:SHOWN]) if mine else 0,
        "errors": report.get("errors", [])[:SHOWN],
        "form": form,
        "before": before,
        "something_new": bool(job.counts.get("added") or job.counts.get("changed")),
        "steps": _steps(places.get(job.state, 1)),
    }
    return render(request, "core/imports/detail.html", context, status=status)


SHOWN = 100


def _errors(job: ImportJob) -> list[dict]:
    return job.report.get("errors", [])


def _samples(report: dict) -> list[tuple]:
    """(title, how many in all, rows) of what would be added, changed, left."""
    titles = {"added": _("New records"), "changed": _("Changed records"), "left": _("Left as they are")}
    samples = report.get("samples", {})
    return [(name, title, samples[name]) for name, title in titles.items() if samples.get(name)]


@require_POST
@importing
def confirm(request, pk):
    """Import a checked file: once, however often the button is pressed."""
    job = _job(request, pk)
    form = ConfirmForm(request.POST, repeated=job.may_start and actions.earlier(job) is not None)
    if not form.is_valid():
        return _page(request, job, form, status=422)
    try:
        taken = actions.start(job=job, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(job)
    if taken and len(job.content) <= actions.AT_ONCE_BYTES:
        actions.import_job(job=job)
    elif taken:
        background.import_file.enqueue(str(job.pk), get_language())
    return redirect(job)


@require_POST
@importing
def check_again(request, pk):
    """Check a file once more, whose check was cut short."""
    job = _job(request, pk)
    if job.state == State.CHECKING and job.is_stopped and job.uploaded_by_id == request.user.pk:
        _check(job)
    return redirect(job)


@require_POST
@importing
def refuse(request, pk):
    """Give the file up."""
    job = _job(request, pk)
    try:
        actions.refuse(job=job, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(job)
    messages.success(request, _("The file was given up. Nothing was written."))
    return redirect(reverse("imports:list"))


@require_safe
@importing
def reasons(request, pk):
    """The uploaded file back, with a column that says why."""
    job = _job(request, pk)
    if job.content is None or job.uploaded_by_id != request.user.pk or job.state != State.WRONG:
        raise Http404
    table = read(bytes(job.content), actions.SCREEN_BOUNDS)
    problems = [RowProblem(**problem) for problem in _errors(job)]
    if job.report["error_count"] > len(problems):
        errand = actions.errand_of(organisation=job.organisation, by=request.user, create_sites=job.create_sites)
        problems = actions.plan(kind=job.kind, table=table, errand=errand).errors
    name = f"{job.kind}-why.{'xlsx' if table.workbook else 'csv'}"
    return _file(report_file(table, problems, workbook=table.workbook), XLSX if table.workbook else CSV, name)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


urlpatterns = [
    path("", job_list, name="list"),
    path("new/", upload, name="upload"),
    path("template/<slug:kind>.csv", template, {"form": "csv"}, name="template_csv"),
    path("template/<slug:kind>.xlsx", template, {"form": "xlsx"}, name="template_xlsx"),
    path("<uuid:pk>/", detail, name="detail"),
    path("<uuid:pk>/confirm/", confirm, name="confirm"),
    path("<uuid:pk>/check/", check_again, name="check_again"),
    path("<uuid:pk>/refuse/", refuse, name="refuse"),
    path("<uuid:pk>/why/", reasons, name="reasons"),
]
