"""Which documents a channel takes, where it may go, when it is tried again, and what its secret signs with."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain import handovers as rules
from services.delivery.domain.addresses import Reach
from services.delivery.domain.channel_secrets import checked_signing_secret, signing_secrets, signing_text
from services.delivery.domain.channels import Channel, SftpPlace, checked_sftp, in_order, paused, resumed
from services.delivery.domain.handovers import LONGEST, SCHEDULE, Handover, Outcome, printable
from shared.values import ChannelId, DocumentId, EnterpriseNumber, OfficeId, ValueRejected
from tests.unit.delivery.test_naming_files import DOCUMENT, NUMBER

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CHANNEL = Channel(
    channel_id=ChannelId.of(uuid4()), office_id=OfficeId("janssens"), kind="sftp", created_at=NOW, files=("xml",)
)
WAITING = Handover(channel_id=CHANNEL.channel_id, position=1, subject=DocumentId.of(uuid4()), occasion="", added_at=NOW)
DOWN = Outcome("retry", "connection_failed", "no route")


def test_a_channel_takes_all_companies_or_those_that_are_named() -> None:
    other = EnterpriseNumber("0010.080.080")
    coded = replace(DOCUMENT, client_code="K12")
    assert CHANNEL.takes(DOCUMENT)
    assert replace(CHANNEL, companies=(NUMBER,)).takes(DOCUMENT)
    assert not replace(CHANNEL, companies=(other,)).takes(DOCUMENT)
    assert replace(CHANNEL, companies=(other,), client_codes=("K12",)).takes(coded)
    assert not replace(CHANNEL, client_codes=("K13",)).takes(coded)
    assert not replace(CHANNEL, client_codes=("",)).takes(DOCUMENT), "a company without a code has none"


def test_files_are_written_with_the_xml_last() -> None:
    assert in_order(("xml", "pdf", "xml", "json")) == ("json", "pdf", "xml")


def test_a_down_channel_is_tried_with_growing_pauses_for_a_week_and_then_stopped_with_nothing_lost() -> None:
    channel, handover, at, pauses = CHANNEL, WAITING, NOW, []
    while channel.enabled:
        channel, handover = rules.postponed(channel, handover, DOWN, at, dice=0.0)
        assert handover.next_at is not None and handover.state == "waiting"
        pauses.append(handover.next_at - at)
        at = handover.next_at
    assert pauses[: len(SCHEDULE)] == list(SCHEDULE)
    assert pauses == sorted(pauses) and pauses[-1] == timedelta(days=1)
    assert channel.stopped_reason == "retries_exhausted"
    assert LONGEST <= at - pauses[-1] - NOW < LONGEST + timedelta(days=1)
    assert resumed(channel).enabled and resumed(channel).failing_since is None


@given(st.floats(0, 1), st.integers(0, 40))
def test_jitter_makes_a_pause_longer_by_a_tenth_at_most(dice: float, attempts: int) -> None:
    _, plain = rules.postponed(CHANNEL, replace(WAITING, attempts=attempts), DOWN, NOW, 0.0)
    _, jittered = rules.postponed(CHANNEL, replace(WAITING, attempts=attempts), DOWN, NOW, dice)
    assert plain.next_at is not None and jittered.next_at is not None
    assert plain.next_at <= jittered.next_at <= NOW + (plain.next_at - NOW) * 1.1 + timedelta(microseconds=1)


def test_a_receiver_may_ask_for_a_longer_pause_but_not_for_a_shorter_one() -> None:
    wish = replace(DOWN, wish=timedelta(minutes=7))
    assert rules.postponed(CHANNEL, WAITING, wish, NOW, 0.0)[1].next_at == NOW + timedelta(minutes=7)
    late = replace(WAITING, attempts=8)
    assert rules.postponed(CHANNEL, late, wish, NOW, 0.0)[1].next_at == NOW + SCHEDULE[8]
    forever = replace(DOWN, wish=timedelta(days=300))
    assert rules.postponed(CHANNEL, WAITING, forever, NOW, 0.0)[1].next_at == NOW + timedelta(days=1)


def test_what_stands_first_holds_up_the_others() -> None:
    second = replace(WAITING, position=2)
    assert rules.due([WAITING, second], NOW) == [WAITING, second]
    assert rules.due([replace(WAITING, next_at=NOW + timedelta(seconds=1)), second], NOW) == []


def test_a_pause_that_the_office_asked_for_is_not_taken_for_an_exhausted_channel() -> None:
    assert paused(CHANNEL).stopped_reason == "by_office"
    exhausted = replace(CHANNEL, enabled=False, stopped_reason="retries_exhausted")
    assert paused(exhausted).stopped_reason == "retries_exhausted"


@pytest.mark.parametrize(
    ("host", "port", "code"),
    [
        ("127.0.0.1", 22, "channel_host_address"),
        ("[::1]", 22, "channel_host_address"),
        ("::ffff:10.0.0.1", 22, "channel_host_malformed"),
        ("[::ffff:10.0.0.1]", 22, "channel_host_address"),
        ("0x7f.1", 22, ""),
        ("2130706433", 22, "channel_host_address"),
        ("169.254.169.254", 22, "channel_host_address"),
        ("sftp.office.example", 5432, "channel_port"),
        ("sftp.office.example", 22, ""),
        ("sftp.office.example/../x", 22, "channel_host_malformed"),
        ("user@host", 22, "channel_host_malformed"),
        ("", 22, "channel_host_malformed"),
    ],
)
def test_sftp_goes_to_public_servers_only(host: str, port: int, code: str) -> None:
    place = SftpPlace(host, "office", port)
    if not code:
        assert checked_sftp(place, Reach()).host == host
        return
    with pytest.raises(ValueRejected) as refusal:
        checked_sftp(place, Reach())
    assert refusal.value.code == code


def test_what_the_operator_trusts_may_be_inside_and_on_any_port() -> None:
    assert checked_sftp(SftpPlace("127.0.0.1", "office", 40_022), Reach.of(["127.0.0.0/8"])).port == 40_022


def test_for_a_day_calls_are_signed_with_the_secret_before_too() -> None:
    first = checked_signing_secret("whsec_" + "A" * 32)
    second = checked_signing_secret("whsec_" + "B" * 32)
    alone = signing_text(first, "", NOW)
    assert len(signing_secrets(alone, NOW)) == 1
    both = signing_text(second, alone, NOW)
    (newest,) = signing_secrets(signing_text(second, "", NOW), NOW)
    assert signing_secrets(both, NOW + timedelta(hours=23)) == [newest, *signing_secrets(alone, NOW)]
    assert len(signing_secrets(both, NOW + timedelta(hours=25))) == 1


@pytest.mark.parametrize("text", ["", "whsec_AAAA", "A" * 32, "whsec_" + "!" * 40, "whsec_" + "A" * 200])
def test_a_secret_of_another_form_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueRejected) as refusal:
        checked_signing_secret(text)
    assert text == "" or text not in str(refusal.value)


@given(st.text(max_size=500))
def test_words_of_a_receiver_are_one_line_that_can_be_shown(text: str) -> None:
    assert printable(text).isprintable()
    assert len(Outcome("retry", "sftp_failed", text).text) <= 300
