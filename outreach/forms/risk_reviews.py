"""The form of a risk review: one question a line, each may be left."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.forms.entries import EntryForm
from core.forms.registers import day_field
from core.models import Code
from outreach.actions import risk_reviews
from outreach.choices import RISK_HELP, RISK_THEMES, risk_answer
from outreach.models import Client
from outreach.rules import risk_reviews as rules
from outreach.rules.risk_reviews import MOST_PER_WEEK, QUESTIONS, RiskReviewEntry

ANSWER = "answer_"


def times_field(label) -> forms.IntegerField:
    """A number of times a week that may stay empty."""
    attrs = {"inputmode": "numeric", "min": 0, "max": MOST_PER_WEEK}
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=MOST_PER_WEEK, widget=forms.NumberInput(attrs)
    )


class RiskReviewForm(EntryForm):
    """One review of `client`. Fields `answer_<code>` follow the code list; those not asked at the age aren't there."""

    writer = risk_reviews.writer
    code_lists = {"substances": "substance"}

    occurred_on = day_field(gettext_lazy("Date"))
    acts_per_week = times_field(gettext_lazy("Sex, times a week"))
    injections_per_week = times_field(gettext_lazy("Injections, times a week"))
    substances = forms.MultipleChoiceField(
        label=gettext_lazy("Drugs used"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, client: Client | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = self.record.client if self.record else client
        self.age = (self.client.survivor or self.client).age_on(self.day())
        held = self.record.answers if self.record else {}
        for code, question in codes.table(QUESTIONS).items():
            if rules.may_be_asked(question, self.age) and (question.retired_on is None or code in held):
                self.fields[ANSWER + code] = self.question(code, question, held.get(code, ""))
        told = {name for _legend, names in RISK_THEMES for name in names}
        rest = [name for name in self.fields if name.startswith(ANSWER) and name.removeprefix(ANSWER) not in told]
        self.layout = [
            (str(legend), [name if name in self.base_fields else ANSWER + name for name in names], False)
            for legend, names in RISK_THEMES
        ]
        self.layout += [(_("More questions"), rest, False)] if rest else []

    def day(self):
        """The day of the review as far as it is known before the form is checked."""
        written = self["occurred_on"].value() if self.is_bound else self.initial.get("occurred_on")
        try:
            return self.fields["occurred_on"].clean(written)
        except forms.ValidationError:
            return timezone.localdate()

    @staticmethod
    def question(code: str, row: Code, held: str) -> forms.ChoiceField:
        answers = [(answer, risk_answer(answer)) for answer in rules.answers_of(row)]
        return forms.ChoiceField(
            label=row.label,
            choices=[*answers, ("", _("Skipped"))],
            required=False,
            initial=held,
            widget=forms.RadioSelect,
            help_text=RISK_HELP.get(code, ""),
        )

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        answers = {name.removeprefix(ANSWER): data[name] for name in data if name.startswith(ANSWER) and data[name]}
        said = super().said() | {"answers": answers}
        return said if self.record else said | {"client_id": self.client.pk}

    def problems(self, entry: RiskReviewEntry) -> list:
        """The rules' words: those about one question stand beside it."""
        found = [*rules.problems(entry, today=timezone.localdate()), *rules.age_problems(entry, self.age)]
        return list(found)

    @property
    def knows_adult(self) -> bool:
        return rules.is_known_adult(self.age)
