"""Rows of peer educators, workplaces, committees, schools and named sessions, planted as they stand in the database.

Written past the actions: tests of counting need pasts that nobody could record today.
"""

from datetime import date
from uuid import uuid4

from django.utils import timezone

from core.models import Site
from peers.models import (
    Committee,
    CommitteeMeeting,
    Lesson,
    MicroPlan,
    MonthlyReport,
    PeerEducator,
    PeerStatus,
    PlanLine,
    School,
    Session,
    SessionAttendance,
    SessionHeadcount,
    WorkforceCount,
    Workplace,
)

ITEMS = ("faithful", "condom", "healthy", "mosquito", "food")


def day(text):
    return text if isinstance(text, date) or text is None else date.fromisoformat(text)


class Planter:
    """Plants rows of one programme (`tests.factories.programme.Programme`)."""

    def __init__(self, programme):
        self.programme = programme
        self.number = 0

    def record(self, model, on, *, void=False, reference=None, **said):
        self.number += 1
        frame = {
            "id": (pk := uuid4()),
            "organisation": self.programme.organisation,
            "reference": reference or f"{model.__name__}-{self.number}-{pk.hex[:8]}",
            "occurred_on": day(on),
            "recorded_by": self.programme.by,
            "recorded_at": timezone.now(),
        }
        if void:
            frame |= {"voided_at": timezone.now(), "voided_by": self.programme.by, "void_reason": "test"}
        return model.objects.create(**frame, **said)

    def peer(self, recruited, *statuses, sites=(), **said):
        """A peer educator; statuses are pairs of a code and the day since when."""
        peer = self.record(PeerEducator, recruited, **said)
        peer.sites.set(sites)
        for status, since in statuses:
            PeerStatus.objects.create(peer=peer, status=status, since=day(since))
        return peer

    def report(self, peer, accepted, **said):
        accepted = day(accepted)
        signed = {"accepted_on": accepted, "accepted_by": self.programme.by if accepted else None}
        self.number += 1
        month = date(2000 + self.number % 90, 1, 1)
        return self.record(MonthlyReport, accepted or "2025-01-01", peer=peer, month=month, **signed, **said)

    def plan(self, peer, month, *clients, **said):
        plan = self.record(MicroPlan, month, peer=peer, month=day(month), **said)
        for client in clients:
            PlanLine.objects.create(plan=plan, client=client)
        return plan

    def session(self, on, *, led=(), named=(), heads=None, kind="small_group", knowledge=None, **said):
        """A session; `named` are contacts of the people who came."""
        session = self.record(Session, on, kind=kind, knowledge=knowledge or {}, **said)
        session.facilitators.set(led)
        for contact in named:
            SessionAttendance.objects.create(session=session, client=contact.client, contact=contact)
        for (sex, band), number in (heads or {}).items():
            SessionHeadcount.objects.create(session=session, sex=sex, age_band=band, heads=number)
        return session

    def workplace(self, site, *, sector="garment", since="2008-01-01", **said):
        return self.record(Workplace, since, site=site, enterprise=site.name, sector=sector, **said)

    def workforce(self, workplace, counted_on, counts):
        for (sex, band), workers in counts.items():
            WorkforceCount.objects.create(
                workplace=workplace, counted_on=day(counted_on), sex=sex, age_band=band, workers=workers
            )

    def committee(self, workplace, formed, *, reformed=(), closed=None, **said):
        ended = {"closed_on": day(closed), "closed_because": "test"} if closed else {}
        days = {"formed_on": day(formed), "reformed_on": list(reformed), **ended}
        return self.record(Committee, formed or "2008-01-01", workplace=workplace, **days, **said)

    def meeting(self, committee, on, *, minutes="Met", **said):
        return self.record(CommitteeMeeting, on, committee=committee, minutes=minutes, **said)

    def school(self, code, district=None, **said):
        site = self.programme.site(code, district)
        Site.objects.filter(pk=site.pk).update(kind="school")
        return self.record(School, "2008-01-01", site=site, **said)

    def lesson(self, school, on, heads, *, grade=5, class_name="A", year=None, **said):
        heads = heads if isinstance(heads, dict) else {"U": heads}
        year = year or (day(on).year if day(on).month >= 10 else day(on).year - 1)
        said |= {"school": school, "school_year": year, "grade": grade, "class_name": class_name}
        return self.record(Lesson, on, heads=heads, pupils=sum(heads.values()), topics=["self"], **said)


def check(answered, *right, all_right=0):
    """One side of a knowledge check: how many answered, and how many had each of the five questions right."""
    return {"answered": answered, "right": dict(zip(ITEMS, right, strict=True)), "all_right": all_right}


def plant_a_year(programme, client):
    """A little of everything that groups do in 2025; `client` is somebody of the programme."""
    plant, site = Planter(programme), programme.site("centre", "1201")
    stands = [("training", "2025-01-02"), ("active", "2025-01-10")]
    peer = plant.peer("2025-01-02", *stands, sex="F", groups=["PWID", "MSM"], sites=[site], user=programme.by)
    plant.peer("2025-01-02", *stands, ("dropped", "2025-06-01"), sex="M", groups=["PWID"])
    plant.peer("2025-01-02", *stands, sex="M")
    plant.report(peer, "2025-12-10")
    came = programme.met(client, "2025-12-01", kind="workplace_session", site=site)
    plant.session(
        "2025-12-01",
        led=[peer],
        named=[came],
        heads={("F", "A15"): 12, ("M", "AUNK"): 3},
        kind="workplace_session",
        site=site,
        topics=["condom", "sti", "testing", "stigma"],
        services=["IEC"],
        knowledge={"before": check(14, 7, 7, 7, 7, 7), "after": check(15, 12, 12, 12, 12, 0)},
    )
    workplace = plant.workplace(site)
    plant.workforce(workplace, "2025-01-31", {("F", "A15"): 200, ("M", "A25"): 50})
    committee = plant.committee(workplace, "2025-03-01", reformed=["2025-09-01"])
    plant.meeting(committee, "2025-12-15")
    school = plant.school("school", "1201")
    plant.lesson(school, "2025-03-01", {"F": 20, "M": 18})
    plant.lesson(school, "2025-03-08", {"F": 21, "M": 18})
    plant.lesson(school, "2025-03-08", {"F": 10}, grade=6)
    return plant
