"""The unique identifier code (UIC): a matching key from answers, kept only as HMACs. No Django.

The formula is written as parts with lengths, such as `mother:2 father:2 birth_month birth_year sex province`.
Khmer and Latin letters give the same romanised letters; what isn't known has a placeholder.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

UNKNOWN = "-"
DEFAULT_FORMULA = "mother:2 father:2 birth_month birth_year sex province"
KNOWN_PARTS = ("mother", "father", "birth_day", "birth_month", "birth_year", "sex", "province", "birth_order")

# A plain romanisation of Khmer letters, near UNGEGN without its accents: good enough to match two spellings.
_CONSONANTS = dict(
    zip(
        "កខគឃងចឆជឈញដឋឌឍណតថទធនបផពភមយរលវសហឡអ",
        [
            "K",
            "KH",
            "K",
            "KH",
            "NG",
            "CH",
            "CH",
            "CH",
            "CH",
            "NH",
            "D",
            "TH",
            "D",
            "TH",
            "N",
            "T",
            "TH",
            "T",
            "TH",
            "N",
            "B",
            "PH",
            "P",
            "PH",
            "M",
            "Y",
            "R",
            "L",
            "V",
            "S",
            "H",
            "L",
            "A",
        ],
        strict=True,
    )
)
_VOWELS = {"ា": "A", "ិ": "I", "ី": "I", "ឹ": "E", "ឺ": "E", "ុ": "O", "ូ": "O", "ួ": "UO", "ើ": "AE", "ឿ": "OE"}
_VOWELS |= {
    "ៀ": "IE",
    "េ": "E",
    "ែ": "AE",
    "ៃ": "AI",
    "ោ": "AO",
    "ៅ": "AU",
    "ំ": "M",
    "ះ": "H",
    "ឥ": "E",
    "ឧ": "O",
}
_SILENT = {"្", "់", "៉", "៊", "៍", "័", "៏", "\u200b"}


@dataclass(frozen=True)
class Formula:
    """An ordered list of (part, letters); letters is None where the whole answer counts."""

    version: int
    parts: tuple[tuple[str, int | None], ...]


def formula(text: str, version: int) -> Formula:
    """Read a formula from its written form.

    Raises ValueError on a part that isn't known.
    """
    parts = []
    for word in text.split():
        name, _colon, length = word.partition(":")
        if name not in KNOWN_PARTS:
            raise ValueError(f"Unknown part of the UIC formula: {name}")
        parts.append((name, int(length) if length else None))
    return Formula(version, tuple(parts))


def romanised(text: str) -> str:
    """Capital Latin letters for a name in Khmer or Latin letters."""
    letters, previous_bare = "", False
    for character in unicodedata.normalize("NFC", text.strip()):
        if character in _CONSONANTS:
            # Two consonants side by side have the inherent vowel between them.
            letters += ("A" if previous_bare else "") + _CONSONANTS[character]
            previous_bare = True
        elif character in _VOWELS:
            letters += _VOWELS[character]
            previous_bare = False
        elif character in _SILENT:
            previous_bare = False
        else:
            letters += _latin(character)
            previous_bare = False
    return letters


def _latin(character: str) -> str:
    plain = unicodedata.normalize("NFKD", character)
    return "".join(letter for letter in plain.upper() if "A" <= letter <= "Z")


def _answer(name: str, value: str, letters: int | None) -> str:
    value = (value or "").strip()
    if letters is not None:
        return romanised(value)[:letters].ljust(letters, UNKNOWN)
    if name in ("birth_day", "birth_month", "birth_year"):
        return f"{int(value) % 100:02}" if value.isdecimal() else UNKNOWN * 2
    return value.upper() or UNKNOWN


def code(how: Formula, answers: Mapping[str, str]) -> str:
    """The code that the answers give. It is a key to be hashed at once: never shown, never kept."""
    return "|".join(_answer(name, answers.get(name, ""), letters) for name, letters in how.parts)


def known_parts(how: Formula, answers: Mapping[str, str]) -> int:
    """How many parts of the formula have an answer."""
    return sum(1 for name, _letters in how.parts if (answers.get(name) or "").strip())


def tells_apart(how: Formula, answers: Mapping[str, str]) -> bool:
    """Whether enough is known for a key: four parts or all, with a parent's name if the formula asks for one.

    Less would match too many people, and still more so with one part left out.
    """
    names = [name for name, letters in how.parts if letters is not None]
    named = not names or any((answers.get(name) or "").strip() for name in names)
    return named and known_parts(how, answers) >= min(4, len(how.parts))


def keys(how: Formula, answers: Mapping[str, str], secret: str) -> dict[str, str]:
    """HMAC-SHA256 of the code, whole under "" and once for each part left out, so that one mistake still matches.

    `secret` is UIC_KEY, which never lies in the database.
    """
    pieces = code(how, answers).split("|")
    found = {"": _keyed(secret, how.version, pieces)}
    for place, (name, _letters) in enumerate(how.parts):
        found[name] = _keyed(secret, how.version, [*pieces[:place], "*", *pieces[place + 1 :]])
    return found


def _keyed(secret: str, version: int, pieces: list[str]) -> str:
    return hmac.new(secret.encode(), f"{version}:{'|'.join(pieces)}".encode(), hashlib.sha256).hexdigest()
