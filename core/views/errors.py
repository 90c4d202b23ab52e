"""Pages for what went wrong that Django has no own view for; the others are its defaults over `templates/4xx.html`."""

from django.shortcuts import render


def too_many_requests(request):
    """429, in plain words."""
    return render(request, "429.html", status=429)
