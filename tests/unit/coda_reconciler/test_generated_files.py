"""Are the bank files that we make ourselves valid, of every kind, and do they hold what we said?"""

import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import groupby, pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.demo.coda import files, statements
from deploy.demo.coda.bookings import TRANSFERS, entries, long_batch
from deploy.demo.coda.communications import OF_MOVEMENTS
from deploy.demo.coda.records import Entry, Text
from services.coda_reconciler.domain.coda_file import dump_file, split_file
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Movement, Statement

DAY = date(2025, 3, 3)
SEEDS = range(12)
GUESSED_CHARSET = ["W07"]
"""cp1252 says nowhere that it is cp1252: the one finding that a file with accents always has."""


def read(data: bytes) -> list[Statement]:
    return [read_statement(text) for text in split_file(data).statements]


def written(statement: statements.StatementLines, *, last: bool = True) -> bytes:
    return b"".join(statements.encoded(statement.lines(last=last)))


def all_statements() -> Iterator[Statement]:
    for seed in SEEDS:
        for data in files.bank_files(seed):
            yield from read(data)


def said(entry: Entry) -> tuple[object, ...]:
    def communication(text: Text) -> tuple[str | None, str]:
        return text.kind or None, text.body.rstrip()

    return (
        entry.amount,
        entry.code,
        communication(entry.text),
        entry.value_date,
        entry.bank_reference,
        entry.globalisation,
        entry.customer_reference,
        entry.bic,
        (entry.return_type, entry.return_reason),
        entry.purpose,
        (entry.account, entry.account_currency, entry.name),
        [communication(text) for text in entry.information],
    )


def heard(movement: Movement) -> tuple[object, ...]:
    texts = (movement.communication, *movement.information)
    first, *told = [(text.structured_type, text.text) for text in texts]
    return (
        movement.amount,
        movement.transaction_code,
        first,
        movement.value_date,
        movement.bank_reference,
        movement.globalisation,
        movement.customer_reference,
        movement.counterparty_bic,
        (movement.return_type, movement.return_reason),
        movement.purpose,
        (movement.counterparty_account, movement.counterparty_currency, movement.counterparty_name),
        told,
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), accounts=st.integers(1, 4), days=st.integers(1, 4), booked=st.integers(0, 9))
def test_every_file_is_valid_and_comes_back_byte_for_byte(seed: int, accounts: int, days: int, booked: int) -> None:
    for data in files.bank_files(seed, accounts, days, booked):
        file = split_file(data)
        assert dump_file(file) == data
        for text in file.statements:
            found = read_statement(text)
            expected = [] if text.raw.isascii() else GUESSED_CHARSET
            assert [finding.code for finding in found.findings] == expected


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_what_is_read_is_what_was_written(seed: int) -> None:
    for day in files.statements(seed):
        for statement in day:
            [found] = read(written(statement))
            heading = statement.heading
            assert (found.iban, found.currency) == (heading.account.iban, heading.account.currency)
            assert (found.sequence, found.separate_application) == (heading.sequence, heading.separate)
            assert (found.debits, found.credits) == (statement.debits, statement.credits)
            assert found.holder_number == heading.account.number
            assert [heard(movement) for movement in found.movements] == [said(entry) for entry in statement.entries]
            assert [each.parent is not None for each in found.movements] == [each.detail for each in statement.entries]
            texts = [text for texts in statement.free for text in texts]
            assert list(found.free_communications) == texts


def test_balances_and_numbers_are_chained_over_days_and_years() -> None:
    chained = [
        (found.iban, found.currency, found)
        for data in files.bank_files(seed=7, accounts=3, days=260, booked=1)
        for found in read(data)
        if not found.separate_application
    ]
    years = set()
    for _, together in groupby(sorted(chained, key=lambda each: each[:2]), key=lambda each: each[:2]):
        of_account = [each[2] for each in together]
        assert len(of_account) == 260
        for before, after in pairwise(of_account):
            assert after.old_balance == before.new_balance
            same_year = before.created_on.year == after.created_on.year
            assert after.sequence == (before.sequence + 1 if same_year else 1)
            years.add(after.created_on.year)
    assert len(years) > 1


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not() -> None:
    once, again, other = (list(files.bank_files(seed)) for seed in (1, 1, 2))
    assert once == again != other
    assert list(files.large_file(30, seed=3)) == list(files.large_file(30, seed=3))


