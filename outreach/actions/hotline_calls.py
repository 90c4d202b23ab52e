"""What can be done with hotline calls: record, amend, void, undo; give a spoken code and find its call again."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions import records
from core.actions.records import Refused
from core.actions.writing import Link, Writer
from core.models import Province, Record, User
from core.permissions import Permission
from core.rules.problems import Problem
from core.scope import Scope
from outreach import spoken_codes
from outreach.actions.campaigns import CAMPAIGN
from outreach.models import HotlineCall
from outreach.rules import hotline_calls as rules
from outreach.rules.hotline_calls import CallEntry

UNDO = timedelta(minutes=2)
SHOW_CODE = timedelta(minutes=15)
TRIES, WAIT_SECONDS = 10, 15 * 60
ATTEMPTS = 32


class Calls(Writer):
    """Hotline calls. A wish to ring again, written on a screen, gives the call a spoken code."""

    model = HotlineCall
    entry = CallEntry
    links = {
        "province_id": Link(
            lambda organisation: Province.objects.all(),
            gettext_lazy("There is no such province. Choose one from the list."),
        ),
        "follows_id": Link(
            lambda organisation: HotlineCall.objects.filter(organisation=organisation),
            gettext_lazy("There is no such earlier call. Look for it by its code again."),
        ),
        "campaign_id": CAMPAIGN,
    }

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries, organisation):
        """Of the calls that the entries come back to: their days, and which call came back first; and void entries."""
        following = [entry for entry in entries if entry.follows_id]
        if not following:
            return {}, {}, set()
        wanted = {entry.follows_id for entry in following}
        mine = records.by_id(HotlineCall.objects.exclude(voided_at=None), [entry.id for entry in following])
        void = {entry.id for entry in following if entry.void} | mine.keys()
        days = {pk: call.occurred_on for pk, call in records.by_id(HotlineCall.objects.all(), wanted).items()}
        came = HotlineCall.objects.countable().filter(follows_id__in=wanted).values_list("follows_id", "pk")
        first = dict(came)
        for entry in following:
            if entry.id not in void:
                first.setdefault(entry.follows_id, entry.id)
        return days, first, void

    def rule_with(self, entry, known, *, today):
        if not entry.follows_id:
            return
        days, first, void = known
        if entry.follows_id == entry.id or days.get(entry.follows_id, entry.occurred_on) > entry.occurred_on:
            yield Problem("follows", _("A call can only come back to an earlier one."), str(entry.follows_id))
        elif entry.id not in void and first.get(entry.follows_id, entry.id) != entry.id:
            text = _("Another call came back to that one already. Take the link out.")
            yield Problem("follows", text, str(entry.follows_id))

    def follow(self, pairs, *, by, fresh):
        give_codes([call for call, _entry in pairs])


def give_codes(calls: Sequence[HotlineCall]) -> None:
    """Give each call a code that no other one of the organisation has, or take it away with the wish.

    Calls of a file get none: nobody was told one.
    """
    wishing = [call for call in calls if call.ring_again_at and not call.code_key and not call.is_void]
    wishing = [call for call in wishing if call.source != Record.Source.IMPORT]
    if wishing:
        organisation = wishing[0].organisation_id
        tried = {call.pk: [key_of(call, attempt) for attempt in range(ATTEMPTS)] for call in wishing}
        every = {key for keys in tried.values() for key in keys}
        here = HotlineCall.objects.filter(organisation=organisation, code_key__in=every)
        taken = set(here.values_list("code_key", flat=True))
        for call in wishing:
            call.code_key = next(key for key in tried[call.pk] if key not in taken)
            taken.add(call.code_key)
    done = [call for call in calls if call.code_key and not call.ring_again_at]
    for call in done:
        call.code_key = ""
    if wishing or done:
        HotlineCall.objects.bulk_update([*wishing, *done], ["code_key"], batch_size=200)


def key_of(call: HotlineCall, attempt: int) -> str:
    """What would be kept of the call's code at this attempt."""
    code = spoken_codes.candidate(call.pk, attempt, secret=settings.UIC_KEY)
    return spoken_codes.digest(code, call.organisation_id, secret=settings.UIC_KEY)


def code_of(call: HotlineCall, *, by: User) -> str:
    """The code to say to the caller; empty without one, for others than its recorder, and after a quarter of an hour.

    It isn't kept: it is made again from the call, and shown only where its digest is the one kept.
    """
    late = timezone.now() - call.recorded_at > SHOW_CODE
    if not call.code_key or late or call.recorded_by_id != by.pk or call.is_void:
        return ""
    for attempt in range(ATTEMPTS):
        if key_of(call, attempt) == call.code_key:
            return spoken_codes.candidate(call.pk, attempt, secret=settings.UIC_KEY)
    return ""


def find(*, text: str, scope: Scope, by: User) -> HotlineCall:
    """The waiting call of a code that a caller says.

    Raises Refused if no waiting call of the person's organisations has it, and after too many wrong codes.
    """
    tries = f"spoken-code:{by.pk}"
    if cache.get(tries, 0) >= TRIES:
        raise Refused(_("Too many wrong codes. Wait a quarter of an hour, then try again."))
    code = spoken_codes.read(text)
    if code is None:
        raise Refused(_("A code has six digits, and these can't be one. Ask the caller to say it once more."))
    keys = [
        spoken_codes.digest(code, pk, secret=settings.UIC_KEY) for pk in scope.all_organisations(Permission.CALL_RECORD)
    ]
    call = HotlineCall.objects.visible_to(scope).waiting().filter(code_key__in=keys).first() if keys else None
    if call is None:
        cache.set(tries, cache.get(tries, 0) + 1, WAIT_SECONDS)
        raise Refused(_("No caller is waited for with this code. Ask the caller to say it once more."))
    return call


def undo(*, call: HotlineCall, by: User) -> HotlineCall:
    """Take back a call that one has just recorded.

    Raises Refused for somebody else's call, after two minutes, and for one that is void already.
    """
    if call.recorded_by_id != by.pk or timezone.now() - call.recorded_at > UNDO:
        raise Refused(_("This can't be undone any more. Ask a supervisor to make the call void."))
    return writer.void(record=call, by=by, reason="undone")


writer = Calls()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
