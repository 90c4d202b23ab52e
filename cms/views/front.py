"""The bare address: on to the reader's language."""

from django.http import HttpResponseRedirect
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

FIRST_LANGUAGE = "km"  # readers' own; a browser that asks for nothing gets it


def preferred_language(accept_language: str) -> str:
    """The first language of the browser's list that the site speaks."""
    for wanted, _weight in parse_accept_lang_header(accept_language.lower()):
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return FIRST_LANGUAGE


@require_safe
def front(request):
    """`/`: to /km/ or /en/ by the browser's own list of languages; nothing is stored."""
    response = HttpResponseRedirect(f"/{preferred_language(request.headers.get('Accept-Language', ''))}/")
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["Vary"] = "Accept-Language"
    return response
