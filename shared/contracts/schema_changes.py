"""Which changes of a JSON Schema break those who wrote or read by the older one.

An optional field may be added and a closed list may grow; anything else is a new class on a `.v2` topic.
"""

from collections.abc import Iterator, Mapping
from typing import Any

IDENTITY = "x-relais"
"""The member of a schema that names topic, key, owner and whether the topic is compacted."""

_SAME = ("type", "format", "pattern", "default", "contentEncoding")
_LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")

Schema = Mapping[str, Any]


def breaking_changes(old_schema: Schema, new_schema: Schema) -> list[str]:
    """One sentence for each breaking change: where (JSON pointer), what was, what is. Empty: none breaks."""
    found = [
        f"{IDENTITY}/{name}: was {value!r}, is {new_schema.get(IDENTITY, {}).get(name)!r}"
        for name, value in old_schema.get(IDENTITY, {}).items()
        if new_schema.get(IDENTITY, {}).get(name) != value
    ]
    return found + list(_Comparison(old_schema, new_schema).of(old_schema, new_schema, ""))


class _Comparison:
    """Two schemas, walked together; each follows its own references."""

    def __init__(self, old_root: Schema, new_root: Schema) -> None:
        self._old_root, self._new_root = old_root, new_root

    def of(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        """The breaking changes at and below `where`."""
        old, new = _resolved(old, self._old_root), _resolved(new, self._new_root)
        yield from _changed_words(old, new, where)
        yield from _narrowed(old, new, where)
        yield from self._fields(old, new, where)
        yield from self._choices(old, new, where)
        for name in ("items", "propertyNames", "additionalProperties"):
            if name in old or name in new:
                yield from self._part(old.get(name), new.get(name), f"{where}/{name}")

    def _part(self, old: Any, new: Any, where: str) -> Iterator[str]:
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from self.of(old, new, where)
        elif old != new:
            yield f"{where}: was {old!r}, is {new!r}"

    def _fields(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed_before, needed_after = set(old.get("required", ())), set(new.get("required", ()))
        for name, field in before.items():
            if name not in after:
                yield f"{where}/{name}: removed or renamed"
                continue
            yield from self.of(field, after[name], f"{where}/{name}")
            if name in needed_before - needed_after:
                yield f"{where}/{name}: was required, may now be absent"
        for name in sorted(needed_after - needed_before):
            yield f"{where}/{name}: {'was optional, is now required' if name in before else 'new and required'}"

    def _choices(self, old: Schema, new: Schema, where: str) -> Iterator[str]:
        """Members of a union are told apart by their order of appearance; one may be added at the end."""
        for name in ("anyOf", "oneOf", "allOf"):
            before, after = old.get(name, []), new.get(name, [])
            if not before and after:
                yield f"{where}: was one type, is now {name} of {len(after)}"
            for index, choice in enumerate(before):
                place = f"{where}/{name}/{index}"
                if index >= len(after):
                    yield f"{place}: removed"
                else:
                    yield from self.of(choice, after[index], place)
            if before and any(choice.get("type") == "null" for choice in after[len(before) :]):
                yield f"{where}: may now be null"
        for name in ("if", "then"):
            if name in old:
                yield from self._part(old[name], new.get(name), f"{where}/{name}")


def _resolved(schema: Schema, root: Schema) -> Schema:
    """The schema that a local reference stands for, with what stands beside the reference."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    target: Any = root
    for step in reference.removeprefix("#/").split("/"):
        target = target[step]
    return {**target, **{name: value for name, value in schema.items() if name != "$ref"}}


def _changed_words(old: Schema, new: Schema, where: str) -> Iterator[str]:
    for word in _SAME:
        if old.get(word) != new.get(word):
            yield f"{where}: {word} was {old.get(word)!r}, is {new.get(word)!r}"


def _values(schema: Schema) -> list[Any]:
    """The closed list of what it may be; a constant is a list of one. Empty: it may be anything."""
    return [schema["const"]] if "const" in schema else list(schema.get("enum", ()))


def _narrowed(old: Schema, new: Schema, where: str) -> Iterator[str]:
    before, after = _values(old), _values(new)
    if after and not before:
        yield f"{where}: is now one of {after!r}"
    elif before and not after:
        yield f"{where}: was one of {before!r}, may now be anything"
    for value in before:
        if after and value not in after:
            yield f"{where}: may no longer be {value!r}"
    for bounds, sign in ((_LOWER_BOUNDS, 1), (_UPPER_BOUNDS, -1)):
        for bound in bounds:
            if bound in new and (bound not in old or sign * (new[bound] - old[bound]) > 0):
                yield f"{where}: {bound} was {old.get(bound)!r}, is {new[bound]!r}"
