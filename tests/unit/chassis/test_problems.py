"""Is every error told in the form, with the code, that its caller can use?"""

import json

import asyncpg
import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared.chassis.errors import Problem, Unavailable
from shared.chassis.problems import BodyTooLarge, answer, pointer, problem_of
from shared.values import EnterpriseNumber, ValueRejected

PROBLEM = Problem(
    404, "connection_unknown", "No such connection.", extra={"actor": "software", "code": "other", "status": 200}
)


def test_a_problem_is_told_as_problem_details() -> None:
    response = answer(PROBLEM, "/v1/connections/con_1/activate", "r-1")
    assert response.headers["content-type"] == "application/problem+json"
    body = json.loads(response.body)
    label = body["next_action"].pop("label")
    sentences = body.pop("i18n")
    assert body == {
        "type": "/problems/connection_unknown",
        "title": "The connection is not known",
        "status": 404,
        "detail": "No such connection.",
        "instance": "/requests/r-1",
        "code": "connection_unknown",
        "request_id": "r-1",
        "actor": "software",
        "retryable": False,
        "next_action": {"url": "/problems/connection_unknown"},
        "journey": "con_1",
    }
    assert label.startswith("Check the address")
    assert set(sentences) == {"nl", "fr", "de", "en"}
    assert len(set(sentences.values())) == 4


def test_the_words_of_an_endpoint_keep_the_link_to_the_page_of_the_code() -> None:
    told = Problem(410, "token_expired", "Verlopen.", extra={"next_action": {"label": "Vraag een nieuwe code."}})
    body = json.loads(answer(told, "/v1/connections/con_1/activate", "r-1").body)
    assert body["next_action"] == {"label": "Vraag een nieuwe code.", "url": "/problems/token_expired"}


def test_under_v2_the_detail_is_one_sentence_in_plain_json() -> None:
    response = answer(PROBLEM, "/v2/get-credentials/x", "r-1")
    assert response.headers["content-type"] == "application/json"
    body = json.loads(response.body)
    assert body["detail"] == "No such connection."
    assert body["code"] == "connection_unknown"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (HTTPException(404), 404, "route_unknown"),
        (HTTPException(405), 405, "method_not_allowed"),
        (HTTPException(418), 418, "request_refused"),
        (BodyTooLarge(10), 413, "body_too_large"),
        (Unavailable("x", retry_after=2.5), 503, "temporarily_unavailable"),
        (asyncpg.TooManyConnectionsError("x"), 503, "temporarily_unavailable"),
        (asyncpg.DiskFullError("x"), 503, "temporarily_unavailable"),
        (ConnectionRefusedError("x"), 503, "temporarily_unavailable"),
        (asyncpg.CharacterNotInRepertoireError("x"), 422, "text_unusable"),
        (asyncpg.UniqueViolationError("x"), 500, "internal_error"),
        (KeyError("canary"), 500, "internal_error"),
    ],
)
def test_each_kind_of_error_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    problem = problem_of(error)
    assert (problem.status, problem.code) == (status, code)
    assert "canary" not in problem.detail


def test_who_must_wait_is_told_how_long_in_whole_seconds() -> None:
    assert problem_of(Unavailable("x", retry_after=2.5)).headers["Retry-After"] == "3"


def test_a_rejected_value_gives_its_own_code_and_what_was_perhaps_meant() -> None:
    with pytest.raises(ValueRejected) as rejected:
        EnterpriseNumber("0430.170.701")
    problem = problem_of(rejected.value)
    assert (problem.status, problem.code) == (422, "enterprise_number_checksum")
    assert problem.errors[0]["suggestion"] == "0403.170.701"


def test_half_a_character_in_a_detail_does_not_break_the_answer() -> None:
    response = answer(Problem(422, "x", "found \ud800"), "/v1/x", "r")
    assert json.loads(response.body)["detail"] == "found \ud800"


def test_a_pointer_escapes_what_json_pointer_reserves() -> None:
    assert pointer(["a/b", "c~d", 0]) == "/a~1b/c~0d/0"


def test_a_body_that_is_not_utf_8_says_which_byte_and_where() -> None:
    error = HTTPException(400)
    try:
        "façade".encode("latin-1").decode()
    except UnicodeDecodeError as cause:
        error.__cause__ = cause
    problem = problem_of(error)
    assert (problem.status, problem.code) == (400, "charset_not_utf8")
    assert "0xe7 at position 2" in problem.detail


def test_a_framework_own_word_for_an_error_is_never_the_code_of_the_problem() -> None:
    place = {"type": "enum", "loc": ("body", "language"), "msg": "Input should be 'nl'", "ctx": {"expected": "'nl'"}}
    problem = problem_of(RequestValidationError([place]))
    assert (problem.status, problem.code) == (422, "request_malformed")
    assert problem.errors[0]["pointer"] == "/language"
