"""How the standing of a committee reads: a short word, its colour, and a sentence about when it last met."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.wording import shown
from peers import committee_standing
from peers.committee_standing import Standing

STATUSES = {
    committee_standing.PLANNED: gettext_lazy("Planned"),
    committee_standing.FORMED: gettext_lazy("Formed"),
    committee_standing.TRAINED: gettext_lazy("Members trained"),
    committee_standing.ACTIVE: gettext_lazy("Active"),
    committee_standing.INACTIVE: gettext_lazy("Dormant"),
    committee_standing.CLOSED: gettext_lazy("Closed"),
}
COLOURS = {
    committee_standing.FORMED: "accent",
    committee_standing.TRAINED: "accent",
    committee_standing.ACTIVE: "good",
    committee_standing.INACTIVE: "attention",
}


def chip(stands: Standing) -> SafeString:
    """The status as a tag."""
    context = {"text": STATUSES[stands.status], "kind": COLOURS.get(stands.status, "")}
    return render_to_string("core/components/tag.html", context)


def sentence(stands: Standing) -> str:
    """What follows from the standing: what to do until when."""
    if stands.status == committee_standing.CLOSED:
        return _("Closed. Its meetings and members stay readable.")
    if stands.status == committee_standing.PLANNED:
        return _("Planned. Form it once its members are appointed.")
    if stands.status == committee_standing.INACTIVE:
        text = _("No minuted meeting for 90 days: dormant since %(day)s. A minuted meeting wakes it, or form it anew.")
        return text % {"day": shown(stands.quiet_since)}
    left = stands.days_left or 0
    if stands.nearly_quiet:
        text = ngettext(
            "It goes quiet in %(left)s day unless it meets by %(day)s, with minutes.",
            "It goes quiet in %(left)s days unless it meets by %(day)s, with minutes.",
            left,
        )
        return text % {"left": left, "day": shown(stands.due_on)}
    return _("The next minuted meeting is due by %(day)s.") % {"day": shown(stands.due_on)}
