"""The kernel's own screens under /app/.

allauth's views are routed one by one: what isn't named here (sign-up, e-mail, password reset) has no address.
"""

from allauth.account import views as account_views
from allauth.mfa.base import views as mfa_views
from allauth.mfa.recovery_codes import views as recovery_views
from django.contrib.auth.decorators import login_required
from django.urls import include, path

from core.views import accounts, gallery, imports
from core.views.audit import Audit
from core.views.codes import Codes
from core.views.conflicts import Conflicts
from core.views.members import Members
from core.views.organisations import Organisations
from core.views.sites import Sites

urlpatterns = [
    path("gallery/", gallery.gallery, name="gallery"),
    path("sign-in/", account_views.login, name="account_login"),
    path("sign-out/", account_views.logout, name="account_logout"),
    path("language/", accounts.set_language, name="set_language"),
    path("account/", accounts.account, name="account"),
    path("account/", accounts.account, name="mfa_index"),
    path("account/confirm/", account_views.reauthenticate, name="account_reauthenticate"),
    path("account/password/", accounts.change_password, name="change_password"),
    path("account/link/<uidb64>/<token>/", accounts.set_password, name="set_password"),
    path("account/resume/", accounts.resume, name="resume"),
    path("account/code/", mfa_views.authenticate, name="mfa_authenticate"),
    path("account/code/confirm/", mfa_views.reauthenticate, name="mfa_reauthenticate"),
    path("account/app/", accounts.activate_totp, name="mfa_activate_totp"),
    path("account/app/off/", accounts.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/recovery-codes/", recovery_views.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/recovery-codes/new/",
        login_required(recovery_views.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("data/import/", include((imports.urlpatterns, "imports"))),
    *Audit.urls("data/audit/"),
    *Codes.routed(),
    *Conflicts.routed(),
    *Members.routed(),
    *Organisations.urls("data/organisations/"),
    *Sites.routed(),
]
