"""A mail that comes back: the software hears why, the office corrects the address, a new code goes out."""

import asyncio
import smtplib

from deploy.demo.doors import observed
from deploy.local.platform import Platform
from tests.system.stage import Company, Stage

REPORT = """From: MAILER-DAEMON@mx.bedrijf.example
To: {returns_to}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=part

--part
Content-Type: text/plain

This mail could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.bedrijf.example

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}

--part--
"""


async def test_a_mail_that_comes_back_blocks_and_a_corrected_address_gets_a_new_code(
    stage: Stage, platform: Platform
) -> None:
    software, company = stage.software("my-accloud"), await stage.company()
    body = {"enterprise_number": company.number}
    asked = (await software.ask("POST", "/v1/connections", 202, json=body)).json()
    await software.heard("connection.token_sent", company.number)
    returns_to = (await stage.mails_to(company))[0]["return_path"]
    first = await stage.code_for(company)

    # A server on the way still tries: nothing changes. Then it says that nobody lives there.
    await asyncio.to_thread(_report, platform, company, returns_to, "delayed", "4.4.1")
    await asyncio.to_thread(_report, platform, company, returns_to, "failed", "5.1.1")
    told = (await software.heard("mail.bounced", company.number))["data"]
    assert (told["reply_code"], told["given_up"]) == (550, False)
    blocked = (await software.heard("connection.blocked", company.number))["data"]
    assert blocked["reason"] == "email_bounced" and blocked["contact"] == "accounting_office"
    assert company.email not in str(told) + str(blocked)

    path, corrected = f"/v1/directory/companies/{company.number}", f"nieuw.{company.email}"
    await stage.office().ask("PATCH", path, 200, json={"email": corrected})
    moved = Company(company.number, company.name, corrected, company.iban)

    async def mailed() -> bool | None:
        return True if await stage.mails_to(moved) else None

    await observed(f"a mail to {corrected}", mailed)
    second = await stage.code_for(moved)
    assert second != first
    activate = f"/v1/connections/{asked['id']}/activate"
    older = await software.ask("POST", activate, 409, json={"token": first})
    assert older.json()["code"] == "token_superseded"

    # The older address bounces once more, through the other door: the new one is not touched.
    report = _written(company, returns_to, "failed", "5.1.2").encode()
    headers = {"Content-Type": "message/rfc822"}
    taken = await stage.operator.ask("POST", "/v1/mail/bounces", 202, content=report, headers=headers)
    assert taken.json() == {"outcome": "noted"}
    await software.ask("POST", activate, 200, json={"token": second})


def _written(company: Company, returns_to: str, action: str, status: str) -> str:
    """A delivery status notification as a mail server writes it (RFC 3464)."""
    return REPORT.format(returns_to=returns_to, to=company.email, action=action, status=status).replace("\n", "\r\n")


def _report(platform: Platform, company: Company, returns_to: str, action: str, status: str) -> None:
    with smtplib.SMTP("127.0.0.1", platform.surroundings.smtp_port, timeout=10) as server:
        server.sendmail("", [returns_to], _written(company, returns_to, action, status))
