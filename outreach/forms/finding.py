"""The one box that finds people, and the answers below it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import codes
from outreach import finding
from outreach.forms.births import month_choices
from outreach.forms.clients import name_field, province_choices


class FindForm(forms.Form):
    """A card, a reference or a nickname; or the answers of which the UIC is made. All of it may stay empty."""

    q = forms.CharField(label=_("Card, nickname or own reference"), max_length=80, required=False)
    mother = name_field(_("Mother's name"))
    father = name_field(_("Father's name"))
    birth_month = forms.ChoiceField(label=_("Month of birth"), choices=month_choices, required=False)
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        min_value=1900,
        max_value=2200,
        required=False,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    sex = forms.ChoiceField(label=_("Sex"), required=False, widget=forms.RadioSelect)
    province = forms.ChoiceField(label=_("Province of birth"), required=False)

    ANSWERS = ("mother", "father", "birth_month", "birth_year", "sex", "province")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sex"].choices = [(key, label) for key, label in codes.choices("sex") if key != "U"]
        self.fields["province"].choices = province_choices()

    def answer_fields(self) -> list:
        return [self[name] for name in self.ANSWERS]

    def answers(self) -> dict[str, str]:
        data = self.cleaned_data
        return finding.answers_of(
            mother=data["mother"],
            father=data["father"],
            province=data["province"],
            sex=data["sex"],
            year=data["birth_year"],
            month=int(data["birth_month"]) if data["birth_month"] else None,
        )

    @property
    def asked(self) -> bool:
        """Whether anything was filled in."""
        return any(self.cleaned_data.get(name) for name in ("q", *self.ANSWERS))


def carried(data: dict) -> dict:
    """What a search knew, as the beginning of a new person's form. Words with digits were a card or a reference."""
    words = data.get("q", "")
    return {
        "mother": data.get("mother", ""),
        "father": data.get("father", ""),
        "province": data.get("province", ""),
        "sex": data.get("sex", ""),
        "birth": ("", data.get("birth_month", ""), data.get("birth_year", "")),
        "nickname": "" if any(letter.isdigit() for letter in words) else words,
    }
