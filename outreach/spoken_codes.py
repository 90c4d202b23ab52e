"""Codes that a caller is told and says again: six digits, the last one a check on the others. No Django.

Digits are the same in Khmer and in English. The check digit is Damm's: one digit misheard, or two neighbours
exchanged, never make another good code (H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004).
"""

import hashlib
import hmac
from uuid import UUID

DIGITS = 6
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_BETWEEN = str.maketrans("", "", " \u00a0\u200b-·.")


def _check(digits: str) -> str:
    state = "0"
    for digit in digits:
        state = _DAMM[int(state)][int(digit)]
    return state


def candidate(call: UUID, attempt: int, *, secret: str) -> str:
    """The code that a call is given at its `attempt`-th try; `secret` is what makes it impossible to foretell."""
    made = hmac.new(secret.encode(), b"spoken\x00" + call.bytes + bytes([attempt]), hashlib.sha256).digest()
    digits = f"{int.from_bytes(made[:8]) % 10 ** (DIGITS - 1):0{DIGITS - 1}}"
    return digits + _check(digits)


def spoken(code: str) -> str:
    """The code in its two halves, as it is read out."""
    return f"{code[:3]} {code[3:]}"


def read(text: str) -> str | None:
    """The code in what somebody typed, in Latin or Khmer digits; None if it can't be one."""
    digits = text.translate(_KHMER_DIGITS).translate(_BETWEEN)
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        return None
    return digits if _check(digits) == "0" else None


def digest(code: str, organisation_id: int, *, secret: str) -> str:
    """What is kept of a code: its keyed digest within the organisation."""
    return hmac.new(secret.encode(), f"spoken\x00{organisation_id}\x00{code}".encode(), hashlib.sha256).hexdigest()
