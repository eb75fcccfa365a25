"""What the pods in memory keep between transactions."""

from dataclasses import dataclass, field
from datetime import datetime

from services.delivery.domain.pods import Offer, PodOffsets, PodSettings
from shared.values import EnterpriseNumber, StatementId


@dataclass(frozen=True)
class Row:
    """One entry as it was offered."""

    position: int
    again: bool
    offer: Offer
    delivered_at: datetime | None = None


@dataclass
class PodTables:
    """What stays between transactions. Owners have a pod, and feeds, of each mode."""

    pods: dict[tuple[str, str], int] = field(default_factory=dict)
    feeds: dict[tuple[str, str, EnterpriseNumber], int] = field(default_factory=dict)
    entries: dict[int, list[Row]] = field(default_factory=dict)
    offsets: dict[int, PodOffsets] = field(default_factory=dict)
    kept: dict[StatementId, EnterpriseNumber] = field(default_factory=dict)
    settings: dict[tuple[str, str], PodSettings] = field(default_factory=dict)
