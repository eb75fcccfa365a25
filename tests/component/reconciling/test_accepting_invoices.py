"""Do the UBL files of a year become the same open items as its typed values?"""

from dataclasses import replace
from pathlib import Path

from deploy.demo.years import accepted, company_years
from deploy.demo.years.folders import write_years
from deploy.reconciling.invoices import read_invoices
from services.coda_reconciler.domain.settlement.opening import item_of


def test_a_document_becomes_the_item_that_its_values_say(tmp_path: Path) -> None:
    [year] = company_years(5, 1, 70)
    write_years([year], tmp_path)
    files = sorted(tmp_path.glob("invoices/*/*.xml"))
    told, sizes = list[str](), list[int]()
    read = read_invoices(files, told.append, sizes.append)
    assert (told, read.refused, sum(sizes)) == ([], False, sum(file.stat().st_size for file in files))
    for invoice, found in zip(year.invoices, read.accepted, strict=True):
        expected, item = item_of(accepted(invoice)), item_of(found)
        # Terms may be meant of the amount without VAT as well; the document is known by its bytes.
        assert set(expected.discounts) <= set(item.discounts)
        assert replace(item, document_id=expected.document_id, discounts=expected.discounts) == expected
        assert found.ibans == (invoice.iban,)
    assert {"invoice", "credit_note"} == {one.family for one in read.accepted}
    assert any(one.mandate for one in read.accepted)
    assert any(one.preceding for one in read.accepted)
