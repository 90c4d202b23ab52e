"""Peer educators in tests: made by the action, in an organisation that is named by its code."""

from datetime import date

from core.models.users import system_user
from peers.actions import peer_educators
from peers.models import PeerEducator
from peers.rules.peer_educators import PeerEntry
from tests.factories.people import organisation as named


def peer(
    code="PE-1",
    *,
    organisation="NGO-A",
    supervisor=None,
    user=None,
    statuses=(("active", date(2024, 1, 1), ""),),
    **more,
) -> PeerEducator:
    """A peer educator, active since 2024 unless told. `supervisor` and `user` are users; `sites` may be sites.

    Recruited on the first day of the statuses; `organisation` is a code or the organisation itself.
    """
    home = named(organisation) if isinstance(organisation, str) else organisation
    said = {
        "occurred_on": statuses[0][1] if statuses else date(2024, 1, 1),
        "reference": code,
        "supervisor_id": supervisor and supervisor.pk,
        "user_id": user and user.pk,
        "statuses": tuple(statuses),
        **more,
    }
    said["sites"] = frozenset(getattr(site, "pk", site) for site in said.get("sites", ()))
    entry = PeerEntry(**said)
    peer_educators.record(entry=entry, by=system_user(), organisation=home)
    return PeerEducator.objects.get(pk=entry.id)
