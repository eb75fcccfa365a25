"""Invoices of files, as they are accepted: read by the router's processes, judged and versioned by its register."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

import typer

from services.invoice_router.adapters.reading_pool import ReadingPool
from services.invoice_router.domain.entries import ReadDocument
from services.invoice_router.domain.heads import InvoiceHead
from services.invoice_router.domain.register import Register
from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.domain.safe_xml import LARGEST_DOCUMENT
from services.invoice_router.domain.verdicts import keeping_back
from shared.chassis.errors import Unavailable
from shared.contracts.documents import Claim
from shared.contracts.invoices import Finding, InvoiceAccepted, InvoiceQuarantined, InvoiceSubmitted
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, Sha256, SoftwareSlug

_NAMESPACE = UUID("0c6f2a51-7f0e-4f5b-8a56-4f1be0b1c3d7")
_SOFTWARE = SoftwareSlug("relais-reconcile")
_NO_FACTS = b""
"""Versions are not compared here, so nothing is kept of them to compare with."""
_FIRST_ARRIVAL = datetime(2000, 1, 1, tzinfo=UTC)
_TIMEOUT_MS = 5_000
_READ_AT_ONCE, _BYTES_AT_ONCE = 16, 8_000_000

Tell = Callable[[str], None]


@dataclass(slots=True)
class Invoices:
    """What was accepted, in the order of arrival. `refused` says whether a document was not."""

    accepted: list[InvoiceAccepted] = field(default_factory=list)
    refused: bool = False


def read_invoices(files: Sequence[Path], tell: Tell, done: Callable[[int], None]) -> Invoices:
    """Read documents in their order; `tell` hears of each that is refused, `done` how many bytes were read.

    No more than a few documents are held at a time. Ends with 1 where no reading process starts.
    """
    found, register = Invoices(), _Arriving(tell)
    with asyncio.Runner() as runner, ExitStack() as opened:
        pool = ReadingPool(timeout_ms=_TIMEOUT_MS, processes=min(os.cpu_count() or 1, max(len(files), 1)))
        opened.callback(lambda: runner.run(pool.close()))
        for some in _in_groups(files):
            documents = [_bytes_of(file) for file in some]
            try:
                read = runner.run(_read(pool, documents))
            except Unavailable as error:
                tell(f"the invoices cannot be read now: {error}")
                raise typer.Exit(1) from None
            for file, document, head in zip(some, documents, read, strict=True):
                found.accepted += register.arrived(file, document, head)
                done(len(document))
    found.refused = register.refused
    return found


async def _read(pool: ReadingPool, documents: Sequence[bytes]) -> list[InvoiceHead | Finding]:
    async def head(document: bytes) -> InvoiceHead | Finding:
        try:
            return InvoiceHead.model_validate_json((await pool.read_sidecar(document)).json)
        except DocumentRejected as rejected:
            return rejected.finding

    return await asyncio.gather(*map(head, documents))


class _Arriving:
    """The register of all companies, and the clock of a run: each arrival is a second later than the one before."""

    def __init__(self, tell: Tell) -> None:
        self._register, self._tell = Register((), ()), tell
        self._arrived, self.refused = _FIRST_ARRIVAL, False

    def arrived(self, file: Path, document: bytes, read: InvoiceHead | Finding) -> list[InvoiceAccepted]:
        """The document as accepted; none where it was refused, or says the same as one before it."""
        self._arrived += timedelta(seconds=1)
        if isinstance(read, Finding):
            self._refuse(file, [read])
            return []
        company = read.supplier_number
        if company is None:
            self._refuse(file, keeping_back(read))
            return []
        submitted = _submitted(document, company, self._arrived)
        events = [body for body, _ in self._register.submit(submitted, _prepared(document, company, read))]
        for event in events:
            if isinstance(event, InvoiceQuarantined):
                self._refuse(file, event.findings)
        return [event for event in events if isinstance(event, InvoiceAccepted)]

    def _refuse(self, file: Path, findings: Sequence[Finding]) -> None:
        self.refused = True
        for finding in findings:
            place = f" at {finding.location}" if finding.location else ""
            self._tell(f"{file}: {finding.code}{place}: found '{finding.found}', expected {finding.expected}")


def _submitted(document: bytes, company: EnterpriseNumber, arrived: datetime) -> InvoiceSubmitted:
    return InvoiceSubmitted(
        document_id=DocumentId.of(uuid5(_NAMESPACE, Sha256.of(document))),
        enterprise_number=company,
        connection_id=ConnectionId.of(uuid5(_NAMESPACE, company)),
        software=_SOFTWARE,
        received_at=arrived,
        document=claim_of(document, company, "application/xml"),
    )


def _prepared(document: bytes, company: EnterpriseNumber, head: InvoiceHead) -> ReadDocument:
    return ReadDocument(head, _NO_FACTS, claim_of(document, company, "application/json"), _NO_FACTS)


def claim_of(data: bytes, company: EnterpriseNumber, media_type: str) -> Claim:
    """What names some bytes where nothing is stored."""
    digest = Sha256.of(data)
    return Claim(path=f"{company}/{digest}", sha256=digest, size=len(data), media_type=media_type)


def _in_groups(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Files that are read at once: few enough, and no more bytes than a large document has."""
    group: list[Path] = []
    size = 0
    for file in files:
        of_file = file.stat().st_size
        if group and (len(group) >= _READ_AT_ONCE or size + of_file > _BYTES_AT_ONCE):
            yield group
            group, size = [], 0
        group.append(file)
        size += of_file
    if group:
        yield group


def _bytes_of(file: Path) -> bytes:
    """No more than the gate has to see to refuse it."""
    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_DOCUMENT + 1)
    except OSError as error:
        raise typer.BadParameter(f"'{file}' cannot be read: {error.strerror}", param_hint="--invoices") from None
