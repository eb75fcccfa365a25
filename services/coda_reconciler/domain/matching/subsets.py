"""Which of a debtor's open items sum to an amount: counted to two, by meeting in the middle, bounded for any number."""

from collections.abc import Sequence

MOST_SETTLED = 12
"""Up to so many open items one sum is taken for the reading: with more, other sums may be had by chance."""

MOST_SUGGESTED = 36

_Places = tuple[int, ...]


def subsets(amounts: Sequence[int], total: int, limit: int = 2) -> list[_Places]:
    """At most `limit` sets of two or more places whose amounts sum to `total`, smallest first.

    Sets of up to seven of at most twelve amounts, of up to five of at most 36; none of more.
    """
    if not 2 <= len(amounts) <= MOST_SUGGESTED:
        return []
    largest = 7 if len(amounts) <= MOST_SETTLED else 5
    middle = len(amounts) // 2
    left = _sums(amounts[:middle], 0, largest)
    right: dict[int, list[_Places]] = {}
    for right_sum, places in _sums(amounts[middle:], middle, largest):
        right.setdefault(right_sum, []).append(places)
    found = [
        left_places + right_places
        for left_sum, left_places in left
        for right_places in right.get(total - left_sum, ())
        if 2 <= len(left_places) + len(right_places) <= largest
    ]
    found.sort(key=lambda places: (len(places), places))
    return found[:limit]


def _sums(amounts: Sequence[int], first: int, largest: int) -> list[tuple[int, _Places]]:
    """The sum of every subset of at most `largest` amounts; places count from `first`."""
    sums: list[tuple[int, _Places]] = [(0, ())]
    for place, amount in enumerate(amounts, first):
        sums += [(total + amount, (*places, place)) for total, places in sums if len(places) < largest]
    return sums
