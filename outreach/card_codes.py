"""Card codes: five random letters and digits and a check character, such as `K7F-2M9`. No Django.

31 characters that can't be mistaken for one another; 31 is prime, so the weighted sum finds every single
wrong character and every swap of two neighbours.
"""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 6
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")


def check_character(body: str) -> str:
    """The check character of the five that come before it."""
    return ALPHABET[sum(weight * _VALUE[character] for weight, character in enumerate(body, start=2)) % 31]


def code_of(number: int) -> str:
    """The card code that stands for a number below 31⁵."""
    body = ""
    for _position in range(LENGTH - 1):
        number, value = divmod(number, len(ALPHABET))
        body += ALPHABET[value]
    return body + check_character(body)


def new_code() -> str:
    """A random card code."""
    return code_of(secrets.randbelow(len(ALPHABET) ** (LENGTH - 1)))


def normalised(text: str) -> str:
    """What was typed or scanned, without spaces and hyphens, in capitals and Latin digits."""
    return "".join(text.split()).replace("-", "").upper().translate(_KHMER_DIGITS)


def is_code(text: str) -> bool:
    """Whether a normalised text is a card code with the right check character."""
    if len(text) != LENGTH or any(character not in _VALUE for character in text):
        return False
    return check_character(text[:-1]) == text[-1]


def shown(code: str) -> str:
    """A card code as people read it: in two halves."""
    return f"{code[:3]}-{code[3:]}"
