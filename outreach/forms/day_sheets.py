"""The day-sheet grid: twenty lines of plain cells, read together, each with what is wrong or to be asked."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core import ages, codes
from core.ages import Precision
from core.import_reports import uuid_of
from core.models import Organisation, Site
from core.permissions import Permission
from core.scope import Scope
from outreach import finding, hotspots, sheet_people, wording
from outreach.actions.day_sheets import SheetLine, problems_of
from outreach.forms.contacts import KNOWN_POSITIVE
from outreach.models import Client, Consent, Contact
from outreach.rules import day_sheets as rules
from outreach.rules.clients import Belonging, ClientEntry, ConsentGiven
from outreach.rules.contacts import ContactEntry
from outreach.rules.day_sheets import CARRIED, COLUMNS, LINES, TICKED, Reading
from outreach.rules.referrals import ReferralEntry
from outreach.sheet_people import NewPerson
from outreach.staff import field_staff, may_name_workers

CONDOM, LUBRICANT, SYRINGE = "COND_M", "LUBE_S", "SYR_1ML_FIX"
LONGEST_TEXT = 300
# A field of the rules → the column where it was typed.
CELL_OF = {
    "occurred_on": "date",
    "site": "site",
    "worker": "worker",
    "client": "person",
    "kind": "kind",
    "services": "services",
    "given": "condoms",
    "taken_back": "returned",
    "hts_outcome": "hts",
    "type": "referral",
    "note": "note",
    "new_sex": "sex",
    "new_birth_date": "age",
    "new_groups": "group",
    "new_nickname": "person",
    "new_consents": "consent",
    "new_occurred_on": "date",
}


@dataclass
class Line:
    """One line of the sheet: its texts as typed, and what reading them came to.

    `questions` are asked once and may be answered with yes; `facts` say what was understood.
    """

    number: int
    id: uuid.UUID
    texts: dict[str, str]
    ticks: frozenset[str]
    confirmed: str = ""
    done: bool = False
    blank: bool = True
    reading: Reading | None = None
    errors: dict[str, str] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)
    people: list[Client] = field(default_factory=list)
    person: Client | None = None
    said: SheetLine | None = None
    outcome: str = ""
    url: str = ""

    @property
    def key(self) -> str:
        """What the questions are about: a yes holds for these and no others."""
        return hashlib.sha256(" ".join(sorted(self.questions)).encode()).hexdigest()[:16] if self.questions else ""

    @property
    def is_confirmed(self) -> bool:
        return bool(self.questions) and self.confirmed == self.key

    @property
    def ready(self) -> bool:
        """Whether the line can be saved."""
        return bool(self.said) and not self.errors and (not self.questions or self.is_confirmed)

    @property
    def new_id(self) -> uuid.UUID:
        """The number of the person whom the line registers: it follows from the line's, so a retry is safe."""
        return uuid.uuid5(self.id, "client")

    def cells(self) -> list[dict]:
        """Each column with what was typed, for the template."""
        return [
            {
                "column": c,
                "name": f"{c.name}-{self.number}",
                "text": self.texts[c.name],
                "error": self.errors.get(c.name),
            }
            for c in COLUMNS
        ]

    def tick_cells(self) -> list[tuple[str, str, bool]]:
        return [(code, codes.label("service", code), code in self.ticks) for code in TICKED]

    def messages(self) -> list[tuple[Any, str, str]]:
        """(label of the column, its cell, sentence) of everything wrong."""
        labels = {column.name: column.label for column in COLUMNS}
        return [(labels[name], f"{name}-{self.number}", text) for name, text in self.errors.items()]


