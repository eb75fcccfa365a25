"""Text of strangers made fit for paper: nothing invisible, nothing that no font has, nothing too wide or too long."""

import re
import unicodedata
from collections.abc import Iterable

MARK = "▯"
"""Stands for a character that the fonts do not have."""
LONGEST_FIELD, LONGEST_TEXT = 1_000, 10_000
"""Characters that are shown of a name or the like, and of a text of several lines; whoever wants more reads the
document itself."""

_CUT = " […]"
_LONGEST_WORD, _PIECE = 18, 9
"""Characters: a longer word may be broken after every piece, of which the narrowest column holds two."""
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""Control characters, joiners and marks of direction, halves of characters: they show nothing, but can hide a lot."""
_UPON_OTHERS = frozenset({"Mn", "Mc", "Me"})
_BREAK = "\u200b"
_DRAWN = (
    "0020-007E 00A0-00AC 00AE-0377 037A-037F 0384-038A 038C-038C 038E-03A1 03A3-04FF 0531-0556 0559-058A 05D0-05EA "
    "0621-063A 0640-064A 0660-066D 06F0-06F9 10D0-10FF 1E00-1F15 1F20-1F45 1F50-1F57 1F80-1FB4 2010-2027 2030-2040 "
    "2044-2052 2054-205E 2074-208E 20A0-20C0 2100-211E 2122-2122 2126-2151 2153-2184 2190-23FF 2460-262F 2638-266F "
    "FB1F-FB36"
)
"""What the fonts that the wheel of typst embeds have, in regular and bold: blocks that invoices are written in.

Without marks that are put upon a letter: one that NFC left alone may be in another font than its letter.
"""


def _characters(ranges: str) -> frozenset[str]:
    ends = (each.split("-") for each in ranges.split())
    letters = (chr(code) for first, last in ends for code in range(int(first, 16), int(last, 16) + 1))
    return frozenset(letter for letter in letters if unicodedata.category(letter) not in _UPON_OTHERS)


DRAWN = _characters(_DRAWN)
_NEW_LINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_MANY_SPACES = re.compile(" {2,}")
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")


def legible(text: str) -> str:
    """One paragraph: line ends become spaces. Letters are composed (NFC), characters that are invisible or turn the
    direction of writing are dropped, those that no font has are shown as `MARK`, long words may be broken anywhere.
    """
    return _breakable(_MANY_SPACES.sub(" ", _drawable(text, LONGEST_FIELD).replace("\n", " ")).strip())


def legible_lines(text: str) -> tuple[str, ...]:
    """The same for a text of several lines: empty ones at the ends and repeated ones are dropped."""
    lines = [_MANY_SPACES.sub(" ", line).strip() for line in _drawable(text, LONGEST_TEXT).split("\n")]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return tuple(_breakable(line) for line in "\n".join(kept).strip("\n").split("\n")) if any(kept) else ()


def joined(parts: Iterable[str], separator: str = ", ") -> str:
    """Those of the parts that say something, made legible."""
    return separator.join(shown for part in parts if (shown := legible(part)))


def breakable_number(text: str) -> str:
    """A number that may be broken where it is wider than any column."""
    return _broken(text) if len(text) > _LONGEST_WORD else text


def _drawable(text: str, longest: int) -> str:
    shown = text if len(text) <= longest else text[:longest] + _CUT
    if shown.isascii() and shown.isprintable():
        return shown  # most texts; what follows costs a look at every character
    return "".join(map(_drawn, unicodedata.normalize("NFC", _NEW_LINES.sub("\n", shown))))


def _drawn(character: str) -> str:
    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    if character in DRAWN or character == "\n":
        return character
    return "" if unicodedata.category(character) in _INVISIBLE else MARK


def _breakable(text: str) -> str:
    return _LONG_WORD.sub(lambda word: _broken(word[0]), text)


def _broken(word: str) -> str:
    return _BREAK.join(word[at : at + _PIECE] for at in range(0, len(word), _PIECE))
