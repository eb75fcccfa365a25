"""What runs in a process of Saxon: rules compiled once, then one document after the other."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from services.invoice_router.domain.attachments import take_files
from services.invoice_router.domain.places import path_of
from services.invoice_router.domain.rejection import DocumentRejected, warning
from services.invoice_router.domain.safe_xml import read_xml
from shared.contracts.invoices import Finding

_DOCTYPE_REFUSED = (
    "http://saxon.sf.net/feature/parserFeature?uri=http%3A//apache.org/xml/features/disallow-doctype-decl"
)
_FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
_TEXT = "{http://purl.oclc.org/dsdl/svrl}text"
_STEP = re.compile(r"/(?:\*:)?(?:\w+:)?(\w+)(?:\[namespace-uri\(\)='[^']*'\])?(?:\[(\d+)\])?")

_STANDARD_ERROR = 2

_rules: list[Any] = []
_processor: Any = None
_failures: type[Exception] = RuntimeError
# One process compiles once: that takes a second, a document takes ten milliseconds.


@dataclass(frozen=True, slots=True)
class Verdict:
    """What goes back over the pipe; `rejection` are the arguments of a `DocumentRejected`."""

    findings: list[Finding] = field(default_factory=list)
    rejection: tuple[str, str, str, str] | None = None


def compile_rules(sheets: Sequence[str]) -> None:
    """Start Saxon and compile; the stylesheets come from packages and operators, never from a document."""
    global _processor, _failures
    # Imported here, for it is an extra and starts a virtual machine.
    from saxonche import PySaxonApiError, PySaxonProcessor

    # Saxon tells every failure there as well, with the paths of this machine.
    os.dup2(os.open(os.devnull, os.O_WRONLY), _STANDARD_ERROR)
    _failures = PySaxonApiError
    _processor = PySaxonProcessor(license=False)
    _processor.set_configuration_property(_DOCTYPE_REFUSED, "true")
    compiler = _processor.new_xslt30_processor()
    _rules[:] = [compiler.compile_stylesheet(stylesheet_file=sheet) for sheet in sheets]


def verdict(data: bytes) -> Verdict:
    """The findings of one document."""
    try:
        root = read_xml(data)
        take_files(root)
    except DocumentRejected as error:
        return Verdict(rejection=(error.code, error.location, error.found, error.expected))
    try:
        reports = _reports(etree.tostring(root, encoding="unicode"))
    except _failures as error:
        # FORG0001 for an amount such as "760,00" is a verdict on the document, nothing to try again.
        found, expected = _first_line(str(error)), "values that the official rules can work with"
        return Verdict(rejection=("XSD_INVALID", path_of(root), found, expected))
    return Verdict(list(_findings(root, reports)))


def _reports(text: str) -> list[etree._Element]:
    node = _processor.parse_xml(xml_text=text)
    return [etree.fromstring(sheet.transform_to_string(xdm_node=node).encode()) for sheet in _rules]


def _findings(root: etree._Element, reports: Sequence[etree._Element]) -> Iterator[Finding]:
    for report in reports:
        for failed in report.iter(_FAILED):
            text = failed.findtext(_TEXT) or ""
            location = _readable(root, failed.get("location", ""))
            finding = warning(failed.get("id", ""), location, "", "")
            yield finding.model_copy(update={"message": " ".join(text.split())})


def _readable(root: etree._Element, location: str) -> str:
    """Saxon's path as we write it: `/Invoice/cac:InvoiceLine[2]`."""
    element = root
    for name, ordinal in _STEP.findall(location)[1:]:
        named = [child for child in element if etree.QName(child).localname == name]
        if len(named) < int(ordinal or 1):
            return location
        element = named[int(ordinal or 1) - 1]
    return path_of(element)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
