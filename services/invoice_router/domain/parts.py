"""A document as the fields and the rules look at it: its elements by name, read once.

`trees` makes them; `rows` are lines that are not made into parts, for they are like another.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from lxml import etree

from services.invoice_router.domain.places import path_of, short_name

BLANKS = " \t\r\n"
"""What XML calls white space (XML 1.0 §2.3); Python's strip takes more."""

NO_CHILDREN: "dict[str, list[Part]]" = {}
_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


class Source:
    """The document that parts were read from. Only where something is to be told of a part is it asked for its element.

    The document is not to change any more.
    """

    __slots__ = ("_elements", "_ordinals", "root")

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._elements: list[etree._Element] = []
        self._ordinals: dict[tuple[etree._Element, str], dict[etree._Element, int]] = {}

    def element(self, position: int) -> etree._Element:
        """The element at that place among all."""
        if not self._elements:
            self._elements = list(self.root.iter("*"))
        return self._elements[position]

    def path(self, position: int) -> str:
        """The XPath of the element at that place."""
        return path_of(self.element(position), self._ordinal)

    def _ordinal(self, element: etree._Element) -> int:
        """As `ordinal_of`. Siblings are counted once: there may be 40,000, and something to tell of each."""
        parent = element.getparent()
        if parent is None:
            return 0
        key = parent, str(element.tag)
        known = self._ordinals.get(key)
        if known is None:
            alike = list(parent.iterchildren(key[1]))
            known = self._ordinals[key] = (
                {each: place for place, each in enumerate(alike, start=1)} if alike[1:] else {}
            )
        return known.get(element, 0)


class Part:
    """One element. Its name is short (`cbc:ID`), of a foreign namespace without it; a part that is not there is empty
    and false.

    `written` is the text in it as it stands, `size` how many elements are in it, `position` its place among all.
    """

    __slots__ = ("attributes", "children", "name", "position", "size", "source", "written")

    def __init__(
        self,
        source: Source | None,
        name: str,
        written: str,
        attributes: Mapping[str, str],
        children: "dict[str, list[Part]]",
        size: int,
        position: int,
    ) -> None:
        self.source, self.name, self.written, self.attributes = source, name, written, attributes
        self.children, self.size, self.position = children, size, position

    def __bool__(self) -> bool:
        return self.source is not None

    @property
    def element(self) -> etree._Element | None:
        """The element itself, None for a part that is not there."""
        return self.source.element(self.position) if self.source is not None else None

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
        element = self.element
        return [] if element is None else [short_name(str(each.tag)) for each in element.iterancestors()]

    def beside(self, name: str) -> str:
        """The trimmed text of the first of that name among its siblings, empty without one."""
        element = self.element
        parent = None if element is None else element.getparent()
        for each in () if parent is None else parent:
            if isinstance(each.tag, str) and short_name(each.tag) == name:
                return (each.text or "").strip(BLANKS)
        return ""

    def place(self, name: str = "") -> str:
        """Where it stands, or where a child of that name does: `/Invoice/cac:InvoiceLine[2]/cac:Price`."""
        own = self.source.path(self.position) if self.source is not None else "/"
        return f"{own}/{name}" if name else own


NOTHING = Part(None, "", "", _NO_ATTRIBUTES, NO_CHILDREN, 0, 0)
"""The part that is not there: one for all, for half of what is looked for is not there."""
