"""Setting an organisation's terms of peer work."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.actions import audit
from core.actions.records import Refused, changed_fields
from core.entries import plain
from core.models import Organisation, User
from peers.models import PeerTerms

FIELDS = ("stipend_per_day", "transport_per_day", "currency", "people_per_peer", "people_per_worker")


@transaction.atomic
def set_terms(*, organisation: Organisation, values: dict[str, Any], by: User) -> PeerTerms:
    """Say what days are paid with and how many people one person looks after. Reports accepted before stay as signed.

    Raises Refused if a value doesn't fit.
    """
    # One at a time, also before the organisation has a row of its own.
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    terms = PeerTerms.objects.filter(organisation=organisation).first() or PeerTerms(organisation=organisation)
    before = _content(terms)
    for name in FIELDS:
        setattr(terms, name, values[name])
    _refuse_invalid(terms)
    after = _content(terms)
    if changed := changed_fields(before, after) or (list(FIELDS) if terms._state.adding else []):  # noqa: SLF001 - Django's own
        terms.save()
        digest = audit.keyed_digest(after)
        entry = audit.Entry("peer_terms.set", "peer_terms", str(organisation.pk), {"fields": changed}, digest)
        audit.write(organisation_id=organisation.pk, by=by, entries=[entry])
    return terms


def _refuse_invalid(terms: PeerTerms) -> None:
    wrong = {name for name in ("people_per_peer", "people_per_worker") if (getattr(terms, name) or 0) < 1}
    try:
        terms.clean_fields(exclude=["organisation"])
    except ValidationError as found:
        wrong |= set(found.message_dict)
    if wrong:
        names = [str(PeerTerms._meta.get_field(name).verbose_name) for name in FIELDS if name in wrong]
        raise Refused(_("Check the amounts and numbers: %(fields)s.") % {"fields": ", ".join(names)})


def _content(terms: PeerTerms) -> dict:
    return {name: f"{value:.2f}" if name.endswith("per_day") else plain(value) for name, value in _values(terms)}


def _values(terms: PeerTerms):
    return ((name, getattr(terms, name)) for name in FIELDS)
