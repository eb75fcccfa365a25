"""What the page says of Kafka, who is signed in, what an edited message becomes."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from services.console.domain.failures import EditRejected, edited_value, readable
from services.console.domain.pipeline import TopicFact, draw, short
from services.console.domain.readings import Reading, TopicReading, rate_per_minute
from services.console.domain.sessions import Session, Sessions

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TOPIC = "connection.requested.v1"
FACTS = (TopicFact(TOPIC, "intake"),)
SESSIONS = Sessions(b"secret of the replicas", hashlib.sha256(b"the key").hexdigest())


def readings(*ends: int, lag: int = 0) -> list[Reading]:
    first = NOW - timedelta(seconds=10 * (len(ends) - 1))
    return [
        Reading(first + timedelta(seconds=10 * place), {TOPIC: TopicReading(end, {"verification": lag})})
        for place, end in enumerate(ends)
    ]


def test_the_rate_is_counted_a_minute() -> None:
    assert rate_per_minute(readings(0, 5, 10), TOPIC) == 30
    assert rate_per_minute(readings(5), TOPIC) is None


def test_a_topic_made_anew_has_no_negative_rate() -> None:
    assert rate_per_minute(readings(1000, 10), TOPIC) == 60


@pytest.mark.parametrize(("lag", "dead", "state"), [(0, 0, "good"), (900, 0, "slow"), (0, 1, "bad")])
def test_the_page_says_what_needs_somebody(lag: int, dead: int, state: str) -> None:
    pipeline = draw(FACTS, readings(0, 5, lag=lag), {("verification", TOPIC): dead} if dead else {}, NOW)
    assert pipeline.state == state
    verification = next(each for each in pipeline.services if each.box.name == "verification")
    assert (verification.lag, verification.dead) == (lag, dead)


def test_an_old_reading_is_not_taken_for_the_present() -> None:
    assert draw(FACTS, readings(0, 5), {}, NOW + timedelta(minutes=1)).state == "unknown"
    assert draw(FACTS, [], {}, NOW).age_seconds is None


def test_a_topic_is_a_line_between_its_owner_and_its_reader() -> None:
    titles = [line.title for line in draw(FACTS, readings(0, 5), {}, NOW).lines]
    assert titles.count("connection.requested") == 2, "from the softwares to intake, on to verification"


def test_a_message_that_died_is_shown_on_the_line_it_came_by() -> None:
    dead = {("verification", TOPIC): 2, ("intake", "software.robaws.submissions.v1"): 1, ("intake", "x.v1"): 5}
    pipeline = draw(FACTS, readings(0, 5), dead, NOW)
    inside = next(line for line in pipeline.lines if line.title == "connection.requested" and "2 dead" in line.label)
    door = next(line for line in pipeline.lines if "1 dead" in line.label)
    assert (inside.state, door.state, pipeline.dead) == ("bad", "bad", 8)


def test_figures_are_short_enough_to_read() -> None:
    assert [short(each) for each in (None, 0, 0.42, 37.2, 1234, 56789)] == ["–", "0", "0.4", "37", "1.2 k", "57 k"]


def test_a_session_ends_and_cannot_be_made_up() -> None:
    session = Session("Els", NOW + timedelta(hours=1), "n")
    cookie = SESSIONS.cookie(session)
    assert SESSIONS.read(cookie, NOW) == session
    assert SESSIONS.read(cookie, NOW + timedelta(hours=2)) is None
    assert Sessions(b"another", "").read(cookie, NOW) is None
    payload, _, signature = cookie.partition(".")
    assert SESSIONS.read(f"{payload[:-2]}AA.{signature}", NOW) is None
    assert SESSIONS.read("", NOW) is None


def test_only_the_operators_key_is_known() -> None:
    assert SESSIONS.knows("the key") and not SESSIONS.knows("another key")


def test_an_unchanged_message_is_not_an_edited_one() -> None:
    original = base64.b64encode(b'{"amount":1.10}').decode()
    shown, form = readable(original)
    assert (form, edited_value(shown, original)) == ("json", None)
    assert base64.b64decode(edited_value('{"amount":1.20}', original) or "") == b'{"amount":1.20}'


def test_an_edit_that_is_no_json_is_refused() -> None:
    with pytest.raises(EditRejected) as refused:
        edited_value("{", base64.b64encode(b"{}").decode())
    assert refused.value.code == "edit_malformed"


def test_bytes_that_are_no_text_are_shown_as_digits() -> None:
    assert readable(base64.b64encode(b"\x00\xff").decode()) == ("00 ff", "hex")
