"""Who gives every document a PDF: the one that came with it, else one made from what it says."""

from dataclasses import dataclass
from typing import Protocol

from services.delivery.domain.documents import Document
from shared.contracts.documents import Claim
from shared.contracts.statements import TransactionsBooked
from shared.values import EnterpriseNumber, Language


@dataclass(frozen=True, slots=True)
class PdfFile:
    """A PDF for the eye. `rendered` tells that it was made here from the UBL, and is marked so."""

    data: bytes
    rendered: bool


class PdfMaker(Protocol):
    """The PDF of a document."""

    async def pdf_of(self, document: Document, language: Language) -> PdfFile:
        """What is inside the document or came beside it; else rendered in `language` and kept for the next time.

        Raises `Unavailable`; `InvalidMessage` for a document that no renderer survives.
        """
        ...


class StatementPdfMaker(Protocol):
    """Who makes the replica of a bank statement for the eye."""

    async def pdf_of_statement(self, statement: TransactionsBooked, language: Language) -> bytes:
        """A PDF in a language. Raises `Unavailable`; `InvalidMessage` for a statement that no renderer survives."""
        ...


class PdfsOfBoth(PdfMaker, StatementPdfMaker, Protocol):
    """Of whatever a channel carries."""


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes that a page was made from; they go into its file. `name` is what they are called there."""

    name: str
    media_type: str
    data: bytes


class Renderer(Protocol):
    """Makes pages of what was read, without knowing where anything lies."""

    async def invoice(self, sidecar: bytes, source: Source, language: Language) -> bytes:
        """The PDF of a `SalesInvoice` in JSON.

        Raises `Unavailable`; `InvalidMessage` with `sidecar_unreadable` or `renderer_failed`.
        """
        ...

    async def statement(
        self, statement: TransactionsBooked, movements: bytes, source: Source, language: Language
    ) -> bytes:
        """The PDF of a booked statement: its movements in JSON lines, the bank's own lines as its source. Raises as
        `invoice`.
        """
        ...


class RenderingMemory(Protocol):
    """What was rendered of which document or statement (`subject`), by which version of the renderer."""

    async def rendering(self, subject: str, language: Language, renderer: str) -> Claim | None:
        """Raises `Unavailable`."""
        ...

    async def remember(
        self, subject: str, language: Language, renderer: str, number: EnterpriseNumber, claim: Claim
    ) -> None:
        """Takes the place of what an older renderer made. Raises `Unavailable`."""
        ...


class RenderedFiles(Protocol):
    """Where documents lie, and where what is made of them is put."""

    async def get(self, claim: Claim) -> bytes:
        """The bytes, proven by their digest. Raises `Unavailable`, `InvalidMessage`."""
        ...

    async def put(self, data: bytes, owner: str, media_type: str) -> Claim:
        """Under the company that it is of. Raises `Unavailable`."""
        ...
