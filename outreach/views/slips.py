"""The slip of a referral for the staff who give it: printed, or sent by the device's own messages; another code."""

from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.actions.records import Refused
from core.views.screens import Screen
from core.wording import shown
from outreach import slips as codes_of_slips
from outreach.actions import slips
from outreach.views.cards import qr
from outreach.views.referral_steps import version_of

NO_PLACE = "no"


class SlipScreen(Screen):
    """One that needs a slip that works: of an open referral that isn't too old."""

    needs = "amend_permission"

    def refuse(self):
        record = self.record
        if record.is_void or not record.is_open:
            messages.warning(self.request, _("A closed or void referral needs no slip."))
        elif timezone.localdate() > codes_of_slips.works_until(record.occurred_on):
            messages.warning(self.request, _("This referral is too old for a slip. Refer the person again."))
        else:
            return None
        return redirect(record.get_absolute_url())


class Slip(SlipScreen):
    """A neutral slip: where to go, when it is open, the code. Nothing of the person, nor of the service sought."""

    def get(self, request, pk):
        return self.refuse() or render(request, "outreach/slips/print.html", self.words())

    def words(self) -> dict:
        record, register = self.record, self.register
        code = codes_of_slips.code_of(record.pk, record.slip)
        with_place = self.request.GET.get("place") != NO_PLACE
        point = record.destination if with_place else None
        address = f"{settings.PUBLIC_HOST or self.request.get_host()}/slip/"
        text = message(codes_of_slips.shown(code), point)
        return {
            "lead": register.title(record),
            "heading": _("Slip"),
            "code": codes_of_slips.shown(code),
            "qr": qr(code),
            "point": point,
            "issued": shown(record.occurred_on),
            "until": shown(codes_of_slips.works_until(record.occurred_on)),
            "desk": address,
            "message": text,
            "message_url": f"sms:?&body={quote(text)}",
            "slip": record.slip,
            "may_leave_out": record.destination is not None,
            "with_place": with_place,
            "renew_url": register.url("new-slip", record),
            "back_url": record.get_absolute_url(),
        }


def message(code: str, point) -> str:
    """What the person's own telephone is sent: neither what it is about nor who sends it."""
    parts = [_("Please show this code there: %(code)s.") % {"code": code}]
    if point is not None:
        parts.append(_("Place: %(place)s.") % {"place": point})
        if point.opening_hours:
            parts.append(_("Open: %(hours)s.") % {"hours": point.opening_hours})
    return " ".join(parts)


class NewSlip(SlipScreen):
    """Another code, for a slip that was lost or seen by others; the one before no longer works."""

    http_method_names = ["post", "options"]

    def post(self, request, pk):
        if refused := self.refuse():
            return refused
        try:
            slips.renew(referral=self.record, slip=version_of(request) or 0, by=request.user)
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect(self.record.get_absolute_url())
        messages.success(request, _("Here is a slip with another code. The one before no longer works."))
        return redirect(self.register.url("slip", self.record))
