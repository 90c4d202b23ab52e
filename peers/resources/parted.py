"""Cells that hold several texts: parted by a sign, which inside a text stands behind a backslash."""

from collections.abc import Iterable


def joined(texts: Iterable[str], sign: str) -> str:
    r"""One text; a sign or backslash inside a part becomes `\;` or `\\`."""
    return sign.join(text.replace("\\", "\\\\").replace(sign, f"\\{sign}") for text in texts)


def parted(text: str, sign: str) -> list[str]:
    """The parts again, as they went into `joined`."""
    parts, rest = [""], iter(text)
    for letter in rest:
        if letter == "\\":
            following = next(rest, "\\")
            parts[-1] += following if following in ("\\", sign) else letter + following
        elif letter == sign:
            parts.append("")
        else:
            parts[-1] += letter
    return parts
