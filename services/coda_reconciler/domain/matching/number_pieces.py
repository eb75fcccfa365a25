"""What numbers in a text are made of: groups of digits and of letters, what ties them, and how long they may be."""

import re
from typing import Literal, NamedTuple

How = Literal["whole", "date", "elided", "range"]

LONGEST_KEY, SHORTEST_KEY = 25, 3
"""Characters of a number without its separators."""

TIGHT = frozenset(("", "-", "/", ".", "_", "\\"))
TIES = "-._"

digit_groups = re.compile(r"[0-9]+").findall


class NamedNumber(NamedTuple):
    """A number without separators and where it stands; of an elided one, where its own digits stand."""

    key: str
    start: int
    end: int
    how: How


class Piece(NamedTuple):
    """Letters or digits, and where they stand."""

    text: str
    start: int
    end: int
    is_digits: bool
