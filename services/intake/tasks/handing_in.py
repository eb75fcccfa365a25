"""Documents that wait for their connection, and answers that are forgotten."""

from datetime import datetime, timedelta

from services.intake.domain.documents import Unusable, awaits_activation, flaw_of_connection, handed, submitted
from services.intake.domain.probing import day_of
from services.intake.domain.submissions import HandInDocument, duplicate, rejected
from services.intake.domain.uploads import UPLOADS_KEPT
from services.intake.ports import IntakeStore
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Cause, Consequence
from shared.chassis.tasks import Settle, TaskRun

ANSWERS_KEPT = timedelta(days=15)
"""Promised are 7 days; the outbox knows a key's events for 14, and would swallow those of a new use of it."""


ACTIVATION_HEARD_WITHIN = timedelta(minutes=10)
"""How long a submitted document waits for the news that its connection is active."""


async def hand_in_document(run: TaskRun[HandInDocument, IntakeStore]) -> Settle:
    """Take the document in, or say why not. Raises `Unavailable` while its connection may still become active."""
    async with run.transaction() as store:
        known = await store.connection(run.task.connection_id)
    if awaits_activation(known):
        raise Unavailable(f"connection {run.task.connection_id} is not known to be active yet")

    async def settle(store: IntakeStore) -> list[Consequence]:
        connection = await store.connection(run.task.connection_id)
        flaw = flaw_of_connection(connection)
        if flaw is not None or connection is None:
            return [_rejection(run, flaw or Unusable("connection_unknown", "There is no connection."))]
        document = handed(connection, run.task.document, run.task.received_at)
        if not await store.add_documents([document]):
            return [_rejection(run, duplicate(document.document_id))]
        return [run.cause.then(submitted(document, run.task.document, run.task.pdf), sequence=1)]

    return settle


async def connection_stayed_inactive(
    run: TaskRun[HandInDocument, IntakeStore], error: Exception, store: IntakeStore
) -> list[Consequence]:
    """Nobody registered the token: the document is refused as any other over a connection that is not active."""
    flaw = flaw_of_connection(await store.connection(run.task.connection_id))
    return [_rejection(run, flaw or Unusable("connection_not_active", "The connection became active too late."))]


def _rejection(run: TaskRun[HandInDocument, IntakeStore], flaw: Unusable) -> Consequence:
    return run.cause.then(rejected(run.task.software, run.task.submission_id, flaw))


async def forget_answers(now: datetime, cause: Cause, store: IntakeStore) -> list[Consequence]:
    """Forget the answers of idempotency keys that nobody repeats any more, what was asked before yesterday, and
    uploads that nothing can refer to any more."""
    await store.forget_answers(now - ANSWERS_KEPT)
    await store.forget_askings(day_of(now) - timedelta(days=1))
    await store.forget_uploads(now - UPLOADS_KEPT)
    return []
