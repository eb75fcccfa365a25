"""Committed schemas are what the classes say, and a change that breaks a reader is refused."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.contracts.catalogue import breaking_changes, refusals, render_markdown, schemas

Schema = dict[str, Any]


def test_no_change_breaks_the_committed_schemas(committed_schemas: dict[str, str]) -> None:
    assert refusals(committed_schemas) == [], "make a new class on a .v2 topic instead"


def test_the_committed_schemas_are_the_generated_ones(committed_schemas: dict[str, str]) -> None:
    assert committed_schemas == schemas(), "run `make contracts`"


def test_the_committed_page_is_the_rendered_one(events_page: str, committed_examples: dict[str, str]) -> None:
    assert events_page == render_markdown(committed_examples), "run `make contracts`"


@pytest.mark.parametrize("name", schemas())
def test_a_schema_is_a_schema(name: str) -> None:
    Draft202012Validator.check_schema(json.loads(schemas()[name]))


def accepted() -> Schema:
    schema: Schema = json.loads(schemas()["invoice.accepted.v1.json"])
    return schema


def changed(change: Callable[[Schema], object]) -> Schema:
    schema = copy.deepcopy(accepted())
    change(schema)
    return schema


def rename(properties: Schema, old: str, new: str) -> None:
    properties[new] = properties.pop(old)


BREAKING: dict[str, tuple[Callable[[Schema], object], str]] = {
    "a field is removed": (lambda s: s["properties"].pop("customer"), "/customer: removed or renamed"),
    "a field is renamed": (lambda s: rename(s["properties"], "due_date", "due"), "/due_date: removed or renamed"),
    "a field of a part is removed": (
        lambda s: s["$defs"]["Claim"]["properties"].pop("size"),
        "/document/size: removed or renamed",
    ),
    "a type changes": (
        lambda s: s["properties"]["number"].update(type="integer"),
        "/number: type was 'string', is 'integer'",
    ),
    "the type of what a list holds changes": (
        lambda s: s["properties"]["ibans"]["items"].update(type="integer"),
        "/ibans/items: type was 'string', is 'integer'",
    ),
    "a field may be null": (
        lambda s: s["properties"].update(number={"anyOf": [s["properties"]["number"], {"type": "null"}]}),
        "/number: was one type, is now anyOf of 2",
    ),
    "a field may no longer be null": (lambda s: s["properties"]["due_date"]["anyOf"].pop(), "/anyOf/1: removed"),
    "a new field is required": (
        lambda s: (s["properties"].update(vat={"type": "string"}), s["required"].append("vat")),
        "/vat: new and required",
    ),
    "an optional field is required": (
        lambda s: s["required"].append("version"),
        "/version: was optional, is now required",
    ),
    "a required field is optional": (
        lambda s: s["required"].remove("payable"),
        "/payable: was required, may now be absent",
    ),
    "a closed list is shorter": (
        lambda s: s["properties"]["family"]["enum"].remove("credit_note"),
        "/family: may no longer be 'credit_note'",
    ),
    "a closed list is one value": (
        lambda s: (s["properties"]["family"].pop("enum"), s["properties"]["family"].update(const="invoice")),
        "/family: may no longer be 'credit_note'",
    ),
    "free text becomes a closed list": (
        lambda s: s["properties"]["number"].update(enum=["VF-1"]),
        "/number: is now one of ['VF-1']",
    ),
    "a pattern is narrower": (
        lambda s: s["properties"]["enterprise_number"].update(pattern="^0[0-9]{9}$"),
        "/enterprise_number: pattern was",
    ),
    "a bound is narrower": (
        lambda s: s["properties"]["version"].update(minimum=2),
        "/version: minimum was 1, is 2",
    ),
    "a length is bounded": (
        lambda s: s["properties"]["number"].update(maxLength=10),
        "/number: maxLength was None, is 10",
    ),
    "what absence means changes": (
        lambda s: s["properties"]["version"].update(default=2),
        "/version: default was 1, is 2",
    ),
    "the key changes": (lambda s: s["x-relais"].update(key="software"), "x-relais/key: was 'enterprise_number'"),
    "the owner changes": (lambda s: s["x-relais"].update(owner="intake"), "x-relais/owner: was 'invoice_router'"),
    "the topic changes": (
        lambda s: s["x-relais"].update(topic="invoice.taken.v1"),
        "x-relais/topic: was 'invoice.accepted.v1'",
    ),
    "the identity is gone": (lambda s: s.pop("x-relais"), "x-relais/topic: was 'invoice.accepted.v1', is None"),
}


@pytest.mark.parametrize(("change", "sentence"), BREAKING.values(), ids=BREAKING.keys())
def test_a_breaking_change_is_told(change: Callable[[Schema], object], sentence: str) -> None:
    found = breaking_changes(accepted(), changed(change))
    assert any(sentence in each for each in found), found


HARMLESS: dict[str, Callable[[Schema], object]] = {
    "nothing": lambda s: None,
    "an optional field is new": lambda s: s["properties"].update(note={"type": "string", "default": ""}),
    "a closed list is longer": lambda s: s["properties"]["family"]["enum"].append("self_billed"),
    "a bound is wider": lambda s: s["properties"]["version"].update(minimum=0),
    "a description is clearer": lambda s: s["properties"]["number"].update(description="the number"),
    "a part has another name": lambda s: (
        rename(s["$defs"], "Customer", "Buyer"),
        s["properties"]["customer"].update({"$ref": "#/$defs/Buyer"}),
    ),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_a_change_that_breaks_nobody_passes(change: Callable[[Schema], object]) -> None:
    assert breaking_changes(accepted(), changed(change)) == []


def test_a_breaking_change_of_any_committed_schema_is_refused(committed_schemas: dict[str, str]) -> None:
    for name, text in committed_schemas.items():
        older = json.loads(text)
        older["properties"]["a_field_that_was_there_before"] = {"type": "string"}
        refused = refusals({**committed_schemas, name: json.dumps(older)})
        assert refused == [f"{name}: /a_field_that_was_there_before: removed or renamed"]


def test_a_contract_that_disappears_is_refused(committed_schemas: dict[str, str]) -> None:
    refused = refusals({**committed_schemas, "fax.received.v1.json": "{}"})
    assert refused == ["fax.received.v1.json: the contract was removed"]
