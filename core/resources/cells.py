"""How a cell of a file is read and written: import-export widgets that say how to mend a bad cell.

`clean` raises ValueError with a sentence for the person; `render` writes the one canonical text.
"""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from core import codes

CHOICE_MARK = " · "
_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_PART_OF_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:\.0)?")
_YES, _NO = {"1", "true", "yes", "បាទ", "ចាស"}, {"0", "false", "no", "ទេ"}


class TextCell(Widget):
    """A text as it stands."""

    def clean(self, value, row=None, **kwargs):
        return value

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else str(value)


@lru_cache(maxsize=8192)
def day_of(text: str) -> date | None:
    """The day of an ISO date, in Latin or Khmer digits; None for anything else."""
    found = _DAY.fullmatch(text.translate(_KHMER_DIGITS))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


class DayCell(TextCell):
    """A day, written as 2025-01-31."""

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        if (day := day_of(value)) is None:
            raise ValueError(_("Write the day as year-month-day, such as 2025-01-31."))
        return day


class BirthCell(TextCell):
    """A birth date or as much of it as is known: (day, how much of it was written: day, month or year)."""

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        if day := day_of(value):
            return day, "day"
        found = _PART_OF_DAY.fullmatch(value.translate(_KHMER_DIGITS))
        try:
            year, month = int(found[1]), int(found[2] or 7)
            return date(year, month, 15 if found[2] else 1), "month" if found[2] else "year"
        except (TypeError, ValueError):
            text = _("Write the birth date as year-month-day, such as 1999-12-31, or only the year or year-month.")
            raise ValueError(text) from None

    def render(self, value, obj=None, **kwargs):
        return str(value[0]) if isinstance(value, tuple) else super().render(value)


class TimeCell(TextCell):
    """A time of day, written as 14:30."""

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        try:
            return time.fromisoformat(value.translate(_KHMER_DIGITS).rjust(5, "0")).replace(second=0, microsecond=0)
        except ValueError:
            raise ValueError(_("Write the time as hours:minutes, such as 14:30.")) from None

    def render(self, value, obj=None, **kwargs):
        return f"{value:%H:%M}" if isinstance(value, time) else super().render(value)


class MomentCell(TextCell):
    """A day and a time, local, written as 2025-01-31 14:30."""

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        try:
            moment = datetime.fromisoformat(value.translate(_KHMER_DIGITS))
            moment = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
            # At the edges of the calendar a moment is none in another zone.
            return timezone.localtime(moment.astimezone(UTC))
        except (ValueError, OverflowError):
            raise ValueError(_("Write the day and time as in 2025-01-31 14:30.")) from None

    def render(self, value, obj=None, **kwargs):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else super().render(value)


class NumberCell(TextCell):
    """A whole number from 0 to `most`."""

    def __init__(self, most: int = 999_999_999):
        super().__init__()
        self.most = most

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        text = value.translate(_KHMER_DIGITS).removesuffix(".0")
        if not (text.isascii() and text.isdecimal() and len(text) <= 9):
            raise ValueError(_("Write a whole number, 0 or more, in digits only."))
        if int(text) > self.most:
            raise ValueError(_("This number is too large. The most is %(most)s.") % {"most": self.most})
        return int(text)


class FlagCell(TextCell):
    """Yes or no: 1, 0, true, false, yes, no. Empty is no."""

    def clean(self, value, row=None, **kwargs):
        text = value.translate(_KHMER_DIGITS).lower().removesuffix(".0")
        if text in _YES:
            return True
        if text and text not in _NO:
            raise ValueError(_("Write 1 for yes or 0 for no."))
        return False

    def render(self, value, obj=None, **kwargs):
        return str(int(bool(value)))


class CodeCell(TextCell):
    """One code of a list. The template's drop-downs write the labels after it: they are cut off."""

    def __init__(self, name: str):
        super().__init__()
        self.name = name

    def clean(self, value, row=None, **kwargs):
        return value.partition(CHOICE_MARK)[0].strip()


class CodesCell(CodeCell):
    """Several codes of a list, parted by `;`."""

    def clean(self, value, row=None, **kwargs):
        parts = (super(CodesCell, self).clean(part) for part in value.split(";"))
        return tuple(dict.fromkeys(filter(None, parts)))

    def render(self, value, obj=None, **kwargs):
        return ";".join(sorted(value or ()))


class ChoiceCell(CodeCell):
    """One of a closed set of codes, or nothing."""

    def __init__(self, choices):
        super().__init__("")
        self.known = [str(value) for value, _label in choices]

    def clean(self, value, row=None, **kwargs):
        found = super().clean(value)
        if found and found not in self.known:
            text = _("“%(code)s” is not a code of this list. Use one of: %(known)s.")
            raise ValueError(text % {"code": found, "known": ", ".join(self.known)})
        return found


class KnownCodesCell(CodesCell):
    """Several codes, refused at once where the list doesn't hold one of them."""

    def clean(self, value, row=None, **kwargs):
        found = super().clean(value)
        for code in found:
            if code not in codes.table(self.name):
                raise ValueError(codes.unknown(self.name, code))
        return found
