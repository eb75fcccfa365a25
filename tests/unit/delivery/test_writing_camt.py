"""Statements as camt.053.001.08: every element in its place, every amount with its sign, nothing that XML forbids."""

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from deploy.demo.coda.files import bank_files
from deploy.statement_reading import read_statements
from services.delivery.domain.camt import camt053
from services.delivery.domain.camt.elements import NAMESPACE
from shared.contracts.statements import StatementHead
from shared.values import EnterpriseNumber
from tests.unit.delivery.booked_statements import DIRECT_DEBIT, NUMBER, OGM, booked, movement
from tests.unit.delivery.camt_shape import faults

FILES = Path(__file__).parents[2] / "golden/files"
SCHEMA = os.environ.get("RELAIS_CAMT_XSD", "")
NAMES = {"c": NAMESPACE}


def written(*movements: dict[str, Any], **changes: Any) -> etree._Element:
    lines = "".join(f"{json.dumps(each)}\n" for each in movements).encode()
    message = camt053([(booked(len(movements), **changes), lines)])
    assert faults(message) == []
    return etree.fromstring(message)


def texts(root: etree._Element, path: str) -> list[str]:
    steps = "/".join(f"c:{step}" for step in path.split("/"))
    found: list[etree._Element] = root.xpath(f"//{steps}", namespaces=NAMES)
    return [each.text or "" for each in found]


def generated() -> list[bytes]:
    """Bank files of every kind of booking, as messages."""
    files = [*(FILES / name for name in ("statement.cod", "every_booking.cod"))]
    data = [each.read_bytes() for each in files] + [each for seed in range(3) for each in bank_files(seed)]
    return [camt053([(s.body, s.movements) for s in read_statements(each, EnterpriseNumber(NUMBER))]) for each in data]


def test_every_kind_of_booking_has_its_elements_in_their_places() -> None:
    messages = generated()
    assert len(messages) > 10
    assert [fault for message in messages for fault in faults(message)] == []


def test_what_is_out_of_its_place_or_too_long_would_be_seen() -> None:
    [good] = [camt053([(booked(1), json.dumps(movement()).encode())])]
    assert faults(good.replace(b"<Sts><Cd>BOOK</Cd></Sts>", b""))
    assert faults(good.replace(b"<Ccy>EUR</Ccy>", b"").replace(b"</Ownr>", b"</Ownr><Ccy>EUR</Ccy>"))
    assert faults(good.replace(OGM.encode(), b"9" * 36))
    assert faults(good.replace(b"<NtryRef>", b"<NewRef>").replace(b"</NtryRef>", b"</NewRef>"))


@pytest.mark.skipif(not SCHEMA, reason="RELAIS_CAMT_XSD names no schema of camt.053.001.08")
def test_the_schema_itself_accepts_them_all() -> None:
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    messages = generated()
    for message in messages:
        schema.assertValid(etree.fromstring(message))
    assert not schema.validate(etree.fromstring(messages[0].replace(b"<Ccy>EUR</Ccy>", b"<Ccy>euro</Ccy>")))


def test_the_transactions_of_an_entry_add_up_to_it_and_the_entries_to_the_balances() -> None:
    for message in generated():
        for statement in etree.fromstring(message).iterfind(".//c:Stmt", NAMES):
            entries = statement.findall("c:Ntry", NAMES)
            for entry in entries:
                parts = entry.findall("c:NtryDtls/c:TxDtls", NAMES)
                assert sum(map(_signed, parts)) == _signed(entry)
            opening, closing = map(_signed, statement.findall("c:Bal", NAMES))
            if (opening, closing) != (0, 0):  # a separate application has none (CODA 2.6 §7.2.1)
                assert opening + sum(map(_signed, entries)) == closing


def test_it_is_the_same_whenever_it_is_made_again() -> None:
    lines = json.dumps(movement()).encode()
    assert camt053([(booked(1), lines)]) == camt053([(booked(1), lines)])


