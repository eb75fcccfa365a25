"""Wrong tries are counted for minutes and need not be known for longer."""

from datetime import datetime

from services.token_mailer.domain.registering import WINDOW
from services.token_mailer.ports import TokenStore
from shared.chassis.messages import Cause, Consequence


async def forget_tries(now: datetime, cause: Cause, store: TokenStore) -> list[Consequence]:
    """Forgets the windows that are over."""
    await store.forget_tries(now - WINDOW)
    return []
