"""Every figure counted again from the source rows, as plainly as it can be said.

Imports nothing from facts, QuerySets or `dashboards`; code lists are read from the files. Slow and simple on purpose.
"""

import csv
from collections import Counter
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from statistics import median

from core.models import District, Organisation, Site, User
from outreach.models import Client, ClientGroup, CommodityLine, Contact, NeedleCollection, Referral, ServiceGiven
from peers.models import Session, SessionCommodity, SessionHeadcount

LISTS = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "codelists"
ON_CONTACTS = ["province", "district", "site", "organisation", "kind", "service", "month", "educator"]
PARTS = [{"IEC", "SKILLS", "EMPOWER"}, {"CONDOM", "LUBE", "NSP"}, {"HTS_OFFER", "HTS_REF", "HTS_DONE", "HIVST"}]


def code_list(name):
    with (LISTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


KINDS = {code for code, row in code_list("contact_type").items() if row["counting_level"] in ("individual", "either")}
SERVICES, GROUPS = code_list("service"), code_list("population_group")
NEEDLES = {code: int(row["needle_syringe_units"]) for code, row in code_list("commodity").items()}
BANDS = list(code_list("age_band_sets").values())
ATOMIC = code_list("age_band_atomic")


def band_of(lowest, highest, name):
    if lowest is None:
        return "unknown"
    for row in BANDS:
        if row["set"] == name and row["min_age"] and int(row["min_age"]) <= lowest and highest <= int(row["max_age"]):
            return row["code"].split(":")[1]
    return "other"


def years(born, on):
    if born is None:
        return None
    had_birthday = (on.month, on.day) >= (born.month, born.day)
    return max(on.year - born.year - (0 if had_birthday else 1), 0)


class World:
    """The source rows of this moment, with merged people followed to the last one."""

    def __init__(self):
        self.clients = {row["id"]: row for row in Client._base_manager.values()}
        self.groups = list(ClientGroup._base_manager.filter(primary=True).values())
        self.sites = {
            row["id"]: row for row in Site._base_manager.values("id", "code", "district", "district__province")
        }
        self.users = dict(User._base_manager.values_list("pk", "username"))
        self.organisations = dict(Organisation._base_manager.values_list("pk", "code"))
        services, lines = {}, {}
        for row in ServiceGiven._base_manager.values():
            services.setdefault(row["contact_id"], set()).add(row["service"])
        for row in CommodityLine._base_manager.values():
            lines.setdefault(row["contact_id"], []).append(row)
        self.contacts = [
            {
                **self._where_and_when(row),
                "person": self.person(row["client_id"]),
                "size": row["group_size"],
                "service": services.get(row["id"], set()),
                "outcome": row["hts_outcome"],
                "lines": lines.get(row["id"], []),
            }
            for row in Contact._base_manager.values()
            if row["voided_at"] is None
        ]
        self.sessions = {
            row["id"]: {**self._where_and_when(row), "service": set(row["services"])}
            for row in Session._base_manager.values()
            if row["voided_at"] is None
        }
        self.heads = list(SessionHeadcount._base_manager.values())
        self.session_lines = list(SessionCommodity._base_manager.values())
        self.referrals = self._referrals()
        self.rounds = self._rounds()

    def _rounds(self):
        """Collection rounds: at a site, or in a district alone."""
        provinces = dict(District._base_manager.values_list("pk", "province"))
        found = []
        for row in NeedleCollection._base_manager.values():
            if row["voided_at"] is None:
                event = self._where_and_when({**row, "kind": "unknown"})
                if row["district_id"]:
                    event |= {"district": row["district_id"], "province": provinces[row["district_id"]]}
                found.append({**event, "service": set(), "pieces": row["pieces"]})
        return found

    def _referrals(self):
        places = {row["id"]: row["site_id"] for row in Contact._base_manager.values("id", "site_id")}
        return [
            {
                **self._where_and_when({**row, "kind": row["type"], "site_id": places.get(row["contact_id"])}),
                "person": self.person(row["client_id"]),
                "status": row["status"],
                "closed": row["closed_on"],
                "service": set(),
            }
            for row in Referral._base_manager.values()
            if row["voided_at"] is None and row["status"] != "cancelled"
        ]

    def person(self, client):
        while client and self.clients[client]["merged_into_id"]:
            client = self.clients[client]["merged_into_id"]
        return client

    def _where_and_when(self, row):
        site = self.sites.get(row["site_id"], {})
        return {
            "id": row["id"],
            "date": row["occurred_on"],
            "month": f"{row['occurred_on']:%Y-%m}",
            "kind": row["kind"],
            "site": site.get("code") or "unknown",
            "district": site.get("district") or "unknown",
            "province": site.get("district__province") or "unknown",
            "organisation": self.organisations[row["organisation_id"]],
            "educator": self.users[row["recorded_by_id"]],
        }

    def group_on(self, person, on):
        held = [
            row for row in self.groups if row["client_id"] == person and (row["since"] is None or row["since"] <= on)
        ]
        return max(held, key=lambda row: row["since"] or date.min)["group"] if held else "UNK"

    def told(self, person, on, bands):
        """Sex, age and group of somebody on a day."""
        if person is None:
            return {"sex": "U", "age": None, "age_band": "unknown", "group": "UNK"}
        age = years(self.clients[person]["birth_date"], on)
        return {
            "sex": self.clients[person]["sex"],
            "age": age,
            "age_band": band_of(age, age, bands),
            "group": self.group_on(person, on),
        }


def suits(event, start, end, where):
    if not start <= event["date"] <= end:
        return False
    for key in ON_CONTACTS:
        if key in where:
            values = event[key] if key == "service" else {event[key]}
            if not values & set(where[key]):
                return False
    return True


def passes(row, where):
    return all(
        row.get(key) in where[key] for key in ("sex", "age_band", "group", "testing", "commodity") if key in where
    )


# --- people -------------------------------------------------------------------------------------------


def gather(world, start, end, where, bands, size=None):
    """Each person's qualifying contacts, with sex, age and group at the first one."""
    found = {}
    for contact in world.contacts:
        fits = contact["person"] and contact["kind"] in KINDS and (size is None or contact["size"] <= size)
        if fits and suits(contact, start, end, where):
            found.setdefault(contact["person"], []).append(contact)
    return {
        person: (world.told(person, min(contact["date"] for contact in contacts), bands), contacts)
        for person, contacts in found.items()
    }


def is_known(world, person, start):
    since = world.clients[person]["known_positive_since"]
    return since is not None and since < start


def child_selling(told):
    return told["group"] in ("FSW", "MSW") and told["age"] is not None and told["age"] < 18


def prevention(world, code, start, end, where, bands):
    """People of one plain period, with their testing status."""
    key = code == "KP_PREV"
    role = "kp_prev_role" if key else "pp_prev_role"
    counted = {}
    for person, (told, contacts) in gather(world, start, end, where, bands, 25 if key else None).items():
        if bool(GROUPS[told["group"]]["mer_kp"]) != key or child_selling(told):
            continue
        age = told["age"]
        ovc = world.clients[person]["ovc_preventive"]
        if not key and (told["group"] == "YSE" or (age is not None and (age < 10 or (ovc and age < 15)))):
            continue
        known = is_known(world, person, start)
        tests = any(
            SERVICES[service][role] == "hts" and contact["outcome"] != "not_offered"
            for contact in contacts
            for service in contact["service"]
        )
        other = any(SERVICES[service][role] == "yes" for contact in contacts for service in contact["service"])
        if other and (tests or known):
            counted[person] = {**told, "testing": testing(contacts, known, key)}
    return counted


def testing(contacts, known, key):
    outcomes = {contact["outcome"] for contact in contacts}
    if known or "known_pos" in outcomes:
        return "known_pos"
    bare = [contact["service"] for contact in contacts if not contact["outcome"]]
    if "tested_or_ref" in outcomes or any(services & {"HTS_REF", "HTS_DONE", "HIVST"} for services in bare):
        return "tested_or_ref"
    if "declined" in outcomes:
        return "declined"
    return "not_required" if "not_required" in outcomes and not key else "not_recorded"


def halves(world, code, start, end, where, bands):
    """Rows of people under the half-year rule."""
    october, march, april = date(start.year, 10, 1), date(start.year + 1, 3, 31), date(start.year + 1, 4, 1)
    if (start, end) == (october, date(start.year + 1, 9, 30)):
        return [
            *halves(world, code, october, march, where, bands),
            *halves(world, code, april, end, where, bands),
        ]
    counted = prevention(world, code, start, end, where, bands)
    if (start, end) == (date(start.year, 4, 1), date(start.year, 9, 30)):
        before = prevention(world, code, date(start.year - 1, 10, 1), date(start.year, 3, 31), where, bands)
        counted = {person: row for person, row in counted.items() if person not in before}
    return list(counted.values())


def package(world, code, start, end, where, bands):
    rows = []
    for person, (told, contacts) in gather(world, start, end, where, bands, 25).items():
        if GROUPS[told["group"]]["gf_indicator"] != code[3:] or child_selling(told):
            continue
        given = set()
        for contact in contacts:
            given |= set(contact["service"])
        met = [bool(part & given) for part in PARTS]
        met[2] = met[2] or is_known(world, person, start)
        if all(met):
            rows.append(told)
    return rows


def equipped(world, start, end, where, bands):
    """People who inject drugs with the months in which they had equipment."""
    rows = []
    for told, contacts in gather(world, start, end, where, bands).values():
        if told["group"] == "PWID":
            months = {
                contact["month"]
                for contact in contacts
                if "NSP" in contact["service"] or any(NEEDLES[x["commodity"]] * x["given"] for x in contact["lines"])
            }
            rows.append((told, months))
    return rows


# --- pieces and events --------------------------------------------------------------------------------


def units(world, start, end, where, bands):
    """(what is told of it, commodity line) of contacts and sessions."""
    for contact in world.contacts:
        if suits(contact, start, end, where):
            told = world.told(contact["person"], contact["date"], bands)
            for line in contact["lines"]:
                yield {**told, "commodity": line["commodity"]}, line
    for line in world.session_lines:
        session = world.sessions.get(line["session_id"])
        if session and suits(session, start, end, where):
            yield {**world.told(None, None, bands), "commodity": line["commodity"]}, line


def rows_of(world, code, start, end, where, bands):
    """(row, numerator, denominator) of everything that adds up to the figure, before filters on people."""
    if code == "REACH":
        return [(told, 1, 0) for told, _contacts in gather(world, start, end, where, bands).values()]
    if code in ("KP_PREV", "PP_PREV"):
        return [(row, 1, 0) for row in halves(world, code, start, end, where, bands)]
    if code.startswith("GF_"):
        return [(row, 1, 0) for row in package(world, code, start, end, where, bands)]
    if code == "CONTACTS":
        found = [contact for contact in world.contacts if suits(contact, start, end, where)]
        return [(world.told(contact["person"], contact["date"], bands), 1, 0) for contact in found]
    if code == "ATTENDANCES":
        return list(attendances(world, start, end, where, bands))
    if code == "COMMODITIES":
        return [(row, line["given"], 0) for row, line in units(world, start, end, where, bands)]
    if code == "REF_DONE":
        found = [row for row in world.referrals if suits(row, start, end, where)]
        return [(world.told(row["person"], row["date"], bands), int(in_time(row)), 1) for row in found]
    return needles(world, code, start, end, where, bands)


def attendances(world, start, end, where, bands):
    for line in world.heads:
        session = world.sessions.get(line["session_id"])
        if session and suits(session, start, end, where):
            atomic = ATOMIC[line["age_band"]]
            known = atomic["min_age"] != ""
            band = band_of(int(atomic["min_age"]), int(atomic["max_age"]), bands) if known else "unknown"
            yield {"sex": line["sex"], "age_band": band}, line["heads"], 0


def in_time(row):
    return row["status"] == "completed" and row["closed"] <= row["date"] + timedelta(days=90)


def needles(world, code, start, end, where, bands):
    if code == "NS_RETURN":
        handed = [
            (row, NEEDLES[line["commodity"]] * line["taken_back"], NEEDLES[line["commodity"]] * line["given"])
            for row, line in units(world, start, end, where, bands)
        ]
        rounds = [one for one in world.rounds if suits(one, start, end, where)]
        return handed + [(world.told(None, None, bands), one["pieces"], 0) for one in rounds]
    people = equipped(world, start, end, where, bands)
    if code == "NS_PER_PWID_REACHED":
        given = [(row, NEEDLES[x["commodity"]] * x["given"], 0) for row, x in units(world, start, end, where, bands)]
        return given + [(told, 0, 1) for told, months in people if months]
    touched = (end.year - start.year) * 12 + end.month - start.month + 1
    least = 1 if code == "WHO_PRV.8" else touched
    return [(told, int(len(months) >= least), 1) for told, months in people]


# --- the figure ---------------------------------------------------------------------------------------


def month_part(month, start, end):
    first = date.fromisoformat(f"{month}-01")
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return max(first, start), min(last, end)


def values_in(world, key):
    found = set()
    for event in (*world.contacts, *world.sessions.values(), *world.referrals, *world.rounds):
        found |= event[key] if key == "service" else {event[key]}
    return sorted(found)


def count(world, code, start, end, by=(), where=None, bands="YOUTH_10_24"):
    """{cell: (numerator, denominator)} and the pair of the total."""
    if code.startswith("HL_") or code in ("SG_TIMELY", "STOCK"):
        from tests.dashboards import naive_elsewhere  # noqa: PLC0415 - which reads age bands as this module does

        return naive_elsewhere.count(world, code, start, end, by, where, bands)
    where = where or {}
    outer = [key for key in by if key in ON_CONTACTS]
    cells = Counter(), Counter()
    for combination in product(*(values_in(world, key) for key in outer)):
        narrowed = dict(zip(outer, combination, strict=True))
        if any(value not in where.get(key, [value]) for key, value in narrowed.items()):
            continue
        first, last = month_part(narrowed["month"], start, end) if "month" in narrowed else (start, end)
        if first > last:
            continue
        inner = {**where, **{key: [value] for key, value in narrowed.items()}}
        for row, one, other in rows_of(world, code, first, last, inner, bands):
            if passes(row, where):
                cell = tuple(narrowed.get(key) or row[key] for key in by)
                cells[0][cell] += one
                cells[1][cell] += other
    total = [0, 0]
    for row, one, other in rows_of(world, code, start, end, where, bands):
        if passes(row, where):
            total[0] += one
            total[1] += other
    return {cell: (cells[0][cell], cells[1][cell]) for cell in cells[0]}, tuple(total)


def median_days(world, start, end):
    days = [(r["closed"] - r["date"]).days for r in world.referrals if start <= r["date"] <= end and in_time(r)]
    return float(median(days)) if days else None
