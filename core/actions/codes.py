"""Codes are retired and taken up again; what they mean never changes here."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import codes
from core.actions import audit
from core.actions.records import Refused
from core.models import Code, User


@transaction.atomic
def retire(*, code: Code, on: date, by: User) -> Code:
    """Take a code out of new forms; records that hold it keep it. Raises Refused if it is retired already."""
    code = Code.objects.select_for_update().get(pk=code.pk)
    if code.retired_on:
        raise Refused(_("This code is retired already."))
    code.retired_on, code.retired_by = on, by
    return _save(code, by, "code.retire")


@transaction.atomic
def take_up(*, code: Code, by: User) -> Code:
    """Offer a retired code again. Raises Refused if it isn't retired."""
    code = Code.objects.select_for_update().get(pk=code.pk)
    if not code.retired_on:
        raise Refused(_("This code is not retired."))
    code.retired_on = code.retired_by = None
    return _save(code, by, "code.take_up")


def _save(code: Code, by: User, action: str) -> Code:
    code.save(update_fields=["retired_on", "retired_by"])
    entry = audit.Entry(action, "code", f"{code.list}/{code.code}"[:40])
    audit.write(organisation_id=None, by=by, entries=[entry])
    transaction.on_commit(codes.clear)
    return code
