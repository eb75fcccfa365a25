"""The edge: which topics an office or a software has on Kafka, and who may read and write them."""

from dataclasses import dataclass
from typing import Literal

from shared.chassis.messages import Task
from shared.values import OfficeId, SoftwareSlug

INLINE_BYTES = 900_000
"""An office's record carries the document itself up to this size; a larger one is fetched at the door."""

EdgeKind = Literal["office", "software"]


class OpenEdge(Task, kind="open_edge"):
    """Bring the topics, the user and the access rules of one principal at the edge to what they should be now."""

    edge_kind: EdgeKind
    owner: str


@dataclass(frozen=True, slots=True)
class Edge:
    """One Kafka principal at the edge: it reads `topics`, and writes `submissions` if it has such a topic.

    While it is `closed` the topics stay and are written, but the principal can neither log in nor read nor write.
    """

    principal: str
    kind: EdgeKind
    owner: str
    topics: tuple[str, ...]
    submissions: str | None = None
    closed: bool = False


def office_topic(office_id: OfficeId | str) -> str:
    """Where an office that chose Kafka receives its documents."""
    return f"office.{office_id}.documents.v1"


def software_topic(software: SoftwareSlug | str) -> str:
    """Where a software hears what concerns it."""
    return f"software.{software}.events.v1"


def edge_of(kind: EdgeKind, owner: str) -> Edge:
    """The edge of an office or a software, from its name alone: every replica derives the same."""
    if kind == "office":
        return Edge(f"office.{owner}", kind, owner, (office_topic(owner),))
    return Edge(f"software.{owner}", kind, owner, (software_topic(owner),), f"software.{owner}.submissions.v1")
