"""An edge is closed under the feet of whoever uses it, and opened again: on a real Kafka with its authorizer."""

import asyncio

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from deploy.demo.doors import expecting_refusals
from shared.chassis.administration import kafka_password
from shared.chassis.edges import EdgePrincipal, close_edge, ensure_edge, grants_of, topics_of
from tests.backends import KafkaServer

SECRET = b"s" * 32
EDGE = EdgePrincipal.of_software("closing")
PATIENCE_SECONDS = 30.0


def client(kafka: KafkaServer) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        bootstrap_servers=kafka.bootstrap_servers,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=EDGE.principal,
        sasl_plain_password=kafka_password(SECRET, EDGE.principal),
    )


async def until_refused(producer: AIOKafkaProducer) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            try:
                await producer.send_and_wait(str(EDGE.submissions), b"{}")
            except TopicAuthorizationFailedError:
                return
            await asyncio.sleep(0.05)


async def test_a_closed_edge_lets_nobody_write_or_log_in_and_opens_again(kafka: KafkaServer) -> None:
    administration = kafka.administration()
    await ensure_edge(administration, [EDGE], SECRET)
    connected = client(kafka)
    await connected.start()
    try:
        await connected.send_and_wait(str(EDGE.submissions), b"{}")
        for _ in range(2):  # again it changes nothing
            await close_edge(administration, EDGE)
        with expecting_refusals():
            await until_refused(connected)
            late = client(kafka)
            with pytest.raises(KafkaError):
                await late.start()
            await late.stop()
    finally:
        await connected.stop()
    assert await administration.rules(EDGE.principal) == set()
    assert set(EDGE.topics) <= set(await administration.describe(EDGE.topics))
    await ensure_edge(administration, [EDGE], SECRET)
    again = client(kafka)
    await again.start()
    await again.send_and_wait(str(EDGE.submissions), b"{}")
    await again.stop()


def test_of_a_closed_edge_only_the_topics_stay() -> None:
    closed = EdgePrincipal(EDGE.principal, EDGE.topics, EDGE.submissions, closed=True)
    assert grants_of(closed) == [] and topics_of([closed]) == topics_of([EDGE])
