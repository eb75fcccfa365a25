"""The type of a field in words that a reader of the documentation understands."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shared.contracts.documents import Sealed
from shared.values import Language, Money
from shared.values.text import TextValue

_PLAIN = {
    str: "text",
    int: "whole number",
    bool: "true or false",
    date: "date",
    datetime: "time",
    UUID: "UUID",
    NoneType: "null",
}

_EVERYWHERE = {
    "connection_id": "the connection of the company with the software",
    "enterprise_number": "the company",
    "software": "the billing software",
    "mode": "`test` reaches simulated companies only",
    "language": "the language people are written to in",
    "scopes": "what the connection may do: `invoices:write`, `statements:read`; none means both",
    "office_id": "the accounting office",
    "client_code": "the company's code in the office's own administration",
    "company_name": "as the directory has it",
    "masked_email": "enough for its owner to recognise: `j***@e***.be`",
    "expires_at": "from then on it no longer holds",
    "document_id": "the document",
    "document": "the original, byte for byte",
    "pdf": "the PDF that came with it",
    "family": "whether money is asked or given back",
    "number": "the invoice's own number (BT-1)",
    "issue_date": "the invoice's date (BT-2)",
    "version": "which version of the same invoice this is, from 1",
    "supersedes": "the version before this one",
    "findings": "what the checks found",
    "received_at": "when intake took it in",
    "reason": "a code of the catalogue of reasons",
    "code": "stable code of what is wrong",
    "found": "what was found",
    "expected": "what was expected",
    "statement_id": "the statement",
    "iban": "the company's account",
    "invoice_number": "the invoice's own number (BT-1)",
    "allocation": "what was taken for it, and why",
    "credentials": "all that hold now; only digests of their secrets",
    "name": "as the directory has it",
    "since": "the first day",
    "until": "the first day on which it no longer holds; null: it still does",
}
"""What a name means wherever no field says otherwise: one word, one meaning."""


def type_in_words(annotation: Any) -> str:
    """`tuple[Iban, ...]` is "list of [Iban](#values)"; what the page explains elsewhere is a link."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " · ".join(f"`{value}`" for value in arguments)
    if origin in (UnionType, Union):
        return " or ".join(type_in_words(choice) for choice in arguments)
    if origin is tuple:
        return f"list of {type_in_words(arguments[0])}"
    if origin is dict:
        return f"object: {type_in_words(arguments[1])} by {type_in_words(arguments[0])}"
    if sealed := _sealed(annotation):
        return f"[Sealed](#sealed) {type_in_words(sealed)}"
    if issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if issubclass(annotation, TextValue | Language | Money):
        return f"[{annotation.__name__}](#values)"
    raise TypeError(f"{annotation!r} has no words, expected a type that events are made of")


def absent_in_words(field: FieldInfo) -> str:
    """What holds when the field is absent; a required field never is."""
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(default, BaseModel):
        return "nothing known"
    return f"`{json.dumps(default, ensure_ascii=False)}`"


def meaning(name: str, field: FieldInfo) -> str:
    """What the field's own description says, else what its name means in every event."""
    return field.description or _EVERYWHERE.get(name, "")


def parts_of(annotation: Any) -> Iterator[Any]:
    """The types that a field is made of, those inside its models not counted; `Sealed` and what is sealed are two."""
    arguments = get_args(annotation) if get_origin(annotation) is not Literal else ()
    if arguments:
        for argument in arguments:
            yield from parts_of(argument)
    elif _sealed(annotation):
        yield from (Sealed, _sealed(annotation))
    else:
        yield annotation


def _sealed(annotation: Any) -> Any:
    """What is inside `Sealed[…]`; None for anything else."""
    if not (isinstance(annotation, type) and issubclass(annotation, Sealed)):
        return None
    inside = annotation.__pydantic_generic_metadata__["args"]
    return inside[0] if inside else None
