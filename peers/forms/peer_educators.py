"""Forms of peer educators: who they are to the programme, and a new state."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes, site_names
from core.forms.entries import EntryForm
from core.forms.registers import day_field
from core.models import Site, User
from core.permissions import Permission
from outreach.forms.hotspots import ProblemsForm
from peers import staff
from peers.actions import peer_educators
from peers.models import PeerEducator
from peers.rules import peer_educators as rules
from peers.rules.peer_educators import PeerEntry


def sees_own_group(peer: PeerEducator, scope: Any) -> bool:
    """Whether somebody may know which group a peer educator belongs to: it was told in confidence."""
    mine = scope.user_id is not None and scope.user_id in (peer.user_id, peer.supervisor_id)
    return mine or scope.can(Permission.EXPORT_PERSONAL, peer.organisation_id)


class PeerForm(EntryForm):
    """One peer educator. Only a new one's state is asked here: later states are steps of the record's page."""

    writer = peer_educators.writer
    code_lists = {
        "sex": "sex",
        "languages": "language",
        "groups": "population_group",
        "own_group": "population_group",
    }
    renamed = {"statuses": "status"}

    reference = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("In one piece, such as PE-07. Never a name."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    occurred_on = day_field(gettext_lazy("Recruited on"))
    status = forms.ChoiceField(label=gettext_lazy("State"), widget=forms.RadioSelect)
    status_since = day_field(
        gettext_lazy("In this state since"),
        required=False,
        help_text=gettext_lazy("Empty: since the day of recruitment."),
    )
    supervisor = forms.ModelChoiceField(
        label=gettext_lazy("Supervisor"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
        help_text=gettext_lazy("A supervisor sees the own team only. Whoever has none is seen by every supervisor."),
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Groups they work with"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sites = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Sites"), queryset=Site.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    user = forms.ModelChoiceField(
        label=gettext_lazy("User account"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("No account"),
        help_text=gettext_lazy("With an account they see their own people, plan and sessions."),
    )
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), widget=forms.RadioSelect, initial="U")
    birth_year = forms.IntegerField(
        label=gettext_lazy("Year of birth"),
        required=False,
        min_value=1,
        max_value=9999,
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    own_group = forms.ChoiceField(
        label=gettext_lazy("Own group"),
        required=False,
        help_text=gettext_lazy(
            "Only if they want it recorded. Only they, their supervisor and the data officer see it."
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=280,
        help_text=gettext_lazy("No names and no telephone numbers. The peer educator can read it."),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        homes = [row.pk for row in self.organisations]
        sites = Site.objects.visible_to(self.scope).filter(organisation__in=homes)
        held = Site.objects.none()
        if self.record:
            held = sites.filter(pk__in=[site.pk for site in self.record.sites.all()])
            del self.fields["status"], self.fields["status_since"]
        else:
            first = rules.following("")
            self.fields["status"].choices = [(code, codes.label("peer_status", code)) for code in first]
            self.initial.setdefault("status", first[0])
        # Schools come in hundreds: offered are those where a peer educator works already; a file may name any.
        near = sites.open().besides_schools(PeerEducator.sites.through.objects.all())
        self.fields["sites"].queryset = (near | held).distinct().order_by("name")
        site_names.label(self.fields["sites"], self.scope)
        self.fields["supervisor"].queryset = self.leaders(homes)
        self.fields["user"].queryset = self.accounts(homes)
        if not self.asks_own_group():
            del self.fields["own_group"]
        more = ["user", "sex", "birth_year", "languages", "own_group", "note"]
        self.layout = [
            (_("Groups they work with"), ["groups"], True),
            (_("More about the peer educator"), more, True),
        ]

    def asks_own_group(self) -> bool:
        if self.record:
            return sees_own_group(self.record, self.scope)
        return self.scope.can(Permission.EXPORT_PERSONAL) or self.scope.can(Permission.SUPERVISION_RECORD)

    def leaders(self, homes: list[int]):
        """Who sees every team may name anybody who supervises; others take a peer educator on, or let one go."""
        found = staff.supervisors(homes)
        if not all(self.scope.can(Permission.TEAM_EVERY, home) for home in homes):
            found = found.filter(pk=self.scope.user_id)
        return self.with_present(found, "supervisor")

    def accounts(self, homes: list[int]):
        taken = PeerEducator.objects.countable().filter(organisation__in=homes, user__isnull=False)
        return self.with_present(staff.peer_accounts(homes).exclude(pk__in=taken.values("user")), "user")

    def with_present(self, found, name: str):
        present = getattr(self.record, f"{name}_id", None)
        return (found | User.objects.filter(pk=present)).order_by("username") if present else found

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        own = {"supervisor": record.supervisor_id, "user": record.user_id}
        return super().initial_of(record) | own | {"sites": [site.pk for site in record.sites.all()]}

    def said(self) -> dict[str, Any]:
        data, said = self.cleaned_data, super().said()
        said["sites"] = frozenset(site.pk for site in data["sites"])
        if not self.record:
            said["statuses"] = ((data["status"], data["status_since"] or data["occurred_on"], ""),)
        return said

    def problems(self, entry: PeerEntry) -> list:
        return list(rules.problems(entry, today=timezone.localdate()))


class VersionedForm(ProblemsForm):
    """A step of a record that somebody else may change meanwhile: the form carries the version that was looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    @property
    def fieldsets(self):
        visible = self.visible_fields()
        return [("", visible, False)] if visible else []


class StatusForm(VersionedForm):
    """A new state, since when, and why."""

    status = forms.ChoiceField(label=gettext_lazy("New state"), widget=forms.RadioSelect)
    since = day_field(gettext_lazy("Since"), initial=timezone.localdate)
    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        required=False,
        help_text=gettext_lazy("Needed when somebody drops out or is dismissed, possible for leave."),
    )

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nexts = rules.following(present)
        self.fields["status"].choices = [(code, codes.label("peer_status", code)) for code in nexts]
        self.fields["reason"].choices = codes.choices("peer_exit_reason", _("Not recorded"))

    def add_problems(self, wrong) -> None:
        """What is wrong with the timeline is wrong with the day: the states offered all fit."""
        for problem in (problem for found in wrong.problems.values() for problem in found):
            field = {"statuses": "since"}.get(problem.field, problem.field)
            self.add_error(field if field in self.fields else None, problem.message)
