"""What looking at figures leaves behind: lines for lists that were opened and workbooks that left."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction

from core.actions import audit
from core.models import User
from core.permissions import Permission
from core.scope import Scope


@transaction.atomic
def note_list(*, indicator: str, kinds: Iterable[tuple[str, int]], filters: list[str], by: User) -> None:
    """A page of the list behind a figure was seen. `kinds` are kind and organisation of each record shown."""
    for (kind, organisation_id), rows in sorted(Counter(kinds).items()):
        detail = {"indicator": indicator, "filters": filters, "rows": rows}
        entry = audit.Entry(f"{kind}.list", kind, "", detail)
        audit.write(organisation_id=organisation_id, by=by, entries=[entry])


@transaction.atomic
def note_workbook(*, indicators: list[str], filters: list[str], scope: Scope, by: User) -> None:
    """Tables left as a workbook: noted in the chain of each organisation whose figures are in it."""
    everywhere = scope.everywhere(Permission.FIGURES_VIEW)
    for organisation_id in [None] if everywhere else scope.organisations(Permission.FIGURES_VIEW):
        entry = audit.Entry("figures.export", "figures", "", {"indicators": indicators, "filters": filters})
        audit.write(organisation_id=organisation_id, by=by, entries=[entry])
