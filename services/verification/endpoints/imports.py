"""Lists of clients as CSV: a whole list in, with a report row by row; the list as it stands out.

A list is laid aside on disk before anything is done, so a slow sender holds no connection and no lock, and parsed
in a thread, some rows at a time. Then it is all or nothing: one row that is refused, and nothing is imported.
"""

import asyncio
import codecs
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Literal, cast

from fastapi import Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from services.verification.domain.client_lists import (
    ClientRow,
    Header,
    RowRefusal,
    cells_of,
    client_line,
    delimiter_of,
    header_line,
    header_of,
    row_of,
)
from services.verification.endpoints.entries import ByOperatorOrOffice, office_of
from services.verification.ports import ClientsImported, CompanyTouched, DirectoryStore, Imported
from shared.chassis.errors import Problem
from shared.chassis.http import Call, router
from shared.values import EnterpriseNumber, OfficeId, ValueRejected
from shared.values.days import belgian_day

routes = router()

PATH = "/v1/directory/clients/import"
MOST_REFUSALS = 1_000
"""Refusals that a report holds; how many there were is told besides."""
COMPANIES_A_TASK = 200
"""Companies whose snapshots are published in one transaction, each under its own lock."""
AWAITED_AT_ONCE = 1_000
"""Companies with a blocked request that have a task of their own, before the others."""
_ROWS_AT_ONCE = 1_000
_IN_MEMORY_BYTES = 1024 * 1024
_PAGE = 1_000
_IN_WINDOWS_1252 = bytes({*range(256)} - {0x81, 0x8D, 0x8F, 0x90, 0x9D})
_MEDIA_TYPES = ("text/csv", "application/csv", "application/vnd.ms-excel")


class Refusal(BaseModel):
    """What is wrong in one row, as a spreadsheet numbers them: 1 is the header."""

    row: int
    column: str
    code: str
    found: str
    expected: str


class ImportReport(BaseModel):
    """What an import did, or with `dry_run` would do. With refusals nothing is imported."""

    dry_run: bool
    encoding: Literal["utf-8", "cp1252"]
    delimiter: str
    ignored_columns: tuple[str, ...]
    rows: int
    created: int
    changed: int
    unchanged: int
    refused: int
    refusals_total: int
    refusals: tuple[Refusal, ...]


@dataclass(slots=True)
class _List:
    """A list while it is read. `total` counts the refusals that a report has no room for as well."""

    encoding: Literal["utf-8", "cp1252"]
    delimiter: str
    header: Header
    lines: Iterator[tuple[int, list[str]] | RowRefusal]
    rows: int = 0
    total: int = 0
    refused: set[int] = field(default_factory=set)
    refusals: list[RowRefusal] = field(default_factory=list)

    def some(self) -> list[ClientRow] | None:
        """The next rows that are right by themselves; None at the end."""
        lines = list(islice(self.lines, _ROWS_AT_ONCE))
        right: list[ClientRow] = []
        for line in lines:
            read = [line] if isinstance(line, RowRefusal) else row_of(self.header, *line)
            self.rows += 1
            if isinstance(read, ClientRow):
                right.append(read)
            else:
                self.refuse(read, {each.row for each in read}, len(read))
        return right if lines else None

    def refuse(self, refusals: list[RowRefusal], rows: set[int], total: int) -> None:
        """Note what was refused."""
        self.refusals += refusals
        self.refusals.sort(key=lambda each: each.row)
        del self.refusals[MOST_REFUSALS:]
        self.refused |= rows
        self.total += total


