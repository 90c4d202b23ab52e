"""Forms as a browser sends them back."""


def reposted(browser, url, **changed):
    """Opens a form, changes something, and posts it with everything else as it stood."""
    data = {}
    for field in browser.get(url).context["form"]:
        value = field.value()
        if field.name == "birth":
            data |= dict(zip(("birth_0", "birth_1", "birth_2"), value, strict=True))
        elif value not in (None, False, ""):
            data[field.name] = value
    return browser.post(url, {**data, **changed})
