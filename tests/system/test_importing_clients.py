"""An office hands in the list of its clients: all of it is imported or nothing, and who waited goes on."""

import asyncio
import os
import sys
import time

import asyncpg

from deploy.demo.doors import OfficeClient
from tests.system.lists import list_of_clients
from tests.system.stage import Stage, new_company

CLIENTS = 100_000 if os.environ.get("RELAIS_EFFORT") == "chaos" else 5_000
IMPORT = "/v1/directory/clients/import"
CSV = {"Content-Type": "text/csv"}
_TIMEOUT_S = 300.0
_LEFT = "select count(*) from verification.tasks where kind in ('clients_imported', 'company_touched')"
_PUBLISHED = """select count(*) as companies, sum(version)::bigint as snapshots
                from verification.companies where enterprise_number like '02%' and version > 0"""


async def test_a_long_list_is_imported_a_blocked_request_goes_on_and_the_same_list_again_changes_nothing(
    stage: Stage, owner: asyncpg.Connection
) -> None:
    office, software, company = await stage.new_office("lemmens"), stage.software("robaws"), new_company()
    await software.ask("POST", "/v1/connections", 202, json={"enterprise_number": company.number})
    blocked = await software.heard("connection.blocked", company.number)
    assert blocked["data"]["reason"] == "company_unknown"

    line = f"{company.number};{company.name};nl;{company.email};=1+1;{company.iban}"
    bad = list_of_clients(CLIENTS, line, "0010.800.080;Verschreven;nl;;;")
    refused = (await office.ask("POST", IMPORT, 422, content=bad, headers=CSV, timeout=_TIMEOUT_S)).json()
    row = CLIENTS // 2 + 3
    assert [(each["row"], each["code"]) for each in refused["refusals"]] == [(row, "enterprise_number_checksum")]
    assert (await office.ask("GET", "/v1/directory/clients", 200)).json()["clients"] == []

    good = list_of_clients(CLIENTS, line)
    first, first_s = await _imported(office, good)
    assert (first["created"], first["changed"], first["unchanged"]) == (CLIENTS + 1, 0, 0)
    await software.heard("connection.token_sent", company.number)
    assert await stage.code_for(company)
    resumed_s = time.perf_counter() - first_s[1]

    begun = await _begun(owner)
    again, again_s = await _imported(office, good)
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, CLIENTS + 1)
    written = await office.ask("GET", "/v1/directory/clients/export", 200, timeout=_TIMEOUT_S)
    assert f"{company.number};{company.name};nl;{company.email};'=1+1;{company.iban}\r\n" in written.text
    back, _ = await _imported(office, written.content)
    assert (back["created"], back["changed"], back["unchanged"]) == (0, 0, CLIENTS + 1)
    assert await _begun(owner) == begun
    sys.stdout.write(
        f"import of {CLIENTS + 1:,} rows through the door: {first_s[1] - first_s[0]:.1f} s "
        f"({(CLIENTS + 1) / (first_s[1] - first_s[0]):,.0f} rows/s), again {again_s[1] - again_s[0]:.1f} s; "
        f"mail to the company that waited {resumed_s:.1f} s after the answer\n"
    )


async def _imported(office: OfficeClient, content: bytes) -> tuple[dict[str, int], tuple[float, float]]:
    begun = time.perf_counter()
    answer = await office.ask("POST", IMPORT, 200, content=content, headers=CSV, timeout=_TIMEOUT_S)
    return answer.json(), (begun, time.perf_counter())


async def _begun(owner: asyncpg.Connection) -> tuple[int, int]:
    """How many companies' snapshots were published, and how often, once nothing of an import is left to do."""
    deadline = time.perf_counter() + _TIMEOUT_S
    while await owner.fetchval(_LEFT):
        assert time.perf_counter() < deadline, "the snapshots of the imported companies were never published"
        await asyncio.sleep(0.2)
    row = await owner.fetchrow(_PUBLISHED)
    assert row["companies"] >= CLIENTS
    return row["companies"], row["snapshots"]
