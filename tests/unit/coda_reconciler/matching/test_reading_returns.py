"""Is it seen when a movement takes an earlier one back, and why?"""

import pytest

from deploy.demo.coda.records import Entry, Text
from services.coda_reconciler.domain.matching.facts import PaymentFacts, Returned
from services.coda_reconciler.domain.matching.reading import payment_facts
from tests.unit.coda_reconciler.matching.readings import CREDIT, FIRST_LINE, file_of, statement_of, text_at


def read(entry: Entry) -> tuple[PaymentFacts, str]:
    """The facts of a single movement, and what stands in the file where they see a return."""
    data = file_of([entry])
    statement = statement_of(data)
    facts = payment_facts(statement, statement.movements[0])
    return facts, text_at(data, facts.returned.evidence) if facts.returned else ""


def direct_debit(paid: str, returned: str) -> Text:
    """A body of type 127: paid or refused, and type and reason of an R-transaction."""
    creditor, mandate, told = "BE12ZZZ0403170701", "MND-7", "factuur 2026-0412"
    return Text(f"02032611{paid}{creditor:35}{mandate:35}{told:62}{returned}", "127")


def known(facts: PaymentFacts) -> Returned:
    """The return that must be there."""
    assert facts.kind == "return"
    assert facts.returned is not None
    return facts.returned


def test_record_22_tells_type_and_reason() -> None:
    facts, found = read(Entry(-121_000, "00503000", return_type="2", return_reason="AC04", customer_reference="E2E-1"))
    assert (known(facts).type, known(facts).reason, found) == ("2", "AC04", "2AC04")
    assert facts.end_to_end_id == "E2E-1"


def test_a_type_without_a_reason_is_a_return_all_the_same() -> None:
    facts, found = read(Entry(121_000, CREDIT, Text("terug"), return_type="5"))
    assert (known(facts).type, known(facts).reason, found) == ("5", "", "5")


@pytest.mark.parametrize("reason", ["FOCR", "DUPL"])
def test_reasons_of_four_letters_are_reasons(reason: str) -> None:
    facts, found = read(Entry(121_000, CREDIT, return_type="2", return_reason=reason))
    assert (known(facts).reason, found) == (reason, f"2{reason}")


@pytest.mark.parametrize("reason", ["3246", "0", "ab12"])
def test_what_older_files_have_in_its_place_is_no_return(reason: str) -> None:
    facts, _ = read(Entry(121_000, "04150000", Text("/INV/2061260"), return_type="4", return_reason=reason))
    assert (facts.kind, facts.returned) == ("payment", None)


def test_the_body_of_a_direct_debit_tells_type_and_reason() -> None:
    facts, found = read(Entry(-121_000, "00501000", direct_debit("2", "3MD06")))
    assert (known(facts).type, known(facts).reason, facts.mandate, found) == ("3", "MD06", "MND-7", "3MD06")


@pytest.mark.parametrize("digit", ["1", "2", "3", "4"])
def test_a_refused_direct_debit_is_a_return_without_a_reason(digit: str) -> None:
    facts, found = read(Entry(-121_000, "00501000", direct_debit(digit, "0")))
    assert (known(facts).type, known(facts).reason, found) == ("", "", digit)


def test_a_paid_direct_debit_is_a_payment() -> None:
    assert read(Entry(121_000, "00550000", direct_debit("0", "0")))[0].kind == "payment"


@pytest.mark.parametrize("refused", ["1", "2", "D", "E"])
def test_a_refused_domestic_debit_is_a_return(refused: str) -> None:
    body = f"{'740715992645':12}020326{'factuur 2026-0412':30}{refused}00426403684"
    assert read(Entry(-121_000, "00501000", Text(body, "107")))[1] == refused


@pytest.mark.parametrize(
    "code",
    ["00503000", "00505000", "00554000", "00556000", "00558000", "00149000", "00199000", "00154000", "00254000"],
)
def test_the_transaction_code_alone_tells_a_return(code: str) -> None:
    facts, found = read(Entry(121_000, code, Text("2026-0412")))
    assert (known(facts).evidence.meaning, found) == ("transaction_code", code)
    assert known(facts).evidence.line == FIRST_LINE


@pytest.mark.parametrize("code", ["00150000", "00550000", "00101000", "04150000"])
def test_other_transactions_take_nothing_back(code: str) -> None:
    assert read(Entry(121_000, code, Text("2026-0412")))[0].returned is None
