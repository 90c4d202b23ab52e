"""Gather what people read into the catalogues, so that a diff shows changed words and nothing else."""

from pathlib import Path

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's command, without guesses, leftovers and the date of the last gathering.

    A guessed ("fuzzy") translation is never shown, and hides from the translator that the words are missing.
    """

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def write_po_file(self, potfile, locale):
        super().write_po_file(potfile, locale)
        path = Path(potfile).parent / locale / "LC_MESSAGES" / f"{self.domain}.po"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(line for line in lines if "POT-Creation-Date" not in line), encoding="utf-8")
