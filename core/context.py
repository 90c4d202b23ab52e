"""What every workspace template needs: the menu, cut to what the person may see."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from core.permissions import Permission

P = Permission


@dataclass(frozen=True)
class MenuItem:
    """One entry of the rail: `name` is the area, the first part of the address after `/app/`."""

    name: str
    label: str
    icon: str
    url: str
    current: bool


def areas():
    """Area, label, icon, address name, permissions of which one is enough (none: everybody)."""
    recording = [P.CONTACT_RECORD, P.SESSION_RECORD, P.CALL_RECORD, P.CONCERN_RAISE]
    return [
        ("today", _("Today"), "today", "today", []),
        ("record", _("Record"), "record", "record", recording),
        ("people", _("People"), "people", "people", [P.CLIENT_VIEW, P.CONTACT_VIEW, P.CALL_VIEW, P.CONCERN_VIEW]),
        ("groups", _("Groups"), "groups", "groups", [P.SESSION_VIEW]),
        ("figures", _("Figures"), "figures", "figures", [P.FIGURES_VIEW, P.DEFINITIONS_VIEW]),
        ("data", _("Data"), "data", "data", [P.IMPORT, P.EXPORT, P.SITE_VIEW, P.CODE_VIEW, P.MEMBER_VIEW]),
    ]


def looks(name, label, icon, scope):
    """The area's label and icon for this person: whoever sees no people, only calls, finds calls there."""
    others = (P.CLIENT_VIEW, P.CONTACT_VIEW, P.CONCERN_VIEW)
    if name == "people" and scope.can(P.CALL_VIEW) and not any(map(scope.can, others)):
        return _("Calls"), "phone"
    return label, icon


def workspace(request):
    """Menu and demo line for workspace pages; nothing at all for the public site, which reads no session."""
    if not request.path.startswith("/app/"):
        return {"demo": settings.DEMO}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not hasattr(request, "scope"):
        return {"demo": settings.DEMO, "menu": []}
    area = request.path.removeprefix("/app/").split("/")[0]
    menu = [
        MenuItem(name, *looks(name, label, icon, request.scope), reverse(url), name == area)
        for name, label, icon, url, needed in areas()
        if not needed or any(request.scope.can(permission) for permission in needed)
    ]
    more = {"account_url": reverse("account"), "idle_seconds": settings.IDLE_SECONDS}
    return {"demo": settings.DEMO, "menu": menu, **more}
