"""A document as the fields and the rules look at it: its elements by name, read once.

Whatever asks an XML library for a name, a text or a child pays for it each time. Here one walk asks for all of them,
and is the canonical form of the document besides (`content`).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from types import MappingProxyType

from lxml import etree

from services.invoice_router.domain.content import CHILDREN, TAIL, told_attributes
from services.invoice_router.domain.places import path_of, short_name

BLANKS = " \t\r\n"
"""What XML calls white space (XML 1.0 §2.3); Python's strip takes more."""

_MOST_NAMES = 2_000
_NO_CHILDREN: "dict[str, list[Part]]" = {}
_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})
_IN_ORDER = attrgetter("position")


class Part:
    """One element. Its name is short (`cbc:ID`), of a foreign namespace without it; a part that is not there is empty
    and false.

    `written` is the text in it as it stands, `size` how many elements are in it, `position` its place among all.
    """

    __slots__ = ("attributes", "children", "element", "name", "position", "size", "written")

    def __init__(
        self,
        element: etree._Element | None,
        name: str,
        written: str,
        attributes: Mapping[str, str],
        children: "dict[str, list[Part]]",
        size: int,
        position: int,
    ) -> None:
        self.element, self.name, self.written, self.attributes = element, name, written, attributes
        self.children, self.size, self.position = children, size, position

    def __bool__(self) -> bool:
        return self.element is not None

    def all(self, name: str) -> "Sequence[Part]":
        """The children of that name, in their order."""
        return self.children.get(name) or ()

    def part(self, name: str) -> "Part":
        """The first child of that name."""
        found = self.children.get(name)
        return found[0] if found else NOTHING

    def reached(self, path: tuple[str, ...]) -> "Sequence[Part]":
        """All parts at the end of a path below this one."""
        found = self.children.get(path[0])
        if not found:
            return ()
        if len(path) == 1:
            return found
        rest = path[1:]
        return found[0].reached(rest) if len(found) == 1 else [end for part in found for end in part.reached(rest)]

    @property
    def trimmed(self) -> str:
        """Its text without what XML calls white space around it."""
        return self.written.strip(BLANKS)

    def text(self, name: str) -> str:
        """The first text of that name that is not blank, trimmed; empty where there is none."""
        found = self.children.get(name)
        if found is None:
            return ""
        if text := found[0].written.strip():
            return text
        return next((text for part in found if (text := part.written.strip())), "")

    def texts(self, name: str) -> list[str]:
        """The texts of that name, blank ones left out."""
        return [text for part in self.children.get(name, ()) if (text := part.written.strip())]

    def joined(self, name: str) -> str:
        """All the texts of that name, a line each."""
        found = self.children.get(name)
        if not found:
            return ""
        return found[0].written.strip() if len(found) == 1 else "\n".join(self.texts(name))

    def attribute(self, name: str, attribute: str) -> str:
        """What the first child of that name has as an attribute, empty where there is none."""
        found = self.children.get(name)
        return found[0].attributes.get(attribute, "").strip() if found else ""

    def schemed(self, name: str) -> str:
        """An identifier with the scheme that it is of: `0208:0403170701`."""
        for part in self.children.get(name, ()):
            if text := part.written.strip():
                scheme = part.attributes.get("schemeID", "").strip()
                return f"{scheme}:{text}" if scheme else text
        return ""

    @property
    def above(self) -> list[str]:
        """The names of the elements that it is in, the nearest first. Asked of the XML library, for few rules ask."""
        return [] if self.element is None else [_NAMES[each.tag] for each in self.element.iterancestors()]

    def beside(self, name: str) -> str:
        """The trimmed text of the first of that name among its siblings, empty without one."""
        parent = None if self.element is None else self.element.getparent()
        for each in () if parent is None else parent:
            if _NAMES[each.tag] == name:
                return (each.text or "").strip(BLANKS)
        return ""

    def place(self, name: str = "") -> str:
        """Where it stands, or where a child of that name does: `/Invoice/cac:InvoiceLine[2]/cac:Price`."""
        own = path_of(self.element) if self.element is not None else "/"
        return f"{own}/{name}" if name else own


NOTHING = Part(None, "", "", _NO_ATTRIBUTES, _NO_CHILDREN, 0, 0)
"""The part that is not there: one for all, for half of what is looked for is not there."""


@dataclass(slots=True)
class Tree:
    """All parts of a document by name, each list in the order of the document.

    `blank` are those that hold neither an element nor a word; `form` is what `content_sha256` digests.
    """

    root: Part
    named: defaultdict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    blank: list[Part] = field(default_factory=list)
    form: list[str] = field(default_factory=list)

    def all(self, *names: str) -> Sequence[Part]:
        """The parts of any of these names, in the order of the document."""
        found = [parts for name in names if (parts := self.named.get(name))]
        if len(found) < 2:
            return found[0] if found else ()
        return sorted([part for parts in found for part in parts], key=_IN_ORDER)


def tree_of(root: etree._Element) -> Tree:
    """The tree of a document, which is not to change any more. What is no element is passed over.

    One loop, for it is a third of what reading takes: `above` are the elements that it is in, and how many more
    children it is to meet in each.
    """
    tree = Tree(NOTHING)
    named, blank, form = tree.named, tree.blank, tree.form
    told, left = form.append, 1
    outermost: dict[str, list[Part]] = {}
    siblings = outermost
    above: list[tuple[dict[str, list[Part]], int]] = []
    for position, element in enumerate(root.iter()):
        left -= 1
        tag = element.tag
        if name := _NAMES[tag]:
            written, tail, attributes, size = element.text, element.tail, element.items(), len(element)
            facts: Mapping[str, str] = dict(attributes) if attributes else _NO_ATTRIBUTES  # type: ignore[arg-type]
            part = Part(element, name, written or "", facts, {} if size else _NO_CHILDREN, size, position)
            if name in siblings:
                siblings[name].append(part)
            else:
                siblings[name] = [part]
            named[name].append(part)
            told(tag)
            text = written.strip() if written else ""
            told(text)
            # No schema of UBL allows text between elements; where it stands all the same, it is a difference.
            if tail and not tail.isspace():
                told(f"{TAIL}{tail.strip()}")
            if size:
                told(f"{CHILDREN}{size}")
                above.append((siblings, left))
                siblings, left = part.children, size
            elif not text:
                blank.append(part)
            if attributes:
                form += told_attributes(attributes)  # type: ignore[arg-type] # lists of texts, whatever lxml's stubs say
        while not left and above:
            siblings, left = above.pop()
    [[tree.root]] = outermost.values()
    return tree


class _Names(dict[object, str]):
    """The short name of every tag that was met; bounded, for a document may have a name for each element."""

    def __missing__(self, tag: object) -> str:
        short = short_name(tag) if isinstance(tag, str) else ""
        if len(self) < _MOST_NAMES:
            self[tag] = short
        return short


_NAMES = _Names()
