"""`create_administrator`: the first person of an installation, who then appoints the others on screen."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.actions import organisations, users
from core.actions.records import Refused
from core.models import Organisation, User
from core.models.users import system_user
from core.permissions import Role


class Command(BaseCommand):
    help = "Makes an administrator and prints the one-time link (24 hours) with which to set the password."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--organisation", required=True, metavar="CODE")
        parser.add_argument(
            "--create-organisation", action="store_true", help="make the organisation if it is not there"
        )

    @transaction.atomic
    def handle(self, *, username, organisation, create_organisation, **options):
        by = system_user()
        try:
            User._meta.get_field("username").clean(username, None)
            home = self.organisation(organisation, create_organisation, by)
            user = users.create(username=username, organisation=home, role=Role.ADMINISTRATOR, by=by)
            link = users.invite(user=user, by=by)
        except Refused as refused:
            raise CommandError(str(refused), returncode=1) from refused
        except ValidationError as wrong:
            raise CommandError(" ".join(wrong.messages), returncode=1) from wrong
        self.stdout.write(f"Open this address within 24 hours to set the password of {username} (it works once):")
        self.stdout.write(link)

    def organisation(self, code, create, by):
        found = Organisation.objects.filter(code=code).first()
        if found is None and not create:
            raise Refused(f"There is no organisation {code}. Add --create-organisation to make it.")
        return found or organisations.create(code=code, name=code, by=by)
