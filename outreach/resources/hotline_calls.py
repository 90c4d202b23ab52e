"""Hotline calls in a file: the columns of import and export, and what a row means."""

from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext_lazy

from core import codes
from core.import_reports import Row, identity_of, uuid_of
from core.models import Organisation, Province
from core.permissions import Permission
from core.resources.cells import CodeCell, KnownCodesCell, MomentCell, TextCell, TimeCell
from core.resources.entries import EntryImporter, EntryResource, Named
from core.resources.registers import Column
from core.rules.problems import Problem
from outreach.actions import hotline_calls as calls
from outreach.models import HotlineCall
from outreach.resources.campaigns import CAMPAIGN, named
from outreach.rules.hotline_calls import CallEntry


class AgeCell(CodeCell):
    """A code of `caller_age_band`; an age band by its ages, such as 20-24, is taken too."""

    def clean(self, value, row=None, **kwargs):
        found = super().clean(value)
        by_ages = {code.label_en: key for key, code in codes.table(self.name).items()}
        return by_ages.get(found, found)


class HotlineCallResource(EntryResource):
    """One call a row. `follows` names the earlier call that the caller rang again about."""

    time = Column(column_name="time", attribute="started_at", widget=TimeCell())
    nature = Column(column_name="nature", attribute="nature", widget=CodeCell("hotline_call_nature"))
    topics = Column(column_name="topics", attribute="topics", widget=KnownCodesCell("hotline_topic"))
    age_band = Column(column_name="age_band", attribute="age_band", widget=AgeCell("caller_age_band"))
    sex = Column(column_name="sex", attribute="sex", widget=CodeCell("sex"))
    province = Column(column_name="province", attribute="province_id", widget=TextCell())
    caller = Column(column_name="caller", attribute="caller", widget=CodeCell("hotline_caller_category"))
    outcome = Column(column_name="outcome", attribute="outcome", widget=CodeCell("hotline_outcome"))
    referral_type = Column(column_name="referral_type", attribute="referral_type", widget=CodeCell("referral_type"))
    ring_again_at = Column(column_name="ring_again_at", attribute="ring_again_at", widget=MomentCell())
    follows = Column(column_name="follows", widget=TextCell())
    campaign = Column(column_name="campaign", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = HotlineCall

    def dehydrate_follows(self, call):
        return (call.follows.reference or str(call.follows_id)) if call.follows_id else ""

    def dehydrate_campaign(self, call):
        return named(call.campaign)


class HotlineCallImporter(EntryImporter):
    """One call a row. A call that a row follows may stand in the same file, before it or after it."""

    name = "hotline_calls"
    order = 45
    label = gettext_lazy("Hotline calls")
    resource = HotlineCallResource
    required = ("id", "date", "nature")
    writer = calls.writer
    permission = Permission.CALL_RECORD
    readings = staticmethod(lambda queryset: queryset.select_related("follows", "campaign"))
    links = {
        "province": Named(
            lambda errand: Province.objects.all(),
            gettext_lazy("No province has this code. Use its two digits, such as 12."),
            "code",
        ),
        "campaign": CAMPAIGN,
    }
    template_columns = ("id", "date", "time", "nature", "topics", "age_band", "sex", "province", "caller", "outcome")

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.fields["follows"] = None
        if "time" in self.widgets:
            self.fields["time"] = "started_at"
        self.earlier: dict[str, UUID] = {}
        self.promised: dict[UUID, tuple[Row, str]] = {}
        columns = {**self.book.columns, "started_at": "time"}
        self.book = replace(self.book, problems_of=self.problems_of, columns=columns)

    def look_up(self, rows: list[Row]) -> None:
        super().look_up(rows)
        names = {row.values["follows"] for row in rows if row.values.get("follows")}
        here = HotlineCall.objects.filter(organisation=self.errand.organisation)
        found = dict(here.filter(reference__in=names).values_list("reference", "pk")) if names else {}
        ids = {key: name for name in names - found.keys() if (key := uuid_of(name))}
        if ids:
            found |= {ids[pk]: pk for pk in here.filter(pk__in=ids).values_list("pk", flat=True)}
        self.earlier = found

    def given(self, row, record):
        given = super().given(row, record)
        # Empty cells of these mean what the screen's empty answer means.
        for column, empty in (("sex", "U"), ("age_band", "AUNK"), ("caller", "unknown")):
            if column in given and not given[column]:
                given[column] = empty
        if "follows" in row.values:
            given["follows_id"] = self.followed(row)
        return given

    def followed(self, row: Row) -> UUID | None:
        """The call that the row comes back to: one that is here, or one that the file promises."""
        name = row.values["follows"]
        if not name or name in self.earlier:
            return self.earlier.get(name)
        promised = identity_of(self.errand.organisation.code, HotlineCall.kind_name, name)
        self.promised[promised] = (row, name)
        return promised

    def problems_of(self, *, entries: list[CallEntry], organisation: Organisation) -> dict[int, list[Problem]]:
        """The Writer's problems, but for calls that stand elsewhere in the file: `finish` looks for those."""
        found = calls.problems_of(entries=entries, organisation=organisation)
        for place in list(found):
            if entries[place].follows_id in self.promised:
                refusal = str(calls.writer.links["follows_id"].refusal)
                found[place] = [one for one in found[place] if (one.field, one.message) != ("follows", refusal)]
        return {place: problems for place, problems in found.items() if problems}

    def finish(self, *, write: bool) -> None:
        for row, name in self.promised.values():
            if name not in self.seen:
                self.wrong(row, "follows", str(calls.writer.links["follows_id"].refusal))
