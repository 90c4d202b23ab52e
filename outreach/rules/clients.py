"""The field rules of clients: the form, the import and the actions all ask here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from core import codes
from core.ages import OLDEST, Precision, age_on
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from outreach.models.clients import ICONS, primary_group

ADULT_AGE = 18
ADULTS_ONLY = frozenset({"FSW", "MSW"})
EXPLOITED_CHILD = "YSE"


@dataclass(frozen=True)
class Belonging:
    """A client belongs to a group from a day on; without a day, from the beginning."""

    group: str
    primary: bool = True
    since: date | None = None


@dataclass(frozen=True)
class ConsentGiven:
    """What a client said about one purpose, on a day."""

    purpose: str
    status: str
    given_on: date


@dataclass(frozen=True)
class ClientEntry:
    """What somebody wants recorded of a person. `answers` are the UIC's, hashed at once and forgotten."""

    occurred_on: date
    id: UUID = field(default_factory=uuid4)
    sex: str = "U"
    gender: str = ""
    birth_date: date | None = None
    birth_precision: str = Precision.UNKNOWN
    groups: tuple[Belonging, ...] = ()
    known_positive_since: date | None = None
    ovc_preventive: bool = False
    nickname: str = ""
    icon: str = ""
    reference: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    consents: tuple[ConsentGiven, ...] = ()
    card_code: str = ""

    def content(self) -> dict:
        """The same shape as `Client.content()`."""
        groups = sorted((str(row.since or ""), row.group, row.primary) for row in self.groups)
        return {
            "reference": self.reference,
            "occurred_on": str(self.occurred_on),
            "nickname": self.nickname,
            "icon": self.icon,
            "sex": self.sex,
            "gender": self.gender,
            "birth_date": str(self.birth_date or ""),
            "birth_precision": str(self.birth_precision),
            "known_positive_since": str(self.known_positive_since or ""),
            "ovc_preventive": self.ovc_preventive,
            "groups": [list(group) for group in groups],
        }

    def group_on(self, day: date) -> str:
        return primary_group([(row.since, row.group) for row in self.groups if row.primary], day)


def problems(entry: ClientEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    yield from happened_problems(entry.occurred_on, today)
    yield from code_problems("sex", "sex", [entry.sex], today)
    yield from code_problems("gender", "gender_identity", [entry.gender] if entry.gender else [], today)
    yield from note_problems(entry.nickname, "nickname")
    if len(entry.nickname) > 40:
        yield Problem("nickname", _("Keep the nickname to 40 characters."), entry.nickname[:40])
    if entry.icon and entry.icon not in ICONS:
        yield Problem("icon", _("Choose one of the pictures."), entry.icon)
    yield from _birth_problems(entry, today)
    yield from _group_problems(entry, today)
    since = entry.known_positive_since
    if since is not None and (since > today or (entry.birth_date and since < entry.birth_date)):
        yield Problem("known_positive_since", _("This day lies in the future or before birth. Check it."), str(since))
    for consent in entry.consents:
        yield from code_problems("consents", "consent_status", [consent.status], consent.given_on)


def _birth_problems(entry: ClientEntry, today: date) -> Iterator[Problem]:
    if entry.birth_precision not in list(Precision):
        known = ", ".join(Precision)
        text = _("Say how well the birth date is known: %(known)s.") % {"known": known}
        yield Problem("birth_precision", text, str(entry.birth_precision))
        return
    born = entry.birth_date
    if (born is None) != (entry.birth_precision == Precision.UNKNOWN):
        yield Problem("birth_date", _("Give the birth date, or say that it is unknown."), str(born or ""))
    if born is None:
        return
    exact = entry.birth_precision == Precision.DAY
    if (born > today) if exact else (born.year > today.year):
        yield Problem("birth_date", _("This birth date is in the future. Check the year."), str(born))
    elif (age_on(born, today) or 0) > OLDEST:
        text = _("This would make the person more than %(oldest)s years old. Check the year.") % {"oldest": OLDEST}
        yield Problem("birth_date", text, str(born))


def born_after_problems(entry: ClientEntry, met: date | None) -> Iterator[Problem]:
    """A birth after the day on which the person was first met."""
    born = entry.birth_date
    if born is None or met is None:
        return
    exact = entry.birth_precision == Precision.DAY
    if (met < born) if exact else (met.year < born.year):
        text = _("This person was met on %(day)s already, before this birth date. Check the date, or that contact.")
        yield Problem("birth_date", text % {"day": met}, str(born))


def _group_problems(entry: ClientEntry, today: date) -> Iterator[Problem]:
    yield from code_problems("groups", "population_group", sorted({row.group for row in entry.groups}), today)
    days = [row.since for row in entry.groups if row.primary]
    if len(days) != len(set(days)):
        yield Problem("groups", _("Two primary groups begin on the same day. Keep one of them."))
    for row in entry.groups:
        if row.since and row.since > today:
            yield Problem("groups", _("A group can't begin in the future."), str(row.since))
    for row in child_as_adult(entry, today):
        text = _("Under 18 this is never recorded as sex work. Use “%(group)s” (%(code)s): a child-protection record.")
        group = codes.label("population_group", EXPLOITED_CHILD)
        yield Problem("groups", text % {"group": group, "code": EXPLOITED_CHILD}, row.group)


def child_as_adult(entry: ClientEntry, today: date) -> list[Belonging]:
    """Groups for adults only that begin, or hold at registration, while the person is under 18."""
    found = []
    for row in entry.groups:
        age = age_on(entry.birth_date, row.since or entry.occurred_on or today)
        if row.group in ADULTS_ONLY and age is not None and age < ADULT_AGE:
            found.append(row)
    return found


ASSENTS = frozenset({"assent_guardian", "assent_only"})


def assent_problems(entry: ClientEntry, *, consent_age: int) -> Iterator[Problem]:
    """Below the programme's age of consent a record needs one of the assents: asked where consent is asked."""
    age = age_on(entry.birth_date, entry.occurred_on)
    for consent in entry.consents:
        if consent.purpose == "record" and age is not None and age < consent_age and consent.status not in ASSENTS:
            text = _("This person is under %(age)s. Ask for assent too, and choose an answer with assent.")
            yield Problem("consents", text % {"age": consent_age}, consent.status)


def with_children_protected(entry: ClientEntry, today: date) -> ClientEntry:
    """The entry with `YSE` for every group that `child_as_adult` finds: what an import stores, with a warning."""
    wrong = child_as_adult(entry, today)
    if not wrong:
        return entry
    groups = tuple(replace(row, group=EXPLOITED_CHILD) if row in wrong else row for row in entry.groups)
    return replace(entry, groups=groups)
