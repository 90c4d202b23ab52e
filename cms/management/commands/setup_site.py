"""`manage.py setup_site`: the public site in both languages, as drafts in review. Safe to run again."""

from django.core.management.base import BaseCommand

from cms.actions import site


class Command(BaseCommand):
    help = "Make the public pages in both languages as drafts in review, with workflow and groups. Idempotent."

    def handle(self, *args, **options):
        made = site.set_up()
        self.stdout.write(f"{len(made)} pages made; they wait for review." if made else "Nothing to do.")
