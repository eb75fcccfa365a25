"""The description of the HTTP API: whole, valid, as committed, and as true as the code it is read from."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from deploy.api_description.assembly import as_yaml, bodies_read_raw, description
from deploy.api_description.route_table import BEHIND_THE_DOOR, Route, route_table
from deploy.local import door
from shared.contracts.problem_pages import list_page, markdown, problem_page
from shared.contracts.problem_texts import dutch, english, french, german
from shared.contracts.problems import PROBLEMS
from shared.contracts.public import PUBLIC_FACTS
from shared.contracts.reasons import REASONS
from shared.values import Language

ROOT = Path(__file__).parents[2]
SAID_WITH = ("Problem", "Unusable", "TokenRefused", "KeyRefused", "ValueRejected")
NEVER_ANSWERED = {"key_malformed", "key_checksum"}
"""A key that cannot be read is answered as `credentials_invalid`."""
_DOOR_RULE = re.compile(r"\s(/(?:v\d|oauth|problems|connections|sandbox|inbox)[^\s{]*)")


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return description()


@pytest.fixture(scope="module")
def routes() -> list[Route]:
    return route_table()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_what_is_committed_is_what_the_code_says(described: dict[str, Any]) -> None:
    assert (ROOT / "docs/openapi.yaml").read_text(encoding="utf-8") == as_yaml(described), "run `make contracts`"
    assert (ROOT / "docs/problems.md").read_text(encoding="utf-8") == markdown(), "run `make contracts`"


def test_the_text_is_the_document_and_a_valid_openapi_3_1(described: dict[str, Any]) -> None:
    assert yaml.load(as_yaml(described), Loader=yaml.CSafeLoader) == described
    assert described["openapi"].startswith("3.1")
    validate(described)


def test_every_described_route_of_every_service_stands_in_it_and_no_other(
    described: dict[str, Any], routes: list[Route]
) -> None:
    expected = {f"{route.method} {route.path}" for route in routes if route.described}
    assert {name for name, _ in operations(described)} == expected
    assert set(BEHIND_THE_DOOR) == set(door.BEHIND_THE_DOOR)


def test_every_route_has_a_rule_at_the_door(routes: list[Route]) -> None:
    lines = (ROOT / "deploy/door/Caddyfile").read_text(encoding="utf-8").splitlines()
    rules = [rule for line in lines for rule in _DOOR_RULE.findall(line)]
    patterns = [re.compile(re.escape(rule).replace(r"\*", ".*")) for rule in rules]
    assert len(patterns) > 20
    assert [route.path for route in routes if not any(each.fullmatch(route.path) for each in patterns)] == []


def test_each_operation_has_a_name_of_its_own_readers_and_a_way_in(described: dict[str, Any]) -> None:
    names = Counter(operation["operationId"] for _, operation in operations(described))
    assert [name for name, count in names.items() if count > 1] == []
    for place, operation in operations(described):
        assert operation["tags"], place
        assert operation["security"], place
        assert operation["description"].endswith((".", ":")), place


def test_no_body_and_no_answer_is_left_without_a_schema(described: dict[str, Any]) -> None:
    assert bodies_read_raw(described) == []
    for place, operation in operations(described):
        for status, answer in operation["responses"].items():
            if status in ("204", "303") or "$ref" in answer:
                continue
            schemas = [media.get("schema") for media in answer.get("content", {}).values()]
            assert schemas, f"{place} {status}"
            for schema in schemas:
                open_ended = schema == {"type": "object"} or schema.get("additionalProperties") is True
                assert schema and not open_ended, f"{place} {status}"


def test_every_error_has_its_codes_and_the_form_that_its_callers_read(described: dict[str, Any]) -> None:
    for place, operation in operations(described):
        assert {"500", "503"} <= set(operation["responses"]), place
        for status, found in operation["responses"].items():
            answer = described["components"]["responses"][f"Failure{status}"] if "$ref" in found else found
            if int(status) < 400:
                continue
            if (place, status) == ("POST /oauth/token", "401"):
                assert set(answer["content"]) == {"application/json"}, "RFC 6749 §5.2 has a form of its own"
                continue
            expected = "application/json" if " /v2/" in place else "application/problem+json"
            schema = answer["content"][expected]["schema"]
            assert set(schema["properties"]["code"]["enum"]) <= set(PROBLEMS), place
            assert ("Retry-After" in answer["headers"]) == (status in ("429", "503")), place


@pytest.fixture(scope="module")
def raised() -> set[str]:
    return set(raised_codes())


def test_every_code_that_is_raised_is_in_the_catalogue(raised: set[str]) -> None:
    assert raised - set(PROBLEMS) - NEVER_ANSWERED == set()


def raised_codes() -> Iterator[str]:
    """The codes in services and shared that are given to what becomes a problem."""
    for folder in ("services", "shared"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.parent.name == "kbo":  # its findings are a report's, with a Problem of its own
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
                if isinstance(node, ast.Call) and name in SAID_WITH:
                    texts = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
                    yield from (text for text in texts[:2] if isinstance(text, str) and _is_code(text))


def _is_code(text: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", text) is not None


def test_the_search_for_codes_finds_what_it_should(raised: set[str]) -> None:
    assert {"connection_unknown", "document_unknown", "enterprise_number_checksum", "token_locked"} <= raised


def test_every_reason_and_every_code_has_a_page_in_four_languages() -> None:
    assert set(REASONS) <= set(PROBLEMS)
    for texts in (dutch, french, german, english):
        assert set(texts.TEXTS) == set(PROBLEMS) - set(REASONS)
    for entry in PROBLEMS.values():
        page = problem_page(entry)
        assert f'href="{entry.page}"' in list_page()
        for language in Language:
            assert f'lang="{language}"' in page
            assert re.search(r"[^.!?]$", entry.title[language]), entry.code
            assert re.search(r"[.!?]$", entry.detail[language]), entry.code
            assert "{" not in entry.next_action[language], entry.code


def test_the_webhooks_are_the_public_events_with_examples_that_fit(described: dict[str, Any]) -> None:
    assert list(described["webhooks"]) == list(PUBLIC_FACTS)
    for told in described["webhooks"].values():
        media = told["post"]["requestBody"]["content"]["application/json"]
        fits(described, media["schema"], media["example"])


def test_every_example_fits_its_schema(described: dict[str, Any]) -> None:
    shown = 0
    answers = [(name, {"responses": {"": answer}}) for name, answer in described["components"]["responses"].items()]
    for _, operation in [*operations(described), *answers]:
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for media in (media for body in bodies for media in body.get("content", {}).values() if "example" in media):
            fits(described, media["schema"], media["example"])
            shown += 1
    assert shown >= 15


def fits(document: dict[str, Any], schema: dict[str, Any], example: Any) -> None:
    whole = {**schema, "components": document["components"]}
    errors = [f"{error.json_path}: {error.message[:200]}" for error in Draft202012Validator(whole).iter_errors(example)]
    assert errors == []
