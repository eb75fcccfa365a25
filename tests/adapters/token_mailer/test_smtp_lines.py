"""Lines to the mail server: kept open, encrypted, checked, and never a reason to lose or double a mail."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.token_mailer.ports import Receipt
from shared.chassis.smtp import MAILS_A_LINE, SmtpPost
from shared.values import EmailAddress
from tests.adapters.token_mailer.mail_server import Programmable, certificates, running
from tests.waiting import PATIENCE_S

RECIPIENT = EmailAddress("zaakvoerder@bakkerij-de-korenaar.example.be")
SENDER = "bounces+1@relais.example"
MESSAGE = b"Subject: code\r\n\r\nABC\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Programmable, int]]:
    handler = Programmable()
    with running(handler, tmp_path) as port:
        yield handler, port


def post(port: int, tls: Any = "none", **options: Any) -> SmtpPost:
    return SmtpPost("127.0.0.1", port, tls, timeout_s=PATIENCE_S, **options)


async def send(through: SmtpPost, count: int = 1) -> list[Receipt]:
    return await asyncio.gather(*(through.send(SENDER, RECIPIENT, MESSAGE) for _ in range(count)))


async def test_mails_after_each_other_go_over_one_line_and_carry_their_own_return_path(
    server: tuple[Programmable, int],
) -> None:
    handler, port = server
    through = post(port)
    for number in range(5):
        receipt = await through.send(f"bounces+{number}@relais.example", RECIPIENT, MESSAGE)
        assert receipt.outcome == "sent"
    assert len(handler.sessions) == 1
    assert handler.senders == [f"bounces+{number}@relais.example" for number in range(5)]
    await through.close()


async def test_a_line_is_renewed_after_so_many_mails(server: tuple[Programmable, int]) -> None:
    handler, port = server
    through = post(port)
    for _ in range(MAILS_A_LINE + 1):
        assert (await send(through))[0].outcome == "sent"
    assert len(handler.sessions) == 2 and len(handler.taken) == MAILS_A_LINE + 1
    await through.close()


async def test_many_mails_at_once_share_the_lines_and_do_not_wait_for_each_other(
    server: tuple[Programmable, int],
) -> None:
    handler, port = server
    handler.together = 16  # no mail is answered before so many are there: one after the other would wait for ever
    through = post(port, lines=16)
    receipts = await send(through, 112)
    assert {receipt.outcome for receipt in receipts} == {"sent"} and len(handler.taken) == 112
    assert len(handler.sessions) == 16
    await through.close()


@pytest.mark.parametrize("field", ["recipient_reply", "sender_reply", "data_reply"])
async def test_after_a_refused_mail_the_same_line_takes_the_next(server: tuple[Programmable, int], field: str) -> None:
    handler, port = server
    through = post(port)
    setattr(handler, field, "451 4.7.1 later")
    assert (await send(through))[0].outcome == "retry"
    setattr(handler, field, "250 OK")
    assert (await send(through))[0].outcome == "sent"
    assert len(handler.sessions) == 1 and len(handler.taken) == 1
    await through.close()


async def test_a_line_that_the_server_hung_up_is_replaced_unseen(server: tuple[Programmable, int]) -> None:
    handler, port = server
    through = post(port)
    await send(through)
    handler.hang_up()
    assert (await send(through))[0].outcome == "sent"
    assert len(handler.taken) == len(handler.sessions) == 2
    await through.close()


async def test_a_goodbye_on_a_kept_line_is_no_answer_to_the_mail(server: tuple[Programmable, int]) -> None:
    handler, port = server
    through = post(port)
    await send(through)
    handler.sender_reply = "421 4.4.2 timed out"
    # The new line hears it as well: that is an answer, and the mail is tried again later.
    assert (await send(through))[0] == Receipt("retry", 421, "SMTPSenderRefused: 4.4.2 timed out")
    assert len(handler.sessions) == 2
    await through.close()


async def test_a_line_that_broke_after_the_data_is_not_used_again(server: tuple[Programmable, int]) -> None:
    handler, port = server
    through = post(port)
    handler.drop = True
    assert (await send(through))[0].outcome == "uncertain"
    handler.drop = False
    assert (await send(through))[0].outcome == "sent"
    assert len(handler.sessions) == 2 and len(handler.taken) == 2
    await through.close()


async def test_starttls_is_used_and_its_certificate_checked_against_our_authority(tmp_path: Path) -> None:
    shown, handler = certificates(tmp_path), Programmable()
    with running(handler, tmp_path, tls_context=shown.server, require_starttls=True) as port:
        through = post(port, "starttls", ca_file=shown.ca_file)
        assert [receipt.outcome for receipt in await send(through, 3)] == ["sent"] * 3
        # Without encryption this server answers 530 to everything.
        assert len(handler.taken) == 3
        await through.close()


async def test_tls_from_the_first_byte_works_as_well(tmp_path: Path) -> None:
    shown, handler = certificates(tmp_path), Programmable()
    with running(handler, tmp_path, ssl_context=shown.server) as port:
        through = post(port, "tls", ca_file=shown.ca_file)
        assert (await send(through))[0].outcome == "sent"
        await through.close()


@pytest.mark.parametrize("tls", ["starttls", "tls"])
@pytest.mark.parametrize("wrong", ["unknown authority", "other name"])
async def test_a_wrong_certificate_gets_no_mail(tmp_path: Path, tls: str, wrong: str) -> None:
    shown = certificates(tmp_path, "127.0.0.1" if wrong == "unknown authority" else "192.0.2.1")
    trusted = None if wrong == "unknown authority" else shown.ca_file
    options = {"tls_context": shown.server} if tls == "starttls" else {"ssl_context": shown.server}
    handler = Programmable()
    with running(handler, tmp_path, **options) as port:
        receipt = (await send(post(port, tls, ca_file=trusted)))[0]
    assert (receipt.outcome, receipt.reply_code) == ("retry", 0)
    assert "ertificate" in receipt.reply
    assert handler.taken == [] and handler.recipients == []


async def test_a_server_that_refuses_starttls_gets_no_mail(server: tuple[Programmable, int]) -> None:
    handler, port = server
    receipt = (await send(post(port, "starttls")))[0]
    assert receipt.outcome == "retry" and "STARTTLS" in receipt.reply
    assert handler.taken == [] and handler.recipients == []
