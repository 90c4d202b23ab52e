"""Files as people bring them, from a few words; and bringing them in as the command does."""

import io

import openpyxl

from core.actions import imports
from core.models import Organisation
from core.models.users import system_user
from core.spreadsheets import read


def organisation(code="DEMO-NGO"):
    return Organisation.objects.get_or_create(code=code, defaults={"name": code})[0]


def text_file(*lines):
    """A CSV file of these lines."""
    return "\n".join(lines).encode() + b"\n"


def workbook(*rows):
    """An XLSX file of these rows on its first sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(kind, content, *, code="DEMO-NGO", by=None, sites=False):
    """Import a file whole; answers the report. Raises what the action raises."""
    errand = imports.errand_of(organisation=organisation(code), by=by or system_user(), create_sites=sites)
    return imports.bring_in(kind=kind, table=read(content), errand=errand, digest=imports.digest_of(content))


def refused(kind, content, **how):
    """(row, column, value) of everything wrong with a file that must be refused."""
    try:
        report = bring(kind, content, **how)
    except imports.HasErrors as fault:
        return [(problem.row, problem.column, problem.value) for problem in fault.report.errors]
    raise AssertionError(f"imported: {report.counts}")


def counted(report):
    """(added, changed, left) of a report."""
    return report.added, report.changed, report.left
