"""Real Kafka: users and rights hold, acknowledged records survive SIGKILL, a wiped broker begins anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from deploy.local.kafka import Kafka
from tests.waiting import PATIENCE_S

TOPIC, FOREIGN_TOPIC, USER, PASSWORD = "office.a.documents.v1", "office.b.documents.v1", "office.a", "office-a-word"


def fill(kafka: Kafka) -> None:
    """Two topics and a user who may use the first of them."""
    administrator = AdminClient(kafka.client_settings())
    scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
    change = UserScramCredentialUpsertion(USER, scram, PASSWORD.encode())
    rights = [
        AclBinding(kind, name, ResourcePatternType.LITERAL, f"User:{USER}", "*", operation, AclPermissionType.ALLOW)
        for kind, name, operation in (
            (ResourceType.TOPIC, TOPIC, AclOperation.READ),
            (ResourceType.TOPIC, TOPIC, AclOperation.WRITE),
            (ResourceType.GROUP, USER, AclOperation.READ),
        )
    ]
    answers = [
        *administrator.create_topics([NewTopic(TOPIC, 1), NewTopic(FOREIGN_TOPIC, 1)]).values(),
        *administrator.alter_user_scram_credentials([change]).values(),
        *administrator.create_acls(rights).values(),
    ]
    for answer in answers:
        answer.result(PATIENCE_S)


def client(kafka: Kafka, password: str = PASSWORD) -> dict[str, str]:
    return {
        "bootstrap_servers": kafka.bootstrap_servers,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": USER,
        "sasl_plain_password": password,
    }


async def publish(kafka: Kafka, topic: str, value: bytes) -> None:
    async with AIOKafkaProducer(**client(kafka), acks="all") as producer:
        await producer.send_and_wait(topic, value)


async def publish_once_admitted(kafka: Kafka, topic: str, value: bytes) -> None:
    """Kafka says that a user and a right are written, and heeds them a moment later."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                return await publish(kafka, topic, value)
            except KafkaError:
                await asyncio.sleep(0.1)


async def first_value(kafka: Kafka) -> bytes | None:
    consumer = AIOKafkaConsumer(TOPIC, **client(kafka), group_id=USER, auto_offset_reset="earliest")
    async with consumer:
        record = await consumer.getone()
    return record.value  # type: ignore[no-any-return]


async def test_kafka_keeps_rights_and_records_through_a_kill_and_forgets_all_when_wiped(
    tmp_path: Path, free_port: Callable[[str], int]
) -> None:
    kafka = Kafka(tmp_path / "k", free_port("kafka"), free_port("controller"), "admin-word", tmp_path / "kafka.log")
    await kafka.start()
    try:
        fill(kafka)
        await publish_once_admitted(kafka, TOPIC, b"<Invoice/>")
        with pytest.raises(TopicAuthorizationFailedError):
            await publish(kafka, FOREIGN_TOPIC, b"not mine")
        with pytest.raises(KafkaError):
            await AIOKafkaProducer(**client(kafka, "wrong")).start()
        kafka.kill()
        await kafka.wait()
        await kafka.start()
        assert await first_value(kafka) == b"<Invoice/>"
        with pytest.raises(RuntimeError, match="stop it before"):
            kafka.wipe()
        await kafka.stop()
        kafka.wipe()
        await kafka.start()
        assert TOPIC not in AdminClient(kafka.client_settings()).list_topics(timeout=PATIENCE_S).topics
    finally:
        await kafka.stop()
    assert not kafka.running
    assert (tmp_path / "k" / "server.properties").stat().st_mode & 0o077 == 0
