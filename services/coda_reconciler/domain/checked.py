"""What is said of a statement that was checked: for machines one object, for people a few lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from services.coda_reconciler.domain.coda_communications import Communication
from services.coda_reconciler.domain.coda_errors import CodaError, Finding
from services.coda_reconciler.domain.coda_file import StatementText
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.page_words import WORDS, sentence
from shared.values import Language, Money

_NUMBERS = 10_000
"""Sequence and detail numbers have four digits (CODA 2.6 §6)."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement of a file, by its position from 0; `statement` is None when `error` says why it was rejected.

    A file in which nothing can be a statement is told as its first one.
    """

    file: str
    index: int
    statement: Statement | None = None
    error: CodaError | None = None

    @property
    def verdict(self) -> Literal["accepted", "rejected"]:
        """Whether it would be booked, as far as the statement itself can say."""
        return "accepted" if self.statement is not None else "rejected"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Why it is rejected, or what is odd in it all the same."""
        if self.error is not None:
            error = self.error
            return (Finding(error.code, error.line, error.columns, error.found, error.expected),)
        return self.statement.findings if self.statement else ()


def checked(file: str, text: StatementText) -> Checked:
    """The verdict on a statement. An account without a valid IBAN is a finding here, for no mandate is asked for."""
    try:
        return Checked(file, text.index, read_statement(text, any_account=True))
    except CodaError as error:
        return Checked(file, text.index, error=error)


def as_object(found: Checked) -> dict[str, Any]:
    """The verdict as an object for JSON. Amounts are decimal text in `currency`; a rejected statement has no facts."""
    statement = found.statement
    facts = _facts(statement) if statement else dict.fromkeys(_FACTS)
    return {
        "file": found.file,
        "index": found.index,
        "verdict": found.verdict,
        **facts,
        "communications": list(_communications(statement)) if statement else [],
        "findings": [
            {
                "code": finding.code,
                "line": finding.line,
                "columns": finding.columns,
                "found": finding.found,
                "expected": finding.expected,
                "severity": _severity(finding),
            }
            for finding in found.findings
        ],
    }


_FACTS = (
    "account", "currency", "year", "sequence", "old_balance", "new_balance", "movements", "credits", "debits",
)  # fmt: skip


def _facts(statement: Statement) -> dict[str, Any]:
    """In the order of `_FACTS`."""
    values = (
        statement.account.identification,
        statement.currency,
        statement.new_balance_date.year,
        statement.sequence,
        str(decimal(statement.old_balance)),
        str(decimal(statement.new_balance)),
        len(statement.booked),
        str(decimal(statement.credits)),
        str(decimal(statement.debits)),
    )
    return dict(zip(_FACTS, values, strict=True))


def _communications(statement: Statement) -> Iterator[dict[str, Any]]:
    """Every text of the movements and of their information records, which count on from the movement's detail."""
    for movement in statement.movements:
        for at, text in enumerate((movement.communication, *movement.information)):
            if text.text or text.structured_type:
                detail = (movement.detail + at) % _NUMBERS
                yield {
                    "sequence": movement.sequence,
                    "detail": detail,
                    "kind": kind_of(text),
                    "text": text.text,
                }


def kind_of(text: Communication) -> str:
    """`free`, or the three digits of a structured communication."""
    return text.structured_type or "free"


def as_text(found: Checked, language: Language) -> str:
    """The verdict in lines for people."""
    words = WORDS[language]
    head = f"{printable(found.file)} #{found.index + 1}: {words[found.verdict]}"
    statement = found.statement
    if statement is not None:
        head += f" · {_account(statement)} · {statement.new_balance_date.year}/{statement.sequence:03d}"
        old, new = (_padded(amount) for amount in (statement.old_balance, statement.new_balance))
        head += f" · {old} → {new} · {words['movements']}: {len(statement.booked)}"
    return "\n".join([head, *(f"  {line}" for line in finding_lines(found, language))])


def finding_lines(found: Checked, language: Language) -> list[str]:
    """Two lines a finding: code, place and what is wrong; what was found and what was expected."""
    words = WORDS[language]
    lines = []
    for finding in found.findings:
        columns = f", {words['columns']} {finding.columns}" if finding.columns else ""
        lines.append(f"{finding.code} {words['line']} {finding.line}{columns}: {sentence(finding.code, language)}")
        values = (f"{words[name]}: {printable(getattr(finding, name)) or '–'}" for name in ("found", "expected"))
        lines.append(f"    {' · '.join(values)}")
    return lines


def decimal(thousandths: int) -> Decimal:
    """Thousandths in units: two decimals, or three where the third is not 0."""
    return Money.from_thousandths(thousandths, "EUR").amount


def printable(text: str) -> str:
    """On one line, and without what a terminal would obey: bank files come from others."""
    return "".join(each if each.isprintable() else " " if each.isspace() else "�" for each in text)


def _account(statement: Statement) -> str:
    iban = statement.account.iban
    return f"{iban.formatted if iban else printable(statement.account.number)} {statement.currency}"


def _padded(thousandths: int) -> str:
    return f"{decimal(thousandths):,}"


def _severity(finding: Finding) -> Literal["refuse", "warn"]:
    return "refuse" if finding.code.startswith("E") else "warn"
