"""The page `docs/events.md`: every topic in one table, then each with its meaning, fields and an example."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from shared.contracts.edge_pages import dead_letters, edges
from shared.contracts.event import TYPE_PREFIX, Event
from shared.contracts.field_tables import DOCUMENTED, anchor, explained, field_table, shared_parts, values_table

_CHAPTERS = {
    "connections": "Connecting a company",
    "invoices": "Sales invoices",
    "deliveries": "At the accountant's",
    "statements": "Bank statements and payments",
    "snapshots": "Who is who: snapshots on compacted topics",
    "operations": "Operating",
}

_OPENING = f"""# Events

<!-- Written by `make contracts` from the classes in shared/contracts. Change those, never this page. -->

Services meet only here. One topic carries one type of event, published by one service. A message's value is a JSON
object of facts; who, when and why travel beside it as CloudEvents 1.0 headers (Kafka binding, binary mode):

| Header | Meaning |
|---|---|
| `ce_specversion` | `1.0` |
| `ce_id` | id of the event; a redelivered cause publishes the same id again, so a receiver drops what it has seen |
| `ce_type` | `{TYPE_PREFIX}` and the topic |
| `ce_source` | the service that published it |
| `ce_time` | when, UTC |
| `ce_subject` | what it is about |
| `ce_sequence` | version of the subject at its producer; a projection applies a higher one and ignores a lower one |
| `ce_correlationid` | the same along one whole story |
| `ce_causationid` | id of the event, call or task that this follows from |
| `traceparent` | trace context (W3C) |

A reader ignores fields it does not know. An optional field may be added to a topic; any other change is a new class on
a new topic, `.v2`. Documents never travel in events, only [claims](#claim) on them; e-mail addresses only
[sealed](#sealed); tokens and passwords not at all. Topics have 12 partitions; messages with the same key keep their
order.

What billing softwares and accounting offices see on Kafka is at [the edge](#the-edge).

## Topics
"""


def page(
    catalogue: Sequence[type[Event]],
    listeners: Mapping[str, tuple[str, ...]],
    examples: Mapping[str, str],
) -> str:
    """The whole page; `examples` are texts of example files by their names."""
    chapters = [
        (title, [event for event in catalogue if _chapter_of(event) == name]) for name, title in _CHAPTERS.items()
    ]
    lines = [_OPENING, *_topic_table((event for _, events in chapters for event in events), listeners)]
    for title, events in chapters:
        lines += ["", f"## {title}"]
        for event in events:
            lines += _section(event, listeners[event.topic], _value(examples, event.topic))
    lines += dead_letters(_value(examples, "dead_letters.v1"))
    lines += edges(examples)
    lines += ["", "## Parts", "", "What several events are made of."]
    documented: list[type[BaseModel]] = [*catalogue, *DOCUMENTED]
    for part in shared_parts(documented):
        lines += ["", f"### {part.__name__}", "", *explained(part), "", *field_table(part)]
    lines += ["", "## Values", "", *values_table(documented), ""]
    return "\n".join(lines)


def _chapter_of(event: type[Event]) -> str:
    return "snapshots" if event.compacted else event.__module__.rpartition(".")[2]


def _topic_table(events: Iterable[type[Event]], listeners: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield "| Topic | Key | Owner | Listeners | Compacted |"
    yield "|---|---|---|---|---|"
    for event in events:
        topic = f"[{event.topic}](#{anchor(event.topic)})"
        compacted = "yes" if event.compacted else ""
        yield f"| {topic} | {event.key_field} | {event.owner} | {_names(listeners[event.topic])} | {compacted} |"


def topic_map(events: Iterable[type[Event]], listeners: Mapping[str, tuple[str, ...]], page: str) -> str:
    """The map of topics of `README.md`: what each service tells, and who hears it. `page` is where the sections are."""
    told: dict[str, list[str]] = {}
    for event in events:
        heard = _names(listeners[event.topic])
        told.setdefault(event.owner, []).append(f"[{event.topic}]({page}#{anchor(event.topic)}) → {heard}")
    rows = (f"| {owner} | {'<br>'.join(topics)} |" for owner, topics in told.items())
    return "\n".join(("| service | tells → who hears it |", "|---|---|", *rows))


def _names(listeners: Sequence[str]) -> str:
    return ", ".join(listeners) or "–"


def _section(event: type[Event], listeners: Sequence[str], example: Any) -> Iterator[str]:
    yield ""
    yield f"### {event.topic}"
    yield ""
    yield from explained(event)
    yield ""
    heard = f"heard by {', '.join(listeners)}" if listeners else "heard by no service yet"
    kept = "; the latest of each key is kept for ever" if event.compacted else ""
    yield f"`{event.__name__}`, published by {event.owner}, {heard}; key `{event.key_field}`{kept}."
    yield ""
    yield from field_table(event)
    yield ""
    yield "```json"
    yield json.dumps(example, indent=2, ensure_ascii=False)
    yield "```"


def _value(examples: Mapping[str, str], name: str) -> Any:
    return json.loads(examples[f"{name}.json"])["value"]
