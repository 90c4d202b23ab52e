"""Hotspots in tests: made by the actions, in an organisation that is named by its code."""

from datetime import date

from core.models.users import system_user
from outreach.actions import hotspots
from outreach.rules.hotspots import EstimateEntry, HotspotEntry, StateEntry
from tests.factories.people import organisation

SECRET = "Behind the blue pump"
DAY = date(2025, 3, 1)


def entry(**said):
    return HotspotEntry(
        **{"name": SECRET, "venue": "park", "times": "Nights", "district_id": "1201", "team": frozenset(), **said}
    )


def made(code="NGO-A", **said):
    """A hotspot, with its site."""
    said["team"] = frozenset(user.pk for user in said.get("team", ()))
    return hotspots.create(organisation=organisation(code), entry=entry(**said), by=system_user())


def estimated(hotspot, low, point, high, on=DAY):
    said = EstimateEntry(estimated_on=on, low=low, point=point, high=high, method="count")
    return hotspots.estimate(hotspot=hotspot, entry=said, by=system_user())


def stands(hotspot, status, since=DAY, to=None):
    said = StateEntry(status=status, since=since, moved_to_id=to and to.pk)
    return hotspots.set_state(hotspot=hotspot, entry=said, by=system_user())
