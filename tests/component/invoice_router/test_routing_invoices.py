"""Does the router alone do what its card says: accept, refuse, hold, route?"""

from datetime import date

import pytest

from shared.contracts.invoices import InvoiceAccepted, InvoiceHeld, InvoiceQuarantined, InvoiceRouted
from shared.contracts.sales_invoices import SalesInvoice
from tests.component.invoice_router.world import ALWAYS, NOW, World
from tests.unit.invoice_router.documents import COMPANY, credit_note, invoice


async def test_an_invoice_of_a_served_company_is_accepted_and_routed() -> None:
    world = World()
    await world.company(ALWAYS)
    accepted, routed = await world.route([await world.submitted(invoice())])
    assert isinstance(accepted.body, InvoiceAccepted) and isinstance(routed.body, InvoiceRouted)
    assert (routed.body.office_id, routed.body.client_code, routed.body.number) == ("janssens", "KORENAAR", "2026-17")
    assert (accepted.sequence, routed.sequence) == (1, 2)
    assert (accepted.body.received_at, accepted.body.self_billed) == (NOW, False)
    sidecar = SalesInvoice.model_validate_json(world.documents.objects[accepted.body.sidecar.path])
    assert sidecar.number == "2026-17" and accepted.body.sidecar.path.startswith(COMPANY)
    assert world.locks.keys == [f"company:{COMPANY}"] * 2


async def test_the_office_is_that_of_the_day_in_brussels() -> None:
    world = World()
    await world.company(("march", date(2026, 3, 1), date(2026, 4, 1)), ("april", date(2026, 4, 1), None))
    _, routed = await world.submit(invoice())
    assert isinstance(routed, InvoiceRouted) and routed.office_id == "april"


async def test_an_office_that_begins_later_receives_what_nobody_served() -> None:
    world = World()
    await world.company(("june", date(2026, 6, 1), None), ("may", date(2026, 5, 1), None))
    _, routed = await world.submit(invoice())
    assert isinstance(routed, InvoiceRouted) and routed.office_id == "may"


async def test_documents_of_an_unknown_company_are_held_and_released_when_an_office_comes() -> None:
    world = World()
    events = await world.submit(invoice(), invoice(number="2026-18"))
    held = [event for event in events if isinstance(event, InvoiceHeld)]
    assert [event.reason for event in held] == ["company_unknown", "company_unknown"]
    assert await world.company(("gone", date(2020, 1, 1), date(2021, 1, 1))) == []
    released = await world.company(ALWAYS, sequence=2)
    routed = [event.body.number for event in released if isinstance(event.body, InvoiceRouted)]
    assert sorted(routed) == ["2026-17", "2026-18"]
    assert [event.sequence for event in released] == [3, 3]
    assert await world.company(ALWAYS, sequence=3) == []


async def test_what_is_held_goes_to_an_office_whose_period_begins_later() -> None:
    world = World()
    await world.submit(invoice())
    [released] = await world.company(("nextyear", date(2027, 1, 1), None))
    assert isinstance(released.body, InvoiceRouted) and released.body.office_id == "nextyear"


async def test_a_company_without_an_office_holds_its_documents() -> None:
    world = World()
    await world.company()
    _, held = await world.submit(invoice())
    assert isinstance(held, InvoiceHeld) and held.reason == "no_accounting_office"


async def test_an_office_that_is_no_client_for_a_while_gets_what_was_held_meanwhile() -> None:
    world = World()
    await world.company(ALWAYS)
    await world.company(sequence=2)  # a snapshot names only offices that are clients
    _, held = await world.submit(invoice())
    assert isinstance(held, InvoiceHeld) and held.reason == "no_accounting_office"
    [released] = await world.company(ALWAYS, sequence=3)
    assert isinstance(released.body, InvoiceRouted) and released.body.document_id == held.document_id


