"""The page of an organisation's terms of peer work."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.actions.records import Refused
from core.models import Organisation
from core.permissions import Permission
from peers.actions import terms as actions
from peers.forms.terms import TermsForm
from peers.terms import terms_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def peer_terms(request):
    """What days are paid with and how many people one person looks after, in one organisation of the person's."""
    if not request.scope.can(Permission.PEER_TERMS):
        raise PermissionDenied
    offered = list(Organisation.objects.visible_to(request.scope, Permission.PEER_TERMS).filter(active=True))
    asked = request.GET.get("organisation", "")
    chosen = next((row for row in offered if asked in (str(row.pk), "")), None)
    if chosen is None:
        raise Http404
    terms = terms_of([chosen.pk])[chosen.pk]
    form = TermsForm(request.POST or None, initial=TermsForm.initial_of(terms))
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_terms(organisation=chosen, values=form.cleaned_data, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('peer-terms')}?organisation={chosen.pk}")
    context = {
        "heading": _("Terms of peer work"),
        "lead": chosen.name if len(offered) > 1 else "",
        "form": form,
        "fieldsets": form.fieldsets,
        "others": [row for row in offered if row != chosen],
        "submit_label": _("Save"),
        "cancel_url": reverse("groups"),
    }
    return render(request, "peers/terms/form.html", context)
