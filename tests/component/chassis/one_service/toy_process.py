"""The toy as a process of its own: `python -m tests.component.chassis.one_service.toy_process '<JSON>'`."""

import json
import sys
from pathlib import Path
from typing import Any

from shared.chassis import consumer
from shared.chassis.messages import Batch, Consequence
from shared.chassis.service import Service
from tests.backends import KafkaServer, PostgresServer
from tests.component.chassis.one_service.toy import Toy, ToySettings


def main() -> None:
    """Listen and leave an effect for each question, slowly when it is told so."""
    told: dict[str, Any] = json.loads(sys.argv[1])
    toy = Toy(
        told["name"], KafkaServer(**told["kafka"]), PostgresServer(**told["server"]), told["name"], Path(told["folder"])
    )

    async def handle(batch: Batch[Any], connection: Any) -> list[Consequence]:
        await toy.effect(batch, connection)
        await connection.execute("select pg_sleep($1)", told["seconds"])
        return []

    consumer.SESSION_MS = told["session_ms"]
    settings = ToySettings.model_validate({**toy.settings().model_dump(), "http_port": told["http_port"]})
    service: Service[Any] = Service(toy.name, settings, store=lambda connection: connection)
    service.on(toy.Asked)(handle)
    service.run()


if __name__ == "__main__":
    main()
