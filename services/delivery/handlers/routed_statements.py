"""Statements that have an office: in its feed, and through the channels that it chose for them."""

from collections.abc import Iterable
from datetime import datetime

from services.delivery.domain.statement_lists import StatementEntry
from services.delivery.domain.statements import RoutedStatement
from services.delivery.handlers.handing_over import hand_over
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Cause, Consequence


async def deliver_statements(
    routed: Iterable[tuple[Cause, datetime, RoutedStatement]], store: DeliveryStore
) -> list[Consequence]:
    """Each stands at its office's disposal since a moment (UTC). What stands there already is not handed over again."""
    going = {(statement.office_id, statement.statement_id): (cause, at, statement) for cause, at, statement in routed}
    entries = [StatementEntry(statement, at) for _, at, statement in going.values()]
    fresh = await store.append_statement_entries(entries)
    return await hand_over([going[each.office_id, each.statement.statement_id] for each in fresh], store)
