"""Mistakes that Belgian billing softwares make, end to end through gate, schema, fields and rules."""

from datetime import date

import pytest

from services.invoice_router.adapters.ubl_schemas import UblSchemas
from services.invoice_router.domain.reading import read_document
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.domain.verdicts import OF_A_FILE, keeping_back
from shared.contracts.findings import text_key
from tests.unit.invoice_router.belgian import BelgianDocument, documents

DOCUMENTS = list(documents())
FEWEST = 60
TODAY = date(2026, 11, 28)


@pytest.fixture(scope="module")
def schemas() -> UblSchemas:
    """Both schemas, compiled once."""
    return UblSchemas.installed()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name.replace(" ", "-"))
def test_each_mistake_is_told_with_its_code_and_nothing_else_is(document: BelgianDocument, schemas: UblSchemas) -> None:
    if document.becomes == "refused":
        with pytest.raises(DocumentRejected) as caught:
            read_document(document.data, schema=schemas.check, today=TODAY)
        assert caught.value.code in document.codes
        assert caught.value.finding.severity == "refuse"
        return
    invoice = read_document(document.data, schema=schemas.check, today=TODAY).invoice
    assert {finding.code for finding in invoice.findings} == document.codes
    assert bool(keeping_back(invoice)) == (document.becomes == "quarantined")
    for finding in invoice.findings:
        of_supplier = finding.code.startswith(("SUPPLIER_", OF_A_FILE))
        assert finding.severity == ("quarantine" if of_supplier else "warn")
        assert finding.location.startswith("/")


def test_the_set_is_as_large_as_it_was_promised() -> None:
    names = [document.name for document in DOCUMENTS]
    assert len(names) == len(set(names)) >= FEWEST
    assert len({document.data for document in DOCUMENTS}) == len(names)


@pytest.mark.parametrize("code", sorted({code for document in DOCUMENTS for code in document.codes}))
def test_every_mistake_of_the_set_has_words_of_its_own(code: str) -> None:
    assert text_key(code) not in ("*", "PEPPOL-*", "UBL_*")
