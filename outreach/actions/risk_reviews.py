"""What can be done with risk reviews: record, amend, void."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy

from core.actions import records
from core.actions.writing import Link, Writer
from core.models import Organisation
from outreach.models import Client, RiskReview
from outreach.rules import risk_reviews as rules
from outreach.rules.risk_reviews import RiskReviewEntry

CLIENT = Link(
    lambda organisation: Client.objects.countable().filter(organisation=organisation),
    gettext_lazy("There is no such client. Look the person up again."),
)


class RiskReviews(Writer):
    """Reviews. Which questions may be answered follows from the person's age on the day."""

    model = RiskReview
    entry = RiskReviewEntry
    links = {"client_id": CLIENT}

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries: Sequence[RiskReviewEntry], organisation: Organisation) -> Mapping[UUID, Client]:
        mine = Client.objects.filter(organisation=organisation).select_related("survivor")
        found = records.by_id(mine, {entry.client_id for entry in entries if entry.client_id})
        return {pk: client.survivor or client for pk, client in found.items()}

    def rule_with(self, entry, known, *, today):
        if person := known.get(entry.client_id):
            yield from rules.age_problems(entry, person.age_on(entry.occurred_on))


writer = RiskReviews()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
