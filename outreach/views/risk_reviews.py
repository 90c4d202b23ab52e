"""The register of risk reviews: what a person told, seen by those who may, never scored for a child."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.models import RecordVersion
from core.permissions import Permission
from core.scope import Scope
from core.views.registers import Column
from core.views.written import WrittenRegister
from core.wording import coded, shown
from outreach import need, overlapping_risks, pieces_given, wording
from outreach.actions import risk_reviews
from outreach.choices import risk_answer
from outreach.filters.risk_reviews import RiskReviewFilters
from outreach.forms.risk_reviews import RiskReviewForm
from outreach.models import Client, RiskReview
from outreach.models.risk_reviews import REVIEW_DAYS
from outreach.need import Need
from outreach.overlapping_risks import Area, State, Told
from outreach.resources.risk_reviews import RiskReviewResource
from outreach.rules.risk_reviews import QUESTIONS, is_known_adult
from outreach.views.people import AboutPerson

AREAS = {
    Area.DRUGS: gettext_lazy("Drugs"),
    Area.CONDOMS: gettext_lazy("Condoms"),
    Area.PARTNERS: gettext_lazy("Partners"),
    Area.STI: gettext_lazy("STI care"),
    Area.TESTING: gettext_lazy("Testing"),
}
STATES = {
    State.AT_RISK: (gettext_lazy("at risk"), "attention"),
    State.NOT: (gettext_lazy("no risk told"), "good"),
    State.NOT_TOLD: (gettext_lazy("not told"), ""),
}


class RiskReviews(WrittenRegister):
    """One review of one person a row. What was answered stands on the review's own page, never in the list."""

    model = RiskReview
    writer = risk_reviews.writer
    namespace = "risk-reviews"
    heading = gettext_lazy("Risk reviews")
    create_label = gettext_lazy("Risk review")
    empty_text = gettext_lazy("No risk review is recorded yet. Find the person first, then ask them.")
    columns = [
        Column("occurred_on", gettext_lazy("Date"), sort="occurred_on"),
        Column("client", gettext_lazy("Person"), lambda review: wording.name(review.client)),
        Column("recorded_by", gettext_lazy("Recorded by"), sort="recorded_by__username"),
    ]
    code_lists = {"substances": "substance"}
    filterset = RiskReviewFilters
    form = RiskReviewForm
    resource = RiskReviewResource
    create_permission = Permission.RISK_RECORD
    void_permission = Permission.RISK_VOID
    audits_views = True
    detail_template = "outreach/risk_reviews/detail.html"
    form_template = "outreach/risk_reviews/form.html"

    def readings(self, queryset):
        return super().readings(queryset).select_related("client__survivor")

    def title(self, record):
        return _("Risk review, %(day)s") % {"day": shown(record.occurred_on)}

    def sections(self, record):
        facts = [(_("Date"), shown(record.occurred_on))]
        facts += [(str(codes.label(QUESTIONS, code)), risk_answer(a)) for code, a in in_order(record.shown_answers)]
        told = [
            (_("Sex, times a week"), record.acts_per_week),
            (_("Injections, times a week"), record.injections_per_week),
        ]
        facts += [(label, number) for label, number in told if number is not None]
        if record.substances:
            facts.append((_("Drugs used"), coded("substance", record.substances)))
        return [("", facts)]

    def content_text(self, key, value):
        if key == "answers":
            return "; ".join(f"{codes.label(QUESTIONS, code)}: {risk_answer(a)}" for code, a in in_order(value))
        return super().content_text(key, value)

    def unseen(self, record, scope):
        """The answers, where one of them is never told of somebody not known to be an adult."""
        if is_known_adult(record.age):
            return set()
        kept = RecordVersion.objects.filter(record_id=record.pk).values_list("content", flat=True)
        said = [record.answers, *(content.get("answers") or {} for content in kept)]
        adults_only = {code for answers in said for code in answers} - {code for a in said for code in told(record, a)}
        return {"answers"} if adults_only else set()

    def extra_context(self, request, record=None):
        if record is None:
            return {}
        visible = Client.objects.visible_to(request.scope).filter(pk=record.client_id).exists()
        link = {"url": record.client.get_absolute_url(), "link_label": _("Open")} if visible else {}
        context = {"person": wording.person(record.client, **link)}
        if request.resolver_match.url_name == "detail" and not record.is_void:
            context["overlap"] = overlap(record)
        elif request.resolver_match.url_name == "amend":
            context |= safeguarding(request.scope, record.client, record.age)
        return context


