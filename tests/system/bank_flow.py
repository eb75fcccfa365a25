"""Bank files that keep flowing while processes die, and the count of what they paid, taken at the receivers."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import asyncpg
import httpx

from deploy.demo.coda.records import Account, Entry, Text
from deploy.demo.coda.statements import Heading, StatementLines, encoded
from deploy.demo.documents import totals_of
from tests.system.flow import PATIENCE_S
from tests.system.stage import LINES, Company, Connection, Stage, today

AMOUNT = int(totals_of(LINES).gross * 1000)

_TOLD = """
    select sum((body ->> 'movement_count')::int)
    from (select text::json -> 'data' as body from delivery.stream_events
          where software = 'robaws' and type = 'statement.booked') as told
    where body ->> 'enterprise_number' = any($1::text[])"""


@dataclass(slots=True)
class BankFlow:
    """Each invoice of a `Flow` is paid by its number, in the files of its company's account, among so many movements
    that pay nothing; every file is sent twice."""

    stage: Stage
    connections: list[Connection]
    among: int
    movements: int = 0
    _balances: dict[str, tuple[int, int]] = field(default_factory=dict)

    async def hand_in(self, invoices: int, a_file: int) -> None:
        """Pay the invoices at these positions, so many with a file."""
        for company, positions in self._payments(invoices):
            for first in range(0, len(positions), a_file):
                data = self._file(company, positions[first : first + a_file])
                await asyncio.gather(self._until_taken(data), self._until_taken(data))

    def _payments(self, invoices: int) -> Iterator[tuple[Company, Sequence[int]]]:
        step = len(self.connections)
        for at, connection in enumerate(self.connections):
            yield connection.company, range(at, invoices, step)

    def _file(self, company: Company, positions: Sequence[int]) -> bytes:
        sequence, old = self._balances.get(company.number, (0, 0))
        entries = [_paying(f"betaling factuur F-{position:05d}", AMOUNT) for position in positions]
        entries += [_paying(f"overschrijving {serial}", -1_000) for serial in range(self.among)]
        heading = Heading(
            account=Account(company.iban, company.number, company.name[:26]),
            sequence=sequence + 1,
            old_balance=old,
            old_date=today() - timedelta(days=1),
            new_date=today(),
        )
        statement = StatementLines(heading, entries)
        data = b"".join(encoded(statement.lines()))
        self._balances[company.number] = sequence + 1, statement.new_balance
        self.movements += len(entries)
        return data

    async def _until_taken(self, data: bytes) -> None:
        """A bank that was not answered sends the same file again."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        headers = {**self.stage.operator._headers, "Content-Type": "text/plain"}
        last: object = ""
        while asyncio.get_running_loop().time() < deadline:
            try:
                answer = await self.stage.door.post("/v1/statements", content=data, headers=headers)
            except httpx.TransportError as error:
                last = error
            else:
                if answer.status_code in (200, 202):
                    return
                assert answer.status_code in (502, 503), answer.text
                last = answer.text
            await asyncio.sleep(0.1)
        raise AssertionError(f"never acknowledged: {last}")

    async def assert_paid_once(self, ids: set[str], owner_url: str) -> None:
        """The software sees every invoice settled; in the ledger each was paid by one movement, to the last cent."""
        software = self.stage.software("robaws")
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        waiting = set(ids)
        while waiting and asyncio.get_running_loop().time() < deadline:
            for document in sorted(waiting):
                seen = (await software.ask("GET", f"/v1/documents/{document}", 200)).json()
                if seen["payment"] != "settled":
                    await asyncio.sleep(0.5)
                    break
                waiting.remove(document)
        assert not waiting, f"{len(waiting)} were never seen to be settled"
        companies = [connection.company.number for connection in self.connections]
        owner = await asyncpg.connect(owner_url)
        try:
            assert await _in_ledger(owner, companies) == (len(ids), len(ids), len(ids) * AMOUNT, 0)
            assert await owner.fetchval(_TOLD, companies) == self.movements
        finally:
            await owner.close()


async def _in_ledger(owner: asyncpg.Connection, companies: Sequence[str]) -> tuple[int, ...]:
    row = await owner.fetchrow(
        """select count(*) as entries, count(distinct (enterprise_number, number)) as invoices,
                  (sum(amount) * 1000)::bigint as paid,
                  (select count(*) from coda_reconciler.open_items
                   where enterprise_number = any($1::text[]) and balance <> 0) as open
           from coda_reconciler.allocations where enterprise_number = any($1::text[])""",
        companies,
    )
    return row["entries"], row["invoices"], row["paid"], row["open"]


def _paying(text: str, amount: int) -> Entry:
    """A transfer of somebody whom no invoice names."""
    code = "00150000" if amount > 0 else "00101000"
    return Entry(
        amount, code, Text(text), value_date=today(), bank_reference="E2606000117", account="BE68539007547034",
        account_currency="EUR", name="Betaaldienst Noord",
    )  # fmt: skip
