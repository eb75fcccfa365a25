"""The `webhooks` of the description: every public event as the request that a software's endpoint receives."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.contracts.public import PUBLIC_FACTS, PublicEvent, PublicType

_EXAMPLES = Path(__file__).resolve().parents[2] / "shared/contracts/examples"
_REFERENCE = "#/components/schemas/{model}"
_SIGNATURE = (
    ("webhook-id", "id of the event, the same at every repeat", "string"),
    ("webhook-timestamp", "when this attempt was made, seconds since 1970", "string"),
    ("webhook-signature", "`v1,` and the signature (Standard Webhooks 1.0); two during a rotation", "string"),
)

Document = dict[str, Any]


def webhooks(taken: Mapping[str, Any]) -> tuple[Document, Document]:
    """Each public event by its type, and the schemas that they need.

    `taken` are the schemas of the routes: one of the same name must be the same, else it gets another name.
    """
    schema = PublicEvent.model_json_schema(ref_template=_REFERENCE, mode="serialization")
    parts = schema.pop("$defs", {})
    names = {name: name if taken.get(name, part) == part else f"Told{name}" for name, part in parts.items()}
    schemas = {"PublicEvent": schema, **{names[name]: part for name, part in parts.items()}}
    renamed = _renamed(schemas, {name: new for name, new in names.items() if name != new})
    events: Document = {event: _told(event, names[facts.__name__]) for event, facts in PUBLIC_FACTS.items()}
    return events, {name: renamed[name] for name in sorted(renamed)}


def _told(event: PublicType, facts: str) -> Document:
    schema = {
        "allOf": [{"$ref": _REFERENCE.format(model="PublicEvent")}],
        "properties": {"type": {"const": event}, "data": {"$ref": _REFERENCE.format(model=facts)}},
    }
    example = json.loads((_EXAMPLES / f"public.{event}.json").read_text(encoding="utf-8"))["value"]
    body = {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}
    summary = (PUBLIC_FACTS[event].__doc__ or "").partition("\n")[0]
    answers = {
        "2XX": {"description": "Taken. Anything else is tried again, redirects included."},
        "410": {"description": "Never again: the endpoint is disabled."},
    }
    return {
        "post": {
            "operationId": f"told_{event.replace('.', '_')}",
            "summary": summary,
            "tags": ["Billing software"],
            "security": [{}],
            "parameters": [
                {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": kind}}
                for name, text, kind in _SIGNATURE
            ],
            "requestBody": body,
            "responses": answers,
        }
    }


def _renamed(schemas: Document, names: Mapping[str, str]) -> Document:
    text = json.dumps(schemas)
    for name, new in names.items():
        old_reference, reference = _REFERENCE.format(model=name), _REFERENCE.format(model=new)
        text = text.replace(f'"{old_reference}"', f'"{reference}"')
    renamed: Document = json.loads(text)
    return renamed
