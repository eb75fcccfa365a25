"""Any bytes give an invoice or a refusal: the gate, the schema, the fields and all rules."""

import sys

import atheris

with atheris.instrument_imports(include=["services.invoice_router"]):
    from services.invoice_router.adapters.ubl_schemas import UblSchemas
    from services.invoice_router.domain.reading import read_document
    from services.invoice_router.domain.rejection import DocumentRejected

from datetime import date

from shared.contracts.sales_invoices import SalesInvoice
from tests.fuzz.trees import mutated

SCHEMAS = UblSchemas.installed()
TODAY = date(2026, 11, 28)


def read(data: bytes) -> None:
    """Raises for anything that is neither: a library's exception, an invoice that does not survive being written."""
    for schema in (SCHEMAS.check, lambda root, family: None):
        try:
            invoice = read_document(data, schema=schema, today=TODAY).invoice
        except DocumentRejected as rejected:
            if not rejected.expected or rejected.finding.severity != "refuse":
                raise AssertionError(f"a refusal without words: {rejected!r}") from rejected
            continue
        if not invoice.number.isprintable():
            raise AssertionError(f"a number that cannot be seen: {invoice.number!r}")
        if SalesInvoice.model_validate_json(invoice.model_dump_json()) != invoice:
            raise AssertionError("an invoice that does not survive being written")


def change(data: bytes, largest: int, seed: int) -> bytes:
    """What to try after `data`."""
    return mutated(data, largest, seed, atheris.Mutate)


if __name__ == "__main__":
    atheris.Setup(sys.argv, read, custom_mutator=change)
    atheris.Fuzz()
