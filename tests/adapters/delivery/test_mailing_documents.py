"""A package's mailbox behind a real SMTP server: one document a mail, and what each reply means for it."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from services.delivery.adapters.mail import MailCourier
from services.delivery.domain.channels import Channel, MailPlace
from services.delivery.domain.files import File
from services.delivery.domain.package_mails import MAIL_BYTES
from shared.chassis.smtp import SmtpPost
from shared.values import EmailAddress
from tests.adapters.delivery.parcels import XML, a_channel, a_parcel
from tests.adapters.token_mailer.mail_server import Programmable, running
from tests.waiting import let_time_pass, until

CHANNEL = a_channel("mail", MailPlace(EmailAddress("in@pakket.example")))
RETURN_PATH = "bounces@relais.example"
LIMIT_S = 60.0


@pytest.fixture
def server() -> Programmable:
    return Programmable()


@pytest.fixture
def port(server: Programmable, tmp_path: Path) -> Iterator[int]:
    with running(server, tmp_path, data_size_limit=2 * MAIL_BYTES) as number:
        yield number


@pytest.fixture
def courier(port: int) -> MailCourier:
    post = SmtpPost("127.0.0.1", port, "none", timeout_s=LIMIT_S, lines=2, keep=False)
    return MailCourier(post, "Relais <documents@relais.example>", RETURN_PATH)


async def test_a_document_arrives_as_one_mail_with_its_files(courier: MailCourier, server: Programmable) -> None:
    outcome = await courier.deliver(CHANNEL, "", a_parcel())
    assert (outcome.verdict, outcome.words) == ("done", "250 OK queued as 7")
    assert (server.senders, server.recipients) == ([RETURN_PATH], ["in@pakket.example"])
    (taken,) = server.taken
    message = message_from_bytes(taken, policy=default)
    assert message["Subject"] == "Factuur VF/2026-1 van 0403170701"
    assert message["From"] == "Relais <documents@relais.example>"
    kinds = {str(each.get_filename()).rsplit(".", 1)[1]: each.get_content() for each in message.iter_attachments()}
    assert kinds["xml"] == XML and kinds["pdf"].startswith(b"%PDF")


@pytest.mark.parametrize(
    ("step", "reply", "verdict", "code"),
    [
        ("recipient_reply", "451 4.7.1 greylisted", "retry", "mail_postponed"),
        ("recipient_reply", "550 5.1.1 nobody here", "refused", "mail_refused"),
        ("data_reply", "452 4.3.1 full", "retry", "mail_postponed"),
        ("data_reply", "552 5.3.4 too big", "refused", "mail_refused"),
        ("data_reply", "554 5.7.1 no", "refused", "mail_refused"),
        ("sender_reply", "530 5.7.0 log in first", "retry", "mail_postponed"),
    ],
)
async def test_each_reply_of_the_mail_server_means_one_thing(
    courier: MailCourier, server: Programmable, step: str, reply: str, verdict: str, code: str
) -> None:
    setattr(server, step, reply)
    outcome = await courier.deliver(CHANNEL, "", a_parcel())
    assert (outcome.verdict, outcome.code) == (verdict, code)
    assert reply.split(" ", 1)[0] in outcome.words


@pytest.mark.parametrize("fault", ["drop", "pause"])
async def test_after_a_lost_answer_the_same_bytes_go_again(
    courier: MailCourier, server: Programmable, fault: str
) -> None:
    parcel = a_parcel()
    server.drop, server.pause_s = fault == "drop", 3600.0 if fault == "pause" else 0.0
    delivering = asyncio.create_task(courier.deliver(CHANNEL, "", parcel))
    await until(lambda: server.taken)
    if fault == "pause":
        let_time_pass(LIMIT_S + 1)
    outcome = await delivering
    assert (outcome.verdict, outcome.code) == ("retry", "mail_uncertain")
    server.drop, server.pause_s = False, 0.0
    assert (await courier.deliver(CHANNEL, "", parcel)).verdict == "done"
    first, second = server.taken
    assert first == second, "with its Message-ID, by which a mailbox knows a repeat"


async def test_a_mail_server_that_is_down_is_waited_for(tmp_path: Path) -> None:
    with running(Programmable(), tmp_path) as port:
        pass
    courier = MailCourier(
        SmtpPost("127.0.0.1", port, "none", timeout_s=LIMIT_S), "a@relais.example", "b@relais.example"
    )
    outcome = await courier.deliver(CHANNEL, "", a_parcel())
    assert (outcome.verdict, outcome.code) == ("retry", "mail_postponed")


async def test_a_document_that_no_mailbox_takes_is_told_so(courier: MailCourier, server: Programmable) -> None:
    parcel = a_parcel()
    huge = replace(parcel, files=(File("xml", "a.xml", b"x" * MAIL_BYTES),))
    assert (await courier.deliver(CHANNEL, "", huge)).code == "mail_too_large"
    lean = replace(parcel, files=(File("pdf", "a.pdf", b"x" * MAIL_BYTES), parcel.files[-1]))
    assert (await courier.deliver(CHANNEL, "", lean)).verdict == "done"
    message = message_from_bytes(server.taken[0], policy=default)
    assert [each.get_content_type() for each in message.iter_attachments()] == ["application/xml"]


async def test_a_channel_without_an_address_is_refused(courier: MailCourier) -> None:
    broken: Channel = replace(CHANNEL, place=None)
    assert (await courier.deliver(broken, "", a_parcel())).code == "channel_incomplete"
