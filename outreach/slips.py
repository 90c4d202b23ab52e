"""Codes of referral slips: nine letters and digits and a check character, such as `K7F-2M9-QX4B`.

A code is never stored: it follows from the installation's secret, the referral and the number of its slip. What is
stored is a keyed digest of the code, by which it is found again. Letters and the check are those of the cards.
"""

import hashlib
import hmac
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings

from outreach import card_codes

LENGTH = 10


def _keyed(purpose: bytes, message: bytes) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), purpose + b"\x00" + message, hashlib.sha256)


def code_of(referral_id: UUID, slip: int) -> str:
    """The code on the slip of that number."""
    number = int.from_bytes(_keyed(b"slip code", f"{referral_id}:{slip}".encode()))
    body = ""
    for _position in range(LENGTH - 1):
        number, value = divmod(number, len(card_codes.ALPHABET))
        body += card_codes.ALPHABET[value]
    return body + card_codes.check_character(body)


def key_of(code: str) -> str:
    """The digest by which a code is found; any text has one, so that a wrong code costs what a right one does."""
    return _keyed(b"slip key", code.encode(errors="replace")).hex()


def normalised(text: str) -> str:
    """What was typed or scanned, as codes are written."""
    return card_codes.normalised(text)


def is_code(text: str) -> bool:
    """Whether a normalised text has the shape and the check character of a slip's code."""
    if len(text) != LENGTH or any(character not in card_codes.ALPHABET for character in text):
        return False
    return hmac.compare_digest(card_codes.check_character(text[:-1]), text[-1])


def shown(code: str) -> str:
    """A code as people read it."""
    return f"{code[:3]}-{code[3:6]}-{code[6:]}"


def works_until(issued_on: date) -> date:
    """The last day on which a slip's code is taken."""
    return issued_on + timedelta(days=settings.SLIP_DAYS)
