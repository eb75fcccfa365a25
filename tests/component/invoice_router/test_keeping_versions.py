"""The same content is accepted once, other content under the same number is the next version; nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest

from services.invoice_router.domain.entries import issuer_of
from services.invoice_router.domain.heads import InvoiceHead
from services.invoice_router.domain.published import LONGEST_PARTY
from services.invoice_router.domain.reading import read_invoice
from shared.contracts.invoices import (
    Difference,
    InvoiceAccepted,
    InvoiceHeld,
    InvoiceQuarantined,
    InvoiceRepeated,
    InvoiceRouted,
)
from shared.values import ConnectionId, SoftwareSlug
from tests.component.invoice_router.world import ALWAYS, NOW, World
from tests.unit.invoice_router.documents import credit_note, invoice

OTHER_BYTES = invoice().replace(b'currencyID="EUR"', b"currencyID='EUR'").replace(b"  <cbc:ID>", b"\n<cbc:ID >")
LATER = NOW + timedelta(minutes=1)
SELF_BILLED = {"type_code": "389"}


@pytest.mark.parametrize("together", [True, False])
async def test_the_same_content_again_is_accepted_once(together: bool) -> None:
    world = World()
    if together:
        events = await world.submit(invoice(), OTHER_BYTES)
    else:
        events = [*await world.submit(invoice()), *await world.submit(OTHER_BYTES)]
    accepted, held, repeated = events
    assert isinstance(accepted, InvoiceAccepted) and isinstance(held, InvoiceHeld)
    assert isinstance(repeated, InvoiceRepeated)
    assert repeated.repeats == accepted.document_id != repeated.document_id
    assert (repeated.number, repeated.family, repeated.received_at) == ("2026-17", "invoice", NOW)
    assert list(world.store.repeated) == [repeated.document_id]
    assert world.store.quarantined == {}


async def test_the_same_content_of_another_software_and_connection_repeats_the_first() -> None:
    world = World()
    accepted, _ = await world.submit(invoice())
    other = {"software": SoftwareSlug("billit"), "connection_id": ConnectionId("con_00000000000000000000000002")}
    [repeated] = await world.submit(invoice(), at=LATER, **other)
    assert isinstance(accepted, InvoiceAccepted) and isinstance(repeated, InvoiceRepeated)
    assert (repeated.repeats, repeated.software) == (accepted.document_id, "billit")


async def test_what_repeats_an_older_version_is_told_of_that_version() -> None:
    world = World()
    first, _, second, _ = await world.submit(invoice(), invoice(buyer="Garage Janssens"))
    [repeated] = await world.submit(invoice())
    assert isinstance(first, InvoiceAccepted) and isinstance(second, InvoiceAccepted)
    assert isinstance(repeated, InvoiceRepeated) and repeated.repeats == first.document_id


@pytest.mark.parametrize("together", [True, False])
async def test_other_content_under_the_same_number_is_the_next_version_with_its_differences(together: bool) -> None:
    world, newer = World(), invoice(buyer="Garage Janssens")
    await world.company(ALWAYS)
    if together:
        events = await world.submit(invoice(), newer)
    else:
        events = [*await world.submit(invoice()), *await world.submit(newer, at=LATER)]
    first, _, second, routed = events
    assert isinstance(first, InvoiceAccepted) and isinstance(second, InvoiceAccepted)
    assert (first.version, first.supersedes, first.differences) == (1, None, ())
    assert (second.version, second.supersedes) == (2, first.document_id)
    assert second.differences == (Difference(field="customer.name", before="Garage Peeters", after="Garage Janssens"),)
    assert isinstance(routed, InvoiceRouted) and routed.version == 2


async def test_a_third_version_differs_from_the_second() -> None:
    world = World()
    buyers = [invoice(buyer=name) for name in ("A", "B", "C")]
    accepted = [event for event in await world.submit(*buyers) if isinstance(event, InvoiceAccepted)]
    assert [event.version for event in accepted] == [1, 2, 3]
    assert accepted[2].supersedes == accepted[1].document_id
    assert [(each.before, each.after) for each in accepted[2].differences] == [("B", "C")]


@pytest.mark.parametrize("together", [True, False])
async def test_an_older_document_that_comes_late_stands_beside_the_newer_one(together: bool) -> None:
    world = World()
    newer, older = invoice(buyer="Newer"), invoice(buyer="Older")
    events = [await world.submitted(newer, at=LATER), await world.submitted(older)]
    if together:
        published = await world.route(events)
    else:
        published = [*await world.route(events[:1]), *await world.route(events[1:])]
    first, second = (each.body for each in published if isinstance(each.body, InvoiceAccepted))
    assert (first.version, second.version, second.supersedes, second.differences) == (1, 2, None, ())
    [remark] = second.findings[:1]
    assert (remark.code, remark.location) == ("OLDER_VERSION", "/Invoice/cbc:ID")
    newest, _ = await world.submit(invoice(buyer="Newest"), at=LATER + timedelta(minutes=1))
    assert isinstance(newest, InvoiceAccepted)
    assert (newest.version, newest.supersedes) == (3, first.document_id)
    assert [(each.before, each.after) for each in newest.differences] == [("Newer", "Newest")]


async def test_a_credit_note_and_an_invoice_may_have_one_number() -> None:
    events = await World().submit(invoice(), credit_note())
    assert [event.version for event in events if isinstance(event, InvoiceAccepted)] == [1, 1]


async def test_one_number_in_two_years_is_two_invoices() -> None:
    events = await World().submit(invoice(), invoice(issued="2025-02-01"))
    assert [event.version for event in events if isinstance(event, InvoiceAccepted)] == [1, 1]


async def test_a_self_billed_invoice_is_accepted_as_the_suppliers_own() -> None:
    world = World()
    await world.company(ALWAYS)
    accepted, routed = await world.submit(invoice(**SELF_BILLED))
    assert isinstance(accepted, InvoiceAccepted) and accepted.self_billed
    assert isinstance(routed, InvoiceRouted) and routed.office_id == "janssens"


async def test_two_customers_that_bill_themselves_each_count_from_one() -> None:
    events = await World().submit(
        invoice(**SELF_BILLED),
        invoice(**SELF_BILLED, buyer_endpoint="0010080179"),
        invoice(**SELF_BILLED, buyer_scheme="9925", buyer_endpoint="BE0202239951", buyer="Garage Peeters BV"),
        invoice(),
    )
    accepted = [event for event in events if isinstance(event, InvoiceAccepted)]
    assert [event.version for event in accepted] == [1, 1, 2, 1]
    assert accepted[2].supersedes == accepted[0].document_id


def test_a_customer_is_the_same_however_its_number_is_written() -> None:
    read = InvoiceHead.model_validate_json(read_invoice(invoice(**SELF_BILLED)).model_dump_json())
    written = [{"vat_number": "BE0202239951"}, {"number": "0202.239.951"}, {"endpoint": "0208:0202239951"}]
    nobody = read.customer.model_copy(update={"vat_number": "", "number": "", "endpoint": ""})
    customers = [nobody.model_copy(update=each) for each in written]
    issuers = {issuer_of(read.model_copy(update={"customer": customer})) for customer in customers}
    assert issuers == {"0202239951"}
    foreign = nobody.model_copy(update={"vat_number": "NL 123456789 B01"})
    assert issuer_of(read.model_copy(update={"customer": foreign})) == "nl123456789b01"
    assert issuer_of(read.model_copy(update={"customer": nobody})) == "garagepeeters"
    assert issuer_of(read.model_copy(update={"self_billed": False})) == ""
    endless = [read.customer.model_copy(update={"number": "", "vat_number": "", "endpoint": "", "name": name})
               for name in ("x" * 90_000 + "1", "x" * 90_000 + "2")]  # fmt: skip
    named = {issuer_of(read.model_copy(update={"customer": customer})) for customer in endless}
    assert len(named) == 2 and max(map(len, named)) <= 100, "no key is longer than an index takes"


async def test_of_a_customer_s_name_without_end_the_beginning_is_told_on() -> None:
    accepted, _ = await World().submit(invoice(buyer="Bakkerij " + "x" * 90_000))
    assert isinstance(accepted, InvoiceAccepted)
    assert accepted.customer.name.startswith("Bakkerij x") and len(accepted.customer.name) == LONGEST_PARTY


async def test_a_document_that_is_in_the_register_already_changes_nothing() -> None:
    world = World()
    event = await world.submitted(invoice())
    assert len(await world.route([event])) == 2
    assert await world.route([event]) == []
    assert world.store.repeated == {}


async def test_a_version_from_before_facts_were_kept_has_no_differences() -> None:
    world = World()
    accepted, _ = await world.submit(invoice())
    assert isinstance(accepted, InvoiceAccepted)
    kept = world.store.registered[accepted.document_id]
    assert kept.facts
    object.__setattr__(kept, "facts", b"")
    second, _ = await world.submit(invoice(buyer="B"))
    assert isinstance(second, InvoiceAccepted)
    assert (second.supersedes, second.differences) == (accepted.document_id, ())


async def test_a_batch_of_many_versions_of_many_invoices_keeps_each_in_its_order() -> None:
    world, documents = World(), [invoice(number=f"N{n % 7}", buyer=f"B{n}") for n in range(70)]
    found: dict[str, list[Any]] = {}
    for start in range(0, 70, 13):
        for event in await world.submit(*documents[start : start + 13]):
            if isinstance(event, InvoiceAccepted):
                found.setdefault(event.number, []).append(event)
            assert not isinstance(event, InvoiceRepeated | InvoiceQuarantined)
    assert len(found) == 7
    for versions in found.values():
        assert [event.version for event in versions] == list(range(1, 11))
        assert [event.supersedes for event in versions[1:]] == [event.document_id for event in versions[:-1]]
