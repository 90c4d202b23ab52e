"""Short notes: no telephone number and no e-mail address is ever kept."""

import re

from django.utils.translation import gettext as _

from core.rules.problems import Problem

NOTE_LENGTH = 280
_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_TELEPHONE = re.compile(r"(?:\d[\s().\-/]*){8,}")
_DATE = re.compile(r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b")
_EMAIL = re.compile(r"\S+@\S+\.\S+")


def note_problems(text: str, field: str = "note"):
    """Problems of a note: too long, or holding what looks like a telephone number or an e-mail address."""
    if len(text) > NOTE_LENGTH:
        yield Problem(field, _("Keep the note to %(length)s characters.") % {"length": NOTE_LENGTH}, text[:40])
    plain = _DATE.sub(" ", text.translate(_KHMER_DIGITS))
    if _TELEPHONE.search(plain):
        yield Problem(field, _("This looks like a telephone number. Take it out: no number is kept here."), text[:40])
    if _EMAIL.search(plain):
        yield Problem(field, _("This looks like an e-mail address. Take it out: none is kept here."), text[:40])
