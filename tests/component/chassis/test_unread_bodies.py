"""What of a body that no service read, when the answer is a refusal?"""

from typing import Any

from starlette.types import Message

from shared.chassis.http import build_app
from tests.component.chassis.test_http import Toy, routes


async def test_a_refusal_waits_for_the_body_that_nobody_read() -> None:
    app = build_app("toy", [routes], Toy(), resources={}, body_limit_bytes=1000)
    pieces, told = [b"x" * 300, b"x" * 300, b"x" * 300], []

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        told.append((message.get("status"), len(pieces)))

    path: dict[str, Any] = {"path": "/v1/bytes", "raw_path": b"/v1/bytes", "root_path": "", "query_string": b""}
    headers = [(b"content-length", b"900")]
    await app({"type": "http", "method": "POST", "headers": headers, "state": {}, **path}, receive, send)
    assert told[0] == (401, 0)
