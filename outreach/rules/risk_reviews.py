"""The field rules of risk reviews: the form, the import and the actions all ask here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core import codes
from core.entries import Entry
from core.models import Code
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.problems import Problem
from outreach.models.risk_reviews import ADULT_AGE

QUESTIONS = "risk_question"
MOST_PER_WEEK = 200


@dataclass(frozen=True, kw_only=True)
class RiskReviewEntry(Entry):
    """What one client answered on one day; a question that was skipped has no answer. Numbers are times a week."""

    client_id: UUID
    acts_per_week: int | None = None
    injections_per_week: int | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    substances: frozenset[str] = frozenset()


def least_age(question: Code) -> int:
    """The age from which a question is asked."""
    return int(question.attributes.get("default_min_age") or 0)


def may_be_asked(question: Code, age: int | None) -> bool:
    """Whether a question is asked at this age, in years.

    Somebody of unknown age counts as an adult, but for questions that are for adults alone: those are asked and kept
    only where the age is known.
    """
    return least_age(question) < ADULT_AGE if age is None else age >= least_age(question)


def is_known_adult(age: int | None) -> bool:
    """Whether overlapping risks may be told of somebody of this age: never of a child, nor of unknown age."""
    return age is not None and age >= ADULT_AGE


def answers_of(question: Code) -> list[str]:
    """The codes that answer a question."""
    return [code for code in question.attributes.get("answers", "").split(";") if code]


def problems(entry: RiskReviewEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry by itself."""
    day = entry.occurred_on
    yield from happened_problems(day, today)
    yield from code_problems("substances", "substance", sorted(entry.substances), day)
    yield from code_problems("answers", QUESTIONS, sorted(entry.answers), day)
    for name in ("acts_per_week", "injections_per_week"):
        number = getattr(entry, name)
        if number is not None and not 0 <= number <= MOST_PER_WEEK:
            text = _("Give the times a week, from 0 to %(most)s.") % {"most": MOST_PER_WEEK}
            yield Problem(name, text, str(number))
    for code, answer in sorted(entry.answers.items()):
        question = codes.table(QUESTIONS).get(code)
        if question is not None and answer not in answers_of(question):
            known = ", ".join(answers_of(question))
            text = _("“%(answer)s” is no answer to %(code)s. Use one of: %(known)s.")
            text = text % {"answer": answer, "code": code, "known": known}
            yield Problem("answers", text, f"{code}={answer}")
    if not (entry.answers or entry.substances) and entry.acts_per_week is None and entry.injections_per_week is None:
        yield Problem("answers", _("Nothing is answered yet. Answer at least one question."), "")


def age_problems(entry: RiskReviewEntry, age: int | None) -> Iterator[Problem]:
    """Answers to questions that aren't asked at this age."""
    for code in sorted(entry.answers):
        question = codes.table(QUESTIONS).get(code)
        if question is None or may_be_asked(question, age):
            continue
        if least_age(question) >= ADULT_AGE:
            text = _(
                "%(code)s is never kept of somebody under 18 or of unknown age. Leave it out, and raise a safeguarding "
                "concern if it is needed."
            )
        else:
            text = _("%(code)s isn't asked before the age of %(age)s. Leave it out.")
        yield Problem("answers", text % {"code": code, "age": least_age(question)}, code)
