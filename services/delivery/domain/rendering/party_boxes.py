"""Parties on a page: name, address, numbers as people read them."""

from collections.abc import Iterable, Mapping

from services.delivery.domain.rendering.legible import joined, legible
from services.delivery.domain.rendering.pages import Fact, PartyBox
from shared.contracts.sales_invoices import Address, Party, SalesInvoice
from shared.values import EnterpriseNumber, ValueRejected


def party_boxes(invoice: SalesInvoice, words: Mapping[str, str]) -> tuple[PartyBox, ...]:
    """Supplier and customer; then who is paid and where goods went, where the document says so."""
    boxes = [_box(words["supplier"], invoice.supplier, words), _box(words["customer"], invoice.customer, words)]
    if invoice.payee is not None:
        boxes.append(_box(words["payee"], invoice.payee, words))
    if invoice.tax_representative is not None:
        boxes.append(_box(words["tax_representative"], invoice.tax_representative, words))
    lines = tuple(_address(invoice.delivery_address)) if invoice.delivery_address is not None else ()
    if lines or invoice.delivery_name:
        boxes.append(PartyBox(words["delivery_address"], legible(invoice.delivery_name), lines, ()))
    return tuple(boxes)


def enterprise_number(text: str) -> str:
    """`0403.170.701` where it is one, also with BE before it; else as written."""
    try:
        return EnterpriseNumber(text).formatted
    except ValueRejected:
        return legible(text)


def vat_number(text: str) -> str:
    """`BE 0403.170.701` for a Belgian one; else as written."""
    if not text.upper().startswith("BE"):
        return legible(text)
    shown = enterprise_number(text)
    return f"BE\u00a0{shown}" if shown != legible(text) else shown


def _box(label: str, party: Party, words: Mapping[str, str]) -> PartyBox:
    name, trading = legible(party.name), legible(party.trading_name)
    lines = [trading if trading != name else "", *_address(party.address)]
    lines += [legible(party.legal_form), legible(party.contact_name), joined((party.telephone, party.email), " · ")]
    numbers = [
        Fact(words["enterprise_number"], enterprise_number(party.number)),
        Fact(words["vat_number"], vat_number(party.vat_number)),
    ]
    return PartyBox(
        label, name or trading, tuple(_said(lines)), tuple(number for number in numbers if number.text != "")
    )


def _address(address: Address) -> list[str]:
    place = " ".join(_said((legible(address.postal_zone), legible(address.city))))
    lines = [legible(address.street), legible(address.additional_street), legible(address.line)]
    return list(_said([*lines, joined((place, address.subdivision, address.country))]))


def _said(texts: Iterable[str]) -> Iterable[str]:
    return (text for text in texts if text)