def told(record: RiskReview, answers: dict) -> dict:
    """Those of some answers that may be shown of this person."""
    return RiskReview(client=record.client, occurred_on=record.occurred_on, answers=answers).shown_answers


def in_order(answers: dict) -> list[tuple[str, str]]:
    """Answers in the order of the questions."""
    places = {code: place for place, code in enumerate(codes.table(QUESTIONS))}
    return sorted(answers.items(), key=lambda pair: (places.get(pair[0], len(places)), pair[0]))


def overlap(review: RiskReview) -> dict | None:
    """The card of overlapping risks; None for a child, and for somebody of unknown age."""
    if not is_known_adult(review.age):
        return None
    found = overlapping_risks.overlapping_risks(
        Told(review.answers, review.substances, review.injections_per_week),
    )
    numbers = {"number": overlapping_risks.told_of(found), "areas": len(found)}
    return {
        "text": _("Told of in %(number)s of %(areas)s areas") % numbers,
        "areas": [
            {
                "label": AREAS[risk.area],
                "state": STATES[risk.state][0],
                "kind": STATES[risk.state][1],
                "why": risk.why,
                "offers": coded("service", risk.offers),
            }
            for risk in found
        ],
    }


def safeguarding(scope: Scope, client: Client, age: int | None) -> dict:
    """What the form says of somebody who isn't known to be an adult, and where a concern is raised."""
    if is_known_adult(age):
        return {}
    may = scope.can(Permission.CONCERN_RAISE, client.organisation_id)
    url = f"{reverse('raise-concern')}?client={client.pk}" if may else ""
    return {"not_adult": True, "young": age is not None, "concern_url": url}


def of_person(scope: Scope, client: Client) -> dict | None:
    """The newest review, for the person's page; None if it may not be seen. Of a child it tells the day alone."""
    if not scope.can(Permission.RISK_VIEW, client.organisation_id):
        return None
    review = RiskReview.objects.visible_to(scope).latest_of([client.person_id]).get(client.person_id)
    record_url = f"{reverse('risk-reviews:create')}?client={client.pk}"
    may_record = scope.can(Permission.RISK_RECORD, client.organisation_id)
    card = {"record_url": record_url if may_record else "", "review": review}
    if review is None:
        return card
    today = timezone.localdate()
    days = (today - review.occurred_on).days
    child = review.age is not None and not is_known_adult(review.age)
    return card | {
        "day": shown(review.occurred_on),
        "due": days > REVIEW_DAYS,
        "overlap": overlap(review),
        "needs": [] if child else needs(review, client),
    }


def needs(review: RiskReview, client: Client) -> list[dict]:
    """What the person needs in the coming weeks' stead of what was given in the last ones."""
    today = timezone.localdate()
    start = today - timedelta(days=7 * need.WEEKS - 1)
    given = pieces_given.given_to([client.person_id], start, today)[client.person_id]
    found: list[tuple[str, Need | None]] = [
        (_("Condoms"), need.need_of(review.acts_per_week, need.WEEKS, given.condoms)),
        (_("Needles and syringes"), need.need_of(review.injections_per_week, need.WEEKS, given.needles)),
    ]
    return [{"label": label, "text": need.in_words(n), "formula": need.formula(n)} for label, n in found if n]


class NewRiskReview(AboutPerson):
    """A review of the person of `?client=`; without one, the person is to be found first."""

    form_class = RiskReviewForm
    find_first = gettext_lazy("Find the person first, then ask them from their page.")

    def words(self) -> dict:
        age = self.client.age_on(timezone.localdate())
        words = {
            "intro": _("Every question may be left out. Nothing here is shown in a list."),
            "person": wording.person(self.client),
            "cancel_url": self.client.get_absolute_url(),
        }
        return super().words() | words | safeguarding(self.request.scope, self.client, age)
