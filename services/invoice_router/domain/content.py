"""What a document says, as one digest: equal for two documents that say the same, however they are written down."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import cast

from lxml import etree

from shared.values import Sha256

_SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_END, _CHILDREN, _TAIL, _NAME, _VALUE = "\x00", "\x01", "\x02", "\x03", "\x04"
"""XML 1.0 cannot hold them, so no text can pretend to be something else."""


def content_sha256(elements: Iterable[etree._Element], files: Sequence[Sha256]) -> Sha256:
    """SHA-256 of a canonical form of the tree without the files inside it, and of the files' own digests.

    Like C14N (W3C Canonical XML 1.1) it knows no comments, encodings, entities, order of attributes or spelling of
    empty elements; unlike it, no prefixes, no space around a text, and nothing that only tells where a schema lies.
    Elements come in document order, each with its expanded name and the text in it, then the text after it, how many
    children it has and its attributes, where there are any: no other tree has the same form. `elements` are all of
    the tree in document order.
    """
    form: list[str] = []
    for element in elements:
        text, tail, attributes = element.text, element.tail, element.items()
        form += (element.tag, text.strip() if text else "")
        # No schema of UBL allows text between elements; where it stands all the same, it is a difference.
        if tail and not tail.isspace():
            form.append(f"{_TAIL}{tail.strip()}")
        if children := len(element):
            form.append(f"{_CHILDREN}{children}")
        if attributes:
            form += _facts(cast("list[tuple[str, str]]", attributes))
    digest = hashlib.sha256(_END.join(form).encode())
    for file in files:
        digest.update(file.encode())
    return Sha256(digest.hexdigest())


def _facts(attributes: list[tuple[str, str]]) -> list[str]:
    """In one order, and without what only tells where a schema lies."""
    if len(attributes) > 1:
        attributes.sort()
    return [f"{_NAME}{name}{_VALUE}{value}" for name, value in attributes if not name.startswith(_SCHEMA_INSTANCE)]
