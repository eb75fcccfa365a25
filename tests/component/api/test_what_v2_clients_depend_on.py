"""The facts of codabox-v2.md that hold for every route under /v2, of whatever service, over a real database."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from deploy.api_description.route_table import Route
from tests.component.api.house import COMPANY, House

JSON = {"Content-Type": "application/json"}
ALL = ("GET", "PUT", "POST", "PATCH", "DELETE")


@pytest.fixture(scope="session")
def of_v2(routes: list[Route]) -> list[Route]:
    found = [route for route in routes if route.path.startswith("/v2/")]
    assert {route.service for route in found} == {"intake", "token_mailer", "verification", "delivery"}
    assert len(found) >= 20
    return found


def filled(route: Route) -> str:
    return re.sub(r"\{\w+\}", "absent01", route.path.replace("{enterprise_number}", COMPANY))


def with_other_methods(route: Route, of_v2: list[Route]) -> Iterator[Route]:
    taken = {each.method for each in of_v2 if each.path == route.path}
    for method in ALL:
        if method not in taken:
            yield replace(route, method=method)


def complaint(answer: httpx.Response) -> str | None:
    """What about an error is otherwise than clients can read it."""
    if answer.headers["content-type"] != "application/json":
        return f"found {answer.headers['content-type']}, expected exactly application/json"
    body: Any = answer.json()
    if not isinstance(body, dict) or not isinstance(body.get("detail"), str) or not body["detail"].strip():
        return f"found {answer.text[:200]}, expected an object whose detail is one text"
    if "\n" in body["detail"] or body["detail"].lstrip().startswith(("[", "{")):
        return f"found {body['detail'][:100]!r}, expected a sentence"
    return None


def named(route: Route, answer: httpx.Response) -> str:
    return f"{route.method} {route.path}: {answer.status_code} {answer.text[:200]}"


def test_fact_11_every_refusal_is_an_object_with_one_sentence(house: House, of_v2: list[Route]) -> None:
    complaints, statuses = [], set()
    bodies = (b"", b"{", b"[]", b'{"vat": 1, "feed_offset": []}', b"\xff", b"x" * 200_000)
    for route in of_v2:
        for content in bodies if route.method in ("POST", "PUT") else (None,):
            answer = house.call(route, filled(route), JSON, content)
            statuses.add(answer.status_code)
            if answer.status_code >= 400 and (wrong := complaint(answer)):
                complaints.append(f"{named(route, answer)}: {wrong}")
    assert complaints == []
    assert {400, 404, 413, 422} <= statuses


def test_fact_11_so_are_the_errors_that_the_framework_makes(house: House, of_v2: list[Route]) -> None:
    complaints, statuses = [], set()
    for route in of_v2:
        paths = {filled(route), filled(route) + "/nowhere/at/all"}
        for other in (*with_other_methods(route, of_v2), route):
            for path in paths if other is not route else paths - {filled(route)}:
                answer = house.call(other, path, {}, None)
                statuses.add(answer.status_code)
                if answer.status_code not in (404, 405) or (wrong := complaint(answer)):
                    complaints.append(f"{path} {named(other, answer)}: {wrong}")
    assert complaints == []
    assert statuses == {404, 405}


def test_fact_11_and_those_of_callers_who_are_not_known(house: House, of_v2: list[Route]) -> None:
    nobody: list[Route] = [replace(route, kinds=frozenset()) for route in of_v2 if "public" not in route.kinds]
    complaints = []
    for route in nobody:
        for headers in ({}, {"Authorization": "Basic nonsense"}, {"Authorization": "Basic YTpi"}):
            answer = house.call(route, filled(route), headers, None)
            if answer.status_code != 401 or (wrong := complaint(answer)):
                complaints.append(f"{named(route, answer)}: {wrong}")
    assert complaints == []
    assert len(nobody) >= 15


def test_fact_5_both_slash_forms_are_one_address_and_none_redirects(house: House, of_v2: list[Route]) -> None:
    complaints = []
    for route in of_v2:
        content = b"{}" if route.method in ("POST", "PUT") else None
        plain, slashed = (house.call(route, filled(route) + end, JSON, content) for end in ("", "/"))
        if plain.status_code != slashed.status_code or plain.is_redirect:
            complaints.append(f"{named(route, plain)} but with a slash {slashed.status_code}")
        codes = [answer.json()["code"] for answer in (plain, slashed) if answer.status_code >= 400]
        if len(set(codes)) > 1:
            complaints.append(f"{named(route, plain)} but with a slash {codes[1]}")
    assert complaints == []


def test_fact_4_a_get_that_announces_json_and_has_none_is_no_error(house: House, of_v2: list[Route]) -> None:
    reading = [route for route in of_v2 if route.method == "GET"]
    for route in reading:
        bare = house.call(route, filled(route), {}, None)
        announced = house.call(route, filled(route), JSON, None)
        with_body = house.call(route, filled(route), JSON, b"{")
        assert [announced.status_code, with_body.status_code] == [bare.status_code] * 2, named(route, announced)
    assert len(reading) >= 9


def test_fact_4_neither_is_a_post_that_has_nothing_to_say(
    house: House, of_v2: list[Route], described: dict[str, Any]
) -> None:
    without_body = [
        route
        for route in of_v2
        if route.method == "POST" and "requestBody" not in described["paths"][route.path]["post"]
    ]
    assert without_body
    for route in without_body:
        answers = [house.call(route, filled(route), headers, None) for headers in ({}, JSON)]
        assert len({answer.status_code for answer in answers}) == 1
        assert answers[1].status_code not in (400, 415, 422), named(route, answers[1])


@pytest.mark.parametrize("accept", ["application/json", "text/html", "application/x-nothing", ""])
def test_fact_3_nobody_is_told_that_what_he_accepts_is_not_there(house: House, of_v2: list[Route], accept: str) -> None:
    for route in of_v2:
        content = b"{}" if route.method in ("POST", "PUT") else None
        usual = house.call(route, filled(route), JSON, content)
        asked = house.call(route, filled(route), {**JSON, "Accept": accept}, content)
        assert asked.status_code == usual.status_code != 406, named(route, asked)


def test_fact_15_wrong_tries_in_a_row_do_not_keep_the_right_one_out(house: House, of_v2: list[Route]) -> None:
    route = next(each for each in of_v2 if each.path == "/v2/delivery/pod-client")
    stranger = replace(route, kinds=frozenset())
    right = house.callers.headers["office"]["Authorization"].removeprefix("Bearer ")
    wrong = [httpx.BasicAuth("office0001", f"wrong-{number}") for number in range(12)]
    for auth in wrong:
        headers = {"Authorization": _basic(auth)}
        assert house.call(stranger, filled(route), headers, None).status_code == 401
        assert house.call(stranger, filled(route), {"X-Software-Company": "rl_live_unknown"}, None).status_code == 401
    answer = house.call(stranger, filled(route), {"Authorization": _basic(httpx.BasicAuth("any", right))}, None)
    assert answer.status_code == 200, answer.text


def _basic(auth: httpx.BasicAuth) -> str:
    flow = auth.auth_flow(httpx.Request("GET", "http://relais"))
    return str(next(flow).headers["Authorization"])


def test_fact_6_what_succeeds_is_200_where_its_row_does_not_say_201(
    of_v2: list[Route], described: dict[str, Any]
) -> None:
    made = {
        "POST /v2/request-access-token/invoicing-software": {"201"},
        # 200 for bytes that came before.
        "POST /v2/sales-invoices": {"200", "201"},
        "POST /v2/peppol/licences": {"201"},
        "POST /v2/peppol/licences/{licence}/request-token": {"201"},
    }
    found = {
        f"{route.method} {route.path}": {
            status
            for status in described["paths"][route.path][route.method.lower()]["responses"]
            if status.startswith("2")
        }
        for route in of_v2
    }
    assert found == {name: made.get(name, {"200"}) for name in found}
    assert set(made) <= set(found)
