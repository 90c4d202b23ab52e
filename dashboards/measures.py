"""What an indicator is: its words, what one of it is, how it adds up, and the keys that it can be split by."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.permissions import Permission

OWNER = _("Monitoring and evaluation")
Words: TypeAlias = str | Promise

PERSON_KEYS = ("sex", "age_band", "group")
CONTACT_KEYS = ("province", "district", "site", "organisation", "kind", "service", "month", "educator")
# Every key that some indicator is split or limited by, as scripts name them.
KEYS = (*PERSON_KEYS, "testing", "commodity", "topic", "sector", "grade", "item", *CONTACT_KEYS)

# Instead of a code list: the kinds of places in which stock lies.
PLACES_OF_STOCK = "stock_place"

ADULT = 18
REFERRAL_DAYS = 90


class Measure(StrEnum):
    """What one of the figure is; measures are never added together."""

    PEOPLE = "people"
    CONTACTS = "contacts"
    ATTENDANCES = "attendances"
    UNITS = "units"
    CALLS = "calls"
    PUPILS = "pupils"
    COMMITTEES = "committees"
    RATIO = "ratio"


class Additivity(StrEnum):
    """How figures of several periods make the figure of them all."""

    SUM = "sum"
    RECOUNT = "recount"
    NEVER = "never"


@dataclass(frozen=True)
class Indicator:
    """One indicator. Words are for people and translatable; keys and codes are for machines.

    `largest_group` is the largest group whose contacts qualify, None for no limit. `age_set` is the set of age
    bands used when none is asked for, empty for the product's own. `always_by` are keys it is always split by.
    `permission` is what it takes, beside seeing figures at all, to see this one: its organisations are counted.
    """

    code: str
    name: Words
    measure: Measure
    additivity: Additivity
    numerator: Words
    denominator: Words
    rule: Words
    source: Words
    breakdowns: tuple[str, ...] = PERSON_KEYS + CONTACT_KEYS
    filters: tuple[str, ...] = PERSON_KEYS + CONTACT_KEYS
    always_by: tuple[str, ...] = ()
    age_set: str = ""
    largest_group: int | None = None
    kind_list: str = "contact_type"
    permission: Permission = Permission.FIGURES_VIEW
    version: str = "1"
    owner: Words = OWNER
    reviewed_on: date = date(2026, 11, 22)


NO_DENOMINATOR = _("None: this is a number, not a share.")
