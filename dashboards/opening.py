"""Which cells a person may open, and the address of the list behind each."""

from collections.abc import Iterable

from django.http import QueryDict
from django.urls import reverse

from core.permissions import Permission
from core.scope import Scope
from dashboards.definitions import INDICATORS
from dashboards.measures import Measure

P = Permission
_BY_MEASURE = {
    Measure.PEOPLE: (P.CLIENT_VIEW,),
    Measure.CONTACTS: (P.CONTACT_VIEW,),
    Measure.ATTENDANCES: (P.SESSION_VIEW,),
    Measure.CALLS: (P.CALL_VIEW,),
    Measure.PUPILS: (P.SCHOOL_VIEW,),
    Measure.COMMITTEES: (P.WORKPLACE_VIEW,),
    Measure.UNITS: (P.CONTACT_VIEW, P.SESSION_VIEW),
}
_RATIOS = {
    "WHO_PRV.8": (P.CLIENT_VIEW,),
    "WHO_PRV.9": (P.CLIENT_VIEW,),
    "NS_RETURN": (P.CONTACT_VIEW, P.SESSION_VIEW, P.HARM_VIEW),
    "NS_PER_PWID_REACHED": (P.CONTACT_VIEW, P.SESSION_VIEW),
    "HL_YOUNG": (P.CALL_VIEW,),
    "REF_DONE": (P.REFERRAL_VIEW,),
    "STOCK": (P.STOCK_VIEW, P.CONTACT_VIEW, P.SESSION_VIEW),
    "SG_TIMELY": (P.CONCERN_VIEW,),
    "PE_ACTIVE": (P.PEER_VIEW,),
    "PE_RETENTION": (P.PEER_VIEW,),
    "PE_RATIO": (P.CLIENT_VIEW,),
    "PE_DOSE": (P.CLIENT_VIEW,),
    "WP_ACTIVE": (P.WORKPLACE_VIEW,),
    "KNOWLEDGE": (P.SESSION_VIEW,),
}


def needed(code: str) -> tuple[Permission, ...]:
    """Permissions that it takes to see the records behind the indicator."""
    return _RATIOS.get(code) or _BY_MEASURE[INDICATORS[code].measure]


class Opening:
    """The lists behind one figure, as far as one person may see them.

    A list holds every record of its cell, so the person must see records of its kind in every organisation that the
    figure is about; the HIV status of a cell takes the permission for that besides.
    """

    def __init__(self, code: str, scope: Scope, query: QueryDict, ids: set[int] | None):
        """`query` is what a link keeps, `ids` are the organisations asked for, None for all that the person has."""
        self.code, self.query = code, query
        counted = INDICATORS[code].permission
        self.records = all(_holds(scope, permission, ids, counted) for permission in needed(code))
        self.status = _holds(scope, P.KNOWN_POSITIVE, ids, counted)

    def may(self, keys: Iterable[str]) -> bool:
        """Whether a list limited by these keys is open."""
        return self.records and (self.status or "testing" not in (*self.query, *keys))

    def __call__(self, missing: str = "", **cell: str) -> str:
        if not self.may(cell):
            return ""
        query = self.query.copy()
        for key, value in {**cell, **({"missing": missing} if missing else {})}.items():
            query[key] = value
        url = reverse("figure-list", args=[self.code])
        return f"{url}?{query.urlencode()}" if query else url


def _holds(scope: Scope, permission: Permission, ids: set[int] | None, counted: Permission) -> bool:
    """Whether the permission reaches every record of the organisations whose figures are seen."""
    if scope.everywhere(permission):
        return True
    if ids is None:
        if scope.everywhere(counted):
            return False
        ids = set(scope.organisations(counted))
    return ids <= set(scope.organisations(permission))
