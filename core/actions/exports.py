"""What an export leaves behind: a line for each organisation whose rows left."""

from django.db import transaction
from django.db.models import Count, QuerySet

from core.actions import audit
from core.models import User


@transaction.atomic
def log(*, queryset: QuerySet, organisation_path: str, kind: str, detail: dict, by: User) -> None:
    """Write who took out how many rows in the chain of each organisation; `detail` names filters and the reason.

    Rows of the whole installation (no `organisation_path`) and empty files are noted in the installation's chain.
    """
    rows = queryset.model.objects.filter(pk__in=queryset.order_by().values("pk")).order_by()
    if organisation_path:
        counts = dict(rows.values_list(organisation_path).annotate(Count("pk")))
    else:
        counts = {None: rows.count()}
    for organisation_id, number in sorted(counts.items(), key=str) or [(None, 0)]:
        entry = audit.Entry(f"{kind}.export", kind, "", {**detail, "rows": number})
        audit.write(organisation_id=organisation_id, by=by, entries=[entry])
