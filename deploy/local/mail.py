"""A real SMTP server that keeps every mail in a Maildir and shows the mailbox as a page and as JSON.

python -m deploy.local.mail --smtp-port 2525 --http-port 8025 --folder var/mail
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.mailbox import Mailbox
from deploy.local.mailbox_page import mailbox_application

BOUNCES = "bounces+"
_LARGEST_MAIL_BYTES = 25_000_000


class Receiver:
    """What the SMTP server does with a mail: keep it, then say so (RFC 5321 §4.2.5: 250 means kept).

    What comes back, to `bounces+...`, is kept in a mailbox of its own.
    """

    def __init__(self, mailbox: Mailbox, bounces: Mailbox) -> None:
        self._mailbox, self._bounces = mailbox, bounces

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by aiosmtpd with a whole mail."""
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 5.6.0 found no content in bytes"
        recipients = [str(each) for each in envelope.rcpt_tos]
        mailbox = self._bounces if all(each.startswith(BOUNCES) for each in recipients) else self._mailbox
        kept = await asyncio.to_thread(mailbox.keep, content, recipients, envelope.mail_from or "")
        return f"250 2.0.0 kept as {kept}"


def bounces_of(folder: Path) -> Path:
    """The Maildir of what comes back, inside that of the mailbox."""
    return folder / "bounces"


async def serve(smtp_port: int, http_port: int, folder: Path) -> None:
    """Receives mail on 127.0.0.1:smtp_port and shows it on 127.0.0.1:http_port until it is told to stop."""
    mailbox = Mailbox(folder)
    loop = asyncio.get_running_loop()
    receiver = Receiver(mailbox, Mailbox(bounces_of(folder)))
    smtp = await loop.create_server(
        lambda: SMTP(
            receiver,
            data_size_limit=_LARGEST_MAIL_BYTES,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Relais mailbox",
            loop=loop,
        ),
        host="127.0.0.1",
        port=smtp_port,
    )
    page = uvicorn.Server(
        uvicorn.Config(
            mailbox_application(mailbox),
            host="127.0.0.1",
            port=http_port,
            log_level="warning",
            access_log=False,
            lifespan="off",
        )
    )
    try:
        await page.serve()
    finally:
        smtp.close()


def main() -> None:
    """Reads the command line and serves."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.mail", description=__doc__)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="the Maildir, made when it is not there")
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.smtp_port, chosen.http_port, chosen.folder))


if __name__ == "__main__":
    main()
