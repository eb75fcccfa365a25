"""A tree as libxml2 writes it down, cut at its tags: one call asks for all names, texts and attributes at once.

Whoever asks an XML library for the name, the text or the children of an element pays for it each time. What it writes
itself is simple: no comment, no CDATA, attributes in double quotes, and `<` and `>` nowhere but at the ends of a tag,
for in texts and attributes they are references and in the address of a namespace they are refused.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from xml.sax.saxutils import unescape

from lxml import etree

from services.invoice_router.domain.content import told_attributes
from services.invoice_router.domain.places import short_name

_REFERENCES = {"&quot;": '"', "&#9;": "\t", "&#10;": "\n", "&#13;": "\r"}
"""Beside `&lt;`, `&gt;` and `&amp;`: all that libxml2 writes."""

_NO_ELEMENTS = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([^\s="]+)="([^"]*)"')
_OUTSIDE = frozenset([("xml", "http://www.w3.org/XML/1998/namespace")])
_MOST_SCOPES, _MOST_HEADS, _LONGEST_HEAD = 16, 400, 300
"""What is remembered from one document to the next; a document can be made to have any number of names."""


Namespaces = frozenset[tuple[str, str]]
"""Prefixes, the empty one too, and what they stand for."""


class Tokens(NamedTuple):
    """What stands in each tag, and the text after it; whether all of it is ASCII."""

    heads: list[str]
    texts: list[str]
    ascii: bool


class Meaning(NamedTuple):
    """What a tag says that begins an element: the name, short and as `{namespace}name`, and the attributes.

    `told` are the attributes as the canonical form has them, `alone` an element without anything in it, `inside` the
    scope of what is in it.
    """

    name: str
    tag: str
    attributes: Mapping[str, str]
    told: tuple[str, ...]
    alone: bool
    inside: "Scope"


class Scope(dict[str, Meaning | None]):
    """What tags mean where these namespaces are declared; None for those that end an element."""

    def __init__(self, namespaces: Namespaces) -> None:
        self.namespaces = namespaces
        self._spaces = dict(namespaces)

    def __missing__(self, head: str) -> Meaning | None:
        meaning = None if head[0] == "/" else self._meaning(head)
        if len(head) <= _LONGEST_HEAD:
            if len(self) >= _MOST_HEADS:
                self.clear()
            self[head] = meaning
        return meaning

    def _meaning(self, head: str) -> Meaning:
        written, _, rest = head.removesuffix("/").partition(" ")
        found: list[tuple[str, str]] = [(name, unescaped(value)) for name, value in _ATTRIBUTE.findall(rest)]
        declared = {name[6:]: value for name, value in found if name == "xmlns" or name.startswith("xmlns:")}
        spaces = {**self._spaces, **declared} if declared else self._spaces
        prefix, colon, local = written.rpartition(":")
        space = spaces.get(prefix, "")
        tag = f"{{{space}}}{local if colon else written}" if space else written
        attributes = [
            (_expanded(name, spaces), value)
            for name, value in found
            if name != "xmlns" and not name.startswith("xmlns:")
        ]
        facts = dict(attributes)
        inside = self if spaces == self._spaces else scope_of(frozenset(spaces.items()))
        return Meaning(short_name(tag), tag, facts, tuple(told_attributes(attributes)), head[-1] == "/", inside)


def tokens_of(root: etree._Element) -> Tokens:
    """The tokens of a tree; comments and processing instructions, which the gate leaves in none, are no tokens."""
    text = etree.tostring(root, encoding="unicode", with_tail=False)
    # One character is looked for ten times as fast as two.
    if ("!" in text or "?" in text) and ("<!" in text or "<?" in text):
        text = _NO_ELEMENTS.sub("", text)
    pieces = text.replace(">", "<").split("<")
    texts = pieces[2::2]
    if "&" in text:
        texts = [unescaped(each) for each in texts]
    return Tokens(pieces[1::2], texts, text.isascii())


def unescaped(text: str) -> str:
    """A text or the value of an attribute as it was meant."""
    return unescape(text, _REFERENCES) if "&" in text else text


@lru_cache(maxsize=_MOST_SCOPES)
def scope_of(namespaces: Namespaces = _OUTSIDE) -> Scope:
    """The scope in which these prefixes are declared; outside a document it is `xml` alone."""
    return Scope(namespaces)


def _expanded(name: str, namespaces: Mapping[str, str]) -> str:
    prefix, colon, local = name.partition(":")
    return f"{{{namespaces.get(prefix, '')}}}{local}" if colon else name
