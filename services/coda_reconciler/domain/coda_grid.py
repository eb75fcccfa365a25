"""Records at equal distances, as in nearly every file: then a column of all of them is one slice, cut at once."""

from collections.abc import Sequence
from dataclasses import dataclass

RECORD_LENGTH = 128
_PIECE = 512
"""Records looked at together: a copy of them stays small, whatever the file."""


def stride_of(data: bytes) -> int | None:
    """How many bytes from one record to the next: 128 columns and the line end of the first one.

    None unless all are like that and hold no other line end; the last one may have none behind it.
    """
    end = data[RECORD_LENGTH : RECORD_LENGTH + 2]
    end = end if end == b"\r\n" else b"\n"
    stride, missing = RECORD_LENGTH + len(end), 0 if data.endswith(end) else len(end)
    if (len(data) + missing) % stride:
        return None
    pieces = (data[at : at + _PIECE * stride] for at in range(0, len(data), _PIECE * stride))
    return stride if all(_is_even(piece, end, stride) for piece in pieces) else None


def _is_even(piece: bytes, end: bytes, stride: int) -> bool:
    columns = bytearray(piece)
    for at, byte in enumerate(end, RECORD_LENGTH):
        found = columns[at::stride]
        if found.count(byte) != len(found):
            return False
        columns[at::stride] = bytes(len(found))
    return b"\n" not in columns and b"\r" not in columns


@dataclass(frozen=True, slots=True)
class Grid:
    """The bytes of records that begin every `stride` bytes; columns count from 0, as bytes do."""

    data: bytes
    stride: int

    def __len__(self) -> int:
        return -(-len(self.data) // self.stride)

    def column(self, at: int) -> bytes:
        """One column of all records."""
        return self.data[at :: self.stride]

    def record(self, at: int) -> bytes:
        """The 128 columns of a record."""
        first = at * self.stride
        return self.data[first : first + RECORD_LENGTH]


def side_by_side(columns: Sequence[bytes]) -> list[int]:
    """Up to eight columns as one number a record, equal where all of them are: many times as fast as texts."""
    rows = bytearray(8 * len(columns[0]))
    for at, column in enumerate(columns):
        rows[at::8] = column
    return memoryview(rows).cast("Q").tolist()
