"""Text as numbers are looked for in it: capitals without accents, every character in its place."""

import unicodedata
from functools import lru_cache


def _plain_letter(character: str) -> str:
    letter = unicodedata.normalize("NFD", character)[0].upper()
    return letter if len(letter) == 1 else character


_PLAIN = {code: _plain_letter(chr(code)) for code in range(0x80, 0x250)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_TABLE = _PLAIN | _DASHES | {code: chr(code).upper() for code in range(0x61, 0x7B)}
_DIGITS = b"0123456789"


# Who looks for references and who looks for numbers ask for the same text, one after the other.
@lru_cache(maxsize=512)
def in_capitals(text: str) -> str:
    """The text in capitals, accents and long dashes made plain; as long as it was, so that places stay the same."""
    return text.upper() if text.isascii() else text.translate(_TABLE)


def digits_in(text: str) -> int:
    """How many digits from 0 to 9 a text has."""
    octets = text.encode("ascii", "replace")
    return len(octets) - len(octets.translate(None, _DIGITS))
