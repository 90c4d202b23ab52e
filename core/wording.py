"""How a stored value reads on a screen: dates, yes and no, codes, lists."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import codes


def shown(value: object) -> object:
    """The value as words for a reader; numbers stay numbers, nothing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j F Y")
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(shown(item)) for item in value)
    return value if isinstance(value, (int, float)) else str(value)


def coded(name: str, value: str | Iterable[str]) -> str:
    """The label of a code of the list, or the labels of several."""
    if isinstance(value, str):
        return codes.label(name, value)
    return ", ".join(codes.label(name, code) for code in value)
