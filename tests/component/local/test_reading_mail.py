"""A mail that was accepted is in the mailbox byte for byte, also after a restart, and never runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import httpx

from deploy.local.parts import ProcessPart, answers_http
from deploy.local.processes import Command, base_environment
from tests.waiting import PATIENCE_S

ROOT = Path(__file__).parents[3]


def mailbox_part(folder: Path, smtp_port: int, http_port: int) -> ProcessPart:
    arguments = ("--smtp-port", str(smtp_port), "--http-port", str(http_port), "--folder", str(folder / "mail"))
    command = Command(
        (sys.executable, "-m", "deploy.local.mail", *arguments), base_environment(), ROOT, folder / "mailbox.log"
    )
    return ProcessPart("mailbox", command, lambda: answers_http(http_port))


def token_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Relais <tokens@relais.example>", "zoë@firma.example"
    mail["Subject"], mail["Message-ID"] = "Uw code <script>alert(1)</script> é", "<1@relais.example>"
    mail.set_content("Uw code is ABCD-1234\n")
    mail.add_alternative("<p>Uw code is <b>ABCD-1234</b></p>", subtype="html")
    return mail


async def test_a_mail_can_be_read_back_after_a_restart(tmp_path: Path, free_port: Callable[[str], int]) -> None:
    smtp_port, http_port = free_port("smtp"), free_port("http")
    part = mailbox_part(tmp_path, smtp_port, http_port)
    await part.start()
    try:
        for recipient in ("first@firma.example", "second@firma.example"):
            await aiosmtplib.send(token_mail(), hostname="127.0.0.1", port=smtp_port, recipients=[recipient])
        part.kill()
        await part.wait()
        await part.start()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{http_port}", timeout=PATIENCE_S) as reader:
            listed = (await reader.get("/messages")).json()
            whole = (await reader.get(f"/messages/{listed[0]['id']}")).json()
            raw = await reader.get(f"/messages/{listed[0]['id']}/raw")
            page = await reader.get("/")
            unknown = await reader.get("/messages/..%2F..%2Fsecrets.json")
    finally:
        await part.stop()
    assert [each["to"] for each in listed] == [["second@firma.example"], ["first@firma.example"]]
    assert set(listed[0]) == {"id", "to", "from", "subject", "received"}
    assert whole["text"].strip() == "Uw code is ABCD-1234"
    assert "<b>ABCD-1234</b>" in whole["html"]
    assert raw.content.startswith(b"From: Relais <tokens@relais.example>\r\n")
    assert "&lt;script&gt;" in page.text
    assert "<script>" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert unknown.status_code == 404
