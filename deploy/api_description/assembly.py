"""One OpenAPI 3.1 document for all services: their routes, then what the house adds to every operation."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from deploy.api_description.examples import examples, failure_example
from deploy.api_description.failures import Failure, failures_of, reads_body
from deploy.api_description.parts import (
    INFO,
    PARAMETERS,
    PROBLEM_SCHEMAS,
    RESPONSE_HEADERS,
    SECURITY,
    SERVERS,
    TAGS,
    security_of,
    tags_of,
)
from deploy.api_description.route_table import Route, route_table, routers
from deploy.api_description.spellings import allow_any_spelling
from deploy.api_description.told import webhooks
from shared.contracts.problems import PROBLEMS
from shared.values import Language

_FRAMEWORK_SCHEMAS = ("HTTPValidationError", "ValidationError")
Document = dict[str, Any]


def description() -> Document:
    """The document, as it is to be read from the code now."""
    found, shown = _of_services(), examples()
    schemas = {name: found["components"]["schemas"][name] for name in sorted(found["components"]["schemas"])}
    for name in _FRAMEWORK_SCHEMAS:
        schemas.pop(name, None)
    events, event_schemas = webhooks(schemas)
    paths: Document = {}
    for route in route_table():
        if route.described:
            operation = found["paths"][route.path][route.method.lower()]
            told = _completed(operation, route, shown.get(route.operation_id, {}))
            paths.setdefault(route.path, {})[route.method.lower()] = told
    allow_any_spelling(paths, schemas)
    responses: Document = {}
    _share_failures(paths, responses)
    document = {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": SERVERS,
        "tags": TAGS,
        "paths": paths,
        "webhooks": events,
        "components": {
            "securitySchemes": SECURITY,
            "parameters": PARAMETERS,
            "headers": RESPONSE_HEADERS,
            "responses": responses,
            "schemas": {**schemas, **event_schemas, **PROBLEM_SCHEMAS},
        },
    }
    plain: Document = json.loads(json.dumps(document))
    return plain


def as_yaml(document: Mapping[str, Any]) -> str:
    """The same text for the same document: keys in the order given, no aliases."""
    import yaml  # here: only those who write the contracts need it, and no service's image has it

    class Plain(yaml.CSafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    opening = "# Written by `make contracts` from the routes of the services. Change those, never this file.\n"
    return opening + yaml.dump(dict(document), Dumper=Plain, sort_keys=False, allow_unicode=True, width=110)


def _of_services() -> Document:
    app = FastAPI(redirect_slashes=False)
    for routes in routers():
        app.include_router(routes)
    return get_openapi(title=INFO["title"], version=INFO["version"], openapi_version="3.1.0", routes=app.routes)


def _completed(operation: Document, route: Route, example: Mapping[str, Any]) -> Document:
    told: Document = {
        "operationId": route.operation_id,
        "summary": operation["summary"],
        "description": operation.get("description", operation["summary"]),
        "tags": tags_of(route),
        "security": security_of(route),
        "parameters": [*operation.get("parameters", ()), *_parameters(route)],
    }
    if "requestBody" in operation:
        told["requestBody"] = operation["requestBody"]
        _add_example(told["requestBody"], example.get("request"))
    told["responses"] = {**_successes(operation, example), **_failures(route, operation)}
    return told


def _parameters(route: Route) -> Iterator[Document]:
    yield {"$ref": "#/components/parameters/RequestId"}
    if route.takes_key and route.method == "POST":
        yield {"$ref": "#/components/parameters/IdempotencyKey"}


def _successes(operation: Document, example: Mapping[str, Any]) -> Document:
    found = {status: told for status, told in operation["responses"].items() if int(status) < 400}
    for told in found.values():
        told["headers"] = {**told.get("headers", {}), "Request-Id": {"$ref": "#/components/headers/RequestId"}}
        _tidy(told)
        _add_example(told, example.get("response"))
    return found


def _tidy(response: Document) -> None:
    """A function that answers a `Response` of its own has no schema but the declared one; drop the empty rest."""
    content = {kind: media for kind, media in response.get("content", {}).items() if media.get("schema") != {}}
    for media in content.values():
        if "$ref" in media.get("schema", {}):
            media["schema"] = {"$ref": media["schema"]["$ref"]}
    if content:
        response["content"] = content


def _add_example(body: Document, example: Any) -> None:
    media = body.get("content", {}).get("application/json")
    if media is not None and example is not None:
        media["example"] = example


def _failures(route: Route, operation: Document) -> Document:
    by_status = groupby(failures_of(route), key=lambda failure: failure[0])
    told = {str(status): _failure(route, status, list(failures)) for status, failures in by_status}
    for status, own in operation["responses"].items():
        if int(status) >= 400 and not _is_of_framework(own):
            told[status] = _in_both_forms(own, told.get(status, {}), int(status))
    return dict(sorted(told.items()))


def _is_of_framework(response: Document) -> bool:
    return any(name in json.dumps(response) for name in _FRAMEWORK_SCHEMAS)


def _in_both_forms(own: Document, problem: Document, status: int) -> Document:
    """An error that a route describes in a form of its own (RFC 6749 §5.2), beside what the chassis answers."""
    sentences = [each["description"] for each in (own, problem) if each]
    return {
        "description": "\n".join(sentences),
        "headers": _headers(status),
        "content": {**own["content"], **problem.get("content", {})},
    }


def _failure(route: Route, status: int, failures: list[Failure]) -> Document:
    codes = [code for _, code in failures]
    plain = route.path.startswith("/v2/")
    schema = {
        "allOf": [{"$ref": f"#/components/schemas/{'PlainProblem' if plain else 'Problem'}"}],
        "properties": {"code": {"enum": codes}},
    }
    sentences = "\n".join(f"- `{code}`: {PROBLEMS[code].title[Language.EN]}" for code in codes)
    media_type = "application/json" if plain else "application/problem+json"
    return {"description": sentences, "headers": _headers(status), "content": {media_type: {"schema": schema}}}


def _headers(status: int) -> Document:
    headers = {"Request-Id": {"$ref": "#/components/headers/RequestId"}}
    if status in (429, 503):
        headers["Retry-After"] = {"$ref": "#/components/headers/RetryAfter"}
    if status == 401:
        headers["WWW-Authenticate"] = {"$ref": "#/components/headers/Challenge"}
    return headers


def _share_failures(paths: Document, shared: Document) -> None:
    """The most frequent answer of each error status stands once, in `shared`."""
    operations = [operation for methods in paths.values() for operation in methods.values()]
    told = Counter(
        (status, json.dumps(answer))
        for operation in operations
        for status, answer in operation["responses"].items()
        if int(status) >= 400 and "application/problem+json" in answer["content"]
    )
    for (status, text), count in told.most_common():
        name = f"Failure{status}"
        if count == 1 or name in shared:
            continue
        shared[name] = json.loads(text)
        for media in shared[name]["content"].values():
            code = media["schema"]["properties"]["code"]["enum"][0]
            media["example"] = failure_example(int(status), code, "/v1/connections")
        for operation in operations:
            if json.dumps(operation["responses"].get(status)) == text:
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def bodies_read_raw(document: Mapping[str, Any]) -> list[str]:
    """Operations whose function reads the bytes itself and whose route does not say which (`openapi_extra`)."""
    return [
        route.operation_id
        for route in route_table()
        if route.described and route.method != "GET" and reads_body(route.endpoint)
        if "requestBody" not in document["paths"][route.path][route.method.lower()]
    ]
