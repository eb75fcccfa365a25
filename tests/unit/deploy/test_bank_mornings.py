"""Are a bank's mornings valid, chained and the same again, and are the invoices that they name really in them?"""

from itertools import pairwise

from deploy.demo.coda.mornings import Mornings
from services.coda_reconciler.domain.booking import paying_facts
from services.coda_reconciler.domain.coda_records import Statement
from services.coda_reconciler.handlers.preparation import parts_of


def statements(data: bytes) -> list[Statement]:
    parts = list(parts_of(data))
    assert all(isinstance(part, Statement) for part in parts)
    return [part for part in parts if isinstance(part, Statement)]


def test_every_statement_passes_all_checks_and_goes_on_where_the_one_before_ended() -> None:
    files = list(Mornings(20, booked=7).files(days=3, statements=8))
    assert len(files) == 3 * 3
    chains: dict[str, list[Statement]] = {}
    for file in files:
        for statement in statements(file.data):
            chains.setdefault(statement.iban, []).append(statement)
    assert sorted(chains) == sorted(str(iban) for _, iban in Mornings(20).accounts())
    for chain in chains.values():
        assert [each.sequence for each in chain] == [1, 2, 3]
        assert all(before.new_balance == after.old_balance for before, after in pairwise(chain))
        assert all(len(each.movements) == 7 for each in chain)
        assert {finding.code for each in chain for finding in each.findings} <= {"W07"}, "cp1252, as banks send it"


def test_each_invoice_is_paid_to_the_last_cent_by_one_credit_that_names_it() -> None:
    [file] = Mornings(60, seed=3).files(days=1)
    assert file.invoices
    named = set()
    for statement in statements(file.data):
        facts = paying_facts(statement)
        for movement in statement.movements:
            said = facts.get(movement.position)
            for reference in said.references if said else ():
                named.add((statement.holder_number, reference.text, movement.amount))
            named.add(
                (
                    statement.holder_number,
                    movement.communication.text.removeprefix("betaling factuur "),
                    movement.amount,
                )
            )
    for invoice in file.invoices:
        wanted = {(invoice.company, str(name), invoice.amount) for name in (invoice.reference, invoice.number)}
        assert len(wanted & named) == 1
    assert len({(invoice.company, invoice.number) for invoice in file.invoices}) == len(file.invoices)


def test_the_same_seed_gives_the_same_files_and_another_one_others() -> None:
    once, again, other = (list(Mornings(5, seed=seed).files(days=2)) for seed in (1, 1, 2))
    assert once == again != other
