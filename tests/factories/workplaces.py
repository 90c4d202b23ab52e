"""Workplaces, committees and meetings in a test, by the actions. Days are ISO texts."""

from uuid import uuid4

from core.models import Site
from core.models.users import system_user
from peers.actions import committee_meetings, committees, workplaces
from peers.models import Committee, CommitteeMeeting, Workplace
from peers.rules.committee_meetings import CommitteeMeetingEntry
from peers.rules.committees import CommitteeEntry
from peers.rules.workplaces import WorkplaceEntry
from tests.factories.people import organisation as named
from tests.factories.programme import day


def site_of(organisation, code="FACT-1", **said):
    """A site of kind `workplace`, made when it is first named."""
    defaults = {"name": code, "kind": "workplace", **said}
    return Site.objects.get_or_create(organisation=organisation, code=code, defaults=defaults)[0]


def workplace(code="NGO-A", *, site="FACT-1", since="2008-01-01", workforce=(), by=None, organisation=None, **said):
    """A garment factory. `workforce` are (ISO day, sex, band, workers)."""
    organisation = organisation or named(code)
    entry = WorkplaceEntry(
        id=uuid4(),
        occurred_on=day(since),
        site_id=site_of(organisation, site).pk,
        enterprise=said.pop("enterprise", f"Enterprise {site}"),
        sector=said.pop("sector", "garment"),
        workforce=tuple((day(on), *rest) for on, *rest in workforce),
        **said,
    )
    workplaces.record(entry=entry, by=by or system_user(), organisation=organisation)
    return Workplace.objects.get(pk=entry.id)


def committee(at=None, *, noted="2008-01-01", formed=None, by=None, **said):
    """A committee, planned or formed, of a workplace."""
    at = at or workplace()
    for name in ("trained_on", "closed_on"):
        if said.get(name):
            said[name] = day(said[name])
    if said.get("closed_on"):
        said.setdefault("closed_because", "the factory moved")
    entry = CommitteeEntry(
        id=uuid4(), occurred_on=day(noted), workplace_id=at.pk, formed_on=day(formed) if formed else None, **said
    )
    committees.record(entry=entry, by=by or system_user(), organisation=at.organisation)
    return Committee.objects.get(pk=entry.id)


def meeting(of, on, *, minutes="Posters", actions=(), by=None, **said):
    """A meeting with minutes. `actions` are (text, role, until, done on or None)."""
    entry = CommitteeMeetingEntry(
        id=uuid4(),
        occurred_on=day(on),
        committee_id=of.pk,
        minutes=minutes,
        actions=tuple((text, role, day(due), day(done) if done else None) for text, role, due, done in actions),
        **said,
    )
    committee_meetings.record(entry=entry, by=by or system_user(), organisation=of.organisation)
    return CommitteeMeeting.objects.get(pk=entry.id)
