"""The form of a course: what about, when, how long, where."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms.entries import EntryForm
from core.forms.registers import day_field, note_field
from core.models import Site
from peers.actions import trainings
from peers.rules import trainings as rules
from peers.rules.trainings import MOST_HOURS, TITLE_LENGTH, TrainingEntry


class TrainingForm(EntryForm):
    """One course. Without a number of hours, they follow from the topics; who came is on the attendance sheet."""

    writer = trainings.writer
    code_lists = {"topics": "training_topic"}
    layout = [(_("More"), ["title", "reference", "note"], True)]

    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one topic.")},
    )
    occurred_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"))
    hours = forms.IntegerField(
        label=_("Hours of the whole course"),
        required=False,
        min_value=1,
        max_value=MOST_HOURS,
        help_text=_("Leave it empty, and it is as long as such courses usually are."),
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), required=False, empty_label=_("No site")
    )
    title = forms.CharField(label=_("Title"), required=False, max_length=TITLE_LENGTH)
    reference = forms.CharField(label=_("Own reference"), required=False, max_length=64)
    note = note_field()

    def said(self) -> dict[str, Any]:
        said = super().said()
        if said["hours"] is None:
            said["hours"] = rules.usual_hours(said["topics"])
        return said

    def problems(self, entry: TrainingEntry) -> list:
        return list(rules.problems(entry, today=timezone.localdate()))
