"""REACH: the product's own headline, people met at least once."""

from dashboards.indicators import people
from dashboards.questions import Question
from dashboards.results import Listing, Result, answer, cells_of


def _rule(question: Question) -> people.Rule:
    return people.Rule(facts=people.qualifying(question))


def count(question: Question) -> Result:
    """People with a qualifying contact."""
    return people_result(question, _rule)


def listing(question: Question) -> Listing:
    """The people behind the figure."""
    return people.clients(question, _rule)


def people_result(question: Question, build: people.Build) -> Result:
    """A number of people: everybody whom the rule lets through."""
    tally = people.tally(question, build)
    values = {cell: splits.total() for cell, splits in tally.items()}
    total = people.total(question, build, tally).total()
    return answer(question, total=total, numerator=total, denominator=None, cells=cells_of(question.by, values))
