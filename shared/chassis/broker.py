"""FastStream's connection to Kafka, which only consumes: with our consumer, and without its parsing of each message."""

import ssl
from typing import Any

from faststream.kafka import KafkaBroker
from faststream.security import BaseSecurity, SASLScram512

from shared.chassis.connecting import Gate, KafkaAddress
from shared.chassis.reading import PatientConsumer

_GRACE_SECONDS = 15.0
_BACKOFF_MS = 500
"""aiokafka's own 100 is, times dozens of consumers, all that a Kafka without users or topics has time for."""


async def kafka_broker(address: KafkaAddress, client_id: str) -> KafkaBroker:
    """A FastStream broker that only consumes, with our consumer and without its per-message parsing."""
    broker = KafkaBroker(
        address.bootstrap_servers.split(","),
        security=_security(address),
        client_id=client_id,
        consumer_only=True,
        apply_types=False,
        allow_auto_create_topics=False,
        metadata_max_age_ms=5_000,
        retry_backoff_ms=_BACKOFF_MS,
        request_timeout_ms=15_000,
        graceful_timeout=_GRACE_SECONDS,
        logger=None,
    )
    await broker.connect()
    configuration = broker.config.broker_config
    built: Any = configuration.builder
    gate = Gate()

    def build(*arguments: Any, **options: Any) -> PatientConsumer:
        consumer = PatientConsumer(*built.args, *arguments, **(built.keywords | options))
        gate.guard(consumer._client)
        return consumer

    configuration.builder = build
    return broker


def _security(address: KafkaAddress) -> BaseSecurity:
    encrypted = address.security_protocol == "SASL_SSL"
    if address.security_protocol == "PLAINTEXT":
        return BaseSecurity(use_ssl=False)
    context = ssl.create_default_context() if encrypted else None
    return SASLScram512(address.username, address.password, ssl_context=context, use_ssl=encrypted)
