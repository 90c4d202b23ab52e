"""What a person was sending when the session ended: kept until the same person signs in again, and for no one else."""

import time

# Key of the session; at most this many characters and seconds.
KEPT = "kept_form"
MOST_CHARACTERS = 20_000
MOST_SECONDS = 60 * 60
_NEVER = ("csrfmiddlewaretoken", "password", "code")


def kept(request) -> dict | None:
    """The posted form of a signed-in person, to be put into the session that follows; None if there is none to keep."""
    if request.method != "POST" or not request.path.startswith("/app/") or request.FILES:
        return None
    fields = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    fields = [(name, value) for name, value in fields if not any(part in name for part in _NEVER)]
    if not fields or sum(len(name) + len(value) for name, value in fields) > MOST_CHARACTERS:
        return None
    return {"user": request.user.pk, "path": request.get_full_path(), "fields": fields, "at": int(time.time())}


def taken(request) -> dict | None:
    """The kept form, if it is this person's and not too old. It is forgotten once taken."""
    form = request.session.pop(KEPT, None)
    fits = form and form["user"] == request.user.pk and time.time() - form["at"] < MOST_SECONDS
    return form if fits else None
