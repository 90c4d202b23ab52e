"""What the follow-up lists are asked, and what is ticked off."""

from collections.abc import Collection, Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from core.models import User
from outreach.follow_ups import LISTS
from outreach.models import FollowUpTick
from outreach.staff import field_staff


class AskedForm(forms.Form):
    """What the address asks for: one list or all of them, of oneself or of a worker whom one looks after.

    `hidden` are workers of the organisations whom somebody else looks after.

    `ticked` is a line that was just ticked off.
    """

    list = forms.ChoiceField(choices=[(name, name) for name in LISTS], required=False)
    worker = forms.ModelChoiceField(
        label=_("Whose list"), queryset=User.objects.none(), required=False, empty_label=_("My own")
    )
    page = forms.IntegerField(required=False)
    ticked = forms.IntegerField(required=False)

    def __init__(self, *args, organisations: Sequence[int], hidden: Collection[int] = (), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if organisations:
            self.fields["worker"].queryset = field_staff(organisations).exclude(pk__in=hidden)


class TickForm(forms.Form):
    """One line and why it is ticked off; `page` and `list` lead back to where one was."""

    name = forms.ChoiceField(choices=[(name, name) for name in LISTS])
    subject = forms.UUIDField()
    reason = forms.ChoiceField(choices=FollowUpTick.Reason.choices)
    list = forms.ChoiceField(choices=[(name, name) for name in LISTS], required=False)
    page = forms.IntegerField(required=False)


class UntickForm(forms.Form):
    """The line that is put back; `list` leads back to where one was."""

    tick = forms.IntegerField()
    list = forms.ChoiceField(choices=[(name, name) for name in LISTS], required=False)
