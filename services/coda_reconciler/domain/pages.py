"""A statement as a page of text: every movement with who, how much and why, and nothing that a terminal would obey."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from services.coda_reconciler.domain.checked import Checked, decimal, finding_lines, printable
from services.coda_reconciler.domain.coda_communications import Communication
from services.coda_reconciler.domain.coda_movements import Movement
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.coda_zones import Amount, Zone
from services.coda_reconciler.domain.page_words import WORDS
from shared.values import Iban, Language, ValueRejected

WIDTH = 100
_LABEL = 14
_AMOUNT = 20
_INDENT = " " * 11

Words = Mapping[str, str]


def page(found: Checked, language: Language) -> str:
    """The page of a statement, at most 100 columns wide."""
    words = WORDS[language]
    lines = [f"{printable(found.file)} #{found.index + 1}: {words[found.verdict]}"]
    if found.statement is not None:
        statement = found.statement
        lines += ["", *_heading(statement, words), ""]
        lines.append(_balance(words["old_balance"], statement.old_balance))
        for movement in statement.movements:
            lines += _movement(movement)
        lines.append(_balance(words["debits"], -statement.debits))
        lines.append(_balance(words["credits"], statement.credits))
        lines.append(_balance(words["new_balance"], statement.new_balance))
        lines += _section(words["messages"], [printable(text) for text in statement.free_communications])
    findings = finding_lines(found, language) or [words["nothing_found"]]
    return "\n".join([*lines, *_section(words["findings"], findings)])


def _heading(statement: Statement, words: Words) -> Iterator[str]:
    account = statement.account
    number = account.iban.formatted if account.iban else account.number
    days = f"{statement.old_balance_date or '…'} – {statement.new_balance_date}"
    remarks = [words[name] for name, holds in _remarks(statement) if holds]
    facts = {
        "account": f"{number} {statement.currency} {statement.description}",
        "holder": f"{statement.holder} {statement.holder_number.formatted if statement.holder_number else ''}",
        "bank": f"{statement.bank} {statement.bic}",
        "statement": f"{statement.new_balance_date.year}/{statement.sequence:03d}"
        f" ({words['paper']} {statement.paper_number}), {days}",
    }
    for name, text in facts.items():
        yield f"{words[name]:<{_LABEL}}{printable(text).strip()}"
    for remark in remarks:
        yield f"{'':<{_LABEL}}{remark}"


def _remarks(statement: Statement) -> Sequence[tuple[str, bool]]:
    return (("duplicate", statement.duplicate), ("separate", statement.separate_application))


def _movement(movement: Movement) -> Iterator[str]:
    day = movement.entry_date or movement.value_date
    number = f"{movement.sequence:04d}" if movement.parent is None else f"  .{movement.detail:04d}"
    name = " ".join(part for part in (_account(movement.counterparty_account), movement.counterparty_name) if part)
    code = movement.transaction_code
    returned = f" R{movement.return_type} {movement.return_reason}" if movement.return_type else ""
    room = WIDTH - _AMOUNT - 1
    head = printable(
        f"{number:<8} {day or '':%d/%m} {code[:1]}.{code[1:5]}.{code[5:]}{returned}  {name}" if day else name
    )
    yield f"{head[:room]:<{room}} {decimal(movement.amount):>{_AMOUNT},}"
    for text in (movement.communication, *movement.information):
        yield from textwrap.wrap(printable(_told(text)), WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _told(text: Communication) -> str:
    """Free text; a reference as people write it; of the other types, the fields that hold something."""
    if text.reference:
        return text.reference.formatted
    structured = text.structured
    if structured is None:
        kind = f"[{text.structured_type}] " if text.structured_type else ""
        return kind + " ".join(text.text.split())
    zones = sorted((zone.first, name, zone) for name, zone in vars(type(structured)).items() if isinstance(zone, Zone))
    values = (_shown(getattr(structured, name), zone) for _, name, zone in zones)
    return f"[{text.structured_type}] {' · '.join(value for value in values if value)}"


def _shown(value: object, zone: Zone[object]) -> str:
    """Unused fields are blank or zero."""
    if isinstance(value, int) and isinstance(zone, Amount):
        return f"{decimal(value):,}" if value else ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else ""
    return " ".join(str(value).split()) if value else ""


def _account(written: str) -> str:
    try:
        return Iban(written).formatted
    except ValueRejected:
        return written


def _balance(label: str, thousandths: int) -> str:
    room = WIDTH - _AMOUNT - 1
    return f"{label:<{room}} {decimal(thousandths):>{_AMOUNT},}"


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title, *(f"  {line}" for line in lines)] if lines else []
