"""A booked statement as its readers reach it: where its movements lie and who may fetch them."""

from dataclasses import dataclass

from shared.contracts.documents import Claim
from shared.values import EnterpriseNumber, SoftwareSlug, StatementId


@dataclass(frozen=True, slots=True)
class BookedStatement:
    """`movements` are JSON lines; `readers` are the softwares that were told of it."""

    statement_id: StatementId
    enterprise_number: EnterpriseNumber
    movements: Claim
    readers: tuple[SoftwareSlug, ...]


def movements_href(statement_id: StatementId) -> str:
    """Where the movements of a long statement are fetched at the door."""
    return f"/v1/statements/{statement_id}/movements"
