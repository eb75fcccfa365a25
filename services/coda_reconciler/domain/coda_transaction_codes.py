"""The transaction codes and categories that the standard knows (CODA 2.6 annex II).

Banks use others all the same; an unknown one is told (W04) and never a reason to refuse.
"""

from collections.abc import Mapping
from functools import lru_cache

_BANK_SPECIFIC = "40 41 42 43 44 45 46 47 48 90 91 92 93 94 95 96 97 98"
_EVERYWHERE = f"37 49 87 99 {_BANK_SPECIFIC}"
_FAMILIES = {
    "01": "01 02 03 05 07 13 17 39 50 51 52 54 60 62 64 66",
    "02": "01 02 03 05 07 13 17 50 51 52 54 64 66",
    "03": "01 05 09 11 15 17 38 52 58 60 62 63 66",
    "04": "01 02 03 04 05 06 07 08 09 10 50 51 52 53 54 55 56 68",
    "05": "01 03 05 50 52 54 56 58",
    "07": "01 05 06 07 08 09 39 50 52 54 56 58",
    "09": "01 05 07 09 13 17 19 25 50 52 58 60 62 68 70",
    "11": "01 02 03 04 05 06 09 11 13 15 17 19 50 51 52 58 62 64 66 68 70",
    "13": "01 02 05 07 11 13 15 19 21 50 54 55 56 60 62 68 70",
    "30": "01 03 05 33 39 50 52 54 55 83 89",
    "35": "01 50",
    "41": "01 03 05 07 13 17 38 50 64 66",
    "43": "01 07 15 52 58 62",
    "47": "01 05 06 07 11 13 14 50 52 54 56 58 60 62 64",
    "80": "02 04 06 07 08 09 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 29 31 33 35 39",
}
_CATEGORY_RANGES = (
    (0, 37), (39, 39), (41, 43), (45, 45), (47, 47), (49, 53), (55, 55), (57, 59), (61, 61), (63, 63), (65, 74),
    (100, 100), (200, 214), (400, 416), (418, 420), (425, 431), (435, 438), (700, 999),
)  # fmt: skip

TYPES = frozenset("012356789")
"""Column 54: 4 is not defined."""

TRANSACTIONS: Mapping[str, frozenset[str]] = {
    family: frozenset(f"{codes} {_EVERYWHERE}".split()) for family, codes in _FAMILIES.items()
}
CATEGORIES = frozenset(f"{number:03d}" for first, last in _CATEGORY_RANGES for number in range(first, last + 1))


@lru_cache(maxsize=4096)
def is_known(code: str) -> bool:
    """Whether the standard knows a code of eight digits: type, family, transaction and category."""
    return code[:1] in TYPES and code[3:5] in TRANSACTIONS.get(code[1:3], ()) and code[5:] in CATEGORIES
