"""The mail server is down for an hour: nothing is lost, nobody gets two, each company's mails keep their order."""

import heapq
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.token_mailer.adapters.memory import MemoryPost, MemoryTokens
from services.token_mailer.ports import Receipt
from shared.chassis.database import pause_before
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Do
from shared.contracts.connections import TokenMailed
from shared.values import ConnectionId, EmailAddress
from tests.component.token_mailer.mailing import NOW, Run, issue, send, verified

COMPANIES = 8
OUTAGE = timedelta(hours=1)


class DownForAnHour(MemoryPost):
    """Refuses every connection until the hour is over."""

    now = NOW

    async def send(self, sender: str, recipient: EmailAddress, message: bytes) -> Receipt:
        if self.now < NOW + OUTAGE:
            return Receipt("retry", 0, "connection refused")
        return await super().send(sender, recipient, message)


def requests() -> list[tuple[datetime, Any]]:
    """Each company is asked for at once, again after ten minutes, and gets another address after twenty."""
    asked = []
    for number in range(COMPANIES):
        base = {
            "connection_id": ConnectionId.of(UUID(int=number + 1)),
            "enterprise_number": f"{12_000 + number:08d}{97 - (12_000 + number) % 97:02d}",
        }
        begun = NOW + timedelta(seconds=number)
        asked.append((begun, verified(**base)))
        asked.append((begun + timedelta(minutes=10), verified(**base, ordinal=2)))
        if number % 4 == 0:
            asked.append((begun + timedelta(minutes=20), verified(**base, ordinal=3, address_version=2)))
    return asked


async def test_after_an_hour_without_a_mail_server_every_company_has_its_newest_code_once() -> None:
    store, post = MemoryTokens(), DownForAnHour()
    waiting: list[tuple[datetime, int, Any, int]] = []
    for at, event in requests():
        for follow in await issue(store, event, now=at):
            if isinstance(follow, Do):
                heapq.heappush(waiting, (follow.due or at, len(waiting), follow.task, 1))
    told: list[TokenMailed] = []
    tries = len(waiting)
    while waiting:
        post.now, _, task, attempt = heapq.heappop(waiting)
        try:
            told += await send(Run(task, store, attempt, post.now), post)
        except Unavailable:
            tries += 1
            pause = timedelta(seconds=pause_before(attempt, first_seconds=0.5, longest_seconds=300))
            heapq.heappush(waiting, (post.now + pause, tries, task, attempt + 1))
    assert post.now < NOW + OUTAGE + timedelta(minutes=6)
    by_company: dict[str, list[tuple[int, int]]] = {}
    for event in told:
        by_company.setdefault(event.connection_id, []).append((event.issue, event.ordinal))
    assert len(by_company) == COMPANIES
    for connection_id, mails in by_company.items():
        assert mails == sorted(set(mails)), "an older mail after a newer one, or one twice"
        newest = (await store.newest_tokens([ConnectionId(connection_id)]))[ConnectionId(connection_id)]
        assert {issued for issued, _ in mails} == {newest.issue}, "a mail with a code that was superseded"
    assert {mail.state for mail in store.mails.values()} == {"sent", "dropped"}


@pytest.mark.parametrize("injected", ["A\r\nBcc: spy@evil.example", "A\nSubject: other", "A\rB", "A\u2028B", "A\x00B"])
@pytest.mark.parametrize("field", ["company_name", "masked_email"])
async def test_no_field_brings_a_header_into_the_mail(field: str, injected: str) -> None:
    store, post = MemoryTokens(), MemoryPost()
    (task,) = [follow.task for follow in await issue(store, verified(**{field: injected})) if isinstance(follow, Do)]
    await send(Run(task, store), post)
    head = post.sent[0][1].partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert len(names) == len(set(names)) and b"Bcc" not in names
    assert b"\n" not in head.replace(b"\r\n", b"") and b"\x00" not in head
