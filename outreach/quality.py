"""The data-quality desk's checks: what in the records of the last twelve months looks wrong, found anew each time.

Each check answers light rows in two queries at most; the words of a row are made for the page that is shown. Nothing
is stored but the findings that somebody closed, with the fingerprint of the data that they judged.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from core.actions.audit import canonical
from core.ages import Precision, age_on
from core.models import Record, User
from core.models.users import SYSTEM_USERNAME
from core.permissions import Permission
from core.scope import Scope
from outreach.models import Client, ClosedFinding, Contact, Fact

LOOK_BACK = timedelta(days=365)
OLDEST_LIKELY = 100
YOUNGEST_ADULT = 10
# Groups of which nobody under ten is a member: what is written there is a wrong age, or the wrong group.
ADULT_GROUPS = frozenset(
    {"PWID", "PWUD", "MSM", "TG", "FEW", "FSW", "MSW", "PRIS", "GFW", "OWK", "MIG", "UNI", "FISH", "CSW", "MARYP"}
)
# Whipple's index counts ages that end in 0 or 5 against a fifth of all: 100 is even, 500 is all of them; from 175 on
# the United Nations call the ages "very rough".
HEAPED_FROM = 175
HEAPED_OF = 20
TYPED = (Record.Source.WEB, Record.Source.PHONE)
ALIKE_FROM = 5
ALIKE_WITHIN = timedelta(minutes=5)


class Row(NamedTuple):
    """One finding. `key` is the same each time it is found; `facts` are what was judged, for its fingerprint and words.

    `client` or `contact` is the record to look at; without one it is the worker's contacts of the day.
    """

    key: str
    organisation: int
    day: date
    facts: tuple
    worker: int | None = None
    site: UUID | None = None
    client: UUID | None = None
    contact: UUID | None = None

    @property
    def fingerprint(self) -> str:
        """The state of the data: when it changes, a closed finding opens again."""
        return hashlib.sha256(canonical(self.facts)).hexdigest()


@dataclass(frozen=True)
class Desk:
    """What one person looks at: the records of their organisations in the last twelve months.

    With `workers` only what these typed or did: the findings are those of the whole desk that name them.
    """

    scope: Scope
    today: date
    workers: frozenset[int] | None = None

    @property
    def since(self) -> date:
        return self.today - LOOK_BACK

    @property
    def organisations(self) -> list[int]:
        return self.scope.all_organisations(Permission.QUALITY_VIEW)

    def clients(self):
        """People registered in the period, child-protection records only for those who may see them."""
        return self.everybody().surviving().filter(occurred_on__gte=self.since)

    def everybody(self):
        """People of any day, merged ones too, who may have been met in the period."""
        mine = Client.objects.visible_to(self.scope).countable().filter(organisation_id__in=self.organisations)
        return mine if self.workers is None else mine.filter(recorded_by__in=self.workers)

    def contacts(self):
        mine = Contact.objects.visible_to(self.scope).countable()
        mine = mine.filter(organisation_id__in=self.organisations, occurred_on__gte=self.since)
        return mine if self.workers is None else mine.filter(worker__in=self.workers)

    def facts(self):
        """Contacts of the period by whoever is looked at."""
        every = self.facts_of_everybody()
        return every if self.workers is None else every.filter(educator__in=self.workers)

    def facts_of_everybody(self):
        """Contacts of the period by anybody: what is wrong with a person may show at another's contact."""
        return Fact.objects.filter(organisation__in=self.organisations, date__gte=self.since, date__lte=self.today)


def impossible_ages(desk: Desk) -> Iterator[Row]:
    """People met before their birth, beyond a hundred years, or under ten in a group of adults."""
    odd = Q(age__gt=OLDEST_LIKELY) | Q(age=0) | Q(age__lt=YOUNGEST_ADULT, group__in=ADULT_GROUPS)
    met = desk.facts_of_everybody().filter(odd, client__isnull=False)
    if desk.workers is not None:
        met = met.filter(client__in=desk.everybody().order_by().values("pk"))
    met = met.order_by().values_list("client")
    found = {pk: (first, group) for pk, first, group in met.annotate(Min("date"), Max("group"))}
    fields = ("pk", "organisation_id", "recorded_by_id", "birth_date", "birth_precision")
    rows = desk.everybody().filter(pk__in=found).values_list(*fields) if found else ()
    for pk, organisation, by, born, precision in rows:
        first, group = found[pk]
        if why := why_impossible(born, precision, first, group):
            yield Row(str(pk), organisation, first, (why, str(born), precision, str(first), group), by, client=pk)


