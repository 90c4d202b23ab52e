"""What can be done with rounds that collect used needles: record, amend, void."""

from django.utils.translation import gettext_lazy

from core.actions.writing import SITE, Link, Writer
from core.models import District
from outreach.models import NeedleCollection
from outreach.rules import needle_collections as rules
from outreach.rules.needle_collections import NeedleCollectionEntry


class NeedleCollections(Writer):
    """Rounds through public places."""

    model = NeedleCollection
    entry = NeedleCollectionEntry
    links = {
        "site_id": SITE,
        "district_id": Link(
            lambda organisation: District.objects.all(),
            gettext_lazy("There is no such district. Choose one from the list."),
        ),
    }

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)


writer = NeedleCollections()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
