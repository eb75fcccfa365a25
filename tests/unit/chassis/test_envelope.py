"""Is each way of being unreadable told apart, and is nothing readable refused?"""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.chassis.envelope import (
    LARGEST_VALUE,
    StoredRecord,
    headers_for,
    pack_headers,
    place_id,
    read_event,
    read_submission,
    text_headers,
)
from shared.chassis.errors import InvalidMessage
from shared.contracts.event import Event

TIME = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
IDENTITY = UUID(int=42)


class Told(Event, topic="test.told.v1", owner="test", key="name"):
    name: str
    n: int


def record(body: Any, **changes: Any) -> StoredRecord:
    headers = headers_for(
        event_id=IDENTITY,
        event_type=Told.event_type(),
        source="test",
        time=TIME,
        subject="k",
        sequence=7,
        correlation_id="journey",
        causation_id=UUID(int=1),
    )
    packed = [(name, value) for name, value in pack_headers(headers) if name not in changes]
    packed += [(name, value) for name, value in changes.items() if value is not None]
    value = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    return StoredRecord(Told.topic, 0, 5, b"k", value, packed)


GOOD = {"name": "k", "n": 1}
UNREADABLE: dict[str, tuple[Any, dict[str, Any], str]] = {
    "malformed JSON": (b'{"name": "k", ', {}, "json_malformed"),
    "another schema": ({"name": "k", "n": "many"}, {}, "schema_mismatch"),
    "an unknown type": (GOOD, {"ce_type": b"be.relais.other.v1"}, "event_type_unknown"),
    "too many bytes": (b'"' + b"x" * LARGEST_VALUE + b'"', {}, "message_too_large"),
    "no value": (None, {}, "tombstone_unexpected"),
    "a NUL": (b'{"name": "\x00", "n": 1}', {}, "nul_character"),
    "an escaped NUL": (b'{"name": "\\u0000", "n": 1}', {}, "nul_character"),
    "another charset": ('{"name": "Café", "n": 1}'.encode("latin-1"), {}, "charset_not_utf8"),
    "no id": (GOOD, {"ce_id": None}, "header_missing"),
    "no type": (GOOD, {"ce_type": None}, "header_missing"),
    "no time": (GOOD, {"ce_time": None}, "header_missing"),
    "an id that is none": (GOOD, {"ce_id": b"42"}, "header_malformed"),
    "a time that is none": (GOOD, {"ce_time": b"yesterday"}, "header_malformed"),
    "a sequence that is none": (GOOD, {"ce_sequence": b"-1"}, "header_malformed"),
    "another version of CloudEvents": (GOOD, {"ce_specversion": b"0.3"}, "header_malformed"),
    "a header in another charset": (GOOD, {"ce_subject": b"\xff\xfe"}, "header_malformed"),
    "a NUL in a header": (
        {"name": "k", "n": 1},
        {"ce_subject": b"a\x00b", "ce_id": b"42"},
        "header_malformed",
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_refused_with_a_stable_code(case: str) -> None:
    body, headers, code = UNREADABLE[case]
    with pytest.raises(InvalidMessage) as refused:
        read_event(record(body, **headers), Told)
    assert refused.value.code == code


def test_an_event_is_read_with_who_when_and_why() -> None:
    event = read_event(record(GOOD | {"later": "field"}), Told)
    assert event.body == Told(name="k", n=1)
    assert (event.id, event.time, event.sequence) == (IDENTITY, TIME, 7)
    assert (event.correlation_id, event.causation_id, event.offset) == ("journey", UUID(int=1), 5)


@pytest.mark.parametrize("text", [r"C:\\u0000", r"a \\\\u0000"])
def test_a_backslash_before_what_looks_like_a_nul_is_text(text: str) -> None:
    body = f'{{"name": "{text}", "n": 1}}'.encode()
    assert read_event(record(body), Told).body.name == json.loads(body)["name"]


def test_a_place_in_another_incarnation_of_a_topic_is_another_id() -> None:
    assert place_id("first", record(GOOD)) != place_id("second", record(GOOD))
    assert place_id("first", record(GOOD)) == place_id("first", record(GOOD | {"n": 2}))


def submission(topic: str, timestamp: int = 0, **headers: bytes) -> StoredRecord:
    return StoredRecord(topic, 0, 5, b"", b"{", list(headers.items()), timestamp)


def test_two_softwares_never_share_an_id_though_they_choose_the_same() -> None:
    first = read_submission(submission("software.robaws.submissions.v1", ce_id=b"1"), "a")
    other = read_submission(submission("software.teamleader.submissions.v1", ce_id=b"1"), "b")
    again = read_submission(submission("software.robaws.submissions.v1", ce_id=b"1"), "anew")
    assert (first.software, first.id) == ("robaws", again.id)
    assert other.id != first.id


@pytest.mark.parametrize("timestamp", [-1, -(2**62), 2**62, 253_402_300_800_000])
def test_a_submission_from_no_time_in_this_era_is_read_all_the_same(timestamp: int) -> None:
    read = read_submission(submission("software.robaws.submissions.v1", timestamp), "a")
    assert read.time == datetime(1970, 1, 1, tzinfo=UTC)


def test_headers_that_are_no_text_can_still_be_kept() -> None:
    assert text_headers([("a\x00", b"\xff\x00"), ("b", None)]) == {"a\\x00": "\\xff\\x00", "b": ""}


@pytest.mark.parametrize("sent", [b"nonsense", b"00-" + b"0" * 32 + b"-00f067aa0ba902b7-01", b"x" * 100_000])
def test_a_malformed_trace_from_outside_is_left_aside(sent: bytes) -> None:
    assert not read_submission(submission("software.robaws.submissions.v1", traceparent=sent), "a").traceparent


def test_a_good_trace_from_outside_goes_on() -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    read = read_submission(submission("software.robaws.submissions.v1", traceparent=trace.encode()), "a")
    assert read.traceparent == trace
