"""What a document says, as one digest: equal for two documents that say the same, however they are written down.

Like C14N (W3C Canonical XML 1.1) the form that is digested knows no comments, encodings, entities, order of attributes
or spelling of empty elements; unlike it, no prefixes, no space around a text, and nothing that only tells where a
schema lies. Elements come in document order, each with its expanded name and the text in it, then the text after it,
how many children it has and its attributes, where there are any: no other tree has the same form. The walk that reads
a document makes it on its way (`parts`).
"""

import hashlib
from collections.abc import Iterable, Sequence

from shared.values import Sha256

CHILDREN, TAIL = "\x01", "\x02"
"""What these begin tells how many children an element has, and the text after it."""

_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
END, _NAME, _VALUE = "\x00", "\x03", "\x04"
"""XML 1.0 cannot hold any of these, so no text can pretend to be something else."""


def content_sha256(form: Iterable[str], files: Sequence[Sha256]) -> Sha256:
    """SHA-256 of the form of a tree without the files inside it, and of the files' own digests."""
    digest = hashlib.sha256(END.join(form).encode())
    for file in files:
        digest.update(file.encode())
    return Sha256(digest.hexdigest())


def told_attributes(attributes: list[tuple[str, str]]) -> Sequence[str]:
    """The attributes of an element in one order, and without what only tells where a schema lies."""
    if len(attributes) == 1:
        [(name, value)] = attributes
        return () if name.startswith(_SCHEMA_INSTANCE) else (f"{_NAME}{name}{_VALUE}{value}",)
    attributes.sort()
    return [f"{_NAME}{name}{_VALUE}{value}" for name, value in attributes if not name.startswith(_SCHEMA_INSTANCE)]
