"""What somebody needs of condoms and needles for some weeks, from what they told. No Django models, no database."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

# Weeks that a page looks at: what was given in them is taken off.
WEEKS = 4


@dataclass(frozen=True)
class Need:
    """Pieces `wanted` for the weeks, pieces `given` in them, and the `gap` that is still to bring, never below 0."""

    per_week: int
    weeks: int
    given: int

    @property
    def wanted(self) -> int:
        return self.per_week * self.weeks

    @property
    def gap(self) -> int:
        return max(0, self.wanted - self.given)


def need_of(per_week: int | None, weeks: int, given: int) -> Need | None:
    """The need of one thing: times a week × weeks − given in that time. None if the times a week weren't told.

    `per_week` are sex acts for condoms and injections for needles; `weeks` is 1 or more.
    """
    return None if per_week is None else Need(per_week, weeks, given)


def in_words(need: Need) -> str:
    """Such as “24 needed in 4 weeks, 10 given, 14 to bring”."""
    numbers = {"wanted": need.wanted, "weeks": need.weeks, "given": need.given, "gap": need.gap}
    return _("%(wanted)s needed in %(weeks)s weeks, %(given)s given, %(gap)s to bring") % numbers


def formula(need: Need) -> str:
    """Such as “6 a week × 4 weeks − 10 given”."""
    numbers = {"per_week": need.per_week, "weeks": need.weeks, "given": need.given}
    return _("%(per_week)s a week × %(weeks)s weeks − %(given)s given") % numbers
