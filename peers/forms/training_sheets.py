"""The attendance sheet of a course: who came on which day, scores, and whether they can do it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.forms.registers import RecordForm
from core.scope import Scope
from peers.models import PeerEducator, Training, TrainingAttendance
from peers.models.peer_educators import ENDED
from peers.rules.trainings import MOST_SCORE, Attended, course_days

PAGE = 40


def on_sheet(scope: Scope, training: Training):
    """Peer educators who can stand on a course's sheet, as far as the person may see them.

    Those of the organisation who were there and hadn't left when it began, and whoever stands on it already.
    """
    seen = PeerEducator.objects.visible_to(scope).filter(organisation=training.organisation_id)
    there = seen.countable().filter(occurred_on__lte=training.ends_on).with_status_on(training.occurred_on)
    held = TrainingAttendance.objects.filter(training=training).values("peer")
    ids = there.exclude(status__in=ENDED).order_by().values("pk")
    return (seen.filter(pk__in=ids) | seen.filter(pk__in=held)).order_by("reference", "pk")


def ids_in(values: Sequence[str]) -> list[UUID]:
    """The ids among texts that a browser sent."""
    found = []
    for value in values[: 4 * PAGE]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


class SheetForm(RecordForm):
    """A line for each of `peers`: `days_<id>`, `every_<id>`, `before_<id>`, `after_<id>`, `can_<id>`.

    Lines of others aren't touched. `every_<id>` ticks the whole course at once.
    """

    def __init__(self, *args: Any, peers: Sequence[PeerEducator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["change_reason"]
        self.peers = list(peers)
        self.days = [day for day in self.all_days if day <= timezone.localdate()]
        for peer in self.peers:
            self._add_line(peer)

    @property
    def all_days(self) -> list[date]:
        return course_days(self.record.occurred_on, self.record.ends_on)

    def _add_line(self, peer: PeerEducator) -> None:
        key, words = peer.pk.hex, {"peer": peer.reference}
        days = [(str(day), short(day)) for day in self.days]
        self.fields |= {
            f"days_{key}": forms.MultipleChoiceField(
                label=_("%(peer)s: days") % words,
                choices=days,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            ),
            f"every_{key}": forms.BooleanField(label=_("%(peer)s: every day") % words, required=False),
            f"before_{key}": score_field(_("%(peer)s: score before") % words),
            f"after_{key}": score_field(_("%(peer)s: score after") % words),
            f"can_{key}": forms.BooleanField(label=_("%(peer)s: can do it") % words, required=False),
        }

    @staticmethod
    def initial_for(training: Training) -> dict[str, Any]:
        """What the sheet shows of a course as it stands."""
        initial: dict[str, Any] = {}
        for row in training.attendances.all():
            key = row.peer_id.hex
            initial |= {f"days_{key}": row.days, f"before_{key}": row.score_before, f"after_{key}": row.score_after}
            initial[f"can_{key}"] = row.signed_off
        return initial

    def drawn_apart(self, name: str) -> bool:
        return True

    def lines(self) -> list[tuple[PeerEducator, dict[str, BoundField]]]:
        """(peer educator, bound fields by what they say), for the template."""
        parts = ("days", "every", "before", "after", "can")
        return [(peer, {part: self[f"{part}_{peer.pk.hex}"] for part in parts}) for peer in self.peers]

    def attended(self) -> list[Attended]:
        """Lines that say anything."""
        found = []
        for peer in self.peers:
            data = {part: self.cleaned_data[f"{part}_{peer.pk.hex}"] for part in ("days", "every", "before", "after")}
            days = self.days if data["every"] else [date.fromisoformat(day) for day in data["days"]]
            line = Attended(
                peer_id=peer.pk,
                days=frozenset(days),
                score_before=data["before"],
                score_after=data["after"],
                signed_off=self.cleaned_data[f"can_{peer.pk.hex}"],
            )
            if line != Attended(peer_id=peer.pk):
                found.append(line)
        return found

    def clean(self) -> dict[str, Any]:
        # What the rules say of the whole course is asked by the action, beside the lines that aren't shown.
        return forms.Form.clean(self)


def short(day: date) -> str:
    """A day as it fits a chip: “Mon 3”."""
    return date_format(day, "D j")


def score_field(label: str) -> forms.IntegerField:
    widget = forms.NumberInput({"inputmode": "numeric", "min": 0, "max": MOST_SCORE, "aria-label": label})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_SCORE, widget=widget)
