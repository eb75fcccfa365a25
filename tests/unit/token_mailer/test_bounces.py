"""Which mail came back, and what its report says."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.token_mailer.domain.bounces import (
    LONGEST_LOCAL_PART,
    MailName,
    Report,
    ReturnPaths,
    read_report,
    recipients_of,
)
from services.token_mailer.domain.tokens import TokenKey, TokenKeys
from shared.values import ConnectionId, EmailAddress

KEY, OTHER = TokenKey(bytes(range(32))), TokenKey(bytes(32))
MAILBOX = EmailAddress("bounces@relais.example")
PATHS = ReturnPaths(TokenKeys(KEY), MAILBOX)
NAME = MailName(ConnectionId.of(UUID(int=7)), 1, 2)
RETURN_PATH = PATHS.of(NAME)

REPORT = """Received: from mx.example
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

This is the mail system. I'm sorry.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; zaakvoerder@bakkerij.example
Action: {action}
Status: {status}
{diagnostic}
--b1
Content-Type: message/rfc822

From: tokens@relais.example
Content-Type: message/delivery-status

Reporting-MTA: dns; forged.example

Action: failed
Status: 5.0.0

--b1--
"""


def report(action: str, status: str, diagnostic: str = "", to: str = RETURN_PATH) -> bytes:
    text = REPORT.format(action=action, status=status, diagnostic=diagnostic, to=to)
    return text.replace("\n", "\r\n").encode()


@given(st.uuids(), st.integers(1, 65_535), st.integers(1, 65_535), st.booleans())
def test_a_return_path_names_its_mail_whatever_a_mail_server_does_to_its_case(
    uuid: UUID, issue: int, ordinal: int, shouted: bool
) -> None:
    name = MailName(ConnectionId.of(UUID(int=uuid.int)), issue, ordinal)
    address = PATHS.of(name)
    assert EmailAddress(address) == address and len(address.partition("@")[0]) <= 64
    assert PATHS.read(address.upper() if shouted else address) == name


@given(st.integers(8, 55), st.sampled_from("0123456789abcdefghjkmnpqrstvwxyz"))
def test_a_return_path_with_one_changed_character_names_no_mail(position: int, character: str) -> None:
    changed = RETURN_PATH[:position] + character + RETURN_PATH[position + 1 :]
    assert PATHS.read(changed) == (NAME if changed == RETURN_PATH else None)


@pytest.mark.parametrize(
    "address",
    [
        "", "@", "bounces@relais.example", "bounces+@relais.example", "bounces+é@relais.example", "bounces+x",
        RETURN_PATH.replace("bounces+", "other+"), RETURN_PATH.replace("relais", "elsewhere"), RETURN_PATH[:-30],
        ReturnPaths(TokenKeys(OTHER), MAILBOX).of(NAME),
    ],
)  # fmt: skip
def test_an_address_that_we_did_not_make_names_no_mail(address: str) -> None:
    assert PATHS.read(address) is None


def test_a_return_path_of_a_retired_key_is_still_read() -> None:
    assert ReturnPaths(TokenKeys(OTHER, [KEY]), MAILBOX).read(RETURN_PATH) == NAME


def test_the_longest_name_leaves_room_for_the_signature() -> None:
    longest = EmailAddress("b" * LONGEST_LOCAL_PART + "@relais.example")
    assert EmailAddress(ReturnPaths(TokenKeys(KEY), longest).of(NAME))


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "expected"),
    [
        ("failed", "5.1.1", "Diagnostic-Code: smtp; 551 no such user", Report("bounced", "5.1.1", 551)),
        ("Failed", " 5.7.26 (policy)", "", Report("bounced", "5.7.26", 550)),
        ("failed", "4.4.7", "Diagnostic-Code: X-Notes; 551", Report("given_up", "4.4.7", 450)),
        ("delayed", "4.4.1", "Diagnostic-Code: smtp; 421 later", Report("delayed", "4.4.1", 421)),
        ("delivered", "2.0.0", "", Report("ignored", "2.0.0", 250)),
        ("relayed", "5.1.1", "", Report("ignored", "5.1.1", 550)),
        ("failed", "none", "", Report("ignored")),
    ],
)
def test_a_report_says_what_became_of_the_mail(action: str, status: str, diagnostic: str, expected: Report) -> None:
    assert read_report(report(action, status, diagnostic), "message/rfc822") == expected


def test_the_machine_readable_part_alone_says_the_same() -> None:
    fields = [
        "Reporting-MTA: dns; mx.example",
        "",
        "Final-Recipient: rfc822; a@b.example",
        "Action: failed",
        "Status: 5.1.1",
    ]
    part = "\r\n".join(fields).encode()
    assert read_report(part, "message/delivery-status").verdict == "bounced"


def test_a_letter_that_carries_a_report_inside_is_no_report() -> None:
    letter = b"Subject: fwd\r\nContent-Type: message/rfc822\r\n\r\n" + report("failed", "5.1.1")
    assert read_report(letter, "message/rfc822") == Report("ignored")


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "X-Envelope-To", "To"])
def test_whom_a_report_was_sent_to_is_read_from_what_mail_servers_write(header: str) -> None:
    content = report("failed", "5.1.1", to="undisclosed-recipients:;")
    assert PATHS.first_of(recipients_of(f"{header}: {RETURN_PATH}\r\n".encode() + content)) == NAME


@given(st.binary(max_size=400), st.sampled_from(["message/rfc822", "message/delivery-status"]))
def test_whatever_comes_is_read_without_an_error(junk: bytes, media_type: str) -> None:
    assert read_report(junk, media_type).verdict in ("bounced", "given_up", "delayed", "ignored")
    assert read_report(report("failed", "5.1.1")[:300] + junk, media_type).verdict in ("bounced", "ignored")
    assert PATHS.first_of(recipients_of(b"To: " + junk)) is None
