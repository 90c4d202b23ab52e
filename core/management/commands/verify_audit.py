"""`verify_audit`: is every audit chain whole?"""

from django.core.management.base import BaseCommand, CommandError

from core.actions import audit
from core.models import AuditChain, AuditLine


class Command(BaseCommand):
    help = "Recounts every audit chain and names each line that was changed, removed, added or swapped."

    def handle(self, **options):
        faults = 0
        for fault in audit.faults():
            self.stderr.write(fault)
            faults += 1
        if faults:
            raise CommandError(f"The audit chains have faults: {faults}", returncode=1)
        lines, chains = AuditLine.objects.count(), AuditChain.objects.count()
        self.stdout.write(f"{lines} lines in {chains} chains, unbroken")
