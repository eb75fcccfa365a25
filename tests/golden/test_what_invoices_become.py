"""Documents of every kind that comes in, and the whole of what is read of each: changes show as a difference of a file.

All are made up; their numbers are the test numbers of the demo.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.directory import TEST_NUMBERS
from services.invoice_router.adapters.ubl_schemas import UblSchemas
from services.invoice_router.domain.reading import read_document
from services.invoice_router.domain.verdicts import verdict_of
from shared.contracts.sales_invoices import SalesInvoice

DOCUMENTS = sorted((Path(__file__).parent / "invoices").glob("*.xml"))
SCHEMAS = UblSchemas.installed()
TODAY = date(2026, 3, 2)


def read(file: Path) -> SalesInvoice:
    return read_document(file.read_bytes(), schema=SCHEMAS.check, today=TODAY).invoice


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.stem)
def test_what_is_read_of_a_document_stays_as_it_is(file: Path, golden: Callable[[str, bytes], None]) -> None:
    found = read(file)
    assert (verdict_of(found), found.supplier_number) == ("accepted", TEST_NUMBERS[0])
    pretty = json.dumps(json.loads(found.model_dump_json()), indent=2, ensure_ascii=False)
    golden(f"{file.stem}.json", f"{pretty}\n".encode())


def test_every_profile_is_among_them() -> None:
    assert {read(file).profile for file in DOCUMENTS} == {
        "bis_billing", "bis_self_billing", "ubl_be", "e_fff", "en_16931",
    }  # fmt: skip


def test_every_field_of_an_invoice_is_read_of_one_of_them() -> None:
    read_fields = {path for file in DOCUMENTS for path in _filled(json.loads(read(file).model_dump_json()))}
    assert _all_fields(SalesInvoice.model_json_schema()) - read_fields == set()


def _filled(value: Any, path: str = "") -> Iterator[str]:
    """The paths of what is there: `lines.price`."""
    if isinstance(value, dict):
        for name, inside in value.items():
            yield from _filled(inside, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inside in value:
            yield from _filled(inside, path)
    elif value not in (None, "", False):
        yield path


def _all_fields(schema: dict[str, Any]) -> set[str]:
    definitions = schema.get("$defs", {})

    def fields(part: dict[str, Any], path: str) -> Iterator[str]:
        if "$ref" in part:
            part = definitions[part["$ref"].rpartition("/")[2]]
        branches = [branch for branch in part.get("anyOf", part.get("allOf", ())) if branch.get("type") != "null"]
        if branches:
            for branch in branches:
                yield from fields(branch, path)
        elif part.get("type") == "array":
            yield from fields(part["items"], path)
        elif "properties" in part:
            for name, inside in part["properties"].items():
                yield from fields(inside, f"{path}.{name}".lstrip("."))
        else:
            yield path

    # A party has the same fields wherever it stands, and so has an address: they are all read of the supplier.
    once = ("customer.", "payee.", "tax_representative.", "delivery_address.", "lines.allowances_charges.")
    return {field for field in fields(schema, "") if not field.startswith(once)}