def why_impossible(born: date, precision: str, met: date, group: str) -> str:
    """Why an age can't be: `before`, `old`, `young`; empty if it can. An imprecise birth is told apart by the year."""
    if (met < born) if precision == Precision.DAY else (met.year < born.year):
        return "before"
    age = age_on(born, met) or 0
    if age > OLDEST_LIKELY:
        return "old"
    return "young" if age < YOUNGEST_ADULT and group in ADULT_GROUPS else ""


def heaped_ages(desk: Desk) -> Iterator[Row]:
    """Workers whose guessed ages end in 0 or 5 far too often, by quarter of registration."""
    guessed = desk.clients().filter(birth_precision__in=(Precision.ESTIMATED, Precision.YEAR))
    ages: dict[tuple, Counter] = defaultdict(Counter)
    rows = guessed.order_by().values_list("organisation_id", "recorded_by_id", "occurred_on", "birth_date")
    for organisation, by, day, born in rows:
        quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        ages[organisation, by, quarter][max(day.year - born.year, 0) % 5 == 0] += 1
    for (organisation, by, quarter), count in ages.items():
        people = count[True] + count[False]
        index = whipple(count[True], people)
        if people >= HEAPED_OF and index >= HEAPED_FROM:
            yield Row(f"{by}:{quarter}", organisation, quarter, (index, count[True], people), by)


def whipple(heaped: int, people: int) -> int:
    """Ages that end in 0 or 5 for each hundred that chance would give."""
    return round(heaped * 500 / people) if people else 0


def new_year_births(desk: Desk) -> Iterator[Row]:
    """Birth dates of a first of January that are said to be known to the day."""
    days = [date(year, 1, 1) for year in range(desk.today.year - 110, desk.today.year + 1)]
    born = desk.clients().filter(birth_precision=Precision.DAY, birth_date__in=days)
    for pk, organisation, by, day, birth in born.values_list(
        "pk", "organisation_id", "recorded_by_id", "occurred_on", "birth_date"
    ):
        yield Row(str(pk), organisation, day, (str(birth),), by, client=pk)


def too_many(desk: Desk) -> Iterator[Row]:
    """More contacts with one person each than one worker can make in a day."""
    nobody = User.objects.filter(username=SYSTEM_USERNAME).values("pk")
    days = desk.facts().filter(group_size=1).exclude(educator__in=nobody)
    days = days.order_by().values_list("organisation", "educator", "date").annotate(number=Count("pk"))
    for organisation, worker, day, number in days.filter(number__gt=settings.MOST_CONTACTS_A_DAY):
        yield Row(f"{worker}:{day}", organisation, day, (number,), worker)


def copied(desk: Desk) -> Iterator[Row]:
    """Five contacts or more of one worker on one day that say the same of different people, typed within minutes."""
    alike = ("organisation", "educator", "date", "kind", "services", "ns_given", "ns_taken_back", "hts_outcome", "site")
    same = desk.facts().filter(client__isnull=False).order_by().values(*alike)
    same = list(same.annotate(number=Count("pk")).filter(number__gte=ALIKE_FROM))
    if not same:
        return
    wanted = {tuple(row[name] for name in alike) for row in same}
    days = Q(occurred_on__in={row["date"] for row in same}, worker__in={row["educator"] for row in same})
    facts = [f"fact__{name}" for name in alike]
    lines = ("commodities__commodity", "commodities__given", "commodities__taken_back")
    rows = desk.contacts().filter(days, client__isnull=False, source__in=TYPED)
    groups: dict[tuple, dict[UUID, list]] = defaultdict(dict)
    for pk, at, note, client, *rest in rows.order_by("pk").values_list(
        "pk", "recorded_at", "note", "fact__client", *facts, *lines
    ):
        said, line = tuple(rest[: len(facts)]), tuple(rest[len(facts) :])
        if said in wanted:
            groups[said].setdefault(pk, [at, note, client, []])[3].append(line)
    for said, contacts in groups.items():
        yield from _runs(said, contacts)


def _runs(said: tuple, contacts: Mapping[UUID, list]) -> Iterator[Row]:
    """Of contacts with the same services: those with the same goods and note, typed one after the other."""
    by_content: dict[tuple, list] = defaultdict(list)
    for pk, (at, note, client, lines) in contacts.items():
        goods = tuple(sorted(line for line in lines if line[0]))
        by_content[goods, note].append((at, str(pk), client))
    organisation, worker, day, kind, *_rest, site = said
    for (goods, note), rows in by_content.items():
        for run in runs_of(sorted(rows)):
            if len({client for _at, _pk, client in run}) >= ALIKE_FROM:
                content = hashlib.sha256(canonical([said, goods, note, run[0][1]])).hexdigest()[:12]
                facts = (len(run), kind, sorted(pk for _at, pk, _client in run))
                yield Row(f"{worker}:{day}:{content}", organisation, day, facts, worker, site)


