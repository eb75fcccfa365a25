"""What every operation shares: who may call, headers that go in and out, the two forms of an error."""

from typing import Any

from deploy.api_description.route_table import Route

INFO: dict[str, Any] = {
    "title": "Relais",
    "version": "1",
    "description": (
        "Connects billing softwares, companies, accounting offices and banks in Belgium.\n\n"
        "JSON in UTF-8, times in UTC (RFC 3339), paths with or without a trailing slash and never a redirect. "
        "Every error has a stable `code`: the pages under `/problems` explain each, in nl, fr, de and en. Lists are "
        "read on by what the page before gave (`cursor`, `next`, `next_after`). Under `/v2` are the shapes that "
        "existing connectors know; there an error is `detail` as one sentence, with `code` beside it; `/oauth/token` "
        "refuses as RFC 6749 §5.2 has it. What the door itself answers (a service is away, a body is too large) has "
        "the same forms."
    ),
}
SERVERS = [
    {"url": "http://127.0.0.1:8080", "description": "`make run`"},
    {"url": "https://relais.example", "description": "your own"},
]
_READERS = {
    "software": "Billing software",
    "connection": "Billing software",
    "office": "Accounting office",
    "operator": "Operator",
    "public": "Public",
}
TAGS = [
    {"name": "Billing software", "description": "Called with the key of a software or of one of its connections."},
    {"name": "Accounting office", "description": "Called with the key of an office."},
    {"name": "Operator", "description": "Called with the operator's key."},
    {"name": "Public", "description": "Called by anyone."},
]
SECURITY: dict[str, Any] = {
    "key": {"type": "http", "scheme": "bearer", "description": "A key `rl_live_…` or `rl_test_…`."},
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "Id and secret of a credential, or the whole key as the password.",
    },
    "softwareCompany": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Software-Company",
        "description": "The key of a software, where a client of the v2 API sends it.",
    },
    "oauth": {
        "type": "oauth2",
        "description": "Client credentials (RFC 6749 §4.4) with the same id and secret.",
        "flows": {
            "clientCredentials": {
                "tokenUrl": "/oauth/token",
                "scopes": {
                    "invoices:write": "hand in sales documents",
                    "statements:read": "read statements and payments",
                    "statements:write": "hand in bank files",
                },
            }
        },
    },
}
_SCHEMES = {
    "software": ("key", "basic", "softwareCompany", "oauth"),
    "connection": ("key", "basic", "oauth"),
    "office": ("key", "basic"),
    "operator": ("key", "basic"),
}
PARAMETERS: dict[str, Any] = {
    "RequestId": {
        "name": "Request-Id",
        "in": "header",
        "required": False,
        "description": "Comes back in the answer and stands in our logs; without it one is made.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same call with the same key has one effect (draft-ietf-httpapi-idempotency-key-header).",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    },
}
RESPONSE_HEADERS: dict[str, Any] = {
    "RequestId": {"description": "The id of this call, for questions to the help desk.", "schema": {"type": "string"}},
    "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "Challenge": {"description": "The schemes that are taken (RFC 9110 §11.6.1).", "schema": {"type": "string"}},
}
_TEXT = {"type": "string"}
_ERRORS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "pointer": {"type": "string", "description": "where in the body (RFC 6901); empty: the whole"},
            "parameter": {"type": "string", "description": "which parameter, where it is not the body"},
            "in": _TEXT,
            "code": _TEXT,
            "detail": _TEXT,
            "found": _TEXT,
            "expected": _TEXT,
            "suggestion": {"type": "string", "description": "a valid value that was perhaps meant"},
        },
        "required": ["pointer", "code", "detail"],
    },
}
_SENTENCES = {"type": "object", "properties": dict.fromkeys(("nl", "fr", "de", "en"), _TEXT)}
PROBLEM_SCHEMAS: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "description": "An error (RFC 9457).",
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "description": "the page of the code"},
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "what was found and what was expected"},
            "instance": {"type": "string", "format": "uri-reference"},
            "code": {"type": "string", "description": "stable; decide on this"},
            "actor": {"type": "string", "description": "who mends it: caller, user, company, office, software, nobody"},
            "retryable": {"type": "boolean", "description": "the same call may succeed later"},
            "next_action": {
                "type": "object",
                "properties": {"label": _TEXT, "url": {"type": "string", "format": "uri-reference"}},
                "required": ["label", "url"],
            },
            "i18n": {**_SENTENCES, "description": "a sentence for people in each language"},
            "errors": _ERRORS,
            "journey": {"type": "string", "description": "the connection that it belongs to"},
            "request_id": _TEXT,
        },
        "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    },
    "PlainProblem": {
        "type": "object",
        "description": "An error under /v2.",
        "properties": {
            "detail": {"type": "string", "description": "one sentence for end users"},
            "code": {"type": "string", "description": "stable; decide on this"},
            "reason": _TEXT,
            "journey": _TEXT,
            "errors": _ERRORS,
            "request_id": _TEXT,
        },
        "required": ["detail", "code", "request_id"],
    },
}


def tags_of(route: Route) -> list[str]:
    """The readers whom a route is for, in the order of `TAGS`."""
    readers = {_READERS[kind] for kind in route.kinds}
    return [tag["name"] for tag in TAGS if tag["name"] in readers]


def security_of(route: Route) -> list[dict[str, list[str]]]:
    """Each way to prove who calls; an empty one where nobody has to."""
    schemes = {scheme for kind in route.kinds for scheme in _SCHEMES.get(kind, ())}
    needed = [{scheme: [route.scope] if scheme == "oauth" and route.scope else []} for scheme in SECURITY]
    proofs = [each for each in needed if set(each) <= schemes]
    return [{}, *proofs] if "public" in route.kinds else proofs
