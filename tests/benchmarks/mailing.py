"""Mails a second over kept lines against one connection a mail, and how long a request takes to an accepted mail.

The server answers every command after 20 ms; both sides use 16 lines in the same run. The latency is that of the
whole platform as `make run` starts it, one request at a time, by the moment at which the mail server kept the mail.
"""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import cast

from deploy.demo.doors import observed, open_door
from deploy.demo.seed import seed
from deploy.local.addresses import Addresses
from deploy.local.platform import Platform
from shared.chassis.smtp import SmtpPost
from shared.values import EmailAddress
from tests.adapters.token_mailer.mail_server import Programmable, running
from tests.benchmarks.figures import Figure, compared
from tests.system.stage import Company, Stage

KEPT_MAILS, ORDINARY_MAILS, LINES = 2_000, 400, 16
ANSWER_S = 0.02
LEAST_A_SECOND = 100.0
TARGET = 1.2
REQUESTS, WARM_UP = 40, 5
P50_MS = 150.0
_RECIPIENT = EmailAddress("zaakvoerder@bedrijf.example")
_MESSAGE = b"Subject: code\r\n\r\n" + b"Geef deze code in.\r\n" * 200


async def run() -> list[Figure]:
    """Figures: mails/s, and p50 in ms."""
    kept = await _mails_a_second(KEPT_MAILS, keep=True)
    ordinary = await _mails_a_second(ORDINARY_MAILS, keep=False)
    p50_ms = await _request_to_mail_ms()
    return [
        compared("mails over kept lines", kept, "mails/s", ordinary, TARGET),
        Figure("mails over kept lines, at least", kept, "mails/s", target=LEAST_A_SECOND, holds=kept >= LEAST_A_SECOND),
        Figure("mails with a connection each", ordinary, "mails/s"),
        Figure("request to accepted mail, p50", p50_ms, "ms", target=P50_MS, holds=p50_ms <= P50_MS),
    ]


async def _mails_a_second(count: int, *, keep: bool) -> float:
    handler = Programmable()
    handler.step_s = ANSWER_S
    with tempfile.TemporaryDirectory(prefix="relais-bench-") as name, running(handler, Path(name)) as port:
        post = SmtpPost("127.0.0.1", port, "none", lines=LINES, keep=keep)
        begun = time.perf_counter()
        sending = (post.send("bounces@relais.example", _RECIPIENT, _MESSAGE) for _ in range(count))
        receipts = await asyncio.gather(*sending)
        took_s = time.perf_counter() - begun
        await post.close()
    failed = [receipt for receipt in receipts if receipt.outcome != "sent"]
    if failed:
        raise RuntimeError(f"mails_not_sent: found {len(failed)}, first {failed[0]}, expected none")
    return count / took_s


async def _request_to_mail_ms() -> float:
    with tempfile.TemporaryDirectory(prefix="relais-bench-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # PostgreSQL drops to another account when root runs this
        async with Platform(Path(name), free_ports=True, say=lambda _: None) as platform:
            platform.addresses = cast(Addresses, await seed(platform.addresses, platform.secrets))
            async with open_door(platform.addresses["door"]) as door:
                stage = Stage(platform.addresses, door)
                took_ms = [await _once(stage) for _ in range(WARM_UP + REQUESTS)]
    return sorted(took_ms[WARM_UP:])[REQUESTS // 2]


async def _once(stage: Stage) -> float:
    """Milliseconds from the request to the moment that the mail's id tells."""
    company: Company = await stage.company()
    await asyncio.sleep(0.1)
    begun_ns = time.time_ns()
    await stage.software("robaws").ask("POST", "/v1/connections", 202, json={"enterprise_number": company.number})

    async def arrived() -> str | None:
        mails = await stage.mails_to(company)
        return str(mails[0]["id"]) if mails else None

    mail_id = await observed(f"a mail to {company.number}", arrived)
    return (int(mail_id.partition("-")[0]) - begun_ns) / 1e6
