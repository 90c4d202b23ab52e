"""Risk reviews: what a client tells, every three months or not at all, of what makes prevention needed."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import codes
from core.models.codes import Code
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from outreach.models.clients import Client

ADULT_AGE = 18
# Days after which a review is asked again.
REVIEW_DAYS = 90


class RiskReviewQuerySet(RecordQuerySet):
    def visible_to(self, scope):
        """Reviews that the permission reaches, of clients who are visible."""
        return super().visible_to(scope).filter(client__in=Client.objects.visible_to(scope).order_by().values("pk"))

    def with_people(self):
        """With `person`: the id under which the client is counted, after merges."""
        return self.annotate(person=Coalesce("client__survivor_id", "client_id"))

    def latest_of(self, people: Iterable[UUID]) -> dict[UUID, "RiskReview"]:
        """The newest review of each person that counts, by the person's id (`Client.person_id`): one query."""
        wanted = self.countable().with_people().filter(person__in=list(people)).select_related("client__survivor")
        found: dict[UUID, RiskReview] = {}
        for review in wanted.order_by("person", "-occurred_on", "-recorded_at", "pk"):
            found.setdefault(review.person, review)
        return found

    def people_due(self, day: date):
        """Ids of the people whose newest review is older than `REVIEW_DAYS` on a day: a query to filter by."""
        newest = self.countable().with_people().order_by().values("person").annotate(newest=models.Max("occurred_on"))
        return newest.filter(newest__lt=day - timedelta(days=REVIEW_DAYS)).values("person")


class RiskReview(Record):
    """What one client answered on one day. Every question may be skipped: then it has no answer here.

    `acts_per_week` and `injections_per_week` are times a week; `answers` holds an answer by code of `risk_question`.
    """

    kind_name = "risk_review"
    view_permission = Permission.RISK_VIEW

    client = models.ForeignKey(Client, models.PROTECT, related_name="risk_reviews", verbose_name=_("client"))
    acts_per_week = models.PositiveSmallIntegerField(_("sex, times a week"), null=True, blank=True)
    injections_per_week = models.PositiveSmallIntegerField(_("injections, times a week"), null=True, blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    substances = models.JSONField(_("drugs used"), default=list, blank=True)

    objects = RiskReviewQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        indexes = [models.Index(fields=["client", "-occurred_on"], name="riskreview_newest")]

    def __str__(self):
        return str(self.occurred_on)

    def get_absolute_url(self):
        return reverse("risk-reviews:detail", args=[self.pk])

    @property
    def age(self) -> int | None:
        """The person's age in years on the day of the review; None if the birth date isn't known."""
        return (self.client.survivor or self.client).age_on(self.occurred_on)

    @property
    def shown_answers(self) -> dict[str, str]:
        """The answers that may be shown: what only adults are asked isn't, of somebody not known to be one.

        A birth date can become known after the review; what was answered before isn't told any more.
        """
        questions, age = codes.table("risk_question"), self.age
        adult = age is not None and age >= ADULT_AGE
        return {code: answer for code, answer in self.answers.items() if adult or not _for_adults(questions.get(code))}


def _for_adults(question: Code | None) -> bool:
    return question is not None and int(question.attributes.get("default_min_age") or 0) >= ADULT_AGE
