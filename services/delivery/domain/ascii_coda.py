"""CODA in ASCII, column by column: one client of the v2 interface stops for good at a byte above 127.

A record has 128 columns (CODA 2.6 §2) and keeps them: a letter becomes one letter in the place where it stood.
"""

import unicodedata

RECORD_COLUMNS = 128
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE_ENDS = b"\r\n"
_ALIKE = dict(
    zip(
        "ßẞæÆœŒøØđĐðÐþÞłŁıŋŊ€£¥¢§°×÷–—―‐‑•·‘’‚‛`´“”„‟«»‹›¿¡©®",
        "sSaAoOoOdDdDtTlLinNELYcSox/-----..''''''\"\"\"\"\"\"''?!CR",
        strict=True,
    )
)
"""What no decomposition leads to a letter of ASCII."""


def in_ascii(data: bytes) -> bytes:
    """The lines in ASCII, each with the columns that it had; line ends stay as they are.

    Takes cp1252 (which has the letters of latin-1) and UTF-8, line by line; what has no likeness becomes `?`.
    """
    if data.isascii():
        return data
    lines = data.removeprefix(_BYTE_ORDER_MARK).splitlines(keepends=True)
    return b"".join(line if line.isascii() else _line_in_ascii(line) for line in lines)


def _line_in_ascii(line: bytes) -> bytes:
    content = line.rstrip(_LINE_ENDS)
    return _in_columns(_characters(content)).encode("ascii") + line[len(content) :]


def _characters(content: bytes) -> list[tuple[str, int]]:
    """The characters of a line, each with the columns that it takes.

    UTF-8 where it can be read so. Its columns are counted in characters, but for a bank that filled up to 128 bytes,
    where a letter with an accent takes two.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        # Five bytes are not defined in cp1252; banks send them, and they are read as latin-1.
        return [(bytes((byte,)).decode("cp1252", "ignore") or chr(byte), 1) for byte in content]
    in_bytes = len(content) == RECORD_COLUMNS and len(text) != RECORD_COLUMNS
    return [(character, len(character.encode()) if in_bytes else 1) for character in text]


def _in_columns(characters: list[tuple[str, int]]) -> str:
    """One letter for each character; columns that are left over follow the word, so that the next one stays put."""
    written: list[str] = []
    left_over = 0
    for character, columns in characters:
        if character == " " and left_over:
            written.append(" " * left_over)
            left_over = 0
        letter = _alike(character)
        written.append(letter)
        left_over += columns - len(letter)
    return "".join(written) + " " * left_over


def _alike(character: str) -> str:
    """The one character of ASCII that people take for this one; none for an accent that follows its letter."""
    if character.isascii():
        return character
    if character in _ALIKE:
        return _ALIKE[character]
    if unicodedata.combining(character):
        return ""
    decomposed = unicodedata.normalize("NFKD", character)
    return next((each for each in decomposed if each.isascii() and each.isprintable()), "?")
