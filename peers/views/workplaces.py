"""The register of workplaces: enterprises, their workers, agreements and committees, and how far they are reached."""

from datetime import date

from django.db.models import OuterRef, Prefetch, Subquery
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.permissions import Permission
from core.views.registers import Column
from core.views.written import WrittenRegister
from core.wording import shown
from peers import committee_standing, committee_words, coverage
from peers.actions import workplaces
from peers.coverage import Workforce
from peers.filters.workplaces import WorkplaceFilters
from peers.forms.workplaces import WorkplaceForm
from peers.models import Committee, Workplace
from peers.resources.workplaces import WorkplaceResource
from peers.views.coverage import CoverageScreen, coverage_table, coverage_words, workforce_table
from peers.views.workforce import CountWorkforce


def counts_of(workplace: Workplace) -> list[Workforce]:
    """The dated counts of a workplace, the newest first."""
    found: dict[date, Workforce] = {}
    for row in workplace.workforce.all():
        found.setdefault(row.counted_on, Workforce(row.counted_on)).cells[row.sex, row.age_band] = row.workers
    return [found[day] for day in sorted(found, reverse=True)]


def workers_text(workplace: Workplace) -> object:
    counts = counts_of(workplace)
    return counts[0].total if counts else ""


def province_text(workplace: Workplace) -> str:
    district = workplace.site.district
    return str(district.province) if district else ""


def committee_mark(workplace: Workplace) -> object:
    """How the workplace's newest committee stands today."""
    if not workplace.living:
        return _("none")
    newest = max(workplace.living, key=lambda committee: (committee.closed_on is None, committee.occurred_on))
    return committee_words.chip(committee_standing.standing_read(newest, timezone.localdate()))


class Workplaces(WrittenRegister):
    """One enterprise at one site a row."""

    model = Workplace
    writer = workplaces.writer
    namespace = "workplaces"
    heading = gettext_lazy("Workplaces")
    create_label = gettext_lazy("New workplace")
    empty_text = gettext_lazy("No workplace is recorded yet. Begin with one enterprise and its site.")
    columns = [
        "enterprise",
        "sector",
        Column("province", gettext_lazy("Province"), province_text, sort="site__district__province_id"),
        Column("workers", gettext_lazy("Workers"), workers_text),
        Column("committee", gettext_lazy("Committee"), committee_mark),
        Column("agreement_until", gettext_lazy("Agreement until"), sort="agreement_until"),
    ]
    code_lists = {"sector": "workplace_sector"}
    labels = {
        "occurred_on": gettext_lazy("The programme works with it since"),
        "workforce": gettext_lazy("Workforce counted"),
    }
    ordering = ("enterprise", "pk")
    filterset = WorkplaceFilters
    form = WorkplaceForm
    resource = WorkplaceResource
    create_permission = Permission.WORKPLACE_RECORD
    void_permission = Permission.WORKPLACE_VOID
    list_template = "peers/workplaces/list.html"
    detail_template = "peers/workplaces/detail.html"

    @classmethod
    def routed(cls) -> list:
        covered = path("coverage/", CoverageScreen.as_view(register=cls()), name="coverage")
        return cls.urls("groups/workplaces/", covered, CountWorkforce.route(cls, "uuid"))

    def readings(self, queryset):
        open_one = Committee.objects.countable().filter(workplace=OuterRef("pk"), closed_on=None)
        living = committee_standing.with_last_minuted(Committee.objects.countable(), timezone.localdate())
        queryset = queryset.annotate(open_committee=Subquery(open_one.order_by().values("pk")[:1]))
        people = ("site__district__province", "organisation", "recorded_by", "voided_by")
        return queryset.select_related(*people).prefetch_related(
            "workforce", Prefetch("committees", living.order_by("occurred_on", "pk"), to_attr="living")
        )

    def record(self, form, *, by):
        if site := form.fresh_site:
            return workplaces.record_at_new_site(entry=form.entry(), site=site, by=by, organisation=form.organisation)
        return super().record(form, by=by)

    def sections(self, record):
        return [
            (
                "",
                [
                    (_("Enterprise"), record.enterprise),
                    (_("Sector"), codes.label("workplace_sector", record.sector)),
                    (_("Site"), shown(record.site)),
                    (_("District"), shown(record.site.district)),
                    (_("Province"), province_text(record)),
                    (_("The programme works with it since"), shown(record.occurred_on)),
                    (_("Note"), record.note),
                ],
            ),
            (
                _("Agreement and policy"),
                [
                    (_("Agreement"), agreement_text(record, timezone.localdate())),
                    (_("HIV policy adopted on"), shown(record.policy_on)),
                ],
            ),
        ]

    def content_text(self, key, value):
        if key == "workforce":
            return "; ".join(
                f"{day} {codes.label('sex', sex)} {codes.label('age_band_atomic', band)}: {workers}"
                for day, sex, band, workers in value
            )
        return super().content_text(key, value)

    def actions(self, record, scope):
        offered = super().actions(record, scope)
        if record.is_void or not scope.can(Permission.WORKPLACE_RECORD, record.organisation_id):
            return offered
        rest = [(label, url, "") for label, url, _style in offered]
        return [(_("Count the workforce"), self.url("workforce", record), "main"), *rest]

    def extra_context(self, request, record=None):
        name = request.resolver_match.url_name
        if name == "list":
            return {"coverage_url": reverse("workplaces:coverage")}
        return detail_context(request.scope, record) if name == "detail" else {}


def agreement_text(workplace: Workplace, today: date) -> str:
    """Whether there is an agreement, and whether it still holds."""
    if workplace.agreement_on is None:
        return ""
    said = {"on": shown(workplace.agreement_on), "until": shown(workplace.agreement_until)}
    if workplace.agreement_until is None:
        return _("Signed on %(on)s, without an end") % said
    if workplace.agreement_until < today:
        return _("Signed on %(on)s; it ended on %(until)s") % said
    return _("Signed on %(on)s, until %(until)s") % said


def detail_context(scope, record: Workplace) -> dict:
    """The committees, the newest count, and coverage for all time, this year and last year."""
    today = timezone.localdate()
    year = today.year
    periods = [
        (_("All time"), coverage.coverage([record], None, today)),
        (str(year), coverage.coverage([record], date(year, 1, 1), today)),
        (str(year - 1), coverage.coverage([record], date(year - 1, 1, 1), date(year - 1, 12, 31))),
    ]
    columns = [(label, found.each[record.pk]) for label, found in periods]
    counts = counts_of(record)
    stands = [(one, committee_standing.standing_read(one, today)) for one in record.living]
    may = scope.can(Permission.WORKPLACE_RECORD, record.organisation_id) and not record.is_void
    return {
        "committees": [
            (one.get_absolute_url(), committee_words.chip(stand), committee_words.sentence(stand))
            for one, stand in sorted(stands, key=lambda pair: (pair[0].closed_on is not None, pair[0].occurred_on))
        ],
        "plan_url": f"{reverse('committees:create')}?workplace={record.pk}"
        if may and not record.open_committee
        else "",
        "workforce": workforce_table(counts[0]) if counts else None,
        "counted_on": shown(counts[0].counted_on) if counts else "",
        "older": [(shown(count.counted_on), count.total, workforce_table(count)) for count in counts[1:]],
        "coverage": coverage_table(columns),
        "said": coverage_words(columns[0][1]),
        "odd": [label for label, one in columns if one.is_odd],
    }
