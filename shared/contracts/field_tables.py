"""Tables of fields, of the parts that events share, and of the values they hold, in Markdown."""

from collections.abc import Iterable, Iterator, Mapping
from inspect import cleandoc
from types import MappingProxyType

from pydantic import BaseModel

from shared.contracts.operations import DeadLetter
from shared.contracts.public import PUBLIC_FACTS, PublicEvent
from shared.contracts.public_offices import OfficeEvent
from shared.contracts.submissions import ConnectionSubmission
from shared.contracts.type_words import absent_in_words, meaning, parts_of, type_in_words
from shared.values import Money
from shared.values.text import TextValue

DOCUMENTED: tuple[type[BaseModel], ...] = (
    DeadLetter,
    PublicEvent,
    *PUBLIC_FACTS.values(),
    OfficeEvent,
    ConnectionSubmission,
)
"""What the page explains beside the catalogue's events."""


def anchor(heading: str) -> str:
    """The link target that a Markdown page gives a heading: lower case, no dots, spaces are hyphens."""
    return heading.lower().replace(".", "").replace(" ", "-")


def explained(model: type[BaseModel]) -> list[str]:
    """The docstring of a contract as paragraphs."""
    return cleandoc(model.__doc__ or "").splitlines()


def field_table(model: type[BaseModel], types: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
    """One row a field: name, type (`types` has words for the long ones), what holds when it is absent, meaning."""
    yield "| Field | Type | When absent | Meaning |"
    yield "|---|---|---|---|"
    for name, field in model.model_fields.items():
        kind = types.get(name) or type_in_words(field.annotation)
        cells = (f"`{name}`", kind, absent_in_words(field), meaning(name, field))
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def shared_parts(models: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    """The models inside these models, each once, in alphabetical order; the models themselves not."""
    given = list(models)
    found: dict[str, type[BaseModel]] = {}
    waiting = list(given)
    while waiting:
        for part in _parts(waiting.pop()):
            if issubclass(part, BaseModel) and part not in given and part.__name__ not in found:
                found[part.__name__] = part
                waiting.append(part)
    return [found[name] for name in sorted(found)]


def values_table(models: Iterable[type[BaseModel]]) -> Iterator[str]:
    """One row a value: its form and an example."""
    given = list(models)
    parts = {part for model in [*given, *shared_parts(given)] for part in _parts(model)}
    yield "| Value | Form | Example |"
    yield "|---|---|---|"
    for value in sorted((part for part in parts if issubclass(part, TextValue)), key=lambda value: value.__name__):
        yield f"| {value.__name__} | {value.description} | `{value.examples[0]}` |"
    yield "| Language | a language that people are written to in (ISO 639-1) | `nl`, `fr`, `de`, `en` |"
    amount = Money.of("1234.56", "EUR")
    yield (
        "| Money | an exact amount and its currency; two decimals, or three where the third is not 0 "
        f'| `{{"amount": "{amount.amount}", "currency": "{amount.currency}"}}` |'
    )


def _parts(model: type[BaseModel]) -> list[type]:
    parts = (part for field in model.model_fields.values() for part in parts_of(field.annotation))
    return [part for part in parts if isinstance(part, type)]