def test_a_payment_names_its_debtor_its_reference_and_both_days() -> None:
    root = written(movement(entry_date="2026-03-03", customer_reference="E2E-1", bank_reference="B-1"))
    assert texts(root, "Ntry/Amt") == ["257.59"] == texts(root, "TxDtls/Amt")
    assert texts(root, "Ntry/CdtDbtInd") == ["CRDT"]
    assert texts(root, "BookgDt/Dt") == ["2026-03-03"]
    assert texts(root, "ValDt/Dt") == ["2026-03-02"]
    assert texts(root, "Dbtr/Pty/Nm") == ["Garage Peeters & Zonen"]
    assert texts(root, "DbtrAcct/Id/IBAN") == ["BE71096123456769"]
    assert texts(root, "DbtrAgt/FinInstnId/BICFI") == ["KREDBEBB"]
    assert texts(root, "CdtrRefInf/Ref") == [OGM]
    assert texts(root, "CdtrRefInf/Tp/Issr") == ["BBA"]
    assert texts(root, "Refs/EndToEndId") == ["E2E-1"]
    assert texts(root, "BkTxCd/Domn/Fmly/Cd") == ["RCDT", "RCDT"]
    assert texts(root, "RvslInd") == []


def test_a_payment_out_names_its_creditor() -> None:
    root = written(movement("-84.70", transaction_code="00101000", communication={"type": None, "text": "F 1"}))
    assert texts(root, "Cdtr/Pty/Nm") == ["Garage Peeters & Zonen"]
    assert texts(root, "Ntry/CdtDbtInd") == ["DBIT"]
    assert texts(root, "Ntry/Amt") == ["84.70"]


def test_an_rf_reference_is_a_reference_of_iso() -> None:
    root = written(movement(communication={"type": "100", "text": "RF18539007547034"}, reference=None))
    assert texts(root, "CdtrRefInf/Ref") == ["RF18539007547034"]
    assert texts(root, "CdtrRefInf/Tp/Issr") == ["ISO"]


def test_a_returned_direct_debit_is_a_reversal_with_its_reason_and_its_first_parties() -> None:
    root = written(
        movement(
            "-120.00",
            transaction_code="00503000",
            communication={"type": "127", "text": DIRECT_DEBIT},
            reference=None,
            return_type="2",
            return_reason="MD06",
        )
    )
    assert texts(root, "Ntry/RvslInd") == ["true"]
    assert texts(root, "RtrInf/Rsn/Cd") == ["MD06"]
    assert texts(root, "RtrInf/AddtlInf") == ["return"]
    assert texts(root, "Dbtr/Pty/Nm") == ["Garage Peeters & Zonen"], "the debtor of the collection stays its debtor"
    assert texts(root, "Cdtr/Pty/Id/PrvtId/Othr/Id") == ["BE69ZZZ0404616494"]
    assert texts(root, "Refs/MndtId") == ["MANDAAT-7"]
    assert texts(root, "Ustrd") == ["Elektriciteit maart"]
    assert texts(root, "BkTxCd/Domn/Cd") == [], "no code of ISO 20022 is certain for it"
    assert texts(root, "BkTxCd/Prtry/Cd") == ["00503000"] * 2


def test_a_paid_direct_debit_says_by_which_scheme() -> None:
    text = {"type": "127", "text": DIRECT_DEBIT}
    root = written(movement("-84.70", transaction_code="00501000", communication=text, reference=None))
    assert texts(root, "Ntry/BkTxCd/Domn/Fmly/Cd") == ["RDDT"]
    assert texts(root, "Ntry/BkTxCd/Domn/Fmly/SubFmlyCd") == ["ESDD"]
    assert texts(root, "Cdtr/Pty/Id/PrvtId/Othr/SchmeNm/Prtry") == ["SEPA"]


def test_a_batch_is_one_entry_and_its_details_are_its_transactions() -> None:
    root = written(
        movement("300.00", transaction_code="10150000", customer_reference="BATCH-7"),
        movement("100.00", position=1, parent=0, detail=1, transaction_code="50150000", customer_reference="A"),
        movement("200.00", position=2, parent=0, detail=2, transaction_code="50150000", customer_reference="B"),
    )
    assert texts(root, "Ntry/Amt") == ["300.00"]
    assert texts(root, "Btch/NbOfTxs") == ["2"]
    assert texts(root, "Btch/PmtInfId") == ["BATCH-7"]
    assert texts(root, "TxDtls/Amt") == ["100.00", "200.00"]
    assert texts(root, "Refs/EndToEndId") == ["A", "B"]
    assert texts(root, "TtlNtries/NbOfNtries") == ["1"]


