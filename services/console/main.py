"""The console as a process of its own."""

from datetime import timedelta
from functools import partial

from services.console import endpoints, handlers, tasks
from services.console.adapters.jinja import JinjaPages
from services.console.adapters.kafka import KafkaWatch
from services.console.adapters.postgres import PostgresConsole
from services.console.domain.pipeline import TopicFact
from services.console.domain.readings import ReadTopics
from services.console.domain.sessions import Sessions
from services.console.ports import ConsoleStore
from services.console.settings import Settings
from shared.chassis.administration import Administration
from shared.chassis.service import Service
from shared.chassis.settings import load
from shared.contracts.catalogue import CATALOGUE
from shared.contracts.statements import (
    StatementGapAlarmed,
    StatementGapClosed,
    StatementQuarantined,
    StatementReleased,
)


def build(settings: Settings) -> Service[ConsoleStore]:
    """The service: keep dead letters, read Kafka's figures, show both to operators."""
    service: Service[ConsoleStore] = Service("console", settings, store=PostgresConsole)
    facts = tuple(TopicFact(event.topic, event.owner, event.compacted) for event in CATALOGUE)
    watch = KafkaWatch(
        Administration(
            settings.kafka_bootstrap_servers,
            settings.kafka_username,
            settings.kafka_password.get_secret_value(),
            settings.kafka_security_protocol,
        )
    )
    service.on_dead_letters(handlers.keep)
    for put_aside in (StatementQuarantined, StatementReleased):
        service.on(put_aside)(handlers.keep_put_aside)
    for missing in (StatementGapAlarmed, StatementGapClosed):
        service.on(missing)(handlers.keep_missing)
    service.every("ask_for_reading", seconds=2)(tasks.ask_for_reading)
    service.task(ReadTopics, attempts=3, longest=timedelta(minutes=1))(
        partial(tasks.read_topics, watch=watch, topics=[fact.name for fact in facts])
    )
    resources = {
        "facts": facts,
        "pages": JinjaPages(),
        "sessions": Sessions(settings.session_key, settings.operator_key_sha256),
        "secure_cookies": settings.secure_cookies,
    }
    service.serve(endpoints.routes, resources=resources)
    return service


def main() -> None:
    """Runs until SIGTERM."""
    build(load(Settings)).run()


if __name__ == "__main__":
    main()
