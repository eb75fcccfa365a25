"""What a mail server does, and what that means: against a real server that does as it is told."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.ports import Ports
from shared.chassis.smtp import SmtpPost
from shared.values import EmailAddress
from tests.adapters.token_mailer.mail_server import Programmable, running
from tests.waiting import let_time_pass, until

LIMIT_S = 60.0
RECIPIENT = EmailAddress("zaakvoerder@bakkerij-de-korenaar.example.be")
MESSAGE = b"From: no-reply@relais.example.be\r\nSubject: code\r\nMessage-ID: <1@example.be>\r\n\r\nABC\r\n.dot\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Programmable, int]]:
    handler = Programmable()
    with running(handler, tmp_path) as port:
        yield handler, port


def post(port: int) -> SmtpPost:
    return SmtpPost("127.0.0.1", port, "none", timeout_s=LIMIT_S)


async def test_a_mail_that_the_server_takes_is_sent_byte_for_byte(server: tuple[Programmable, int]) -> None:
    handler, port = server
    receipt = await post(port).send("Relais <no-reply@relais.example.be>", RECIPIENT, MESSAGE)
    assert (receipt.outcome, receipt.reply_code) == ("sent", 250)
    assert handler.taken == [MESSAGE]


@pytest.mark.parametrize(
    ("recipient_reply", "data_reply", "outcome", "code"),
    [
        ("451 4.7.1 greylisted, come back later", "250 OK", "retry", 451),
        ("452 4.2.2 mailbox full", "250 OK", "retry", 452),
        ("550 5.1.1 no such user", "250 OK", "bounced", 550),
        ("530 5.7.0 log in first", "250 OK", "retry", 530),
        ("250 OK", "452 4.3.1 no room", "retry", 452),
        ("250 OK", "554 5.7.1 refused", "bounced", 554),
    ],
)
async def test_a_refusal_is_retried_or_final_by_its_code(
    server: tuple[Programmable, int], recipient_reply: str, data_reply: str, outcome: str, code: int
) -> None:
    handler, port = server
    handler.recipient_reply, handler.data_reply = recipient_reply, data_reply
    receipt = await post(port).send("no-reply@relais.example.be", RECIPIENT, MESSAGE)
    assert (receipt.outcome, receipt.reply_code) == (outcome, code)
    assert handler.taken == []


async def test_a_line_that_breaks_after_the_data_is_uncertain(server: tuple[Programmable, int]) -> None:
    handler, port = server
    handler.drop = True
    receipt = await post(port).send("no-reply@relais.example.be", RECIPIENT, MESSAGE)
    assert receipt.outcome == "uncertain"
    assert len(handler.taken) == 1


async def test_an_answer_that_comes_too_late_is_uncertain(server: tuple[Programmable, int]) -> None:
    handler, port = server
    handler.pause_s = 3600.0
    sending = asyncio.create_task(post(port).send("no-reply@relais.example.be", RECIPIENT, MESSAGE))
    await until(lambda: handler.taken)
    let_time_pass(LIMIT_S + 1)
    receipt = await sending
    assert receipt.outcome == "uncertain"
    assert len(handler.taken) == 1


async def test_a_server_that_is_not_there_is_tried_again(tmp_path: Path) -> None:
    receipt = await post(Ports(tmp_path / "ports.json", free_ports=True).of("nobody")).send(
        "no-reply@relais.example.be", RECIPIENT, MESSAGE
    )
    assert (receipt.outcome, receipt.reply_code) == ("retry", 0)
