"""What `/ready` tells: whether work can be taken now, and if not, why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Readiness:
    """`reasons` are sentences for an operator; none where `ready`."""

    ready: bool
    reasons: tuple[str, ...] = ()

    @classmethod
    def of(cls, *reasons: str) -> "Readiness":
        """Ready when nothing speaks against it; empty reasons do not count."""
        given = tuple(reason for reason in reasons if reason)
        return cls(not given, given)
