"""The part of `docs/events.md` about dead letters and about the topics at the edge."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from shared.contracts.event import TYPE_PREFIX
from shared.contracts.field_tables import anchor, explained, field_table
from shared.contracts.operations import DeadLetter
from shared.contracts.public import PUBLIC_FACTS, PublicEvent
from shared.contracts.public_offices import OFFICE_FACTS, OfficeEvent
from shared.contracts.submissions import (
    BANK_FILE_TYPE,
    CONNECTION_HEADER,
    CONNECTION_TYPE,
    DOCUMENT_TYPE,
    ID_HEADER,
    REFERENCE_TYPE,
    TYPE_HEADER,
    BankFileReference,
    ConnectionSubmission,
    DocumentReference,
)


def dead_letters(example: Any) -> Iterator[str]:
    """The topics on which each service tells what it could not handle."""
    yield from ("", "### &lt;service&gt;.dead_letters.v1", "")
    yield from explained(DeadLetter)
    yield from ("", "`DeadLetter`, published by each service, heard by console; key: its id.", "")
    yield from field_table(DeadLetter)
    yield from _json(example)


def edges(examples: Mapping[str, str]) -> Iterator[str]:
    """The topics of one software or one office, and what they carry."""
    yield from ("", *_EDGE_OPENING.splitlines())
    yield from _public_types()
    words = {"type": "one of the types above", "data": "the facts of that type, see below"}
    yield from ("", "Every one of them is a `PublicEvent`:", "", *field_table(PublicEvent, words))
    for name, facts in PUBLIC_FACTS.items():
        yield from ("", f"#### {name}", "", *explained(facts), "", *field_table(facts))
        yield from _json(json.loads(examples[f"public.{name}.json"])["value"]["data"])
    yield from _office_events(examples)
    yield from _submissions(examples)


_EDGE_OPENING = f"""## The edge

Softwares and offices never read internal topics. Each has topics of its own, which nobody else can read or write:

| Topic | Written by | Read by | Carries |
|---|---|---|---|
| `software.<slug>.events.v1` | delivery | the software | what it is told: [public events](#public-events) |
| `software.<slug>.submissions.v1` | the software | intake | what it asks and hands in: [submissions](#submissions) |
| `office.<id>.documents.v1` | delivery | the office | its documents byte for byte; [events](#events-of-offices) |

A document above 900 kB is not on the office's topic itself; the record then says where to fetch it. Records may come
twice: a receiver drops a `ce_id` that it has seen.

### Public events

On `software.<slug>.events.v1` and in `GET /v1/events` alike. The CloudEvents type is `{TYPE_PREFIX}<type>.v1`.
They name no accounting office and carry no e-mail address but a masked one.

| Type | Meaning |
|---|---|"""


def _public_types() -> Iterator[str]:
    for name, facts in PUBLIC_FACTS.items():
        yield f"| [{name}](#{anchor(name)}) | {explained(facts)[0]} |"


def _office_events(examples: Mapping[str, str]) -> Iterator[str]:
    yield from ("", "### Events of offices", "")
    yield "On `office.<id>.documents.v1` and by webhook where the office's channel carries `coda`, and in"
    yield f"`GET /v1/events`. The CloudEvents type is `{TYPE_PREFIX}<type>.v1`; `data` holds the facts of the public"
    yield f"event of that name: {', '.join(f'[{name}](#{anchor(name)})' for name in OFFICE_FACTS)}."
    yield from ("", "Every one of them is an `OfficeEvent`:", "")
    yield from field_table(OfficeEvent, {"type": "one of these types", "data": "the facts of that type"})
    yield from _json(json.loads(examples["public.office.statement.gap_opened.json"])["value"])


def _submissions(examples: Mapping[str, str]) -> Iterator[str]:
    yield from ("", "### Submissions", "")
    yield "On `software.<slug>.submissions.v1`. The software is known by its topic, so the body never says who it is."
    yield "What cannot be used is answered by `submission.rejected`."
    yield from ("", "| Header | Meaning |", "|---|---|")
    yield f"| `{ID_HEADER}` | the software's own id; the same id twice is one submission |"
    yield f"| `{TYPE_HEADER}` | `{CONNECTION_TYPE}`, `{DOCUMENT_TYPE}`, `{REFERENCE_TYPE}` or `{BANK_FILE_TYPE}` |"
    yield f"| `{CONNECTION_HEADER}` | only with a document: the id of the connection it comes in over |"
    yield from ("", f"`{CONNECTION_TYPE}`:", "", *explained(ConnectionSubmission), "")
    yield from field_table(ConnectionSubmission)
    yield from _json(json.loads(examples["submission.connection.v1.json"])["value"])
    yield from ("", f"`{DOCUMENT_TYPE}`: the value is the UBL itself, byte for byte, up to 900 kB.")
    yield from ("", f"`{REFERENCE_TYPE}`, for what is larger or has a PDF beside it:", "")
    yield from (*explained(DocumentReference), "")
    yield from field_table(DocumentReference)
    yield from _json(json.loads(examples["submission.document_reference.v1.json"])["value"])
    yield from ("", f"`{BANK_FILE_TYPE}`, by softwares whose key has the scope `statements:write`:", "")
    yield from (*explained(BankFileReference), "")
    yield from field_table(BankFileReference)
    yield from _json(json.loads(examples["submission.bank_file_reference.v1.json"])["value"])


def _json(example: Any) -> Iterator[str]:
    yield from ("", "```json", json.dumps(example, indent=2, ensure_ascii=False), "```")
