"""Provinces and districts of Cambodia, by their NCDD codes (zero-padded text)."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Place(models.Model):
    """A place with a code and a name in both languages."""

    code = models.CharField(_("code"), max_length=8, primary_key=True)
    name_en = models.CharField(_("English name"), max_length=80)
    name_km = models.CharField(_("Khmer name"), max_length=80)

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self):
        return self.name_km if get_language() == "km" else self.name_en


class Province(Place):
    """One of the 25 provinces, the capital among them."""


class District(Place):
    """One district, municipality or khan of a province."""

    province = models.ForeignKey(Province, models.PROTECT, related_name="districts")
