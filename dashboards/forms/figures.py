"""What a figures page is asked: period, filters and breakdown, kept in the address and checked once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from core import codes
from core.filters.registers import chosen
from core.forms.registers import day_field
from core.models import District, Organisation, Province, Site
from core.periods import Period
from core.scope import Scope
from dashboards import named_periods, wording
from dashboards.age_bands import AgeBands, age_bands, set_names
from dashboards.measures import PLACES_OF_STOCK, Indicator
from dashboards.questions import GRADES, SECTORS, TESTING, UNKNOWN
from dashboards.recorded import recorded_years
from outreach.models import Contact, StockPlace
from peers.models import Session

MOST_KEYS = 2
MOST_MONTHS, MOST_MONTHS_BY_SERVICE = 120, 12
# What a cell adds to a page's own filters; a list page shows them as chips, no page shows them as fields.
CELL_KEYS = ("sex", "age_band", "testing", "commodity", "topic", "grade", "item", "month", "service", "educator")
_SINGLE = ("organisation", "province", "district", "site", "sector", "kind")


@dataclass(frozen=True)
class Asked:
    """A question as the address puts it: ready for `count` and `listing`."""

    period: Period
    where: dict[str, list[str]]
    age_bands: str | None
    by: tuple[str, ...]
    bands: AgeBands


class PeriodField(forms.ChoiceField):
    """A named period; every name that the calendar knows is taken, whether offered or not."""

    def valid_value(self, value):
        try:
            return value == named_periods.OWN_DATES or bool(named_periods.period_of(value, timezone.localdate()))
        except ValueError:
            return False


class TextsField(forms.MultipleChoiceField):
    """Codes that only counting can check. No code holds a null character, and PostgreSQL takes none in a query."""

    def valid_value(self, value):
        return "\x00" not in value


class FigureForm(forms.Form):
    """Filters of one indicator's figures. `keys` offers a breakdown too; `extra` are parameters of the page's own."""

    def __init__(
        self, query: QueryDict, *, scope: Scope, indicator: Indicator, keys: bool = False, extra: Iterable[str] = ()
    ):
        self.extra = frozenset(extra)
        self.scope, self.indicator, self.today = scope, indicator, timezone.localdate()
        self.query, self.recorded = chosen(query), recorded_years(scope)
        super().__init__(self.query, auto_id="filter_%s", label_suffix="")
        self.fields.update(self._fields(keys))
        for field in self.fields.values():
            field.required = False

    def _fields(self, keys: bool) -> dict[str, forms.Field]:
        offered = named_periods.offered(self.recorded, self.today)
        days = {"period": PeriodField(label=_("Period"), choices=self._with_chosen_period(offered))}
        for name, label in (("from", _("First day")), ("to", _("Last day"))):
            days[name] = day_field(label)
            days[name].widget.attrs["data-own-date"] = ""
        shown = {key: field for key, field in self._filters().items() if key in self.indicator.filters}
        return {**days, **shown, **self._splits(keys), **self._cell_keys()}

    def _with_chosen_period(self, offered: list) -> list:
        code = self.query.get("period", "")
        known = {value for value, text in offered if isinstance(text, str)}
        known |= {value for _label, group in offered if isinstance(group, list) for value, _text in group}
        try:
            missing = code not in known and named_periods.period_of(code, self.today)
        except ValueError:
            return offered
        return [*offered, (code, named_periods.name(missing))] if missing else offered

    def _filters(self) -> dict[str, forms.Field]:
        everywhere = self.scope.everywhere(self.indicator.permission)
        mine = Organisation.objects.all()
        if not everywhere:
            mine = mine.filter(pk__in=self.scope.organisations(self.indicator.permission))
        organisations = {row.pk: row for row in mine}
        of_these = Site.objects.filter(organisation_id__in=organisations)
        # Schools come in hundreds: in the list stand those where anybody was met or taught in a session.
        met = of_these.besides_schools(Contact.objects.all()) | of_these.besides_schools(Session.objects.all())
        chosen = of_these.filter(code__in=self.query.getlist("site"))
        sites = (met | chosen).values_list("code", "name").order_by("name")
        fields = {}
        fields["organisation"] = self._one("organisation", [(row.code, row.name) for row in organisations.values()])
        self.organisations = {row.code: row.pk for row in organisations.values()}
        self.several = len(organisations) > 1
        if not self.several:
            fields["organisation"].widget = forms.HiddenInput()
        fields["province"] = self._one("province", [(p.code, str(p)) for p in Province.objects.all()], unknown=True)
        if "province" in self.query or "district" in self.query:
            fields["district"] = self._one("district", self._districts(), unknown=True)
        kinds = self.indicator.kind_list
        fields["site"] = self._one("site", list(dict(sites).items()), unknown=True)
        sectors = [(code.code, code.label) for code in codes.table(SECTORS).values()]
        fields["sector"] = self._one("sector", sectors, unknown=True)
        of_kind = [(code.code, code.label) for code in codes.table(kinds).values()]
        if kinds == PLACES_OF_STOCK:
            of_kind = [(str(kind), str(kind.label)) for kind in StockPlace.HOLDING]
        fields["kind"] = self._one("kind", of_kind)
        groups = [(code.code, code.label) for code in codes.table("population_group").values()]
        fields["group"] = forms.MultipleChoiceField(
            label=wording.key("group"), choices=groups, widget=forms.CheckboxSelectMultiple
        )
        return fields

    def _one(self, key: str, rows: Iterable[tuple[str, str]], *, unknown: bool = False) -> forms.ChoiceField:
        ends = [(UNKNOWN, _("Not recorded"))] if unknown else []
        return forms.ChoiceField(label=wording.key(key, self.indicator.code), choices=[("", _("All")), *rows, *ends])

    def _districts(self) -> list[tuple[str, str]]:
        """Districts of the chosen province, or of the chosen district's."""
        province, district = self.query.get("province"), self.query.get("district")
        if not province:
            found = District.objects.filter(pk=district).values("province")
            return [(row.code, str(row)) for row in District.objects.filter(province__in=found)]
        return [(row.code, str(row)) for row in District.objects.filter(province=province)]

    def _splits(self, keys: bool) -> dict[str, forms.Field]:
        fields: dict[str, forms.Field] = {}
        if "age_band" in self.indicator.filters:
            default = self.indicator.age_set or age_bands(None).name
            sets = [(name, _set_label(name)) for name in set_names()]
            sets = [("", _set_label(default)), *(pair for pair in sets if pair[0] != default)]
            fields["age_bands"] = forms.ChoiceField(label=_("Age bands"), choices=sets)
        if keys:
            choices = [(key, wording.key(key, self.indicator.code)) for key in self.indicator.breakdowns]
            choices = [pair for pair in choices if pair[0] not in self.indicator.always_by]
            fields["by"] = forms.MultipleChoiceField(
                label=_("Split by"),
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("At most two at a time."),
            )
        return fields

    def _cell_keys(self) -> dict[str, forms.Field]:
        lists = {"sex": "sex", "commodity": "commodity", "service": "service", "item": "knowledge_item"}
        known = {
            **{key: [(code.code, code.label) for code in codes.table(name).values()] for key, name in lists.items()},
            "topic": [(c.code, c.label) for c in codes.table("hotline_topic").values()]
            + [(UNKNOWN, _("Not recorded"))],
            "grade": [(code, code) for code in GRADES],
            "testing": [(code, wording.testing()[code]) for code in TESTING],
        }
        fields: dict[str, forms.Field] = {}
        for key in CELL_KEYS:
            if key not in self.indicator.filters:
                continue
            kind = forms.MultipleChoiceField if key in known else TextsField
            texts = [(value, wording.value(key, value, {})) for value in self._texts(key)]
            fields[key] = kind(label=wording.key(key), choices=known.get(key, texts), widget=forms.MultipleHiddenInput)
        return fields

    def _texts(self, key: str) -> list[str]:
        values = self.query.getlist(key)
        if key != "month":
            return values
        good = []
        for value in values:
            try:
                good.append(named_periods.code_of(named_periods.period_of(value, self.today)))
            except ValueError:
                continue
        return [value for value in good if len(value) == len("2025-01") and value[5:].isdigit()]

    # --- checks ------------------------------------------------------------------------------------------

    def clean(self):
        data = super().clean()
        for name in sorted(set(self.query) - set(self.fields) - self.extra):
            self.add_error(
                None, _("“%(name)s” is not a filter of this page. Take it out of the address.") % {"name": name}
            )
        for key in (*_SINGLE, "period", "from", "to", "age_bands"):
            if len(self.query.getlist(key)) > 1 and key in self.fields:
                self.add_error(key, _("Choose one of these at a time."))
        if len(data.get("by") or ()) > MOST_KEYS:
            self.add_error("by", _("Choose at most two."))
        self._check_days(data)
        if not self.errors and "month" in (data.get("by") or ()):
            self._check_months(data["by"])
        return data

    def _check_months(self, by: list[str]) -> None:
        """People are counted anew for each month, and for each service in it: long periods would take minutes."""
        most = MOST_MONTHS_BY_SERVICE if "service" in by else MOST_MONTHS
        if self.period.days > most * 31:
            text = _("This can be split by month for at most %(number)s months. Choose a shorter period.")
            self.add_error("by", text % {"number": most})

    def _check_days(self, data: dict) -> None:
        period, first, last = data.get("period"), data.get("from"), data.get("to")
        if not (first or last) and period != named_periods.OWN_DATES:
            return
        if "from" in self.errors or "to" in self.errors or "period" in self.errors:
            return
        if period and period != named_periods.OWN_DATES:
            self.add_error("period", _("Choose “Own dates” to use the two days, or empty them."))
        elif not (first and last):
            self.add_error("to" if first else "from", _("Own dates need a first and a last day."))
        elif last < first:
            self.add_error("to", _("The last day lies before the first one."))

    @property
    def form(self) -> "FigureForm":
        """What the filter bar asks its filters for."""
        return self

    # --- what was asked ----------------------------------------------------------------------------------

    @property
    def period(self) -> Period:
        """The period of a valid form."""
        data = self.cleaned_data
        if data["from"]:
            return Period(data["from"], data["to"])
        return named_periods.period_of(data["period"] or named_periods.THIS_QUARTER, self.today)

    def asked(self) -> Asked:
        """The question of a valid form. Raises Refused for age bands that don't exist."""
        data = self.cleaned_data
        where = {}
        for key in self.indicator.filters:
            value = data.get(key)
            if value:
                where[key] = value if isinstance(value, list) else [value]
        bands = data.get("age_bands") or None
        by = tuple(data.get("by") or ())
        return Asked(self.period, where, bands, by, age_bands(bands or self.indicator.age_set))

    def in_words(self) -> list[str]:
        """Period and filters of a valid form, in words."""
        words = [named_periods.in_words(self.period, self.today)]
        for name, field in self.fields.items():
            if name in ("period", "from", "to", "by", "age_bands"):
                continue
            labels = dict(getattr(field, "choices", ()))
            values = self.query.getlist(name)
            if values:
                words.append(", ".join(str(labels.get(value, value)) for value in values))
            elif name == "organisation" and self.several:
                words.append(_("all organisations"))
        return words

    def base_query(self) -> QueryDict:
        """The parameters that a link to a part of the figure keeps: all but breakdown and page."""
        query = self.query.copy()
        for name in ("by", "page", "missing"):
            query.pop(name, None)
        return query

    def organisation_ids(self) -> set[int] | None:
        """The organisations that a valid form asks for; None for all that the person sees figures of."""
        code = self.cleaned_data.get("organisation")
        return {self.organisations[code]} if code else None


def _set_label(name: str) -> str:
    bands = ", ".join(wording.band(band.name) for band in age_bands(name).bands)
    return f"{bands} · {name}"
