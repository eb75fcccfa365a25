"""What every value of text is: a `str`, checked and brought to its one normal form when it is made."""

import re
from typing import Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

from shared.values.errors import ValueRejected

SPELLING_LENGTH = 120
"""Characters; no value that people type is longer, however many separators they use."""

INVISIBLE = r"\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff"
"""What comes along when text is copied from a page or a PDF: soft hyphens, zero-width and direction marks."""

_DASHES = r"\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
_DOTS_AND_SLASHES = r"./\\\u00b7\u2022\u2024\u2044\u2215"
_SEPARATORS = re.compile(f"[\\s{INVISIBLE}{_DASHES}{_DOTS_AND_SLASHES}]")


def without_separators(text: str) -> str:
    """The text in capitals without the spaces, dots, dashes, slashes and invisible marks people put in."""
    return _SEPARATORS.sub("", text).upper()


def rejection(error: ValueRejected) -> PydanticCustomError:
    """The refusal as pydantic tells it: type = the stable code; context = found, expected, suggestion."""
    context = {"found": error.found, "expected": error.expected}
    if error.suggestion:
        context["suggestion"] = error.suggestion
    # Last, for pydantic fills in one after the other, and what was found may hold braces of its own.
    context["sentence"] = str(error)
    # A code is data here, where pydantic's stubs want a literal.
    return PydanticCustomError(error.code, "{sentence}", context)  # type: ignore[arg-type,unused-ignore]


class TextValue(str):
    """Base of every value of text.

    A subclass says how a spelling becomes the normal form (`_normal_form`), and describes that form by a
    pattern, a sentence and examples. Making one raises `ValueRejected`; there is no other way to make one.
    """

    __slots__ = ()

    code: ClassVar[str]
    """Stable code of the refusal of what does not even look like it."""
    pattern: ClassVar[str]
    description: ClassVar[str]
    examples: ClassVar[tuple[str, ...]]

    most_remembered: ClassVar[int] = 0
    """How many spellings are remembered with what they became: of values that come again and again, as ids do."""

    _form: ClassVar[re.Pattern[str]]
    _remembered: ClassVar[dict[str, Self]]
    """Of each kind its own."""

    def __init_subclass__(cls) -> None:
        """Compiles the pattern once: ids are made by the hundred for every document."""
        super().__init_subclass__()
        cls._remembered = {}
        if "pattern" in cls.__dict__:
            cls._form = re.compile(cls.pattern.removeprefix("^").removesuffix("$"))

    def __new__(cls, text: str) -> Self:
        if type(text) is cls:
            return text
        if not isinstance(text, str):
            raise ValueRejected(cls.code, text, "text")
        made = cls._remembered.get(text)
        if made is None:
            made = super().__new__(cls, cls._normal_form(text))
            if cls.most_remembered:
                if len(cls._remembered) >= cls.most_remembered:
                    cls._remembered.clear()
                cls._remembered[text] = made
        return made

    @classmethod
    def _normal_form(cls, text: str) -> str:
        """The text itself where it has one spelling only; else overridden. Raises `ValueRejected`."""
        if cls._form.fullmatch(text) is None:
            raise ValueRejected(cls.code, text, cls.description)
        return text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __str__(self) -> str:
        return str.__str__(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._from_input, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    @classmethod
    def _from_input(cls, found: object) -> Self:
        if not isinstance(found, str):
            raise PydanticKnownError("string_type")
        try:
            return cls(found)
        except ValueRejected as error:
            raise rejection(error) from None

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": cls.pattern,
            "description": cls.description,
            "examples": list(cls.examples),
        }