def test_a_subtotal_gives_way_to_what_it_is_made_of() -> None:
    root = written(
        movement("60.00", transaction_code="20150000"),
        movement("30.00", position=1, parent=0, detail=1, transaction_code="70150000"),
        movement("10.00", position=2, parent=0, detail=2, transaction_code="90150000"),
        movement("20.00", position=3, parent=0, detail=3, transaction_code="90150000"),
        movement("30.00", position=4, parent=0, detail=4, transaction_code="70150000"),
    )
    assert texts(root, "TxDtls/Amt") == ["10.00", "20.00", "30.00"]


def test_a_detail_that_carries_the_amount_alone_keeps_who_paid_and_what_for() -> None:
    nothing = {"communication": {"type": None, "text": ""}, "counterparty": {"name": "", "account": "", "bic": ""}}
    root = written(
        movement("95.00", transaction_code="34150000"),
        movement("100.00", position=1, parent=0, detail=1, transaction_code="84150100", reference=None, **nothing),
        movement("-5.00", position=2, parent=0, detail=2, transaction_code="84150015", reference=None, **nothing),
    )
    assert texts(root, "TxDtls/CdtDbtInd") == ["CRDT", "DBIT"]
    assert texts(root, "TxDtls/RltdPties/Dbtr/Pty/Nm") == ["Garage Peeters & Zonen"]
    assert texts(root, "CdtrRefInf/Ref") == [OGM, OGM]


def test_long_and_further_texts_stay_whole() -> None:
    long = "x" * 149
    information = [
        {"type": None, "text": "Communication : F 2026-1"},
        {"type": "009", "text": "Ouders van An".ljust(70)},
    ]
    root = written(
        movement(communication={"type": None, "text": long}, reference=None, information=information),
    )
    assert texts(root, "Ustrd") == ["x" * 140, "x" * 9, "Communication : F 2026-1"]
    assert texts(root, "UltmtDbtr/Pty/Nm") == ["Ouders van An"]


def test_characters_that_xml_forbids_are_blanks() -> None:
    party = {"name": "A\x00B\x07 <&>\x85é\ufffe", "account": "GB-77/1", "bic": "no bic"}
    root = written(movement(communication={"type": None, "text": "a\x1bb\u200bc"}, counterparty=party, reference=None))
    assert texts(root, "Dbtr/Pty/Nm") == ["A B <&> é"]
    assert texts(root, "Ustrd") == ["a b c"]
    assert texts(root, "DbtrAcct/Id/Othr/Id") == ["GB-77/1"]
    assert texts(root, "BICFI") == ["GKCCBEBB"], "of the account's own bank alone"


def test_the_head_of_the_statement_tells_of_the_account() -> None:
    head = StatementHead(
        created_on="2026-03-03",  # type: ignore[arg-type]  # as an event has it
        old_balance_date="2026-02-27",  # type: ignore[arg-type]
        holder="BAKKERIJ DE KORENAAR",
        description="ZICHTREKENING",
        bic="KREDBEBB",
        paper_number="062",
        duplicate=True,
    )
    root = written(head=head)
    assert texts(root, "Acct/Ownr/Nm") == ["BAKKERIJ DE KORENAAR"]
    assert texts(root, "Acct/Svcr/FinInstnId/BICFI") == ["KREDBEBB"]
    assert texts(root, "Ownr/Id/OrgId/Othr/Id") == [str(NUMBER)]
    assert texts(root, "ElctrncSeqNb") == ["41"]
    assert texts(root, "LglSeqNb") == ["62"]
    assert texts(root, "Stmt/CreDtTm") == ["2026-03-03T00:00:00"]
    assert texts(root, "CpyDplctInd") == ["DUPL"]
    assert texts(root, "Bal/Dt/Dt") == ["2026-02-27", "2026-03-02"]
    assert texts(root, "Bal/Tp/CdOrPrtry/Cd") == ["OPBD", "CLBD"]


def _signed(element: etree._Element) -> Decimal:
    amount = Decimal(element.findtext("c:Amt", namespaces=NAMES) or "")
    return -amount if element.findtext("c:CdtDbtInd", namespaces=NAMES) == "DBIT" else amount