def test_every_record_and_every_kind_of_statement_comes() -> None:
    kinds: Counter[str] = Counter()
    shapes: Counter[str] = Counter()
    structures, currencies = set(), set()
    for seed in SEEDS:
        for data in files.bank_files(seed):
            for text in split_file(data).statements:
                lines = text.raw.decode("cp1252").splitlines()
                starts = [line[:2] if line[0] in "23" else line[0] for line in lines]
                kinds.update(starts)
                shapes.update(["".join(starts)] if "21" not in starts else [])
                structures.add(lines[1][1])
                currencies.add(read_statement(text).currency)
    assert set(kinds) == {"0", "1", "21", "22", "23", "31", "32", "33", "8", "4", "9"}
    assert {"019", "0189", "01849"} <= set(shapes)
    assert structures == {"0", "2", "3"}
    assert currencies == {"EUR", "USD", "GBP"}


def test_every_type_of_communication_and_every_return_comes() -> None:
    movements = [movement for found in all_statements() for movement in found.movements]
    types = {movement.communication.structured_type for movement in movements}
    told = {text.structured_type for movement in movements for text in movement.information}
    dice = Random(1)
    assert types == {None} | {make(dice, DAY, 1).kind for make in OF_MOVEMENTS}
    assert told == {None, "001", "002", "004", "005", "006", "007", "008", "009", "010", "011"}
    assert {movement.return_type for movement in movements} == {"", "1", "2", "3", "4", "5"}
    assert {movement.transaction_code[0] for movement in movements} == set("012356789")
    assert any(found.separate_application for found in all_statements())


def test_fields_of_structured_communications_stand_in_their_columns() -> None:
    dice = Random(2)
    for make in OF_MOVEMENTS:
        text = make(dice, DAY, 121_000)
        entry = Entry(121_000, "00450000", text)
        chain = files.Chain(files.account(dice), 0, DAY)
        [found] = read(written(statements.StatementLines(chain.heading(DAY), [entry])))
        structured = found.movements[0].communication.structured
        assert structured is not None
        zones = {name for each in type(structured).__mro__ for name in vars(each) if not name.startswith("_")}
        # An amount, a date or a rate that does not stand in its columns is no number, and then None.
        wrong = [name for name in zones if name not in {"matures_on", "body"} and getattr(structured, name) is None]
        assert wrong in ([], ["reference"]), text


@pytest.mark.parametrize("count", [9_998, 9_999, 10_000, 10_500])
def test_numbers_start_again_beyond_9999_details(count: int) -> None:
    chain = files.Chain(files.account(Random(count)), 0, DAY)
    [found] = read(written(statements.StatementLines(chain.heading(DAY), long_batch(Random(1), count))))
    assert (len(found.movements), len(found.booked)) == (count + 1, 1)
    assert found.movements[-1].detail == count % 10_000


def test_numbers_start_again_beyond_9999_movements() -> None:
    data = b"".join(files.large_file(10_050, statement_size=10_050, kinds=TRANSFERS))
    [found] = read(data)
    assert len(found.booked) == 10_050
    assert [movement.sequence for movement in found.booked][9_997:10_001] == [9_998, 9_999, 0, 1]


def test_a_large_file_is_made_without_holding_it() -> None:
    def peak(movements: int) -> int:
        tracemalloc.start()
        for _ in files.large_file(movements, statement_size=movements):
            pass
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(50)  # what is loaded once
    assert peak(1_000) < peak(100) + 100_000


def test_a_text_that_does_not_fit_its_record_is_refused_when_it_is_made() -> None:
    chain = files.Chain(files.account(Random(1)), 0, DAY)
    too_long = Entry(1, "00150000", name="N" * 36)
    with pytest.raises(ValueError, match="129 columns in record 23"):
        written(statements.StatementLines(chain.heading(DAY), [too_long]))


def test_a_seed_of_movements_can_be_asked_for_alone() -> None:
    made = list(entries(Random(5), DAY, 40))
    assert sum(not entry.detail for entry in made) == 40
