"""What all that is told outside has in common: one type, and the facts of just that type."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, get_args

from pydantic import GetJsonSchemaHandler, ValidatorFunctionWrapHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from shared.contracts.event import TYPE_PREFIX, Facts


def as_made(found: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Facts that were made already stand as they are: a union would try one kind of them after the other."""
    return found if isinstance(found, Facts) else read(found)


class TypedFacts(Facts):
    """`type` says which facts `data` holds. A subclass has both fields, and in `facts_of` the facts of each type."""

    facts_of: ClassVar[Mapping[Any, type[Facts]]]
    if TYPE_CHECKING:
        type: Any
        data: Any

    @model_validator(mode="before")
    @classmethod
    def _read_as_its_type(cls, found: Any) -> Any:
        """Reads `data` as the facts of `type`: several kinds of facts may look alike."""
        if not isinstance(found, Mapping) or not isinstance(found.get("data"), Mapping):
            return found
        facts = cls.facts_of.get(found.get("type", ""))
        return {**found, "data": facts.model_validate(found["data"])} if facts else found

    @model_validator(mode="after")
    def _holds_the_facts_of_its_type(self) -> Self:
        expected, found = self.facts_of[self.type], type(self.data)
        if found is not expected:
            raise ValueError(f"data of {self.type}: found {found.__name__}, expected {expected.__name__}")
        return self

    @property
    def event_type(self) -> str:
        """The CloudEvents `type` on Kafka: `be.relais.document.routed.v1`."""
        return f"{TYPE_PREFIX}{self.type}.v1"

    def as_json(self) -> str:
        """The body as it is sent; what is not known is left out."""
        return self.model_dump_json(exclude_none=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Says in the schema, too, which facts belong to which type."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        choices = schema["properties"]["data"]["anyOf"]
        of_class = dict(zip(get_args(cls.model_fields["data"].annotation), choices, strict=True))
        schema["allOf"] = [
            {
                "if": {"properties": {"type": {"const": name}}},
                "then": {"properties": {"data": of_class[facts]}},
            }
            for name, facts in cls.facts_of.items()
        ]
        return schema
