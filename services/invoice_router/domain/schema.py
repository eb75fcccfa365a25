"""What the reading asks of an XML schema: a callable, because the schemas themselves are files."""

from collections.abc import Callable

from lxml import etree

from shared.contracts.invoices import Family

SchemaCheck = Callable[[etree._Element, Family], None]
"""Raises `DocumentRejected` XSD_INVALID for the first place that the UBL 2.1 schema of the family does not allow."""


def unchecked(root: etree._Element, family: Family) -> None:
    """No schema at all: for tests of what comes after it."""