class DaySheet:
    """Twenty lines for one organisation. Without data it is fresh; `carried` fills in its first line.

    `read` reads everything typed in a constant number of queries.
    """

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        scope: Scope,
        organisation: Organisation,
        today: date,
        carried: Mapping[str, str] | None = None,
    ) -> None:
        self.scope, self.organisation, self.today = scope, organisation, today
        self.lines = [self._line(data, number) for number in range(LINES)]
        if data is None:
            self.lines[0].texts |= {name: text for name, text in (carried or {}).items() if name in CARRIED}

    def _line(self, data: Mapping[str, str] | None, number: int) -> Line:
        if data is None:
            return Line(number, uuid.uuid4(), {column.name: "" for column in COLUMNS}, frozenset())
        texts = {c.name: data.get(f"{c.name}-{number}", "")[:LONGEST_TEXT].replace("\x00", "") for c in COLUMNS}
        ticks = frozenset(code for code in TICKED if data.get(f"tick-{code}-{number}"))
        pk = uuid_of(data.get(f"id-{number}", "")) or uuid.uuid4()
        confirmed, done = data.get(f"confirm-{number}", ""), bool(data.get(f"done-{number}"))
        return Line(number, pk, texts, ticks, confirmed, done)

    # --- choices ---------------------------------------------------------------------------------

    @cached_property
    def names_workers(self) -> bool:
        return bool(may_name_workers(self.scope, [self.organisation.pk]))

    @cached_property
    def _sites(self) -> dict[str, tuple[uuid.UUID, str]]:
        sites = Site.objects.visible_to(self.scope).open().filter(organisation=self.organisation).order_by("name")
        names = hotspots.names_for(self.scope)
        return {code: (pk, names.get(pk, name)) for code, pk, name in sites.values_list("code", "pk", "name")}

    @cached_property
    def _workers(self) -> dict[str, int]:
        if not self.names_workers:
            return {}
        return dict(field_staff([self.organisation.pk]).values_list("username", "pk"))

    @cached_property
    def choices(self) -> dict[str, dict[str, str]]:
        """Code → label of every kind of coded cell: also what the cells suggest."""
        outcomes = dict(codes.choices("hts_offer_outcome"))
        knows = settings.KNOWN_POSITIVE_KEPT and self.scope.can(Permission.KNOWN_POSITIVE, self.organisation.pk)
        if not knows:
            outcomes.pop(KNOWN_POSITIVE, None)
        groups = dict(codes.choices("population_group"))
        if not knows:
            groups.pop("PLHIV", None)
        kinds = codes.in_use("contact_type").items()
        return {
            "site": {code: name for code, (_pk, name) in self._sites.items()},
            "worker": dict.fromkeys(self._workers, ""),
            "sex": dict(codes.choices("sex")),
            "group": groups,
            "consent": {key: text for key, text in codes.choices("consent_status") if key != "withdrawn"},
            "kind": {key: c.label for key, c in kinds if c.attributes.get("counting_level") != "anonymous"},
            "service": dict(codes.choices("service")),
            "hts": outcomes,
            "referral": dict(codes.choices("referral_type")),
        }

    @property
    def suggestions(self) -> dict[str, dict[str, str]]:
        """The choices that cells suggest: schools where nobody was met yet are taken, but not listed."""
        mine = Site.objects.filter(organisation=self.organisation)
        near = set(mine.besides_schools(Contact.objects.all()).values_list("code", flat=True))
        return self.choices | {"site": {code: name for code, name in self.choices["site"].items() if code in near}}

    # --- reading ---------------------------------------------------------------------------------

    def read(self) -> None:
        """Read every line: values, people, what looks odd, and what the rules say."""
        above, day = {"date": str(self.today), "kind": "one_to_one"}, self.today
        for line in self.lines:
            line.blank = rules.is_blank(line.texts, line.ticks)
            texts = rules.carried_on(line.texts, above)
            carry = {name: texts[name] for name in CARRIED}
            if line.blank:
                # An empty line in between carries on what stands in it, and says nothing else.
                above, day = above | carry, self._day(texts["date"], day)
                continue
            line.reading = rules.read(texts, self.choices, day)
            line.errors = dict(line.reading.errors)
            above, day = texts, line.reading.values["date"] or day
        self._find_people()
        for line in self.open_lines:
            self._ask_about(line)
        self._flag_twice()
        self._flag_new()
        for line in self.open_lines:
            if not line.errors:
                line.said = self._said(line)
        self._check()

    def _day(self, text: str, above: date) -> date:
        try:
            return rules.day_of(text, above)
        except ValueError:
            return above

    @property
    def open_lines(self) -> list[Line]:
        """Lines that say something and aren't saved."""
        return [line for line in self.lines if line.reading and not line.done]

    def _find_people(self) -> None:
        words = {line.reading.person for line in self.open_lines}
        found = sheet_people.named(self.scope, self.organisation, words)
        met = finding.last_met({client for people in found.values() for client in people})
        for line in self.open_lines:
            reading = line.reading
            line.people = found.get(reading.person, [])
            if reading.new:
                line.errors |= dict(rules.needed_of_new(reading))
                line.facts.append(_("New person: %(name)s") % {"name": reading.nickname or _("no nickname")})
            elif not reading.person:
                continue
            elif len(line.people) == 1:
                [line.person] = line.people
                line.facts.append(described(line.person, met))
            elif line.people:
                named = "; ".join(described(client, met) for client in line.people[:6])
                text = _("Several people are called this. Write the card instead: %(people)s")
                line.errors["person"] = text % {"people": named}
            else:
                line.errors["person"] = _(
                    "Nobody here has this card, reference or nickname. Check it; write “new” before a nickname to "
                    "register the person, or clear the cell for an anonymous contact."
                )

    def _ask_about(self, line: Line) -> None:
        """Ask where the line says something else of the person than the record, or what an anonymous one can't keep."""
        values, person = line.reading.values, line.person
        typed = [name for name in ("sex", "age", "group") if values[name] not in (None, "")]
        if not typed or line.reading.new:
            return
        if not line.reading.person:
            line.questions["anonymous"] = _(
                "An anonymous contact keeps no sex, age or group. Save it without? Or write “new” to register them."
            )
        elif person:
            day = values["date"] or self.today
            known = {"sex": person.sex, "age": sheet_people.looks_on(person, day), "group": person.group_on(day)}
            blank = {"sex": "U", "age": None, "group": "UNK"}
            typed_as = {name: values[name] if name in typed else blank[name] for name in blank}
            if not sheet_people.alike(tuple(typed_as.values()), tuple(known.values())):
                text = _("The record says %(known)s. Is it the right person? The record stays as it is.")
                group = codes.label("population_group", known["group"])
                about = wording.joined([wording.sex_and_age(person), group])
                line.questions[f"other:{person.pk}"] = text % {"known": about}

    def _flag_twice(self) -> None:
        """Ask about people recorded on the same day at the same site already, before or in a line above."""
        mine = [line for line in self.open_lines if line.person and "date" not in line.errors]
        days = {line.reading.values["date"] for line in mine}
        before = sheet_people.recorded_on(self.scope, self.organisation, {line.person.pk for line in mine}, days)
        seen: dict[tuple, int] = {}
        for line in mine:
            key = (line.person.pk, line.reading.values["date"], self._site_id(line))
            if before.get(key, line.id) != line.id:
                line.questions[f"again:{key}"] = _("This person was recorded on that day at that site already.")
            elif key in seen:
                text = _("This person stands in line %(line)s already, on the same day at the same site.")
                line.questions[f"again:{key}"] = text % {"line": seen[key] + 1}
            seen.setdefault(key, line.number)

    def _flag_new(self) -> None:
        """Ask about new people who look like somebody known, or like one of a line above."""
        new = [line for line in self.open_lines if line.reading.new and "date" not in line.errors]
        people = {line.number: self._new_person(line) for line in new}
        found = sheet_people.like_new(self.scope, self.organisation, people.values())
        met = finding.last_met({client for matches in found.values() for client in matches})
        for line in new:
            for client in found.get(line.new_id, ()):
                text = _("Is it the same person as %(person)s? Then write that card. Another person: say so below.")
                line.questions[f"like:{client.pk}"] = text % {"person": described(client, met)}
            me = people[line.number]
            for above in (row for row in new if row.number < line.number):
                other = people[above.number]
                same = me.nickname.casefold() == other.nickname.casefold() and (me.nickname or me.day == other.day)
                if same and sheet_people.alike((me.sex, me.age, me.group), (other.sex, other.age, other.group)):
                    text = _("Line %(line)s registers somebody like this too. Is it the same person?")
                    line.questions[f"line:{above.id}"] = text % {"line": above.number + 1}

    def _new_person(self, line: Line) -> NewPerson:
        values = line.reading.values
        sex, group = values["sex"] or "U", values["group"] or "UNK"
        return NewPerson(line.new_id, line.reading.nickname, sex, values["age"], group, values["date"])

    # --- what it says ----------------------------------------------------------------------------

    def _site_id(self, line: Line) -> uuid.UUID | None:
        return self._sites[code][0] if (code := line.reading.values["site"]) else None

    def _said(self, line: Line) -> SheetLine:
        values = line.reading.values
        new = self._client(line) if line.reading.new else None
        who = new.id if new else line.person and line.person.pk
        services = line.ticks | frozenset(values["services"])
        # Giving needles, or taking them back, means the service: as on the form of harm reduction.
        services |= {"NSP"} if values["syringes"] else set()
        services |= {"NSP_COLLECT"} if values["returned"] else set()
        given = {CONDOM: values["condoms"], LUBRICANT: values["lubricant"], SYRINGE: values["syringes"]}
        contact = ContactEntry(
            id=line.id,
            occurred_on=values["date"],
            kind=values["kind"],
            client_id=who,
            site_id=self._site_id(line),
            services=services,
            given={code: number for code, number in given.items() if number},
            taken_back={SYRINGE: values["returned"]} if values["returned"] else {},
            hts_outcome=values["hts"],
            worker_id=self._workers.get(values["worker"], self.scope.user_id),
            note=values["note"],
        )
        return SheetLine(contact, new, self._referral(line, who))

    def _client(self, line: Line) -> ClientEntry:
        values, day = line.reading.values, line.reading.values["date"]
        age = values["age"]
        return ClientEntry(
            id=line.new_id,
            occurred_on=day,
            sex=values["sex"],
            birth_date=None if age is None else ages.estimated_birth(age, day),
            birth_precision=Precision.UNKNOWN if age is None else Precision.ESTIMATED,
            groups=(Belonging(values["group"]),) if values["group"] != "UNK" else (),
            nickname=line.reading.nickname,
            consents=(ConsentGiven(Consent.Purpose.RECORD, values["consent"], day),),
        )

    def _referral(self, line: Line, who: uuid.UUID | None) -> ReferralEntry | None:
        kind = line.reading.values["referral"]
        if not kind:
            return None
        if who is None:
            line.errors["referral"] = _("Only somebody with a record can be referred. Name the person, or clear this.")
            return None
        return ReferralEntry(
            id=uuid.uuid5(line.id, "referral"),
            occurred_on=line.reading.values["date"],
            client_id=who,
            contact_id=line.id,
            type=kind,
            urgent=codes.table("referral_type")[kind].attributes.get("urgent") == "1",
        )

    def _check(self) -> None:
        ready = [line for line in self.open_lines if line.said]
        wrong = problems_of(lines=[line.said for line in ready], organisation=self.organisation) if ready else {}
        for place, problems in wrong.items():
            for problem in problems:
                ready[place].errors.setdefault(CELL_OF.get(problem.field, "person"), problem.message)


def described(client: Client, met: Mapping) -> str:
    """A person in a few words: nickname, card, sex and age, when last met."""
    return wording.joined([wording.name(client), wording.sex_and_age(client), wording.last_met(met.get(client.pk))])