@routes.post(
    PATH,
    openapi_extra={
        "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}},
    },
)
async def import_clients(
    request: Request, call: ByOperatorOrOffice, office_id: OfficeId | None = None, dry_run: bool = False
) -> ImportReport:
    """Import a list of clients: all of it, or nothing where a row is refused (422 `import_refused`).

    CSV with a header row, separated by semicolons, commas or tabs; UTF-8, or else Windows-1252. Columns:
    `enterprise_number`, `name`, `language`, `email`, `client_code`, `ibans` (separated by `|`), also under their
    Dutch, French and German names. An empty cell leaves what is known; a list never takes anything away.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _MEDIA_TYPES:
        found = request.headers.get("content-type", "nothing")
        raise Problem(415, "media_type_unsupported", f"found {found[:80]} as Content-Type, expected text/csv")
    async with _laid_aside(request) as file, call.transaction() as tx:
        office = await office_of(call, tx, office_id)
        listed = await asyncio.to_thread(_opened, file)
        store = cast(DirectoryStore, tx.store)
        while (rows := await asyncio.to_thread(listed.some)) is not None:
            await store.stage_clients(rows)
        day = belgian_day(tx.now)
        await store.lock_directory()
        refusals, refused, total = await store.staged_refusals(office, day, MOST_REFUSALS)
        listed.refuse(refusals, refused, total)
        if listed.refused:
            return _refused(listed, dry_run)
        imported = await store.import_staged(office, day, dry_run=dry_run)
        if not dry_run:
            await _publish(tx, store, imported)
        return _report(listed, imported, dry_run)


@routes.get(
    "/v1/directory/clients/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def export_clients(call: ByOperatorOrOffice, office_id: OfficeId | None = None) -> StreamingResponse:
    """The clients that the office serves today, as a list that an import leaves as it is.

    Cells that a spreadsheet would take for a formula begin with an apostrophe, which an import takes away.
    """
    async with call.transaction() as tx:
        office = await office_of(call, tx, office_id)
    headers = {"Content-Disposition": f'attachment; filename="clients-{office}.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(call, office), media_type="text/csv; charset=utf-8", headers=headers)


async def _lines(call: Call, office: OfficeId) -> AsyncIterator[str]:
    # The mark makes spreadsheets read it as UTF-8.
    yield "\ufeff" + header_line()
    after = ""
    while True:
        async with call.transaction() as tx:
            store, day = cast(DirectoryStore, tx.store), belgian_day(tx.now)
            numbers = await store.client_numbers(office, after, _PAGE, day)
            companies = await store.companies(numbers)
        if not numbers:
            return
        yield "".join(client_line(companies[number], day) for number in numbers if number in companies)
        after = numbers[-1]


async def _publish(tx: Any, store: DirectoryStore, imported: Imported) -> None:
    """Companies that somebody waits for have a task each; the others follow in batches."""
    first = set((await store.awaited(imported.changed))[:AWAITED_AT_ONCE])
    for number in sorted(first):
        task = CompanyTouched(enterprise_number=number)
        tx.do(task, task.key, once=True)
    others: list[EnterpriseNumber] = [number for number in imported.changed if number not in first]
    for start in range(0, len(others), COMPANIES_A_TASK):
        batch = ClientsImported(enterprise_numbers=tuple(others[start : start + COMPANIES_A_TASK]))
        tx.do(batch, batch.key)


@asynccontextmanager
async def _laid_aside(request: Request) -> AsyncIterator[BinaryIO]:
    with SpooledTemporaryFile(_IN_MEMORY_BYTES) as file:
        async for chunk in request.stream():
            file.write(chunk)
        yield cast(BinaryIO, file)


def _opened(file: BinaryIO) -> _List:
    """Raises `Problem` 422 where it is no list: no header, or one that names no companies."""
    encoding = _encoding_of(file)
    text = io.TextIOWrapper(file, "utf-8-sig" if encoding == "utf-8" else encoding, "replace", newline="")
    header_text = text.readline()
    delimiter = delimiter_of(header_text)
    text.seek(0)
    lines = cells_of(text, delimiter)
    first = next(lines, None)
    if first is None:
        raise Problem(422, "list_empty", "found an empty list, expected a header row and a row for each client")
    if isinstance(first, RowRefusal):
        raise Problem(422, first.code, f"found {first.found} in the header, expected {first.expected}")
    try:
        return _List(encoding, delimiter, header_of(first[1]), lines)
    except ValueRejected as error:
        raise Problem(422, error.code, f"found {error.found}, expected {error.expected}") from None


def _encoding_of(file: BinaryIO) -> Literal["utf-8", "cp1252"]:
    """UTF-8 where every byte is; else what older spreadsheets on Windows write. Leaves the file at its start."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(_IN_MEMORY_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
        return "utf-8"
    except UnicodeDecodeError:
        file.seek(0)
        while chunk := file.read(_IN_MEMORY_BYTES):
            if unknown := chunk.translate(None, _IN_WINDOWS_1252):
                detail = f"found byte 0x{unknown[0]:02x}, expected UTF-8 or Windows-1252"
                raise Problem(422, "charset_unknown", detail) from None
        return "cp1252"
    finally:
        file.seek(0)


def _refused(listed: _List, dry_run: bool) -> ImportReport:
    """The report of a try; of an import it is a problem, so that nobody takes it for done."""
    report = _report(listed, Imported((), 0, 0), dry_run)
    if dry_run:
        return report
    detail = f"found {report.refused} of {report.rows} rows that cannot be imported, expected none; nothing is imported"
    raise Problem(422, "import_refused", detail, extra=report.model_dump(mode="json"))


def _report(listed: _List, imported: Imported, dry_run: bool) -> ImportReport:
    return ImportReport(
        dry_run=dry_run,
        encoding=listed.encoding,
        delimiter=listed.delimiter,
        ignored_columns=listed.header.ignored,
        rows=listed.rows,
        created=imported.created,
        changed=len(imported.changed) - imported.created,
        unchanged=imported.unchanged,
        refused=len(listed.refused),
        refusals_total=listed.total,
        refusals=tuple(Refusal(**asdict(each)) for each in listed.refusals),
    )