async def test_an_older_snapshot_changes_nothing() -> None:
    world = World()
    await world.company(ALWAYS, sequence=5)
    await world.company(("other", date(2020, 1, 1), None), sequence=4)
    _, routed = await world.submit(invoice())
    assert isinstance(routed, InvoiceRouted) and routed.office_id == "janssens"


async def test_an_invoice_of_another_supplier_is_quarantined() -> None:
    [refused] = await World().submit(invoice(), company="0202239951")
    assert isinstance(refused, InvoiceQuarantined) and refused.reason == "seller_mismatch"
    [finding] = refused.findings
    assert (finding.code, finding.severity) == ("SUPPLIER_MISMATCH", "quarantine")
    assert (finding.found, finding.expected) == (COMPANY, "0202239951")
    assert (refused.number, refused.received_at) == ("2026-17", NOW)


@pytest.mark.parametrize(
    "numbers",
    [
        {"legal": "0202239951"},
        {"endpoint": "", "endpoint_scheme": "0088", "legal": "", "vat": ""},
        {"endpoint": "0403170702", "legal": "0403170702", "vat": "BE0403170702"},
    ],
    ids=["they differ", "there is none", "none passes its check"],
)
async def test_a_document_that_proves_no_supplier_is_quarantined_and_says_why(numbers: dict[str, str]) -> None:
    [refused] = await World().submit(invoice(**numbers))
    assert isinstance(refused, InvoiceQuarantined) and refused.reason == "seller_mismatch"
    assert refused.findings
    assert {(finding.severity, finding.code.partition("_")[0]) for finding in refused.findings} == {
        ("quarantine", "SUPPLIER")
    }
    assert refused.number == "2026-17"


async def test_a_document_that_cannot_be_read_is_quarantined_and_its_neighbour_accepted() -> None:
    refused, accepted, _ = await World().submit(b"<!DOCTYPE a><a/>", invoice())
    assert isinstance(refused, InvoiceQuarantined) and refused.reason == "document_invalid"
    assert (refused.findings[0].code, refused.number, refused.received_at) == ("XML_DOCTYPE", "", NOW)
    assert isinstance(accepted, InvoiceAccepted)


async def test_what_matching_needs_of_an_invoice_is_told_with_it() -> None:
    world = World()
    terms = "<cac:PaymentTerms><cbc:Note>2 % korting binnen 8 dagen</cbc:Note></cac:PaymentTerms>"
    collected = (
        "<cac:PaymentMeans><cbc:PaymentMeansCode>59</cbc:PaymentMeansCode><cac:PaymentMandate><cbc:ID>M-7</cbc:ID>"
        "</cac:PaymentMandate></cac:PaymentMeans>"
    )
    corrected = (
        "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>2026-17</cbc:ID></cac:InvoiceDocumentReference>"
        "</cac:BillingReference>"
    )
    first, *_ = await world.submit(invoice(terms=terms, payment=collected))
    second, *_ = await world.submit(credit_note(references=corrected, number="C-1"))
    assert isinstance(first, InvoiceAccepted) and isinstance(second, InvoiceAccepted)
    assert (first.payment_terms, first.mandate, first.preceding) == ("2 % korting binnen 8 dagen", "M-7", ())
    assert [str(each.amount) for each in first.discounts] == ["2.42 EUR", "2.00 EUR"]
    assert (second.discounts, second.mandate, second.preceding) == ((), "", ("2026-17",))


async def test_the_client_code_is_that_of_the_office_which_receives_the_document() -> None:
    world = World()
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    await world.company(("march", march, april, "M1"), ("april", april, None, ""))
    _, routed = await world.submit(invoice())
    assert isinstance(routed, InvoiceRouted) and (routed.office_id, routed.client_code) == ("april", "")
    await world.company(("march", march, april, ""), ("april", april, None, "A1"), sequence=2)
    _, routed = await world.submit(invoice().replace(b"2026-17", b"2026-18"))
    assert isinstance(routed, InvoiceRouted) and routed.client_code == "A1"
