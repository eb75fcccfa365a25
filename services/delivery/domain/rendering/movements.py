"""The movements of a statement as rows of a page: what the reconciler wrote as JSON lines, told to people."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from services.delivery.domain.rendering.forms import Forms
from services.delivery.domain.rendering.invoice_page import account
from services.delivery.domain.rendering.legible import joined, legible
from services.delivery.domain.rendering.pages import Row
from shared.values import Money, StructuredReference, ValueRejected

_DIRECT_DEBIT = "127"
_CREDITOR, _MANDATE, _REMITTANCE = slice(9, 44), slice(44, 79), slice(79, 141)
"""CODA 2.6 annex III, structured communication 127: positions of its body from 0."""
_FOREIGN_PAYMENT = "105"
_FOREIGN_REFERENCE = slice(45, 57)
_REFERENCE = "100"
_MOVED = (_REFERENCE, "101", "102")
_NONE_GIVEN = ("NOTPROVIDED", "NOT PROVIDED")
"""What banks write where the payer gave no reference (SEPA: EndToEndId)."""


def movement_rows(lines: bytes, words: Mapping[str, str], forms: Forms) -> tuple[Row, ...]:
    """A row for each movement, in the order of the file; one that details another is indented below it."""
    return tuple(_row(json.loads(line), words, forms) for line in lines.splitlines() if line)


def _row(movement: Mapping[str, Any], words: Mapping[str, str], forms: Forms) -> Row:
    party = movement["counterparty"]
    told = [*_communicated(movement, words), *_returned(movement, words)]
    first = [legible(party["name"]), joined((account(party["account"]), party["bic"]), " · ")]
    first = [part for part in first if part]
    details = [*first[1:], *told] if first else told[1:]
    name = first[0] if first else next(iter(told), legible(movement["transaction_code"]))
    cells = (
        forms.short_day(_day(movement["entry_date"])),
        name,
        forms.short_day(_day(movement["value_date"])),
        signed(Money.of(**movement["amount"]), forms),
    )
    return Row(cells, tuple(details), indented=movement["parent"] is not None)


def signed(money: Money, forms: Forms) -> str:
    """An amount that says whether it came or went."""
    return f"{'+' if money.amount > Decimal(0) else ''}{forms.amount(money)}"


def _communicated(movement: Mapping[str, Any], words: Mapping[str, str]) -> Iterable[str]:
    communication = movement["communication"]
    reference = movement["reference"] or _reference(communication)
    if reference:
        yield f"{words['reference']} {StructuredReference(reference).formatted}"
    if text := _text(communication, words, bool(reference)):
        yield text
    for information in movement["information"]:
        if text := _text(information, words, False):
            yield text
    text = legible(movement["customer_reference"])
    if text and text.upper() not in _NONE_GIVEN:
        yield f"{words['customer_reference']} {text}"


def _text(communication: Mapping[str, Any], words: Mapping[str, str], told: bool) -> str:
    kind, text = communication["type"], communication["text"]
    if kind in _MOVED and told:
        return ""
    if kind != _DIRECT_DEBIT:
        return legible(text)
    mandate = legible(text[_MANDATE])
    return joined((f"{words['mandate']} {mandate}" if mandate else "", text[_CREDITOR], text[_REMITTANCE]), " · ")


def _reference(communication: Mapping[str, Any]) -> str:
    kind, text = communication["type"], communication["text"]
    if kind not in (_REFERENCE, _FOREIGN_PAYMENT):
        return ""
    try:
        return StructuredReference(text[_FOREIGN_REFERENCE] if kind == _FOREIGN_PAYMENT else text.strip())
    except ValueRejected:
        return ""


def _returned(movement: Mapping[str, Any], words: Mapping[str, str]) -> Iterable[str]:
    if movement["return_type"]:
        yield joined((words["return"], movement["return_reason"]), " ")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
