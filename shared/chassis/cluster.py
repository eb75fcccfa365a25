"""What Kafka is asked to hold, what it holds, and how far its readers are."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

RETENTION_MS = 7 * 24 * 60 * 60 * 1000
"""How long internal topics keep a record; outbox and inbox are kept at least twice as long."""


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """How a topic should be. `replication` -1 is the broker's own default."""

    name: str
    partitions: int = 12
    config: Mapping[str, str] = field(default_factory=dict, hash=False)
    replication: int = -1


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a consumer group is behind on one partition; `committed` -1 means that it never committed."""

    group: str
    topic: str
    partition: int
    committed: int
    end: int

    @property
    def waiting(self) -> int:
        """Messages that the group has not handled."""
        return max(0, self.end - max(0, self.committed))


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as it is; `topic_id` is another one when it was deleted and made again."""

    name: str
    topic_id: str
    partitions: int


def kafka_password(secret: bytes, principal: str) -> str:
    """A Kafka principal's password: base64url of HMAC-SHA256(secret, "kafka|" + principal), 43 characters.

    Derived, so that a wiped Kafka is made whole again without anyone having stored a password.
    """
    digest = hmac.digest(secret, f"kafka|{principal}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
