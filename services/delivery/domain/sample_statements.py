"""The sample statement that a channel for bank statements is tried with: valid CODA without a movement."""

from datetime import datetime
from uuid import UUID

from services.delivery.domain.camt import camt053
from services.delivery.domain.channels import Channel, StatementFileKind
from services.delivery.domain.files import File, statement_file_name
from services.delivery.domain.statement_sidecars import statement_json
from services.delivery.domain.statements import BookedStatement, RoutedStatement
from shared.contracts.documents import Claim
from shared.contracts.statements import StatementHead, TransactionsBooked
from shared.values import EnterpriseNumber, Iban, Money, Sha256, StatementId

COMPANY = EnterpriseNumber("0010.080.080")
"""Simulated, as the sandbox's companies are."""
CLIENT_CODE = "TEST"
IBAN = Iban("BE46979000100136")
"""Of a bank number that no bank has."""
_HOLDER, _ACCOUNT = "TEST RELAIS", "TEST DO NOT BOOK"
_RECORD = 128


def sample_statement(
    channel: Channel, number: str, pdf: bytes, test_id: UUID, now: datetime
) -> tuple[RoutedStatement, tuple[File, ...]]:
    """The statement and the files of it that the channel carries; `number` and `pdf` say that it is a test."""
    lines = _coda(number, now)
    body = _body(lines, test_id, now)
    statement = RoutedStatement(channel.office_id, CLIENT_CODE, BookedStatement(test_id, now, body, ()))
    contents: dict[StatementFileKind, bytes] = {
        "cod": lines,
        "pdf": pdf,
        "xml": camt053([(body, b"")]),
        "json": statement_json(body, b"", statement),
    }
    kinds = channel.statement_files
    return statement, tuple(File(kind, statement_file_name(body, kind), contents[kind]) for kind in kinds)


def _body(lines: bytes, test_id: UUID, now: datetime) -> TransactionsBooked:
    nothing, day, sha256 = Money.zero("EUR"), now.date(), Sha256.of(lines)
    return TransactionsBooked(
        statement_id=StatementId.of(test_id),
        enterprise_number=COMPANY,
        iban=IBAN,
        year=day.year,
        sequence=1,
        old_balance=nothing,
        new_balance=nothing,
        new_balance_date=day,
        credits=nothing,
        debits=nothing,
        movement_count=0,
        movements=Claim(path="test/movements", sha256=Sha256.of(b""), size=0, media_type="application/jsonl"),
        statement=Claim(path=f"test/{sha256}", sha256=sha256, size=len(lines), media_type="text/plain"),
        received_at=now,
        head=StatementHead(created_on=day, holder=_HOLDER, description=_ACCOUNT),
    )


def _coda(number: str, now: datetime) -> bytes:
    """Records 0, 1, 8, 4 and 9 (CODA 2.6 §2): balances of nothing, and the number as a free communication."""
    day, nothing, account = f"{now:%d%m%y}", "0" + "0" * 15, f"{str.__str__(IBAN):<31}   EUR"
    records = (
        f"0{'0' * 4}{day}97905{'':8}{'TEST':<10}{_HOLDER:<26}{'DEMOBEB1':<11}0{COMPANY} {'0' * 5}{'':39}2",
        f"12000{account}{nothing}{day}{_HOLDER:<26}{_ACCOUNT:<35}001",
        f"8000{account}{nothing}{day}{'':64}1",
        f"4 {'0001'}{'0000'}{'':22}{f'TEST {number}: do not book':<80}{'':15}0",
        f"9{'':15}{2:06d}{'0' * 30}{'':75}2",
    )
    return "".join(f"{record:<{_RECORD}}\r\n" for record in records).encode("ascii")
