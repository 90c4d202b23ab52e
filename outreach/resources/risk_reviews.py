"""Risk reviews in a file: the columns of import and export, and what a row means."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.permissions import Permission
from core.resources.cells import CodesCell, NumberCell, TextCell
from core.resources.entries import EntryImporter, EntryResource, Named
from core.resources.registers import Column
from outreach.actions import risk_reviews
from outreach.models import Client, RiskReview
from outreach.rules.risk_reviews import MOST_PER_WEEK

CLIENT = Named(
    lambda errand: Client.objects.countable().filter(organisation=errand.organisation),
    gettext_lazy("No client has this reference here. Check it, or import the clients first."),
)


def client_name(record) -> str:
    """How a file names the client of a record: by the organisation's own reference, else by the id."""
    return (record.client.reference or str(record.client_id)) if record.client_id else ""


class AnswersCell(TextCell):
    """Answers by question, written as `RQ05=yes;RQ10=never`."""

    def clean(self, value, row=None, **kwargs):
        answers = {}
        for part in filter(None, (part.strip() for part in value.split(";"))):
            code, equals, answer = (text.strip() for text in part.partition("="))
            if not (code and equals and answer):
                raise ValueError(_("Write each answer as question=answer, such as RQ05=yes, parted by semicolons."))
            if code in answers:
                raise ValueError(_("%(code)s is answered twice. Keep one answer.") % {"code": code})
            answers[code] = answer
        return answers

    def render(self, value, obj=None, **kwargs):
        return ";".join(f"{code}={answer}" for code, answer in sorted((value or {}).items()))


class RiskReviewResource(EntryResource):
    """One review a row, in the layout of the import `risk_reviews`."""

    client = Column(column_name="client", widget=TextCell())
    acts_per_week = Column(
        column_name="acts_per_week", attribute="acts_per_week", widget=NumberCell(most=MOST_PER_WEEK)
    )
    injections_per_week = Column(
        column_name="injections_per_week", attribute="injections_per_week", widget=NumberCell(most=MOST_PER_WEEK)
    )
    answers = Column(column_name="answers", widget=AnswersCell())
    substances = Column(column_name="substances", attribute="substances", widget=CodesCell("substance"))

    class Meta(EntryResource.Meta):
        model = RiskReview

    def dehydrate_client(self, review):
        return client_name(review)

    def dehydrate_answers(self, review):
        return AnswersCell().render(review.shown_answers)


class RiskReviewImporter(EntryImporter):
    """One review a row."""

    name = "risk_reviews"
    order = 60
    label = gettext_lazy("Risk reviews")
    resource = RiskReviewResource
    writer = risk_reviews.writer
    links = {"client": CLIENT}
    permission = Permission.RISK_RECORD
    required = ("id", "client", "date")
    template_columns = ("id", "client", "date", "acts_per_week", "injections_per_week", "answers", "substances")
    readings = staticmethod(lambda queryset: queryset.select_related("client__survivor"))