def runs_of(rows: list[tuple]) -> Iterator[list[tuple]]:
    """Rows in order of the moment they were typed, parted where more than some minutes lie between two."""
    run: list[tuple] = []
    for row in rows:
        if run and row[0] - run[-1][0] > ALIKE_WITHIN:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def late(desk: Desk) -> Iterator[Row]:
    """Contacts typed long after they happened; what came from a file was somewhere on time."""
    allowed = timedelta(days=settings.LATE_AFTER_DAYS)
    typed = desk.contacts().exclude(source=Record.Source.IMPORT).order_by()
    newest = typed.values_list("occurred_on").annotate(newest=Max("recorded_at"))
    days = [day for day, at in newest if local_day(at) - day > allowed]
    if not days:
        return
    # The first of these days is the earliest on which anything late can have been typed.
    first = timezone.make_aware(datetime.combine(min(days) + allowed, time.min))
    rows = typed.filter(occurred_on__in=days, recorded_at__gte=first)
    for pk, organisation, worker, site, day, at in rows.values_list(
        "pk", "organisation_id", "worker_id", "site_id", "occurred_on", "recorded_at"
    ):
        if (waited := local_day(at) - day) > allowed:
            yield Row(str(pk), organisation, day, (waited.days, str(day)), worker, site, contact=pk)


def local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def missing(desk: Desk) -> Iterator[Row]:
    """People whose sex or age nobody wrote down."""
    rows = desk.clients().filter(Q(sex="U") | Q(birth_date=None)).order_by()
    fields = ("pk", "organisation_id", "recorded_by_id", "occurred_on", "sex", "birth_date")
    for pk, organisation, by, day, sex, born in rows.values_list(*fields):
        yield Row(str(pk), organisation, day, (sex == "U", born is None), by, client=pk)


Rows = Callable[[Desk], Iterable[Row]]
# In the order of the desk. Duplicates have a worklist of their own.
CHECKS: dict[str, Rows] = {
    "impossible_ages": impossible_ages,
    "heaped_ages": heaped_ages,
    "new_year_births": new_year_births,
    "too_many": too_many,
    "copied": copied,
    "late": late,
    "missing": missing,
}
# Checks whose rows lie at a site.
AT_SITES = frozenset({"copied", "late"})


def closed_of(desk: Desk, names: Iterable[str]) -> dict[tuple[str, int, str], str]:
    """Fingerprints of what was closed, by check, organisation and key."""
    rows = ClosedFinding.objects.filter(organisation__in=desk.organisations, check_name__in=list(names)).order_by()
    return {
        (name, org, key): f
        for name, org, key, f in rows.values_list("check_name", "organisation", "key", "fingerprint")
    }


def open_rows(desk: Desk, name: str, closed: Mapping[tuple[str, int, str], str]) -> list[Row]:
    """The findings of one check that nobody closed, or whose data changed since, the newest first."""
    rows = [r for r in CHECKS[name](desk) if not _stays_closed(r, closed.get((name, r.organisation, r.key)))]
    return sorted(rows, key=lambda row: (-row.day.toordinal(), row.key))


def _stays_closed(row: Row, fingerprint: str | None) -> bool:
    return fingerprint is not None and fingerprint == row.fingerprint


def numbers_of_workers(desk: Desk) -> dict[tuple[int, int], Counter[str]]:
    """How many findings of each check are open, by organisation and the worker whom they name."""
    closed, found = closed_of(desk, CHECKS), defaultdict[tuple[int, int], Counter[str]](Counter)
    for name in CHECKS:
        for row in open_rows(desk, name, closed):
            if row.worker is not None and (desk.workers is None or row.worker in desk.workers):
                found[row.organisation, row.worker][name] += 1
    return found


def numbers_open(desk: Desk) -> dict[str, int]:
    """How many findings of each check are open."""
    closed = closed_of(desk, CHECKS)
    return {name: len(open_rows(desk, name, closed)) for name in CHECKS}


def narrowed(rows: Iterable[Row], chosen: Mapping[str, Any]) -> list[Row]:
    """The rows of a worker and at a site, where these are asked for."""
    worker, site = chosen.get("worker"), chosen.get("site")
    return [row for row in rows if (not worker or row.worker == worker) and (not site or row.site == site)]
