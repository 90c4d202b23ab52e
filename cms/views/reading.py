"""Public pages: found, rendered once, answered from the shelf.

Nothing here looks at the user, the session or a cookie, so that no page can differ between readers
and none leaves a trace of who read it.
"""

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotFound, HttpResponsePermanentRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms import shelf
from cms.models import HomePage, readable


def answer(request, copy, *, response_class=HttpResponse):
    """A public page's answer: packed where the browser can unpack, kept nowhere on the way or on the phone."""
    response = response_class(content_type="text/html; charset=utf-8")
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response["Content-Encoding"] = "gzip"
        response.content = copy.packed
    else:
        response.content = copy.plain
    response["Content-Length"] = str(len(response.content))
    return response


def find(language, path):
    """The page that answers to an address below the language's home page, or None."""
    home = readable(HomePage.objects.select_related("locale").filter(locale__language_code=language)).first()
    if home is None or not path:
        return home
    found = readable(Page.objects.filter(url_path=home.url_path + path)).first()
    if found is None:
        return None
    page = found.specific
    page.home, page.locale = home, home.locale  # known already: no need to ask again
    return page


@require_safe
def page(request, path):
    """One published page."""
    address = f"{get_language()}/{path}"
    copy = shelf.take(address)
    if copy is None:
        found = find(get_language(), path)
        if found is None:
            return not_here(request)
        copy = shelf.put(address, found.serve(request).content)
    return answer(request, copy)


@require_safe
def phone_tips(request):
    """What the exit can't do, and how to clear a browser's history: a plain page at a neutral address."""
    address = f"{get_language()}/phone-tips"
    copy = shelf.take(address)
    if copy is None:
        copy = shelf.put(address, _plain("cms/pages/phone_tips.html", twins=list(_twins_of("phone_tips"))))
    return answer(request, copy)


@require_safe
def unknown(request):
    """Any other address below a language. A page asked for without its last slash is shown the way."""
    if not request.path.endswith("/") and find(get_language(), request.path.split("/", 2)[2] + "/"):
        return HttpResponsePermanentRedirect(f"{request.path}/")
    return not_here(request)


def not_here(request):
    """A kind 404 in the reader's language, with the exit in its place."""
    copy = shelf.Copy.of(_plain("cms/pages/not_here.html"))
    return answer(request, copy, response_class=HttpResponseNotFound)


def _plain(template, **more):
    """A page of our own that is no Wagtail page. Where it has no twin it leads to the other home page."""
    language = get_language()
    homes = list(readable(HomePage.objects.select_related("locale")))
    context = {
        "language": language,
        "home": next((home for home in homes if home.language == language), None),
        "twins": [home for home in homes if home.language != language],
    }
    return render_to_string(template, context | more).encode()


def _twins_of(name):
    """An address of our own in the other languages."""
    for language, _label in settings.LANGUAGES:
        if language != get_language():
            with override(language):
                yield {"language": language, "url": reverse(name)}
