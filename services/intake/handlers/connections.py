"""What the other services tell of connections and softwares."""

from typing import Any

from services.intake.domain.probing import USUAL_LIMITS, Limits
from services.intake.domain.progress import Entry, Told, entry_of, progressed
from services.intake.ports import IntakeStore
from shared.chassis.errors import InvalidMessage
from shared.chassis.logs import logger
from shared.chassis.messages import Batch, Consequence
from shared.contracts import ConnectionBlocked, ConnectionVerified
from shared.contracts.directory import SoftwareChanged

_log = logger("handlers")


async def follow_softwares(batch: Batch[SoftwareChanged], store: IntakeStore) -> list[Consequence]:
    """Know which softwares are suspended: their topics are open to them as before."""
    await store.save_softwares([(event.body, event.sequence) for event in batch])
    return []


async def follow_connections(
    batch: Batch[Any], store: IntakeStore, *, limits: Limits = USUAL_LIMITS
) -> list[Consequence]:
    """Keep what a software sees of its connections up to date with what the other services tell."""
    known = await store.connections(sorted({event.body.connection_id for event in batch}))
    entries: list[Entry] = []
    for event in batch:
        body: Told = event.body
        connection = known.get(body.connection_id)
        if connection is None:
            raise InvalidMessage(
                "connection_unknown",
                "nobody asked for this connection here",
                where="connection_id",
                found=body.connection_id,
                expected="a connection that intake published",
            )
        known[body.connection_id] = progressed(connection, body, event.sequence, event.time)
        entries.append(entry_of(body, event.id, event.time))
    await store.save_connections(list(known.values()))
    await store.add_entries(entries)
    await _watch_the_unknown(batch, store, limits)
    return []


async def _watch_the_unknown(batch: Batch[Any], store: IntakeStore, limits: Limits) -> None:
    answers = (event.body for event in batch if isinstance(event.body, ConnectionBlocked | ConnectionVerified))
    softwares = sorted({body.software for body in answers})
    for asker in await store.judge(softwares, batch.now, limits) if softwares else ():
        # The operator's alarm: somebody may be reading the directory out of the answers.
        _log.warning("many unknown companies", code="unknown_ratio_alarm", software=asker.software)
