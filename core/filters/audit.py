"""Filters of the audit."""

import django_filters
from django.utils.translation import gettext_lazy as _

from core.filters.registers import OccurredFilter, RegisterFilters
from core.models import AuditLine, Membership, Organisation, User
from core.permissions import Permission

# The second part of an action's name, such as `client.view`.
VERBS = [
    ("record", _("recorded")),
    ("create", _("made")),
    ("amend", _("changed")),
    ("void", _("made void")),
    ("view", _("looked at")),
    ("export", _("exported")),
    ("import", _("imported")),
    ("conflict", _("came twice with different content")),
    ("settle", _("conflict settled")),
    ("merge", _("merged")),
    ("unmerge", _("merge undone")),
    ("are_two", _("told apart")),
    ("replace_card", _("card replaced")),
    ("consent", _("consent noted")),
    ("methadone", _("methadone noted")),
    ("facility_said", _("said by the service")),
    ("new_slip", _("another slip made")),
    ("trace", _("looked for the person")),
    ("grant", _("role given")),
    ("end", _("role ended")),
    ("close", _("closed")),
    ("reopen", _("opened again")),
    ("set_services", _("services of the centre set")),
    ("set_hours", _("opening hours set")),
    ("retire", _("retired")),
    ("take_up", _("taken up again")),
    ("invite", _("link made")),
    ("set_password", _("password set")),
    ("release", _("sign-in released")),
    ("deactivate", _("account closed")),
    ("reactivate", _("account opened")),
    ("second_factor_on", _("second factor on")),
    ("second_factor_off", _("second factor off")),
    ("reset_second_factor", _("second factor reset")),
    ("load", _("loaded")),
    ("tick", _("ticked off")),
    ("untick", _("put back")),
    ("state", _("moved, closed or opened")),
    ("estimate", _("size estimated")),
    ("failed", _("failed")),
    ("denied", _("refused")),
]
# What is told beside a line; its values are codes and numbers, as in the records.
DETAILS = {
    "columns": _("columns"),
    "fields": _("fields"),
    "filters": _("filters"),
    "indicator": _("indicator"),
    "indicators": _("indicators"),
    "into": _("merged into"),
    "kind": _("kind"),
    "new_sites": _("new sites"),
    "other": _("the other record"),
    "outcome": _("what came of it"),
    "personal": _("with personal fields"),
    "purpose": _("purpose"),
    "reason": _("reason"),
    "role": _("role"),
    "rows": _("rows"),
    "safeguarding_lead": _("safeguarding lead"),
    "source": _("source"),
    "status": _("state"),
    "step": _("step"),
    "user": _("account"),
    "version": _("version"),
}


def detail_in_words(key: str) -> str:
    """What a detail of a line is called; its key if it has no words."""
    return str(DETAILS.get(key, key))


def action_in_words(action: str) -> str:
    """The second part of an action's name in words; the name itself if it has none."""
    verb = action.rsplit(".", 1)[-1]
    return str(dict(VERBS).get(verb, action))


class AuditFilters(RegisterFilters):
    """What, who, when, which record, organisation where there are several."""

    action = django_filters.ChoiceFilter(label=_("What"), choices=VERBS, method="with_verb")
    actor = django_filters.ModelChoiceFilter(label=_("Who"), queryset=User.objects.none())
    at = OccurredFilter(label=_("Date"), field_name="at__date")
    record_id = django_filters.CharFilter(label=_("Record's number"), lookup_expr="exact")
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"), field_name="chain__organisation", queryset=Organisation.objects.none()
    )

    class Meta:
        model = AuditLine
        fields = ["action", "actor", "at", "record_id", "organisation"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        seen = Organisation.objects.visible_to(self.scope, Permission.AUDIT_VIEW)
        people = Membership.objects.filter(organisation__in=seen).values("user")
        self.filters["organisation"].queryset = seen
        self.filters["actor"].queryset = User.objects.filter(pk__in=people)

    def with_verb(self, queryset, name, value):
        return queryset.filter(action__endswith=f".{value}")
