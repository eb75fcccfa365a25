"""Documents and what is read of them, mails and how they look: changes show as a difference of a file."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from deploy.demo.directory import COMPANIES, KORENAAR
from deploy.demo.documents import (
    DemoMovement,
    DemoStatement,
    Line,
    Party,
    coda_file,
    demo_reference,
    ubl_credit_note,
    ubl_invoice,
)
from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.movement_lines import movement_lines
from services.invoice_router.domain.reading import read_invoice
from services.token_mailer.adapters.jinja import JinjaLetters
from services.token_mailer.domain.mails import compose, compose_ending
from services.token_mailer.domain.records import Connection, Mail, Token
from shared.contracts.documents import Sealed
from shared.contracts.reasons import REASONS, contact_in_words
from shared.values import ConnectionId, EmailAddress, Language, OfficeId, Sha256, SoftwareSlug

Golden = Callable[[str, bytes], None]

DAY = date(2026, 3, 2)
SELLER = Party(KORENAAR.name, KORENAAR.number)
BUYER = Party(COMPANIES[-1].name, COMPANIES[-1].number, "Havenlaan 7", "Oostende", "8400")
LINES = (Line("Desembrood", 40, Decimal("3.25"), 6), Line("Crème brûlée & café", 2, Decimal("49.50"), 21))


def test_an_invoice_and_what_is_read_of_it_stay_as_they_are(golden: Golden) -> None:
    document = ubl_invoice(
        number="VF-2026-0042",
        issued=DAY,
        due=date(2026, 4, 1),
        supplier=SELLER,
        customer=BUYER,
        lines=LINES,
        iban=KORENAAR.iban,
        reference=demo_reference(2026001042),
    )
    golden("invoice.xml", document)
    golden("invoice.json", _pretty(read_invoice(document).model_dump_json()))


def test_a_credit_note_and_what_is_read_of_it_stay_as_they_are(golden: Golden) -> None:
    document = ubl_credit_note(
        number="CN-2026-0007",
        issued=DAY,
        credited_number="VF-2026-0042",
        credited_on=DAY,
        supplier=SELLER,
        customer=BUYER,
        lines=LINES[:1],
        iban=KORENAAR.iban,
    )
    golden("credit_note.xml", document)
    golden("credit_note.json", _pretty(read_invoice(document).model_dump_json()))


def test_a_bank_file_and_its_movements_stay_as_they_are(golden: Golden) -> None:
    paid = DemoMovement(Decimal("257.59"), BUYER.name, COMPANIES[-1].iban, DAY, reference=demo_reference(2026001042))
    flour = DemoMovement(Decimal("-84.70"), "Molen De Hoop", COMPANIES[3].iban, DAY, text="factuur 2026/17 bloem é")
    statement = DemoStatement(
        iban=KORENAAR.iban,
        number=KORENAAR.number,
        holder=KORENAAR.name,
        sequence=1,
        old_date=date(2026, 3, 1),
        new_date=DAY,
        old_balance=Decimal("1250.00"),
        movements=(paid, flour),
    )
    document = coda_file([statement])
    golden("statement.cod", document)
    [lines] = split_file(document).statements
    golden("statement.jsonl", movement_lines(read_statement(lines)))


@pytest.mark.parametrize("language", list(Language))
def test_the_reasons_read_as_they_did_in_each_language(golden: Golden, language: Language) -> None:
    contact = contact_in_words("accounting_office", language)
    texts = [
        f"{code}\n  {reason.title[language]}\n  {reason.detail[language]}\n  {reason.next_action[language]}\n"
        for code, reason in sorted(REASONS.items())
    ]
    golden(f"reasons.{language}.txt", "\n".join(texts).replace("{contact}", contact).encode())


@pytest.mark.parametrize("language", list(Language))
def test_the_token_mail_has_the_same_bytes_as_ever(golden: Golden, language: Language) -> None:
    connection = ConnectionId.of(UUID("0195563a-7c00-7000-8000-000000000001"))
    sent = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    token = Token(
        connection_id=connection,
        issue=1,
        software=SoftwareSlug("robaws"),
        key_id="k1",
        nonce=bytes(16),
        sha256=Sha256.of(b""),
        address_version=1,
        language=language,
        company_name=KORENAAR.name,
        issued_at=sent,
        expires_at=sent + timedelta(hours=72),
    )
    mail = Mail(
        connection_id=connection,
        issue=1,
        ordinal=1,
        enterprise_number=KORENAAR.number,
        requested_at=sent,
        due_at=sent,
    )
    code = "-".join(["0AZ"] * 9)
    letter = JinjaLetters().token_letter(token=token, grouped=code, software=token.software, number=KORENAAR.number)
    sender, recipient = "Relais <tokens@relais.example>", EmailAddress("info@bakkerij.example")
    golden(f"token_mail.{language}.eml", compose(letter, token, mail, sender, recipient))


@pytest.mark.parametrize("language", list(Language))
def test_the_mail_that_tells_of_an_ending_has_the_same_bytes_as_ever(golden: Golden, language: Language) -> None:
    activated = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    connection = Connection(
        connection_id=ConnectionId.of(UUID("0195563a-7c00-7000-8000-000000000001")),
        enterprise_number=KORENAAR.number,
        software=SoftwareSlug("robaws"),
        mode="live",
        office_id=OfficeId("janssens"),
        language=language,
        company_name=KORENAAR.name,
        scopes=("invoices:write", "statements:read"),
        email=Sealed(key_id="0" * 16, ciphertext="AAAA"),
        masked_email="i***@b***.example",
        address_version=1,
        state="revoked",
        activated_at=activated,
        ended_at=activated + timedelta(days=100),
        ended_by="office",
    )
    letter = JinjaLetters().ending_letter(connection)
    sender, recipient = "Relais <tokens@relais.example>", EmailAddress("info@bakkerij.example")
    golden(f"ending_mail.{language}.eml", compose_ending(letter, connection, sender, recipient))


def _pretty(text: str) -> bytes:
    return (json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n").encode()
