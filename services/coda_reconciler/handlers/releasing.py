"""What waited for a mandate and was booked: told, so that operators see that nothing is left to do."""

from collections.abc import Iterable, Sequence

from services.coda_reconciler.handlers.booking import Arrival
from shared.chassis.messages import Consequence, Publish
from shared.contracts.statements import StatementQuarantined, StatementReleased
from shared.values import EnterpriseNumber


def released_events(
    arrivals: Sequence[tuple[Arrival, EnterpriseNumber]], told: Iterable[Consequence]
) -> list[Consequence]:
    """One for each statement that waited, but for those that were refused when they were to be booked."""
    refused = {
        (each.body.file_sha256, each.body.index)
        for each in told
        if isinstance(each, Publish) and isinstance(each.body, StatementQuarantined)
    }
    return [
        arrival.cause.then(
            StatementReleased(
                file_sha256=arrival.file_sha256, index=arrival.read.statement.text.index, enterprise_number=company
            )
        )
        for arrival, company in arrivals
        if (arrival.file_sha256, arrival.read.statement.text.index) not in refused
    ]
