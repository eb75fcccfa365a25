"""The whole story of connecting against a small model: whatever comes, in whatever order, and however often."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from services.intake.handlers import follow_connections
from services.token_mailer.adapters.memory import MemoryTokens
from services.token_mailer.domain.records import Token
from services.token_mailer.domain.tokens import TokenKey, TokenKeys
from shared.chassis.messages import Batch
from shared.chassis.parking import MemoryParking
from shared.contracts.event import Event
from shared.values import Sha256, SoftwareSlug
from tests.component.connecting.machine import Connecting
from tests.component.connecting.three_services import ThreeServices

CHAOS = os.environ.get("RELAIS_EFFORT") == "chaos"
STORIES, STEPS = (3000, 80) if CHAOS else (60, 30)
USUAL = settings(
    max_examples=STORIES,
    stateful_step_count=STEPS,
    derandomize=not CHAOS,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
SEARCH = settings(USUAL, max_examples=300, stateful_step_count=30, derandomize=True, phases=[Phase.generate])
"""Finding a fault is enough; making its story short takes a minute."""


class IgnoresTheSequence(ThreeServices):
    """Intake believes whatever it heard last."""

    def __init__(self, noticed: Callable[[str, Any, int], None]) -> None:
        self.arrivals = count(1)
        super().__init__(noticed)

    def handlers(self) -> dict[tuple[str, type[Event]], Callable[..., Any]]:
        async def follow(batch: Batch[Any], store: Any) -> Any:
            events = [replace(event, sequence=next(self.arrivals)) for event in batch]
            return await follow_connections(Batch(events, batch.now, MemoryParking()), store)

        return super().handlers() | {key: follow for key in super().handlers() if key[0] == "intake"}


class ForgettingTokens(MemoryTokens):
    """Does not look whether a code was registered, ended or ran out."""

    async def consume_token(self, sha256: Sha256, software: SoftwareSlug, now: datetime) -> Token | None:
        token = await self.token_by_digest(sha256, software)
        if token is not None:
            await self.save_tokens([replace(token, consumed_at=now)])
        return token


class RegistersAnything(ThreeServices):
    tokens_in_memory = ForgettingTokens


class OtherKeys(TokenKeys):
    """Every letter is written with another key than the code was issued with."""

    def of(self, key_id: str) -> TokenKey:
        self.turn = getattr(self, "turn", 0) + 1
        return TokenKey(self.turn.to_bytes(32, "big"))


class MailsAnotherCodeEachTime(ThreeServices):
    keys = OtherKeys(TokenKey(bytes(range(32))))


class LosesWhatFollows(ThreeServices):
    """Commits its state, and then dies before it wrote what follows from it: no outbox."""

    def _write(self, service: str, consequences: Any) -> None:
        if len(self.published) % 5 != 4:
            super()._write(service, consequences)
        else:
            self.published.append(replace(self.published[-1], id=self.cause().id))


def test_whatever_happens_each_software_is_told_what_the_model_says() -> None:
    run_state_machine_as_test(Connecting, settings=USUAL)


@pytest.mark.parametrize("faulty", [IgnoresTheSequence, RegistersAnything, MailsAnotherCodeEachTime, LosesWhatFollows])
def test_a_fault_that_is_put_in_on_purpose_is_found(faulty: type[ThreeServices]) -> None:
    class Faulty(Connecting):
        world_type = faulty

    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(Faulty, settings=SEARCH)
