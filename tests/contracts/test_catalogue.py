"""The catalogue: one topic, one type, one owner, one key; every event listed, every body safe to publish."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import shared.contracts
from deploy.command_line import with_map
from shared.contracts import Event, Sealed
from shared.contracts.catalogue import CATALOGUE, LISTENERS, SERVICES, by_topic, render_map
from shared.contracts.type_words import parts_of

ROOT = Path(__file__).parents[2]
SECRET_NAMES = ("token", "password", "email", "secret", "private")
HARMLESS = {"masked_email", "secret_sha256", "token_lifetime_s"}
"""A masked address can be written to by nobody; a digest of 32 random bytes opens nothing; a time is no token."""


def all_subclasses(parent: type[Event]) -> Iterator[type[Event]]:
    for child in parent.__subclasses__():
        yield child
        yield from all_subclasses(child)


def fields_of(model: type[BaseModel]) -> Iterator[tuple[str, list[Any]]]:
    for name, field in model.model_fields.items():
        parts = list(parts_of(field.annotation))
        yield name, parts
        for part in parts:
            if isinstance(part, type) and issubclass(part, BaseModel) and part is not Sealed:
                yield from fields_of(part)


def example_of(event: type[Event], examples: dict[str, str]) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(examples[f"{event.topic}.json"])["value"]
    return value


def test_every_event_class_is_in_the_catalogue_once() -> None:
    product = [event for event in all_subclasses(Event) if event.__module__.startswith("shared.contracts.")]
    assert sorted(event.__name__ for event in CATALOGUE) == sorted(event.__name__ for event in product)


def test_a_topic_has_one_type_and_so_one_owner() -> None:
    topics = [event.topic for event in CATALOGUE]
    assert len(set(topics)) == len(topics)
    assert {event.owner for event in CATALOGUE} <= set(SERVICES)


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda event: event.topic)
def test_a_topic_is_named_for_its_class(event: type[Event]) -> None:
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+\.v[1-9]", event.topic)
    words = event.topic.rpartition(".v")[0].replace(".", "_").split("_")
    assert event.__name__ == "".join(word.capitalize() for word in words)
    assert event.event_type() == f"be.relais.{event.topic}"
    assert by_topic(event.topic) is event


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda event: event.topic)
def test_the_key_is_the_company_wherever_one_company_is_concerned(event: type[Event]) -> None:
    assert event.model_fields[event.key_field].is_required()
    if "enterprise_number" in event.model_fields:
        one_for_each_software = event.topic == "connection.changed.v1"
        assert event.key_field == ("connection_id" if one_for_each_software else "enterprise_number")


def test_the_catalogue_says_which_topic_it_does_not_have() -> None:
    with pytest.raises(LookupError, match=r"topic_unknown: found 'connection\.dreamt\.v1'"):
        by_topic("connection.dreamt.v1")


def test_listeners_are_services_and_known_for_every_topic() -> None:
    assert set(LISTENERS) == {event.topic for event in CATALOGUE}
    for topic, listeners in LISTENERS.items():
        assert set(listeners) <= set(SERVICES), topic
        assert len(set(listeners)) == len(listeners), topic


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda event: event.topic)
def test_an_event_is_frozen_and_ignores_what_it_does_not_know(
    event: type[Event], committed_examples: dict[str, str]
) -> None:
    value = example_of(event, committed_examples)
    body = event.model_validate({**value, "a_field_of_next_year": {"deep": [1]}})
    assert json.loads(body.model_dump_json(exclude_unset=True)) == value
    with pytest.raises(ValidationError, match="frozen"):
        setattr(body, event.key_field, body.key)


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda event: event.topic)
def test_an_event_has_no_place_for_a_token_a_password_or_an_open_address(event: type[Event]) -> None:
    for name, parts in fields_of(event):
        if any(word in name for word in SECRET_NAMES) and name not in HARMLESS:
            assert Sealed in parts, f"{event.topic}: {name} is not sealed"


def test_everything_that_is_an_event_can_be_imported_from_contracts_itself() -> None:
    assert {event.__name__ for event in CATALOGUE} <= set(shared.contracts.__all__)
    assert all(hasattr(shared.contracts, name) for name in shared.contracts.__all__)


def test_the_map_of_topics_in_the_readme_is_the_one_of_the_catalogue() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert render_map() in readme
    assert with_map(readme) == readme
