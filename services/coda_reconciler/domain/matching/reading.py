"""The facts of a movement, with what the movement that it details says for it."""

from collections.abc import Set as AbstractSet

from services.coda_reconciler.domain.coda_movement_fields import MovementFields
from services.coda_reconciler.domain.coda_movements import Movement
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.matching.facts import PaymentFacts
from services.coda_reconciler.domain.matching.movement_reading import MovementReading

_DETAILED, _SUBTOTAL = "37", "7"
_DETAILS, _DETAILS_OF_SUBTOTAL = "89", "9"


def payment_facts(
    statement: Statement,
    movement: Movement,
    own_accounts: AbstractSet[str] = frozenset(),
    fields: MovementFields | None = None,
) -> PaymentFacts:
    """The facts of one movement of a statement; never raises for a statement that was read.

    `own_accounts` are the company's own, without blanks: what comes from or goes to one of them is no payment.
    `fields` are the movement's, where they are decoded already.
    A detail of type 8 or 9 has the text, the counterparty and the references of the movement that it details, where it
    has none of its own: of a payment from abroad, the detail says what was paid before costs, and its total for what.
    """
    movements = statement.movements
    if _is_replaced(movements, movement):
        return PaymentFacts("replaced", line=movement.line)
    read = MovementReading(movement, fields or movement.fields())
    total = _detailed_by(movements, movement, read.fields.transaction_code[0])
    if total is not None:
        read.inherit(MovementReading(total, total.fields()))
    return read.facts(own_accounts)


def _is_replaced(movements: tuple[Movement, ...], movement: Movement) -> bool:
    """A total whose details follow, and a subtotal of type 7 before its details of type 9, which have its parent."""
    following = movement.position + 1
    if following == len(movements):
        return False
    next_one = movements[following]
    if next_one.parent is None:
        return False
    if next_one.parent == movement.position:
        return True
    return movement.transaction_code[0] == _SUBTOTAL and next_one.transaction_code[0] == _DETAILS_OF_SUBTOTAL


def _detailed_by(movements: tuple[Movement, ...], movement: Movement, detail_type: str) -> Movement | None:
    """The single movement that this one is a part of; a batch's total says nothing of its payments."""
    if movement.parent is None:
        return None
    if detail_type == _DETAILS_OF_SUBTOTAL:
        for at in range(movement.position - 1, movement.parent, -1):
            if movements[at].transaction_code[0] == _SUBTOTAL:
                return movements[at]
    total = movements[movement.parent]
    return total if detail_type in _DETAILS or total.transaction_code[0] in _DETAILED else None
