"""One service alone: mails that come back, by mailbox and by HTTP, and a token that is renewed on request."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest

from services.token_mailer.adapters.figures import PrometheusMailCounts
from services.token_mailer.adapters.maildir import MaildirBounces
from services.token_mailer.adapters.memory import MemoryBounceBox, MemoryMailCounts, MemoryPost, MemoryTokens
from services.token_mailer.domain.bounces import MailName, ReturnPaths
from services.token_mailer.domain.duties import NoteBounce, RenewToken, SendTokenMail
from services.token_mailer.domain.issuing import Issuing
from services.token_mailer.endpoints import bounces
from services.token_mailer.tasks import duty_of, note_bounce, read_bounces, renew_token
from shared.chassis.errors import Unavailable
from shared.chassis.health import Readiness
from shared.chassis.http import build_app
from shared.chassis.keys import make_key, secret_sha256
from shared.chassis.messages import Cause, Do, Publish
from shared.chassis.metrics import Metrics
from shared.contracts.connections import MailBounced
from shared.values import EmailAddress, Sha256
from tests.component.token_mailer.mailing import CONNECTION, KEYS, NOW, Run, duty, issue, send, verified

PATHS = ReturnPaths(KEYS, EmailAddress("bounces@relais.example"))
RETURN_PATH = PATHS.of(MailName(CONNECTION, 1, 1))
STATUS = "Reporting-MTA: dns; mx.example\r\n\r\nAction: {action}\r\nStatus: {status}\r\n"


def report(action: str = "failed", status: str = "5.1.1", to: str = RETURN_PATH) -> bytes:
    head = f"To: {to}\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status"
    return f"{head}\r\n\r\n{STATUS.format(action=action, status=status)}\r\n--b--\r\n".encode()


async def noted(store: MemoryTokens, content: bytes, counts: MemoryMailCounts | None = None) -> list[Any]:
    task = duty_of(content, "message/rfc822", (), paths=PATHS)
    assert task is not None
    settle = await note_bounce(cast(Any, Run(task, store)), counts=counts or MemoryMailCounts())
    return [follow.body for follow in await settle(store) if isinstance(follow, Publish)]


async def mailed(**changes: Any) -> MemoryTokens:
    store = MemoryTokens()
    await send(Run(duty(await issue(store, verified(**changes))), store), MemoryPost())
    return store


async def test_a_mail_leaves_with_a_return_path_of_its_own_and_is_counted() -> None:
    class Envelopes(MemoryPost):
        async def send(self, sender: str, *mail: Any) -> Any:
            senders.append(sender)
            return await super().send(sender, *mail)

    senders: list[str] = []
    store, counts = MemoryTokens(), MemoryMailCounts()
    run = Run(duty(await issue(store, verified())), store)
    await send(run, Envelopes(), return_path=PATHS.of, counts=counts)
    assert senders == [RETURN_PATH]
    assert counts.outcomes == {"sent": 1}


async def test_a_hard_bounce_is_told_once_with_the_version_of_its_address() -> None:
    store, counts = await mailed(address_version=3), MemoryMailCounts()
    (told,) = await noted(store, report(), counts)
    assert isinstance(told, MailBounced)
    assert (told.address_version, told.reply_code, told.given_up) == (3, 550, False)
    assert store.mails[CONNECTION, 1, 1].state == "bounced"
    assert await noted(store, report(), counts) == []
    assert await noted(store, report(status="5.1.2"), counts) == []
    assert counts.outcomes == {"reported_bounced": 2}


async def test_a_delay_is_noted_and_nobody_is_told() -> None:
    store = await mailed()
    assert await noted(store, report("delayed", "4.4.1")) == []
    assert store.mails[CONNECTION, 1, 1].state == "sent" and len(store.bounces) == 1
    assert len(await noted(store, report())) == 1


async def test_a_mail_that_was_given_up_on_its_way_is_no_bounce() -> None:
    (told,) = await noted(await mailed(), report("failed", "4.4.7"))
    assert told.given_up and told.reply_code == 450


async def test_a_bounce_of_an_older_address_names_that_one() -> None:
    store = await mailed()
    await issue(store, verified(ordinal=2, address_version=2), now=NOW + timedelta(minutes=5))
    (told,) = await noted(store, report())
    assert told.address_version == 1 and store.tokens[CONNECTION, 2].ended == ""


async def test_what_comes_back_after_the_token_was_registered_is_a_copy() -> None:
    store = await mailed()
    await store.consume_token(store.tokens[CONNECTION, 1].sha256, store.tokens[CONNECTION, 1].software, NOW)
    assert await noted(store, report()) == []


async def test_the_mailbox_is_filed_away_only_after_its_reports_were_noted() -> None:
    store, counts = await mailed(), MemoryMailCounts()
    forged = report(to=RETURN_PATH.replace(RETURN_PATH[20], "0" if RETURN_PATH[20] != "0" else "1", 1))
    box = MemoryBounceBox(
        {"1": report(), "2": b"Subject: away until Monday\r\n\r\n", "3": forged, "4": report("relayed")}
    )
    look = partial(read_bounces, NOW, Cause(id=uuid4(), correlation_id="c"), store, box=box, paths=PATHS, counts=counts)
    (first,) = await look()
    assert isinstance(first, Do) and first.once and box.filed == ["2", "3", "4"]
    (again,) = await look()
    assert isinstance(again, Do) and again.key == first.key and "1" in box.mails
    settle = await note_bounce(cast(Any, Run(first.task, store)), counts=counts)
    assert len(await settle(store)) == 1
    assert await look() == [] and box.mails == {}
    assert counts.outcomes == {"reported_ignored": 3, "reported_bounced": 1}


async def test_a_maildir_moves_what_is_done_to_cur_and_says_when_it_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await MaildirBounces(tmp_path / "absent").waiting(10)
    (tmp_path / "new").mkdir()
    for name in ("b", "a"):
        (tmp_path / "new" / name).write_bytes(name.encode())
    box = MaildirBounces(tmp_path)
    assert [(mail.name, mail.content) for mail in await box.waiting(1)] == [("a", b"a")]
    await box.file_away(["a", "gone"])
    assert [mail.name for mail in await box.waiting(10)] == ["b"]
    assert [path.name for path in (tmp_path / "cur").iterdir()] == ["a:2,S"]


async def test_a_renewed_token_supersedes_the_mailed_one_and_waits_for_the_cool_down() -> None:
    store = await mailed()
    soon = NOW + timedelta(seconds=20)

    async def renewed(at: datetime) -> list[Any]:
        run = Run(RenewToken(connection_id=CONNECTION, issue=1), store, now=at)
        issuing = Issuing(KEYS.current, timedelta(hours=72))
        settle = await renew_token(cast(Any, run), issuing=issuing, nonce=lambda: bytes(16))
        return list(await settle(store))

    (follow,) = await renewed(soon)
    assert isinstance(follow, Do) and isinstance(follow.task, SendTokenMail) and follow.task.issue == 2
    assert follow.due == NOW + timedelta(seconds=60)
    assert [store.tokens[CONNECTION, number].ended for number in (1, 2)] == ["superseded", ""]
    assert await renewed(soon) == []


class Running:
    """What a running service lends to its HTTP side: tasks that were asked for, and nothing else."""

    def __init__(self) -> None:
        self.api_pool = cast(Any, self)
        self.credentials = self
        self.duties: list[Do] = []

    async def acquire(self, timeout: float) -> "Running":
        return self

    async def release(self, connection: Any, timeout: float) -> None:
        return None

    def transaction(self) -> Any:
        return Run(None, cast(Any, self)).transaction()

    async def fetchrow(self, *_: object) -> dict[str, Any]:
        return {"now": NOW}

    async def find(self, credential_id: str, *, fresh: bool = False) -> None:
        return None

    await_arrival = find

    def store(self, connection: Any) -> None:
        return None

    async def write_consequences(self, connection: Any, consequences: list[Do]) -> None:
        self.duties += consequences

    def wake(self) -> None:
        return None

    def ready(self) -> Readiness:
        return Readiness(True, ())


OPERATOR = make_key("live", "operator1", bytes(32))


def client(running: Running) -> httpx.AsyncClient:
    read: Callable[..., NoteBounce | None] = partial(duty_of, paths=PATHS)
    app = build_app(
        "token_mailer",
        [bounces.routes],
        cast(Any, running),
        resources={"duty_of_report": read, "bounce_key_sha256": str(Sha256.of(b"a mail server's key"))},
        operator_key_sha256=str(secret_sha256(OPERATOR)),
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door")


KEYED = {"X-Mail-Server-Key": "a mail server's key", "Content-Type": "message/rfc822"}


async def test_a_mail_server_hands_over_a_report_with_its_key_or_the_operators() -> None:
    running = Running()
    async with client(running) as door:
        first = await door.post("/v1/mail/bounces", content=report(), headers=KEYED)
        part = STATUS.format(action="failed", status="5.1.1")
        headers = {"Authorization": f"Bearer {OPERATOR}", "Content-Type": "message/delivery-status"}
        second = await door.post("/v1/mail/bounces", content=part, headers=headers, params={"to": RETURN_PATH})
        ignored = await door.post("/v1/mail/bounces", content=b"Subject: hello\r\n\r\n", headers=KEYED)
    assert [answer.status_code for answer in (first, second, ignored)] == [202, 202, 202], second.text
    assert ignored.json() == {"outcome": "ignored"}
    assert [(each.task.verdict, each.once) for each in running.duties] == [("bounced", True)] * 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("headers", "content", "status", "code"),
    [
        ({}, report(), 401, "credentials_missing"),
        ({"X-Mail-Server-Key": "another"}, report(), 401, "credentials_invalid"),
        (KEYED | {"Content-Type": "text/plain"}, report(), 415, "media_type_unsupported"),
        (KEYED, b"x" * 1_000_001, 413, "body_too_large"),
    ],
)
async def test_a_report_without_a_key_or_form_is_refused(
    headers: dict[str, str], content: bytes, status: int, code: str
) -> None:
    running = Running()
    async with client(running) as door:
        answer = await door.post("/v1/mail/bounces", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert running.duties == []


def test_mails_are_shown_to_prometheus_by_outcome() -> None:
    counts, metrics = PrometheusMailCounts(), Metrics()
    metrics.registry.register(counts.collector)
    counts.count("sent")
    assert b'relais_mails_total{outcome="sent"} 1.0' in metrics.text()
