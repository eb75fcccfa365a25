"""What all values of text have in common, and what their refusals tell."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

import shared.values as values
from shared.values import EnterpriseNumber, SoftwareSlug, ValueRejected
from shared.values.text import TextValue

KINDS = sorted(
    (kind for name in values.__all__ if issubclass(kind := getattr(values, name), TextValue)),
    key=lambda kind: kind.__name__,
)
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


class Company(BaseModel):
    number: EnterpriseNumber
    softwares: dict[SoftwareSlug, int] = {}


def test_all_values_of_text_are_looked_at() -> None:
    assert len(KINDS) == 19


@every_kind
def test_every_example_is_valid_and_in_its_normal_form(kind: type[TextValue]) -> None:
    for example in kind.examples:
        assert kind(example) == example
        assert kind(kind(example)) is not None
        assert hash(kind(example)) == hash(example)


@every_kind
def test_a_value_survives_copies_json_and_another_process(kind: type[TextValue]) -> None:
    value = kind(kind.examples[0])
    adapter = TypeAdapter(kind)
    assert type(pickle.loads(pickle.dumps(value))) is kind
    assert copy.deepcopy(value) == value
    assert json.loads(json.dumps(value)) == value
    read_back = adapter.validate_json(adapter.dump_json(value))
    assert (type(read_back), read_back) == (kind, value)
    assert type(adapter.dump_python(value, mode="json")) is str
    assert type(str(value)) is str


@every_kind
def test_the_schema_tells_pattern_description_and_examples(kind: type[TextValue]) -> None:
    for mode in ("validation", "serialization"):
        schema = TypeAdapter(kind).json_schema(mode=mode)
        assert schema == {
            "type": "string",
            "pattern": kind.pattern,
            "description": kind.description,
            "examples": list(kind.examples),
        }


@every_kind
@pytest.mark.parametrize("found", [None, 403170701, b"0403170701", ["x"]], ids=["none", "int", "bytes", "list"])
def test_what_is_no_text_is_refused(kind: type[TextValue], found: object) -> None:
    with pytest.raises(ValueRejected) as refusal:
        kind(found)  # type: ignore[arg-type]
    assert refusal.value.code == kind.code
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(found)


@every_kind
@given(text=st.text(max_size=60))
def test_any_text_is_a_value_in_normal_form_or_refused(kind: type[TextValue], text: str) -> None:
    try:
        value = kind(text)
    except ValueRejected as refusal:
        assert refusal.found.isprintable()
        assert len(refusal.found) <= 80
    else:
        assert kind(str(value)) == value


def test_a_value_reads_from_and_writes_to_models() -> None:
    company = Company.model_validate_json('{"number":"BE 0403.170.701","softwares":{"robaws":1}}')
    assert type(company.number) is EnterpriseNumber
    assert company.model_dump_json() == '{"number":"0403170701","softwares":{"robaws":1}}'
    assert Company(number=company.number).number is company.number


def test_a_refusal_in_a_model_keeps_its_code_and_its_facts() -> None:
    with pytest.raises(ValidationError) as refusal:
        Company.model_validate({"number": "0430170701"})
    error = refusal.value.errors()[0]
    assert (error["type"], error["loc"]) == ("enterprise_number_checksum", ("number",))
    assert error["ctx"]["found"] == "0430170701"
    assert error["ctx"]["suggestion"] == "0403.170.701"
    assert error["msg"].endswith("did you mean 0403.170.701?")


def test_a_refusal_with_braces_is_told_as_it_is() -> None:
    with pytest.raises(ValidationError) as refusal:
        Company.model_validate({"number": "{found}{}"})
    assert "'{found}{}'" in refusal.value.errors()[0]["msg"]


def test_what_was_found_is_printable_and_short() -> None:
    refusal = ValueRejected("code", "a\nb\x00\u200b" + "x" * 200, "a word")
    assert refusal.found.startswith(r"a\nb\x00\u200bxxx")
    assert (len(refusal.found), refusal.found[-1]) == (80, "…")
    assert ValueRejected("code", "y" * 80, "a word").found == "y" * 80
    assert "\ud800" not in ValueRejected("code", "\ud800", "a word").found


def test_a_refusal_survives_the_way_back_from_a_worker_process() -> None:
    refusal = ValueRejected("code", "found\n", "a word", "word")
    again = pickle.loads(pickle.dumps(refusal))
    assert vars(again) == vars(refusal)
    assert str(again) == r"expected a word, found 'found\n'; did you mean word?"


def test_a_value_cannot_be_changed() -> None:
    number = EnterpriseNumber("0403170701")
    with pytest.raises(AttributeError):
        number.checked = True  # type: ignore[attr-defined]
    assert repr(number) == "EnterpriseNumber('0403170701')"


def test_what_is_remembered_of_a_kind_is_its_own_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SoftwareSlug, "most_remembered", 3)
    slugs = [SoftwareSlug(f"software-{number}") for number in range(10)]
    assert slugs == [f"software-{number}" for number in range(10)]
    assert len(SoftwareSlug._remembered) <= 3
    assert EnterpriseNumber("BE 0403.170.701") is EnterpriseNumber("BE 0403.170.701") == "0403170701"
    with pytest.raises(ValueRejected):
        SoftwareSlug(EnterpriseNumber("0403.170.701").formatted)
    assert type(SoftwareSlug(EnterpriseNumber("0403170701"))) is SoftwareSlug
