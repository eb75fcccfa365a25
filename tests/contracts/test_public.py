"""What softwares are told: the facts of the type they are told under, no office, no address."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, ValidationError

from shared.contracts.public import PUBLIC_FACTS, PublicEvent
from shared.contracts.public_connections import Explained
from shared.contracts.public_payments import INLINE_MOVEMENTS
from shared.values import Language


def value_of(examples: dict[str, str], name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(examples[f"public.{name}.json"])["value"]
    return value


def field_names(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)


@pytest.mark.parametrize("name", PUBLIC_FACTS)
def test_data_is_read_as_the_facts_of_its_type(name: str, committed_examples: dict[str, str]) -> None:
    event = PublicEvent.model_validate(value_of(committed_examples, name))
    assert type(event.data) is PUBLIC_FACTS[event.type]
    assert event.event_type == f"be.relais.{name}.v1"


def test_facts_under_another_type_are_refused(committed_examples: dict[str, str]) -> None:
    told = PublicEvent.model_validate(value_of(committed_examples, "connection.revoked"))
    with pytest.raises(ValidationError, match="found RevokedFacts, expected RefusedFacts"):
        PublicEvent(**{**dict(told), "type": "connection.refused"})


@pytest.mark.parametrize("wrong", [{"type": "office.gossip"}, {"type": 7}, {"data": None}, {"data": {}}])
def test_an_unknown_type_or_missing_facts_are_refused(
    wrong: dict[str, Any], committed_examples: dict[str, str], committed_schemas: dict[str, str]
) -> None:
    value = {**value_of(committed_examples, "connection.blocked"), **wrong}
    with pytest.raises(ValidationError):
        PublicEvent.model_validate(value)
    assert not Draft202012Validator(json.loads(committed_schemas["public.v1.json"])).is_valid(value)


def test_the_schema_refuses_facts_of_another_type(
    committed_examples: dict[str, str], committed_schemas: dict[str, str]
) -> None:
    value = {**value_of(committed_examples, "connection.revoked"), "type": "connection.activated"}
    assert not Draft202012Validator(json.loads(committed_schemas["public.v1.json"])).is_valid(value)


@pytest.mark.parametrize("facts", dict.fromkeys(PUBLIC_FACTS.values()), ids=lambda facts: facts.__name__)
def test_no_office_and_no_address_is_told(facts: type[BaseModel]) -> None:
    assert not {name for name in field_names(facts) if "office" in name or name in ("email", "client_code")}


def test_a_blocked_connection_is_explained_in_four_languages_with_the_contact_filled_in() -> None:
    told = Explained.of("email_unknown", "accounting_office", Language.FR)
    assert (told.reason, told.actor, told.language) == ("email_unknown", "office", Language.FR)
    for texts in (told.title, told.detail, told.next_action):
        assert set(texts) == set(Language)
        assert not any("{" in text for text in texts.values())
    assert "votre bureau comptable" in told.next_action[Language.FR]


def test_a_statement_has_its_movements_or_says_where_they_are(committed_examples: dict[str, str]) -> None:
    value = value_of(committed_examples, "statement.booked")
    movement = value["data"]["movements"][0]
    reference = {"movements": None, "movements_href": "/v1/statements/stm_x/movements"}
    fetched = PublicEvent.model_validate({**value, "data": {**value["data"], **reference}})
    assert "movements" not in json.loads(fetched.as_json())["data"]
    for wrong in (
        {"movements": None},
        {"movements_href": "/v1/statements/stm_x/movements"},
        {"movements": [movement] * (INLINE_MOVEMENTS + 1)},
    ):
        with pytest.raises(ValidationError):
            PublicEvent.model_validate({**value, "data": {**value["data"], **wrong}})
