"""Coverage in words and tables: for one workplace, and for all of them on one page."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.views.screens import Screen
from core.wording import shown
from peers import coverage
from peers.coverage import Coverage, Workforce
from peers.filters.workplaces import CoverageFilters
from peers.models import Workplace


def share_text(one: Coverage) -> str:
    """The share of the workforce in per cent; in words where there is none."""
    if one.share is None:
        return _("no workforce counted")
    return f"{one.share:.1f}\u00a0%" if one.share < 10 else f"{one.share:.0f}\u00a0%"


def coverage_words(one: Coverage) -> str:
    """What the figures of a workplace say, in one sentence."""
    said = {"people": f"{one.people.total:,}", "workers": f"{one.workforce or 0:,}", "day": shown(one.counted_on)}
    if not one.workforce:
        return _("%(people)s people were reached; no workforce was counted, so no share is given.") % said
    text = _("%(people)s people were reached, of %(workers)s workers counted on %(day)s: %(share)s.")
    return text % (said | {"share": share_text(one)})


def coverage_table(columns: list[tuple[str, Coverage]]) -> dict:
    """One measure a row and one period a column."""
    ones = [one for _label, one in columns]

    def row(label: str, values: list) -> tuple:
        return label, [(value, "") for value in values]

    return {
        "columns": [_("Counted"), *(label for label, _one in columns)],
        "rows": [
            row(_("People reached"), [one.people.total for one in ones]),
            row(_("Female"), [one.people.by_sex.get("F", 0) for one in ones]),
            row(_("Male"), [one.people.by_sex.get("M", 0) for one in ones]),
            row(_("Aged 15–24"), [one.people.young for one in ones]),
            row(_("Workforce"), [one.workforce for one in ones]),
            row(_("Share of the workforce"), [share_text(one) for one in ones]),
            row(_("General sessions"), [one.sessions for one in ones]),
            row(_("Attendances"), [one.attendances for one in ones]),
        ],
    }


def workforce_table(count: Workforce) -> dict:
    """The workers of one count by age and sex with their sums."""
    sexes = [pair for pair in codes.choices("sex") if any(sex == pair[0] for sex, _band in count.cells)]
    bands = [band for band in codes.table("age_band_atomic") if any(band == key for _sex, key in count.cells)]

    def row(found: list[int]) -> list[tuple]:
        return [(number, "") for number in [*found, sum(found)]]

    sums = [sum(workers for (sex, _b), workers in count.cells.items() if sex == key) for key, _label in sexes]
    return {
        "columns": [_("Age"), *(label for _sex, label in sexes), _("All")],
        "rows": [
            (codes.label("age_band_atomic", band), row([count.cells.get((sex, band), 0) for sex, _label in sexes]))
            for band in bands
        ],
        "foot": (_("All"), row(sums)),
    }


class CoverageScreen(Screen):
    """All workplaces that the person sees: workforce, people reached, attendances; together, people count once."""

    heading = gettext_lazy("Coverage of workplaces")

    def get(self, request):
        visible = Workplace.objects.visible_to(request.scope).countable().select_related("site__district__province")
        filterset = CoverageFilters(request.GET, queryset=visible.order_by("enterprise", "pk"), scope=request.scope)
        filterset.check_parameters()
        valid = filterset.is_valid()
        rows = list(filterset.qs) if valid else []
        today = timezone.localdate()
        year = filterset.asked_year
        start, end = (date(year, 1, 1), min(date(year, 12, 31), today)) if year else (None, today)
        found = coverage.coverage(rows, start, end)
        context = {
            "lead": self.register.heading,
            "heading": self.heading,
            "filter": filterset,
            "period": str(year) if year else _("All years"),
            "columns": [("", label, False, "", "") for label in _heads()],
            "rows": [
                (row.get_absolute_url(), list(zip(_heads(), _cells(row, found.each[row.pk]), strict=True)))
                for row in rows
            ],
            "together": _together(found.together, len(rows)),
            "said": _together_words(found),
            "odd": [row.enterprise for row in rows if found.each[row.pk].is_odd],
            "uncounted": sum(one.workforce is None for one in found.each.values()),
        }
        return self.show("peers/workplaces/coverage.html", context, status=200 if valid else 400)


def _heads() -> list[str]:
    return [
        *(_("Workplace"), _("Workforce"), _("People reached"), _("Female"), _("Male"), _("Aged 15–24")),
        *(_("Share of the workforce"), _("Attendances")),
    ]


def _cells(row: Workplace, one: Coverage) -> list:
    people = one.people
    workforce = one.workforce if one.workforce is not None else _("not counted")
    numbers = [people.total, people.by_sex.get("F", 0), people.by_sex.get("M", 0), people.young]
    return [row.enterprise, workforce, *numbers, share_text(one), one.attendances]


def _together(one: Coverage, workplaces: int) -> list[tuple]:
    return [
        (_("Workplaces"), workplaces),
        (_("Workforce"), one.workforce if one.workforce is not None else _("not counted")),
        (_("People reached, each counted once"), one.people.total),
        (_("Female"), one.people.by_sex.get("F", 0)),
        (_("Male"), one.people.by_sex.get("M", 0)),
        (_("Aged 15–24"), one.people.young),
        (_("General sessions"), one.sessions),
        (_("Attendances"), one.attendances),
    ]


def _together_words(found: coverage.Covered) -> str:
    one = found.together
    if not one.workforce:
        return _("No workforce was counted by then, so no share is given.")
    said = {"people": f"{one.reached_of_counted:,}", "workers": f"{one.workforce:,}", "share": share_text(one)}
    return _("%(people)s people were reached, of %(workers)s workers: %(share)s.") % said
