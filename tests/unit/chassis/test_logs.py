"""Does a log line hold what operators need and nothing that nobody may read?"""

import json
import logging

import pytest
import structlog

from shared.chassis import logs
from shared.chassis.keys import make_key

KEY = make_key("live", "robaws0001", bytes(32))


@pytest.fixture(autouse=True)
def _restore() -> object:
    root = logging.getLogger()
    before = root.handlers, root.level
    yield
    root.handlers, root.level = before
    structlog.reset_defaults()


def _line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_line_is_json_with_time_level_service_and_event(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("intake")
    with logs.bound(correlation_id="c-1"):
        logs.logger("relay").info("published", count=3)
    line = _line(capsys)
    assert {
        "service": "intake",
        "level": "info",
        "event": "published",
        "correlation_id": "c-1",
    }.items() <= line.items()
    assert str(line["time"]).endswith("Z")
    assert line["count"] == 3


@pytest.mark.parametrize("name", ["token", "client_secret", "password", "e_mail", "email", "Authorization"])
def test_a_field_with_a_telling_name_is_blanked(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("intake")
    logs.logger("x").warning("told", **{name: "canary"}, nested={name: ["canary"]})
    assert "canary" not in json.dumps(_line(capsys))


@pytest.mark.parametrize("canary", [KEY, "jan.peeters@example.be", "postgresql://intake:canarypass@127.0.0.1/relais"])
def test_keys_addresses_and_passwords_inside_any_text_are_blanked(
    canary: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("intake")
    try:
        raise ValueError(f"cannot use {canary} here")
    except ValueError:
        logs.logger("x").exception(f"failed with {canary}", found=[f"<{canary}>"], error=ValueError(canary))
    said = json.dumps(_line(capsys))
    for secret in (KEY, "jan.peeters", "canarypass"):
        assert secret not in said
    assert "cannot use" in said


def test_a_library_that_logs_the_old_way_is_blanked_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("intake")
    logging.getLogger("some.library").warning("mail to %s refused", "jan.peeters@example.be")
    line = _line(capsys)
    assert line["event"] == "mail to [redacted] refused"
    assert line["service"] == "intake"


def test_lines_below_the_level_are_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("intake", "WARNING")
    logs.logger("x").info("quiet")
    assert capsys.readouterr().out == ""


def test_a_library_that_repeats_itself_is_heard_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("intake")
    for attempt in range(50):
        logging.getLogger("some.library").error("no connection to %s", attempt)
    logging.getLogger("some.library").error("something else")
    said = capsys.readouterr().out
    assert said.count("no connection") == 1
    assert said.count("something else") == 1
