"""Who paid whom: debtor, creditor, those behind them, and their banks."""

from services.delivery.domain.camt.elements import Element, add, add_bank, add_text
from services.delivery.domain.camt.zones import DirectDebit, name_and_address, ultimate
from shared.contracts.public_payments import Movement
from shared.values import Iban, ValueRejected

_LONGEST_ACCOUNT = 34
_ULTIMATE = {"008": "UltmtCdtr", "009": "UltmtDbtr"}
"""Of the information records 3.1 (CODA 2.6 annex III)."""


def add_parties(parent: Element, movement: Movement, debit: DirectDebit | None, *, reversal: bool) -> None:
    """The counterparty of a movement, and whoever stands behind either side.

    In a reversal the roles are those of what it reverses, as the message definition has it.
    """
    owed = (movement.amount.amount < 0) == reversal
    role = "Dbtr" if owed else "Cdtr"
    ultimates = dict(_ultimates(movement))
    parties = add(parent, "RltdPties")
    for side in ("Dbtr", "Cdtr"):
        if side == role:
            _add_party(parties, side, movement, debit)
        elif side == "Cdtr" and debit is not None:
            _add_creditor_id(parties, debit)
        if name := ultimates.get(f"Ultmt{side}"):
            add_text(parties, f"Ultmt{side}/Pty/Nm", name, 140)
    if not len(parties):
        parent.remove(parties)
    agents = add(parent, "RltdAgts")
    add_bank(agents, f"{role}Agt", movement.counterparty.bic)
    if not len(agents):
        parent.remove(agents)


def _add_party(parties: Element, side: str, movement: Movement, debit: DirectDebit | None) -> None:
    known = name_and_address(movement)
    party = add(parties, f"{side}/Pty")
    add_text(party, "Nm", known.name, 140)
    if any(known.lines):
        address = add(party, "PstlAdr")
        for line in known.lines:
            add_text(address, "AdrLine", line, 70)
    if side == "Cdtr" and debit is not None:
        _add_id(party, debit.creditor)
    if not len(party):
        parties.remove(parties[-1])
    add_account(parties, f"{side}Acct", movement.counterparty.account)


def add_account(parent: Element, name: str, account: str) -> None:
    """An account, by its IBAN or as the bank writes it; nothing for none."""
    text = account.replace(" ", "")[:_LONGEST_ACCOUNT]
    if not text:
        return
    try:
        add(parent, f"{name}/Id/IBAN", str.__str__(Iban(text)))
    except ValueRejected:
        add_text(parent, f"{name}/Id/Othr/Id", text, _LONGEST_ACCOUNT)


def _add_creditor_id(parties: Element, debit: DirectDebit) -> None:
    """The holder of the account is the creditor: nothing of it but its identifier stands in the movement."""
    if debit.creditor:
        _add_id(add(parties, "Cdtr/Pty"), debit.creditor)


def _add_id(party: Element, creditor: str) -> None:
    if creditor:
        other = add(party, "Id/PrvtId/Othr")
        add_text(other, "Id", creditor, 35)
        add(other, "SchmeNm/Prtry", "SEPA")


def _ultimates(movement: Movement) -> list[tuple[str, str]]:
    return [
        (_ULTIMATE[each.type], ultimate(each.text))
        for each in movement.information
        if each.type is not None and each.type in _ULTIMATE
    ]
