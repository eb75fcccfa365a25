"""A long file is lifted out of the bytes of a document before they are parsed.

Inside a tree two megabytes of PDF are a text, then a string, then bytes. Lifted, they stay the bytes that came in,
until they are decoded. Only where nothing can be mistaken: base64 in one piece between two tags. Whether it stood
where files stand is known when the tree is there; where it did not, the document is read as it came.
"""

import re
from dataclasses import dataclass, field

SHORTEST = 65_536
"""Bytes; a shorter file is not worth it."""

_RUN = re.compile(rb">([A-Za-z0-9+/]{%d,}+)(={0,2})<" % SHORTEST)
# Of letters that base64 has as well: where it stands in the place of a file, a document is as well-formed as before.
_NAME = b"RelaisLiftedFile"


@dataclass(frozen=True, slots=True)
class Lifted:
    """`data` is the document with a short text for each long file; `files` are these, by that text."""

    data: bytes
    files: dict[str, memoryview] = field(default_factory=dict)


def lifted(data: bytes) -> Lifted:
    """The document without its long files. Paddings stay, so that nothing that is counted in bytes is fewer."""
    if len(data) < SHORTEST or _NAME in data:
        return Lifted(data)
    whole, files, pieces, end = memoryview(data), dict[str, memoryview](), list[bytes | memoryview](), 0
    for run in _RUN.finditer(data):
        name = b"%s%d" % (_NAME, len(files))
        files[(name + run[2]).decode("ascii")] = whole[run.start(1) : run.end(2)]
        pieces += (whole[end : run.start(1)], name)
        end = run.end(1)
    return Lifted(b"".join((*pieces, whole[end:])), files) if files else Lifted(data)
