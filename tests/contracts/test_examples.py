"""Every committed example is read by its class, fits its schema and comes out as it went in."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from shared.contracts import DeadLetter
from shared.contracts.catalogue import CATALOGUE
from shared.contracts.public import PUBLIC_FACTS, PublicEvent
from shared.contracts.public_offices import OFFICE_FACTS, OfficeEvent
from shared.contracts.submissions import (
    CONNECTION_HEADER,
    CONNECTION_TYPE,
    DOCUMENT_TYPE,
    ID_HEADER,
    TYPE_HEADER,
    BankFileReference,
    ConnectionSubmission,
    DocumentReference,
)
from shared.values import ConnectionId

Example = dict[str, Any]
UBL = "submission.document.v1"

CONTRACTS: dict[str, tuple[type[BaseModel], str]] = {
    **{event.topic: (event, event.topic) for event in CATALOGUE},
    **{f"public.{name}": (PublicEvent, "public.v1") for name in PUBLIC_FACTS},
    **{f"public.office.{name}": (OfficeEvent, "public.office.v1") for name in OFFICE_FACTS},
    "dead_letters.v1": (DeadLetter, "dead_letters.v1"),
    "submission.connection.v1": (ConnectionSubmission, "submission.connection.v1"),
    "submission.document_reference.v1": (DocumentReference, "submission.document_reference.v1"),
    "submission.bank_file_reference.v1": (BankFileReference, "submission.bank_file_reference.v1"),
}
"""Each example with the class that reads it and the schema it fits."""

HEADERS = {
    "ce_specversion",
    "ce_id",
    "ce_source",
    "ce_type",
    "ce_time",
    "ce_subject",
    "ce_sequence",
    "ce_correlationid",
    "ce_causationid",
    "content-type",
}


def test_every_contract_has_an_example_and_every_example_a_contract(committed_examples: dict[str, str]) -> None:
    assert set(committed_examples) == {f"{name}.json" for name in (*CONTRACTS, UBL)}


@pytest.fixture
def example(request: pytest.FixtureRequest, committed_examples: dict[str, str]) -> Example:
    read: Example = json.loads(committed_examples[f"{request.param}.json"])
    assert list(read) == ["headers", "key", "value"]
    return read


@pytest.mark.parametrize(
    ("example", "model", "schema"),
    [(name, *rest) for name, rest in CONTRACTS.items()],
    indirect=["example"],
    ids=CONTRACTS,
)
def test_an_example_is_read_fits_its_schema_and_comes_out_the_same(
    example: Example, model: type[BaseModel], schema: str, committed_schemas: dict[str, str]
) -> None:
    Draft202012Validator(json.loads(committed_schemas[f"{schema}.json"])).validate(example["value"])
    body = model.model_validate_json(json.dumps(example["value"]))
    assert json.loads(body.model_dump_json(exclude_unset=True)) == example["value"]
    assert model.model_validate_json(body.model_dump_json()) == body


@pytest.mark.parametrize(
    ("example", "topic"),
    [(event.topic, event.topic) for event in CATALOGUE],
    indirect=["example"],
    ids=lambda each: each,
)
def test_an_example_has_the_headers_and_the_key_of_its_event(example: Example, topic: str) -> None:
    event = CONTRACTS[topic][0]
    assert set(example["headers"]) == HEADERS
    assert example["headers"]["ce_type"] == f"be.relais.{topic}"
    assert example["headers"]["ce_source"] == event.owner  # type: ignore[attr-defined]
    assert example["key"] == event.model_validate(example["value"]).key  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("example", "name"),
    [
        *((f"public.{name}", name) for name in PUBLIC_FACTS),
        *((f"public.office.{name}", name) for name in OFFICE_FACTS),
    ],
    indirect=["example"],
    ids=[*PUBLIC_FACTS, *(f"office.{name}" for name in OFFICE_FACTS)],
)
def test_a_public_example_has_the_id_and_the_type_of_its_record(example: Example, name: str) -> None:
    assert example["value"]["type"] == name
    assert example["headers"]["ce_type"] == f"be.relais.{name}.v1"
    assert example["headers"]["ce_id"] == example["value"]["id"]


@pytest.mark.parametrize("example", ["submission.connection.v1"], indirect=True)
def test_a_submitted_request_names_its_type_and_its_own_id(example: Example) -> None:
    assert example["headers"][TYPE_HEADER] == CONNECTION_TYPE
    assert example["headers"][ID_HEADER]


@pytest.mark.parametrize("example", [UBL], indirect=True)
def test_a_submitted_document_is_its_bytes_and_a_header_names_its_connection(example: Example) -> None:
    assert example["headers"][TYPE_HEADER] == DOCUMENT_TYPE
    assert ConnectionId(example["headers"][CONNECTION_HEADER])
    assert example["value"].startswith("<?xml")
