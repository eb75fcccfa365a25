"""Does the replica of a bank statement say who paid what, and why?"""

import pytest

from services.delivery.domain.rendering.statement_page import holder_in, statement_page
from shared.values import Language
from tests.unit.delivery.booked_statements import CODA, DIRECT_DEBIT, booked, free, lines, movement

NL, EN = Language.NL, Language.EN


def test_balances_and_totals_are_those_of_the_bank() -> None:
    page = statement_page(booked(), lines([movement(), movement("-84.70", **free("bloem"))]), CODA, NL)
    assert page.title == "Rekeninguittreksel 2026/041"
    assert [(each.label, each.amount) for each in page.totals] == [
        ("Vorig saldo", "1.250,00"),
        ("Totaal bij", "+257,59"),
        ("Totaal af", "−84,70"),
        ("Nieuw saldo op 02/03/2026", "1.422,89\u00a0EUR"),
    ]
    account, holder = page.parties
    assert (account.name, holder.name) == ("BE71 0961 2345 6769", "BAKKERIJ DE KORENAAR")


def test_a_payment_is_told_with_its_payer_and_the_structured_communication() -> None:
    [row] = statement_page(booked(), lines([movement()]), CODA, NL).lines.rows
    assert row.cells == ("02/03/2026", "Garage Peeters & Zonen", "02/03/2026", "+257,59")
    assert row.details == ("BE71 0961 2345 6769 · KREDBEBB", "Gestructureerde mededeling +++090/9337/55493+++")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (free("factuur 2026/17   bloem é"), "factuur 2026/17 bloem é"),
        (free(DIRECT_DEBIT, "127"), "Mandate MANDAAT-7 · BE69ZZZ0404616494 · Elektriciteit maart"),
        (free("RF18539007547034".ljust(50), "100"), "Structured communication RF18 5390 0754 7034"),
        (free("0" * 45 + "090933755493BE", "105"), "Structured communication +++090/9337/55493+++"),
        (free("000000000000", "999"), "000000000000"),
        ({"return_type": "2", "return_reason": "MD06"}, "Returned payment MD06"),
        ({"customer_reference": "E2E-1"}, "Customer reference E2E-1"),
        ({"information": [{"type": None, "text": "more words"}]}, "more words"),
    ],
)
def test_what_a_movement_is_about_is_told(changes: dict[str, object], told: str) -> None:
    [row] = statement_page(booked(), lines([movement(**changes)]), CODA, EN).lines.rows
    assert told in row.details


@pytest.mark.parametrize("placeholder", ["NOTPROVIDED", "Not provided", ""])
def test_a_reference_that_nobody_gave_is_no_line_of_the_page(placeholder: str) -> None:
    [row] = statement_page(booked(), lines([movement(customer_reference=placeholder)]), CODA, EN).lines.rows
    assert not [told for told in row.details if "reference" in told]


def test_a_movement_of_nobody_is_named_by_what_it_says_or_by_its_code() -> None:
    nobody = {"counterparty": {"name": "", "account": "", "bic": ""}}
    said, silent = lines([movement(**nobody, **free("interest"))]), lines([movement(**nobody, **free(""))])
    [row] = statement_page(booked(), said, CODA, NL).lines.rows
    assert (row.cells[1], row.details) == ("interest", ())
    [row] = statement_page(booked(), silent, CODA, NL).lines.rows
    assert (row.cells[1], row.details) == ("00150000", ())


def test_a_detail_stands_below_the_movement_that_it_details() -> None:
    rows = statement_page(booked(), lines([movement(), movement(parent=0, position=1)]), CODA, NL).lines.rows
    assert [row.indented for row in rows] == [False, True]


def test_an_empty_and_a_provisional_statement_say_so() -> None:
    page = statement_page(booked(0, provisional=True), b"", b"", NL)
    assert page.lines.heading == "Geen verrichtingen." and page.subtitle.startswith("Voorlopig")
    assert page.parties[1].name == ""


def test_the_holder_is_read_whatever_the_bank_writes_letters_in() -> None:
    line = "1" + " " * 63 + "BOULANGERIE CRÈME".ljust(26)
    assert holder_in(line.encode()) == holder_in(line.encode("cp1252")) == "BOULANGERIE CRÈME"
    assert holder_in(b"0000\n2100") == holder_in(b"") == ""


@pytest.mark.parametrize("broken", [b"no json\n", b"{}\n", b'{"counterparty": 1}\n', b"[]\n"])
def test_lines_that_the_reconciler_did_not_write_are_refused(broken: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        statement_page(booked(), broken, CODA, NL)
