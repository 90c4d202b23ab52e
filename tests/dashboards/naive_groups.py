"""Figures of groups counted again from their rows, as plainly as it can be said. Imports nothing that counts."""

from datetime import date, timedelta

from core.models import Organisation, Site
from outreach.models import Contact
from peers.models import (
    Committee,
    CommitteeMeeting,
    Lesson,
    MicroPlan,
    MonthlyReport,
    PeerEducator,
    PeerStatus,
    PlanLine,
    Session,
    SessionAttendance,
    SessionHeadcount,
    Workplace,
)
from tests.dashboards import naive

PEERS = ("PE_ACTIVE", "PE_RETENTION", "PE_RATIO", "PE_DOSE")
WORKPLACES = ("WP_FORMED", "WP_ACTIVE", "WP_REACH_PE", "WP_HEADS_GEN")
CODES = (*PEERS, *WORKPLACES, "LS_PUPILS", "KNOWLEDGE")
PERSON = ("sex", "age_band", "group")
DOSE = 4


def alive(model):
    return [row for row in model._base_manager.values() if row["voided_at"] is None]


def later(day, months):
    """The same day so many months later or earlier, or the last day of a shorter month."""
    number = day.year * 12 + day.month - 1 + months
    while True:
        try:
            return date(number // 12, number % 12 + 1, day.day)
        except ValueError:
            day -= timedelta(days=1)


class Rows:
    """Everything that is told of groups, at this moment."""

    def __init__(self, world, today):
        self.world, self.today = world, today
        self.organisations = dict(Organisation._base_manager.values_list("pk", "code"))
        self.sites = {
            row["id"]: {
                "site": row["code"],
                "district": row["district"] or "unknown",
                "province": row["district__province"] or "unknown",
            }
            for row in Site._base_manager.values("id", "code", "district", "district__province")
        }
        self.contacts = {row["id"]: row for row in alive(Contact)}
        self.sessions = {row["id"]: row for row in alive(Session)}
        self.workplaces = alive(Workplace)
        self.leaders = [
            (row.session_id, row.peereducator_id) for row in Session.facilitators.through._base_manager.all()
        ]
        self.attendances = list(SessionAttendance._base_manager.values())
        self.peers = {row["id"]: row for row in alive(PeerEducator)}
        self.statuses = {pk: [] for pk in self.peers}
        for row in PeerStatus._base_manager.order_by("since").values():
            if row["peer_id"] in self.statuses:
                self.statuses[row["peer_id"]].append((row["since"], row["status"]))

    def place(self, site):
        return self.sites.get(site) or {"site": "unknown", "district": "unknown", "province": "unknown"}

    def told_of_peer(self, peer):
        """Sets of codes by key."""
        row = self.peers[peer]
        through = PeerEducator.sites.through._base_manager.filter(peereducator_id=peer)
        places = [self.place(one.site_id) for one in through] or [self.place(None)]
        return {
            "sex": {row["sex"]},
            "group": set(row["groups"]) or {"UNK"},
            "organisation": {self.organisations[row["organisation_id"]]},
            **{key: {place[key] for place in places} for key in ("site", "district", "province")},
        }

    def status(self, peer, day):
        before = [status for since, status in self.statuses[peer] if since <= day]
        return before[-1] if before else "candidate"

    def enrolled(self, day):
        return [
            pk
            for pk, row in self.peers.items()
            if row["occurred_on"] <= day and self.status(pk, day) in ("training", "active", "on_leave")
        ]

    def sector_of(self, site):
        return next((row["sector"] for row in self.workplaces if row["site_id"] == site), None)


# --- what each of the figure is: (told, numerator, denominator), told as sets of codes ------------------------


def active(rows, day):
    first = day - timedelta(days=59)
    busy = {
        peer
        for session, peer in rows.leaders
        if session in rows.sessions and first <= rows.sessions[session]["occurred_on"] <= day
    }
    for row in alive(MonthlyReport):
        if row["accepted_on"] and first <= row["accepted_on"] <= day:
            busy.add(row["peer_id"])
    return [(rows.told_of_peer(peer), int(peer in busy), 1) for peer in rows.enrolled(day)]


def retained(rows, start, end, months=6):
    found = []
    for peer in rows.peers:
        began = [since for since, status in rows.statuses[peer] if status == "active"]
        if began and start <= began[0] <= end and later(began[0], months) <= rows.today:
            told = {**rows.told_of_peer(peer), "month": {f"{began[0]:%Y-%m}"}}
            found.append((told, int(rows.status(peer, later(began[0], months)) == "active"), 1))
    return found


def people_of(rows, peer, day):
    """The people whom one peer educator looks after."""
    first, world, row = day - timedelta(days=89), rows.world, rows.peers[peer]
    lately = [one for one in rows.contacts.values() if one["client_id"] and first <= one["occurred_on"] <= day]
    people = {
        world.person(one["client_id"])
        for one in lately
        if row["user_id"] and (one["worker_id"], one["organisation_id"]) == (row["user_id"], row["organisation_id"])
    }
    led = {session for session, leader in rows.leaders if leader == peer and session in rows.sessions}
    for one in rows.attendances:
        if one["session_id"] in led and first <= rows.sessions[one["session_id"]]["occurred_on"] <= day:
            people.add(world.person(one["client_id"]))
    seen = {world.person(one["client_id"]) for one in lately}
    plans = [plan["id"] for plan in alive(MicroPlan) if plan["peer_id"] == peer and plan["month"] == day.replace(day=1)]
    for line in PlanLine._base_manager.filter(plan__in=plans).values():
        people |= {world.person(line["client_id"])} & seen
    return {person for person in people if world.clients[person]["voided_at"] is None}


def ratio(rows, day, by, where):
    """{cell: (people, peers)} and the pair of the whole: people are distinct, so this can't be added up."""
    cells, everybody, peers = {}, set(), 0
    for peer in rows.enrolled(day):
        if rows.status(peer, day) != "active":
            continue
        found = cells_of(rows.told_of_peer(peer), by, where)
        people = people_of(rows, peer, day)
        if found:
            everybody |= people
            peers += 1
        for cell in found:
            held = cells.setdefault(cell, [set(), 0])
            held[0] |= people
            held[1] += 1
    return {cell: (len(people), number) for cell, (people, number) in cells.items()}, (len(everybody), peers)


def dose(rows, end, by, where, bands):
    """{cell: (got it, came)} and the pair of the whole, each place as if only its sessions existed."""
    first, world = later(end, -12) + timedelta(days=1), rows.world
    places = [key for key in by if key not in PERSON]
    came = {}
    for one in rows.attendances:
        contact, session = rows.contacts.get(one["contact_id"]), rows.sessions.get(one["session_id"])
        if not contact or not session or not first <= contact["occurred_on"] <= end:
            continue
        place = {**rows.place(contact["site_id"]), "organisation": rows.organisations[contact["organisation_id"]]}
        if any(place[key] not in where[key] for key in place if key in where):
            continue
        person = world.person(contact["client_id"])
        for key in {tuple(place[name] for name in places), None}:
            came.setdefault((person, key), []).append((contact["occurred_on"], session["topics"]))
    cells, whole = {}, [0, 0]
    for (person, key), sessions in came.items():
        told = world.told(person, min(day for day, _topics in sessions), bands)
        if not naive.passes(told, where):
            continue
        enough = int(len({topic for _day, topics in sessions for topic in topics}) >= DOSE)
        if key is None:
            whole = [whole[0] + enough, whole[1] + 1]
            continue
        known = {**told, **dict(zip(places, key, strict=True))}
        held = cells.setdefault(tuple(known[name] for name in by), [0, 0])
        held[0] += enough
        held[1] += 1
    return {cell: tuple(pair) for cell, pair in cells.items()}, tuple(whole)


def committees(rows):
    for row in alive(Committee):
        workplace = Workplace._base_manager.get(pk=row["workplace_id"])
        place = {key: {value} for key, value in rows.place(workplace.site_id).items()}
        yield (
            row,
            {
                **place,
                "sector": {workplace.sector},
                "organisation": {rows.organisations[row["organisation_id"]]},
            },
        )


def formed(rows, start, end):
    return [
        ({**told, "month": {f"{row['formed_on']:%Y-%m}"}}, 1, 0)
        for row, told in committees(rows)
        if row["formed_on"] and start <= row["formed_on"] <= end
    ]


def standing(rows, day):
    found = []
    for row, told in committees(rows):
        formings = [date.fromisoformat(text) for text in row["reformed_on"]]
        formings = [one for one in [row["formed_on"], *formings] if one and one <= day]
        if not formings or (row["closed_on"] and row["closed_on"] <= day):
            continue
        since = max(*formings, day - timedelta(days=90))
        met = any(
            one["committee_id"] == row["id"]
            and (one["minutes"] or one["minutes_on_paper"])
            and since <= one["occurred_on"] <= day
            for one in alive(CommitteeMeeting)
        )
        found.append((told, int(met), 1))
    return found


def pupils(rows, start, end):
    best = {}
    for row in alive(Lesson):
        if start <= row["occurred_on"] <= end:
            known = (row["school_id"], row["school_year"], row["grade"], row["class_name"])
            rank = (-sum(row["heads"].values()), row["occurred_on"], row["id"])
            if known not in best or rank < best[known][0]:
                best[known] = (rank, row)
    for _rank, row in best.values():
        site = Lesson._base_manager.get(pk=row["id"]).school.site_id
        told = {key: {value} for key, value in rows.place(site).items()}
        told |= {"grade": {str(row["grade"])}, "organisation": {rows.organisations[row["organisation_id"]]}}
        for sex, number in row["heads"].items():
            yield {**told, "sex": {sex}}, number, 0


def knowledge(rows, start, end, by, where):
    for row in rows.sessions.values():
        sides = [row["knowledge"].get(side, {}).get("answered", 0) for side in ("before", "after")]
        if not all(sides) or not start <= row["occurred_on"] <= end:
            continue
        told = {key: {value} for key, value in rows.place(row["site_id"]).items()}
        told |= {
            "organisation": {rows.organisations[row["organisation_id"]]},
            "kind": {row["kind"]},
            "month": {f"{row['occurred_on']:%Y-%m}"},
            "educator": {rows.world.users[row["recorded_by_id"]]},
        }
        for item, right in row["knowledge"]["after"]["right"].items():
            yield {**told, "item": {item}}, right, sides[1]


def heads(rows, start, end, where, bands):
    for line in SessionHeadcount._base_manager.values():
        row = rows.sessions.get(line["session_id"])
        if not row or not start <= row["occurred_on"] <= end:
            continue
        sector = rows.sector_of(row["site_id"])
        if row["kind"] != "workplace_session" and not sector:
            continue
        services = set(row["services"])
        if "service" in where:
            services &= set(where["service"])
            if not services:
                continue
        atomic = naive.ATOMIC[line["age_band"]]
        span = (int(atomic["min_age"]), int(atomic["max_age"])) if atomic["min_age"] else (None, None)
        told = {key: {value} for key, value in rows.place(row["site_id"]).items()}
        yield (
            {
                **told,
                "sex": {line["sex"]},
                "age_band": {naive.band_of(*span, bands)},
                "sector": {sector or "unknown"},
                "organisation": {rows.organisations[row["organisation_id"]]},
                "kind": {row["kind"]},
                "service": services,
                "month": {f"{row['occurred_on']:%Y-%m}"},
                "educator": {rows.world.users[row["recorded_by_id"]]},
            },
            line["heads"],
            0,
        )


# --- the figure ---------------------------------------------------------------------------------------


def cells_of(told, by, where):
    """Every cell of something told in sets; none if a filter leaves it out. A session without services has none."""
    if any(key in where and not told[key] & set(where[key]) for key in told):
        return []
    found = [()]
    for key in by:
        values = told[key] & set(where[key]) if key in where else told[key]
        found = [(*cell, value) for cell in found for value in values]
    return found


def added(things, by, where):
    cells, total = {}, [0, 0]
    for told, one, other in things:
        if cells_of(told, (), where):
            total = [total[0] + one, total[1] + other]
        for cell in cells_of(told, by, where):
            held = cells.get(cell, (0, 0))
            cells[cell] = (held[0] + one, held[1] + other)
    return cells, tuple(total)


def reached(rows, start, end, by, where, bands):
    """People met at workplaces: every combination of places, kinds and the like as if only its contacts existed."""
    world = rows.world
    events = []
    for contact in world.contacts:
        row = rows.contacts[contact["id"]]
        sector = rows.sector_of(row["site_id"])
        fits = contact["person"] and sector and contact["kind"] in naive.KINDS and contact["size"] <= 25
        if fits and start <= contact["date"] <= end:
            told = {key: {contact[key]} for key in naive.ON_CONTACTS if key != "service"}
            told |= {"sector": {sector}, "educator": {world.users[row["worker_id"]]}}
            events.append((contact, {**told, "service": set(contact["service"])}))
    outer = [key for key in by if key not in PERSON]
    met = {}
    for contact, told in events:
        for cell in cells_of(told, outer, {key: value for key, value in where.items() if key not in PERSON}):
            met.setdefault((contact["person"], cell), []).append(contact["date"])
    cells = {}
    for (person, place), days in met.items():
        told = world.told(person, min(days), bands)
        if naive.passes(told, where):
            known = {**told, **dict(zip(outer, place, strict=True))}
            cell = tuple(known[key] for key in by)
            cells[cell] = (cells.get(cell, (0, 0))[0] + 1, 0)
    return cells


def count(world, code, start, end, by=(), where=None, bands="YOUTH_10_24", today=None):
    """{cell: (numerator, denominator)} and the pair of the total, as `naive.count` gives them."""
    today, where = today or date.today(), where or {}
    rows, day = Rows(world, today), min(end, today)
    if code == "PE_RATIO":
        return ratio(rows, day, by, where)
    if code == "PE_DOSE":
        return dose(rows, end, by, where, bands)
    if code == "WP_REACH_PE":
        whole = reached(rows, start, end, (), where, bands)
        return reached(rows, start, end, by, where, bands), whole.get((), (0, 0))
    things = {
        "PE_ACTIVE": lambda: active(rows, day),
        "PE_RETENTION": lambda: retained(rows, start, end),
        "WP_FORMED": lambda: formed(rows, start, end),
        "WP_ACTIVE": lambda: standing(rows, day),
        "WP_HEADS_GEN": lambda: heads(rows, start, end, where, bands),
        "LS_PUPILS": lambda: pupils(rows, start, end),
        "KNOWLEDGE": lambda: knowledge(rows, start, end, by, where),
    }
    return added(things[code](), by, where)
