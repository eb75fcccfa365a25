"""What every event is: facts in a frozen body, one topic, one owner, one key.

Who, when and why travel beside the body as CloudEvents 1.0 headers (Kafka protocol binding, binary mode);
the chassis writes and reads them.
"""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

TYPE_PREFIX = "be.relais."
"""Reverse domain prefix of every CloudEvents `type`: `be.relais.connection.requested.v1`."""


class Facts(BaseModel):
    """A part of an event's body: frozen, and a reader ignores what it does not know yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Facts):
    """One fact that crosses a service border.

    A subclass names its topic, the one service that may publish it and the field that is its Kafka key:
    `class ConnectionRequested(Event, topic="connection.requested.v1", owner="intake", key="enterprise_number")`.
    `compacted` marks the topics that hold the latest snapshot of each key for ever.
    """

    topic: ClassVar[str]
    owner: ClassVar[str]
    key_field: ClassVar[str]
    compacted: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Plain Python asks for this too; pydantic's own hook below takes the keywords."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(  # type: ignore[override]
        cls, *, topic: str, owner: str, key: str, compacted: bool = False, **kwargs: Any
    ) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if key not in cls.model_fields:
            raise TypeError(f"{cls.__name__} has no field {key!r} to be its Kafka key")
        cls.topic, cls.owner, cls.key_field, cls.compacted = topic, owner, key, compacted

    @property
    def key(self) -> str:
        """The Kafka key: the ten digits of the enterprise number wherever one company is concerned."""
        return str(getattr(self, self.key_field))

    @classmethod
    def event_type(cls) -> str:
        """The CloudEvents `type` attribute, with the major version of the topic."""
        return TYPE_PREFIX + cls.topic
