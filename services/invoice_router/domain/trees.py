"""The parts of a document by name, read in one walk, which makes the canonical form of the document besides."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from lxml import etree

from services.invoice_router.domain.content import CHILDREN, END, TAIL
from services.invoice_router.domain.parts import NO_CHILDREN, NOTHING, Part, Source
from services.invoice_router.domain.rows import LINE_OF_ROOT, Row, Shape, rows_of, shapes_with
from services.invoice_router.domain.tokens import Scope, Tokens, scope_of, tokens_of

_IN_ORDER = attrgetter("position")
_OF_A_LINE = 2
"""Elements that the content of a line is in: itself and the document."""


@dataclass(slots=True)
class Tree:
    """All parts of a document by name, each list in the order of the document.

    `blank` are those that hold neither an element nor a word; `form` is what `content_sha256` digests. `line_name` is
    what lines are called where some of them are rows: then these are among the `entries`, and nowhere else.
    """

    root: Part
    source: Source
    named: defaultdict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    blank: list[Part] = field(default_factory=list)
    form: list[str] = field(default_factory=list)
    line_name: str = ""
    entries: list[Part | Row] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    _whole: "Tree | None" = None

    def all(self, *names: str) -> Sequence[Part]:
        """The parts of any of these names, in the order of the document."""
        found = [parts for name in names if (parts := self.named.get(name))]
        if len(found) < 2:
            return found[0] if found else ()
        return sorted([part for parts in found for part in parts], key=_IN_ORDER)

    def lines(self, name: str) -> Sequence[Part | Row]:
        """The lines of that name, in their order."""
        return self.entries if self.line_name == name else self.root.all(name)

    def whole(self) -> "Tree":
        """The same without rows: all lines are parts."""
        if not self.line_name:
            return self
        if self._whole is None:
            self._whole = tree_of(self.source.root, rows=False)
        return self._whole


def tree_of(root: etree._Element, *, rows: bool = True) -> Tree:
    """The tree of a document, which is not to change any more. What is no element is passed over.

    One loop, for speed; `above`: what was known when the elements above began. `rows`: lines like another become rows.
    """
    tokens, source = tokens_of(root), Source(root)
    heads, texts, _ = tokens
    line_name = LINE_OF_ROOT.get(str(root.tag), "") if rows else ""
    tree = Tree(NOTHING, source, line_name=line_name)
    named, form = tree.named, tree.form
    outermost = siblings = dict[str, list[Part]]()
    above: list[_Above] = []
    part, scope, met, slot, begun, at, position, end = NOTHING, scope_of(), 0, 0, 0, 0, 0, len(heads)
    while at < end:
        meaning = scope[heads[at]]
        if meaning is None:
            part.size, form[slot], at = met, f"{_tail(texts[at])}{CHILDREN}{met}", at + 1
            if part.name == line_name and len(above) == _OF_A_LINE:
                tree.shapes = shapes_with(tree.shapes, part, heads[begun:at], above[-1].scope)
            part, siblings, scope, met, slot, begun = above.pop()
            continue
        name, tag, attributes, told, alone, inside = meaning
        if name == line_name and len(above) == 1 and (found := _taken_rows(tree, tokens, at)):
            plan, count = found[0].shape.plan, len(found)
            met, at, position = met + count, at + count * len(plan.heads), position + count * plan.size
            continue
        made = Part(source, name, "" if alone else texts[at], attributes, NO_CHILDREN, 0, position)
        met, position = met + 1, position + 1
        siblings.setdefault(name, []).append(made)
        named[name].append(made)
        if name == line_name and len(above) == 1:
            tree.entries.append(made)
        text = made.written.strip()
        form += (tag, text)
        if alone or heads[at + 1][0] == "/":
            at += not alone
            # No schema of UBL allows text between elements; where it stands all the same, it is a difference.
            if tail := texts[at].strip():
                form.append(f"{TAIL}{tail}")
            if not text:
                tree.blank.append(made)
        else:
            above.append(_Above(part, siblings, scope, met, slot, begun))
            part, siblings, scope, met, slot, begun = made, {}, inside, 0, len(form), at
            made.children = siblings
            form.append("")
        form += told
        at += 1
    [[tree.root]] = outermost.values()
    return tree


def _taken_rows(tree: Tree, tokens: Tokens, at: int) -> list[Row]:
    """The rows that begin there, taken into the tree."""
    found = rows_of(tree.shapes, tokens, at)
    if found:
        tree.entries += found
        tree.form += map(found[0].shape.plan.form.__mod__, [row.values for row in found])
    return found


def _tail(text: str) -> str:
    """What the form has, before how many children an element has, of a text after it."""
    tail = text.strip()
    return f"{TAIL}{tail}{END}" if tail else ""


class _Above(NamedTuple):
    """What was known of an element when one in it began."""

    part: Part
    siblings: dict[str, list[Part]]
    scope: Scope
    met: int
    slot: int
    begun: int
