"""Calls of confluent-kafka's admin client: it blocks, so they wait in threads of their own."""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from confluent_kafka import KafkaError, KafkaException, admin

from shared.chassis.errors import Unavailable

Result = TypeVar("Result")
kafka: Any = admin  # its names are published without being exported, so type checkers cannot see them
TIMEOUT_SECONDS = 10.0
_ASKED_AT_ONCE = 16


class AdminCalls:
    """A client that is made when it is first needed, and anew after it did not answer."""

    def __init__(self, bootstrap: str, username: str, password: str, security_protocol: str = "SASL_PLAINTEXT") -> None:
        self._settings: dict[str, Any] = {
            "bootstrap.servers": bootstrap,
            "log_level": 0,
            "reconnect.backoff.max.ms": 1_000,  # by itself it would sleep ten seconds beside a Kafka that is back
        }
        if username and security_protocol != "PLAINTEXT":
            self._settings |= {
                "security.protocol": security_protocol,
                "sasl.mechanism": "SCRAM-SHA-512",
                "sasl.username": username,
                "sasl.password": password,
            }
        self._made: admin.AdminClient | None = None
        self._retired: admin.AdminClient | None = None
        # Of our own: who waits for a Kafka that is away must not hold up what else this process does in threads.
        self._threads = ThreadPoolExecutor(_ASKED_AT_ONCE, thread_name_prefix="administration")
        self._making = threading.Lock()

    async def _work(self, work: Callable[[], Result]) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except KafkaException as error:
            raise Unavailable(f"Kafka's administration: {_told(error)}") from error
        except TimeoutError as error:
            # A client that was asked while Kafka went away may not find it again, so the next call makes a new one.
            # The old one stays until then: others may wait for its answers.
            with self._making:
                self._retired, self._made = self._made, None
            raise Unavailable("Kafka's administration does not answer") from error

    def _client(self) -> admin.AdminClient:
        with self._making:  # two threads would make two, and the first would end under the feet of its caller
            if self._made is None:
                silent = logging.getLogger("kafka.administration")
                self._made = kafka.AdminClient(self._settings, logger=silent)
            return self._made

    def _wait(self, future: "Future[Result]") -> Result:
        return future.result(TIMEOUT_SECONDS)

    def _wait_all(self, futures: Mapping[Any, "Future[Any]"], *harmless: int) -> None:
        for future in futures.values():
            try:
                future.result(TIMEOUT_SECONDS)
            except KafkaException as error:
                if error.args[0].code() not in harmless:
                    raise


def _told(error: KafkaException) -> str:
    reason = error.args[0]
    return f"{reason.name()}: {reason.str()}" if isinstance(reason, KafkaError) else str(reason)
