"""A statement without its movements and bytes: little enough to be kept of every statement of a file at once."""

from dataclasses import dataclass
from datetime import date

from services.coda_reconciler.domain.coda_file import StatementText
from services.coda_reconciler.domain.coda_records import Statement
from shared.contracts.statements import StatementHead
from shared.values import Currency, EnterpriseNumber, Iban, Sha256


@dataclass(frozen=True, slots=True)
class Summary:
    """What a statement says of itself. Balances and totals are thousandths; of `text` the bytes are empty.

    `booked` counts the movements that the totals count; `holder_number` is the header's, a hint only.
    """

    text: StatementText
    content_sha256: Sha256
    iban: Iban
    currency: Currency
    sequence: int
    old_balance: int
    new_balance: int
    new_balance_date: date
    debits: int
    credits: int
    booked: int
    separate_application: bool
    holder_number: EnterpriseNumber | None
    head: StatementHead

    @property
    def year(self) -> int:
        """In which its number is one of a kind."""
        return self.new_balance_date.year


def summary_of(statement: Statement) -> Summary:
    """A statement's. Raises `CodaError` E14 for an account that has no valid IBAN, as `Statement.iban` does."""
    source = statement.text
    return Summary(
        text=StatementText(source.index, source.first_line, source.charset, b""),
        content_sha256=statement.content_sha256,
        iban=statement.iban,
        currency=statement.currency,
        sequence=statement.sequence,
        old_balance=statement.old_balance,
        new_balance=statement.new_balance,
        new_balance_date=statement.new_balance_date,
        debits=statement.debits,
        credits=statement.credits,
        booked=statement.places.parents.count(None),
        separate_application=statement.separate_application,
        holder_number=statement.holder_number,
        head=StatementHead(
            created_on=statement.created_on,
            old_balance_date=statement.old_balance_date,
            holder=statement.holder,
            description=statement.description,
            bic=statement.bic,
            paper_number=statement.paper_number,
            duplicate=statement.duplicate,
        ),
    )
