"""A committee's page: its life, its members by side and sex, what is open, its meetings."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core import codes
from core.permissions import Permission
from core.wording import shown
from peers import committee_actions, committee_life
from peers.committee_life import Chapter
from peers.models import Committee, CommitteeMeeting
from peers.models.committees import CommitteeMember
from peers.rules.committees import missing_sides

SHOWN_MEETINGS = 12
WORDS = {
    committee_life.PLANNED: gettext_lazy("Planned, or first noted"),
    committee_life.FORMED: gettext_lazy("Formed"),
    committee_life.ANEW: gettext_lazy("Formed anew"),
    committee_life.TRAINED: gettext_lazy("Members trained"),
    committee_life.QUIET: gettext_lazy("Dormant: no minuted meeting for 90 days"),
    committee_life.CLOSED: gettext_lazy("Closed"),
}


def detail_context(register, scope, record: Committee) -> dict:
    """Everything beside the facts."""
    today = timezone.localdate()
    meetings = list(record.meetings.countable().prefetch_related("actions"))
    may = scope.can(Permission.WORKPLACE_RECORD, record.organisation_id) and not record.is_void
    return {
        "life": [chapter_words(chapter, record) for chapter in committee_life.life_of(record, meetings, today)],
        "members": members_table(record),
        "seats": [seat_words(member) for member in record.members.all()],
        "missing": missing_text(record),
        "members_url": register.url("members", record) if may else "",
        "open_actions": [action_line(a, today, may=may) for a in committee_actions.open_actions([record])],
        "meetings": [meeting_line(meeting) for meeting in meetings[:SHOWN_MEETINGS]],
        "more_meetings": max(0, len(meetings) - SHOWN_MEETINGS),
        "all_url": f"{reverse('committee-meetings:list')}?workplace={record.workplace_id}",
        "workplace_url": record.workplace.get_absolute_url(),
    }


def chapter_words(chapter: Chapter, committee: Committee) -> dict:
    """One chapter as the timeline shows it: words, days, and the meetings that it leads to."""
    if chapter.what == committee_life.MET:
        count = len(chapter.meetings)
        words = ngettext("%(count)s meeting", "%(count)s meetings", count) % {"count": count}
        bare = sum(not meeting.is_minuted for meeting in chapter.meetings)
        note = (
            ngettext("%(count)s without minutes", "%(count)s without minutes", bare) % {"count": bare} if bare else ""
        )
        when = days_words(chapter.on, chapter.until)
    else:
        words, note = str(WORDS[chapter.what]), ""
        when = shown(chapter.on)
        if chapter.what == committee_life.QUIET:
            when = days_words(chapter.on, chapter.until) if chapter.until else _("since %(day)s") % {"day": when}
        if chapter.what == committee_life.CLOSED:
            note = committee.closed_because
    return {"words": words, "when": when, "note": note, "what": chapter.what}


def days_words(first, last) -> str:
    if last is None or last == first:
        return str(shown(first))
    return _("%(first)s to %(last)s") % {"first": shown(first), "last": shown(last)}


def sitting(committee: Committee) -> list[CommitteeMember]:
    """The seats whose term isn't over."""
    today = timezone.localdate()
    return [member for member in committee.members.all() if member.until is None or member.until >= today]


def members_table(committee: Committee) -> dict | None:
    """Members by side and sex with their sums; those whose term is over count no more."""
    seats = sitting(committee)
    if not seats:
        return None
    sexes = [pair for pair in codes.choices("sex") if any(seat.sex == pair[0] for seat in seats)]
    sides = [pair for pair in CommitteeMember.Side.choices if any(seat.side == pair[0] for seat in seats)]

    def row(side: str) -> list[tuple]:
        found = [sum((seat.side == side or not side) and seat.sex == sex for seat in seats) for sex, _l in sexes]
        return [(number, "") for number in [*found, sum(found)]]

    return {
        "columns": [_("Side"), *(label for _sex, label in sexes), _("All")],
        "rows": [(label, row(side)) for side, label in sides],
        "foot": (_("All"), row("")),
    }


def seat_words(member: CommitteeMember) -> tuple[str, str]:
    """(role, side, sex and term) of one seat."""
    words = [str(member.get_side_display()), codes.label("sex", member.sex)]
    if member.since or member.until:
        words.append(f"{shown(member.since) or '…'} – {shown(member.until) or '…'}")
    return codes.label("committee_role", member.role), " · ".join(words)


def missing_text(committee: Committee) -> str:
    """The hint where a side is missing."""
    lacking = missing_sides({member.side for member in sitting(committee)})
    if not lacking:
        return ""
    if len(lacking) > 1:
        return _("Nobody sits in it for the employer or the workers. A committee works when both sides are in it.")
    if lacking == [CommitteeMember.Side.EMPLOYER]:
        return _("Nobody sits in it for the employer. A committee works when both sides are in it.")
    return _("Nobody sits in it for the workers or their union. A committee works when both sides are in it.")


def action_line(action, today, *, may: bool) -> dict:
    """One open action with its button."""
    late = (today - action.due_on).days
    kind, words = "", _("until %(day)s") % {"day": shown(action.due_on)}
    if late > 0:
        kind = "danger"
        words = ngettext("%(days)s day overdue", "%(days)s days overdue", late) % {"days": late}
    elif action.due_on - today <= timedelta(days=14):
        kind = "attention"
    return {
        "text": action.text,
        "role": codes.label("committee_role", action.role),
        "kind": kind,
        "when": words,
        "due": shown(action.due_on),
        "url": reverse("committee-meetings:detail", args=[action.meeting_id]),
        "done_url": reverse("committee-meetings:done", args=[action.meeting_id]) if may else "",
        "place": action.place,
        "version": action.meeting.version,
    }


def meeting_line(meeting: CommitteeMeeting) -> dict:
    """One meeting of the list under the committee."""
    came = sum(meeting.present.values())
    done = sum(action.done_on is not None for action in meeting.actions.all())
    said = [ngettext("%(count)s member came", "%(count)s members came", came) % {"count": came}] if came else []
    if meeting.decisions:
        number = len(meeting.decisions)
        said.append(ngettext("%(count)s decision", "%(count)s decisions", number) % {"count": number})
    if total := len(meeting.actions.all()):
        said.append(_("%(done)s of %(total)s actions done") % {"done": done, "total": total})
    if not meeting.is_minuted:
        said.append(_("no minutes"))
    return {"url": meeting.get_absolute_url(), "day": shown(meeting.occurred_on), "said": " · ".join(said)}
