"""The booked movements of a statement as entries, each with the transactions that it is made of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.delivery.domain.camt.codes import add_code
from services.delivery.domain.camt.elements import Element, add, add_amount, add_day, add_direction, add_text, plain
from services.delivery.domain.camt.parties import add_parties
from services.delivery.domain.camt.zones import (
    COUNTERPARTY,
    DirectDebit,
    direct_debit,
    original_amount,
    reference,
)
from shared.contracts.public_payments import Communication, Counterparty, Movement

USTRD, ADDITIONAL = 140, 500
"""Characters of `Ustrd` (which may be repeated) and of additional information."""

_SUBTOTAL, _OF_A_SUBTOTAL = "7", "9"
_CANCELLED = frozenset({"49", "99"})
_TAKEN_BACK = frozenset({"0503", "0505", "0554", "0556", "0558"})
"""CODA 2.6 annex II: unpaid, reimbursed (either way), could not be executed, reversed."""
_RETURNS = {"1": "reject", "2": "return", "3": "refund", "4": "reversal", "5": "cancellation"}
_REASON = re.compile(r"[A-Z0-9]{1,4}")
_TOLD_ELSEWHERE = frozenset({COUNTERPARTY, "008", "009"})
_REFERENCES = frozenset({"100", "101", "102"})


@dataclass(frozen=True, slots=True)
class Booking:
    """A booked movement and the details that replace it, each with what only those above it say."""

    movement: Movement
    leaves: tuple[Movement, ...]

    @property
    def amount(self) -> Decimal:
        """Credits are positive."""
        return self.movement.amount.amount


def bookings_of(movements: Sequence[Movement]) -> list[Booking]:
    """The movements that the totals count, in the order of the file; details stand in them."""
    details: dict[int | None, list[Movement]] = {}
    for each in movements:
        if each.parent is not None:
            details.setdefault(each.parent, []).append(each)
    return [
        Booking(each, _leaves(each, details.get(each.position, ()) if each.position is not None else ()))
        for each in movements
        if each.parent is None
    ]


def _leaves(total: Movement, details: Sequence[Movement]) -> tuple[Movement, ...]:
    """What replaces a total: its details, but those of type 7 which have details 9 themselves (CODA 2.6 annex II)."""
    if not details:
        return (total,)
    following = [each.transaction_code[:1] for each in details[1:]]
    kept = [
        each
        for each, after in zip(details, [*following, ""], strict=True)
        if not (each.transaction_code[:1] == _SUBTOTAL and after == _OF_A_SUBTOTAL)
    ]
    return tuple(_completed(each, total) for each in kept)


def add_entry(parent: Element, booking: Booking) -> None:
    """One `Ntry`."""
    movement, batch = booking.movement, len(booking.leaves) > 1
    entry = add(parent, "Ntry")
    add(entry, "NtryRef", f"{movement.sequence:04d}")
    add_amount(entry, movement.amount)
    add_direction(entry, booking.amount)
    if is_reversal(movement):
        add(entry, "RvslInd", "true")
    add(entry, "Sts/Cd", "BOOK")
    add_day(entry, "BookgDt", movement.entry_date)
    add_day(entry, "ValDt", movement.value_date)
    add_text(entry, "AcctSvcrRef", movement.bank_reference, 35)
    debit = direct_debit(movement)
    scheme = debit.scheme if debit is not None else ""
    add_code(entry, movement.transaction_code, scheme, reversal=is_reversal(movement))
    details = add(entry, "NtryDtls")
    if batch:
        _add_batch(details, booking)
    for leaf in booking.leaves:
        _add_transaction(details, leaf)
    if batch:
        add_text(entry, "AddtlNtryInf", _told_of(movement), ADDITIONAL)


def is_reversal(movement: Movement) -> bool:
    """Whether it takes an earlier movement back."""
    code = movement.transaction_code
    return movement.return_type != "" or code[3:5] in _CANCELLED or code[1:5] in _TAKEN_BACK


def _completed(leaf: Movement, above: Movement) -> Movement:
    """A detail with what it leaves to its total: who, and what for (payments of type 3, foreign ones above all)."""
    if above.transaction_code[:1] != "3":
        return leaf
    missing: dict[str, object] = {}
    if leaf.counterparty == Counterparty():
        missing["counterparty"] = above.counterparty
    if not leaf.communication.text.strip() and not leaf.information:
        missing |= {"communication": above.communication, "reference": above.reference}
        missing |= {"information": above.information}
    if not leaf.customer_reference:
        missing["customer_reference"] = above.customer_reference
    return leaf.model_copy(update=missing) if missing else leaf


def _add_batch(details: Element, booking: Booking) -> None:
    batch = add(details, "Btch")
    add_text(batch, "PmtInfId", booking.movement.customer_reference, 35)
    add(batch, "NbOfTxs", str(len(booking.leaves)))
    add_amount(batch, booking.movement.amount, "TtlAmt")
    add_direction(batch, booking.amount)


def _add_transaction(details: Element, leaf: Movement) -> None:
    """One `TxDtls`."""
    transaction, debit = add(details, "TxDtls"), direct_debit(leaf)
    _add_references(transaction, leaf, debit)
    add_amount(transaction, leaf.amount)
    add_direction(transaction, leaf.amount.amount)
    if (original := original_amount(leaf)) is not None:
        add_amount(add(transaction, "AmtDtls/InstdAmt"), original)
    scheme = debit.scheme if debit is not None else ""
    add_code(transaction, leaf.transaction_code, scheme, reversal=is_reversal(leaf))
    add_parties(transaction, leaf, debit, reversal=is_reversal(leaf))
    _add_remittance(transaction, leaf, debit)
    _add_return(transaction, leaf)
    add_text(transaction, "AddtlTxInf", _additional(leaf), ADDITIONAL)


def _add_references(transaction: Element, leaf: Movement, debit: DirectDebit | None) -> None:
    references = add(transaction, "Refs")
    add_text(references, "AcctSvcrRef", leaf.bank_reference, 35)
    add_text(references, "EndToEndId", leaf.customer_reference, 35)
    add_text(references, "MndtId", debit.mandate if debit is not None else "", 35)
    if not len(references):
        transaction.remove(references)


def _add_remittance(transaction: Element, leaf: Movement, debit: DirectDebit | None) -> None:
    remittance, communication = add(transaction, "RmtInf"), leaf.communication
    said = [communication.text] if communication.type is None else [debit.remittance if debit is not None else ""]
    said += [each.text for each in leaf.information if each.type is None]
    for text in map(plain, said):
        for start in range(0, len(text), USTRD):
            add(remittance, "Ustrd", text[start : start + USTRD])
    if (found := reference(leaf)) is not None:
        information = add(remittance, "Strd/CdtrRefInf")
        add(information, "Tp/CdOrPrtry/Cd", "SCOR")
        add(information[0], "Issr", "ISO" if found.startswith("RF") else "BBA")
        add(information, "Ref", str.__str__(found))
    if not len(remittance):
        transaction.remove(remittance)


def _add_return(transaction: Element, leaf: Movement) -> None:
    if not leaf.return_type and not leaf.return_reason:
        return
    information = add(transaction, "RtrInf")
    if _REASON.fullmatch(leaf.return_reason):
        add(information, "Rsn/Cd", leaf.return_reason)
    if leaf.return_type:
        add_text(information, "AddtlInf", _RETURNS.get(leaf.return_type, leaf.return_type), 105)
    if not len(information):
        transaction.remove(information)


def _additional(leaf: Movement) -> str:
    """The structured texts that the message has no place for, behind their types: nothing is left out unseen."""
    texts = [_structured(leaf.communication)] if leaf.communication.type not in _REFERENCES else []
    texts += [_structured(each) for each in leaf.information if each.type not in _TOLD_ELSEWHERE]
    return " ".join(text for text in texts if text)


def _told_of(movement: Movement) -> str:
    """What a total says of itself."""
    own = (movement.communication, *movement.information)
    return " ".join(each.text if each.type is None else _structured(each) for each in own if each.text.strip())


def _structured(communication: Communication) -> str:
    return f"({communication.type}) {communication.text}" if communication.type is not None else ""
