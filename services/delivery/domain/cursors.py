"""Cursors: opaque texts that say how far a software read its stream."""

import base64
import binascii
import re

_FORM = re.compile(r"1:([a-z0-9/-]+):([0-9]{1,18})")


class CursorRejected(ValueError):
    """The text is no cursor that we gave to this software."""

    code = "cursor_invalid"


def cursor_at(software: str, position: int) -> str:
    """The cursor behind `position` of a software's stream, URL-safe."""
    return base64.urlsafe_b64encode(f"1:{software}:{position}".encode()).decode().rstrip("=")


def position_of(cursor: str, software: str) -> int:
    """The position that a cursor stands for; the empty cursor is the beginning.

    Raises `CursorRejected` for anything that this software was never given.
    """
    if not cursor:
        return 0
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise CursorRejected("the cursor is not one that was given out") from None
    match = _FORM.fullmatch(text)
    if match is None or match[1] != software:
        raise CursorRejected("the cursor is not one that was given to this software")
    return int(match[2])
