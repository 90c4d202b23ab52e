"""`manage.py import_data KIND FILE`: import a CSV or XLSX file, all rows or none."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from core import imports
from core.actions import imports as actions
from core.actions import organisations
from core.actions.memberships import scope_for
from core.actions.records import Refused
from core.import_reports import Report
from core.models import Organisation, User
from core.models.users import system_user
from core.permissions import Permission
from core.resources.import_files import report_file
from core.spreadsheets import Table, Unreadable, read

WRONG_USAGE = 2
LINES_SHOWN = 1000


class Command(BaseCommand):
    help = "Imports a CSV or XLSX file. All rows are written, or none."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=sorted(imports.kinds()))
        parser.add_argument("file", type=Path)
        parser.add_argument("--organisation", metavar="CODE", help="may be left out where there is only one")
        parser.add_argument(
            "--create-organisation", action="store_true", help="make the organisation if it isn't there"
        )
        parser.add_argument(
            "--create-sites", action="store_true", help="make private sites for codes that aren't known"
        )
        parser.add_argument("--by", metavar="USER", help="whose work this is (default: the built-in system user)")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")
        parser.add_argument(
            "--report", type=Path, metavar="OUT", help="the file back with a column “why” (.csv or .xlsx)"
        )

    def handle(self, *, kind, file, by, dry_run, report, create_sites, **options):
        file, report = Path(file), Path(report) if report else None
        if report and report.suffix.lower() not in (".csv", ".xlsx"):
            raise CommandError("--report must end in .csv or .xlsx", returncode=WRONG_USAGE)
        try:
            content = file.read_bytes()
        except OSError as fault:
            raise CommandError(f"{file}: {fault.strerror}", returncode=WRONG_USAGE) from fault
        try:
            table = read(content)
            with transaction.atomic():
                actor = self.actor(by)
                organisation = self.organisation(options["organisation"], options["create_organisation"], actor)
                errand = actions.errand_of(organisation=organisation, by=actor, create_sites=create_sites)
                found = self.run(kind, table, errand, actions.digest_of(content), file.name)
                transaction.set_rollback(dry_run)
        except (Unreadable, Refused) as fault:
            raise CommandError(str(fault)) from fault
        except actions.HasErrors as fault:
            self.write_report(report, table, fault.report)
            self.refuse(fault.report)
        self.write_report(report, table, found)
        self.tell(found, dry_run)

    def run(self, kind: str, table: Table, errand, digest: str, name: str) -> Report:
        report = actions.bring_in(kind=kind, table=table, errand=errand, digest=digest)
        actions.note(
            organisation=errand.organisation, kind=kind, file_name=name, digest=digest, report=report, by=errand.by
        )
        return report

    def actor(self, name: str | None) -> User:
        if name is None:
            return system_user()
        user = User.objects.filter(username=name, is_active=True).first()
        if user is None:
            raise Refused(_("There is no user “%(name)s” who may sign in.") % {"name": name})
        return user

    def organisation(self, code: str | None, create: bool, by: User) -> Organisation:
        if code is None:
            known = list(Organisation.objects.filter(active=True)[:2])
            if len(known) == 1:
                return known[0]
            raise CommandError("Name the organisation: --organisation CODE", returncode=WRONG_USAGE)
        organisation = Organisation.objects.filter(code=code).first()
        if organisation:
            return organisation
        if not create:
            text = _("There is no organisation “%(code)s”. Check the code, or add --create-organisation.")
            raise Refused(text % {"code": code})
        if not scope_for(by).can(Permission.ORGANISATION_MANAGE):
            raise Refused(_("You may not make organisations."))
        return organisations.create(code=code, name=code, by=by)

    def write_report(self, path: Path | None, table: Table, report: Report) -> None:
        if path:
            path.write_bytes(report_file(table, report.errors, workbook=path.suffix.lower() == ".xlsx"))

    def refuse(self, report: Report) -> None:
        """One line for each bad row and cell, then exit 1."""
        for problem in report.errors[:LINES_SHOWN]:
            self.stderr.write(str(problem))
        more = len(report.errors) - LINES_SHOWN
        if more > 0:
            self.stderr.write(f"… and {more} more; --report OUT writes them all")
        rows = len({problem.row for problem in report.errors})
        raise CommandError(f"Nothing was imported: {rows} of {report.rows} rows have problems.")

    def tell(self, report: Report, dry_run: bool) -> None:
        for warning in report.warnings[:LINES_SHOWN]:
            self.stderr.write(f"note: {warning}")
        if report.ignored:
            self.stdout.write(f"Columns left out: {', '.join(report.ignored)}")
        if report.new_sites:
            self.stdout.write(f"Sites made: {', '.join(report.new_sites)}")
        words = f"{report.rows} rows: {report.added} added, {report.changed} changed, {report.left} left alone."
        self.stdout.write(f"Dry run, nothing written. {words}" if dry_run else words)
