"""What a search found, as lines with what can be done next."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.permissions import Permission
from core.scope import Scope
from outreach import finding, wording
from outreach.finding import Match
from outreach.models import Client


def people_lines(scope: Scope, matches: list[Match]) -> list[dict]:
    """Each match as a person with its reason, the last contact, and the ways on, in constant queries."""
    people = [match.client for match in matches]
    met = finding.last_met(people) if people else {}
    visible = Client.objects.visible_to(scope).filter(pk__in=[client.pk for client in people])
    open_to = set(visible.values_list("pk", flat=True)) if people else set()
    return [_line(scope, match, met.get(match.client.pk), match.client.pk in open_to) for match in matches]


def _line(scope: Scope, match: Match, met, visible: bool) -> dict:
    client = match.client
    text = wording.joined([wording.why(match.why), wording.last_met(met)])
    if match.merged_from:
        text = wording.joined([text, _("was merged: %(card)s") % {"card": wording.card(match.merged_from)}])
    who = f"?client={client.pk}"
    may_record = scope.can(Permission.CONTACT_RECORD, client.organisation_id)
    return {
        "person": wording.person(client, text=text),
        "exact": match.exact,
        "replaced": match.why == finding.OLD_CARD,
        "open_url": client.get_absolute_url() if visible else "",
        "contact_url": reverse("record-contact") + who if may_record else "",
        "harm_url": reverse("record-harm-reduction") + who if may_record else "",
    }
