"""Statements of a few movements, read back, and invoices that they may name."""

from collections.abc import Sequence
from datetime import date

from deploy.demo.coda.records import Account, Entry, Text
from deploy.demo.coda.statements import Heading, StatementLines, encoded
from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.domain.matching.facts import Evidence, OpenItem, Passage, PaymentFacts, Zone
from services.coda_reconciler.domain.matching.mentions import mentions
from services.coda_reconciler.domain.matching.reading import payment_facts
from services.coda_reconciler.domain.matching.texts import places
from shared.contracts.invoices import Family
from shared.values import Currency, DocumentId, EnterpriseNumber, Iban

COMPANY = EnterpriseNumber("0403170701")
ACCOUNT = Iban("BE71096123456769")
PAYER = "BE68539007547034"
CREDIT = "00150000"
DAY = date(2026, 3, 2)
FIRST_LINE = 3
"""Of the first movement: records 0 and 1 stand before it."""


def file_of(entries: Sequence[Entry]) -> bytes:
    """A file with one statement of these entries."""
    heading = Heading(Account(ACCOUNT, COMPANY, "BAKKERIJ"), 1, 1_000_000, DAY, DAY)
    return b"".join(encoded(StatementLines(heading, entries).lines()))


def statement_of(data: bytes) -> Statement:
    """The first statement of a file."""
    return read_statement(split_file(data).statements[0])


def all_facts(*entries: Entry, own_accounts: frozenset[str] = frozenset()) -> list[PaymentFacts]:
    """What is read of each movement of a statement with these entries."""
    statement = statement_of(file_of(entries))
    return [payment_facts(statement, movement, own_accounts) for movement in statement.movements]


def facts_of(entry: Entry) -> PaymentFacts:
    """What is read of the only movement of a statement."""
    return all_facts(entry)[0]


def paid(text: str, *information: Text, code: str = CREDIT, amount: int = 121_000) -> Entry:
    """A transfer with free text."""
    return Entry(
        amount, code, Text(text), account=PAYER, account_currency="EUR", name="PEETERS", information=information
    )


def text_at(data: bytes, evidence: Evidence | Passage) -> str:
    """What really stands in the file at the places that are told, without the blanks at the end."""
    lines = data.decode("cp1252").split("\r\n")
    found = (lines[line - 1][first - 1 : last] for line, first, last in places(evidence.line, evidence.columns))
    return "".join(found).rstrip()


def passages_of(*texts: str, zone: Zone = "free") -> tuple[Passage, ...]:
    """Texts of record 2.1, one a line."""
    return tuple(Passage(zone, text, line, "63-115") for line, text in enumerate(texts, FIRST_LINE))


def item(number: str, year: int = 2026, family: Family = "invoice") -> OpenItem:
    """An open invoice of 121.00 EUR with this number."""
    return OpenItem(
        enterprise_number=COMPANY,
        family=family,
        number=number,
        year=year,
        document_id=DocumentId("doc_01jd8w3q5k7x9e2v4b6n8m0r1t"),
        document_version=1,
        reference=None,
        currency=Currency("EUR"),
        payable=121_000,
        issue_date=date(year, 1, 5),
    )


def named(text: str, *numbers: str, zone: Zone = "free") -> dict[str, str]:
    """The numbers of these invoices that a text names, and how."""
    facts = PaymentFacts("payment", passages_of(text, zone=zone))
    return {found.item.number: found.strength for found in mentions(facts, [item(number) for number in numbers])}
